"""Sealing and witnessing: whoever holds a key that the database does not, and a record of what it has signed."""
