"""The log: roles, tables, triggers, rights, and the one way in."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Run the SQL files; the driver takes a file of many statements whole, where SQLAlchemy would not."""
    connection: Any = op.get_bind().connection.driver_connection
    for name in ("0001_log.sql", "0001_append.sql"):
        connection.execute((files("ledger.postgres.migrations") / "sql" / name).read_bytes())
