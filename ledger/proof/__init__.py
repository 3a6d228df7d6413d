"""The proofs: tree, checkpoints, tiles and notes, in the public formats. Bytes only: no files, no database."""
