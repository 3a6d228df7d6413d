"""The search in sealed texts: an index that tells no word, and goes with the texts."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Run the SQL file; the driver takes a file of many statements whole, where SQLAlchemy would not."""
    connection: Any = op.get_bind().connection.driver_connection
    connection.execute((files("ledger.postgres.migrations") / "sql" / "0005_search.sql").read_bytes())
