"""The search in what is not sealed (检索): ids, numbers, citations."""
