"""Alembic's environment. A revision runs its SQL file; there are no models, and nothing is generated."""
