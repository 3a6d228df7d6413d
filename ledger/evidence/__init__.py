"""Evidence (证据材料): what is too large for an entry, kept beside the ledger and named in an entry by its digest."""
