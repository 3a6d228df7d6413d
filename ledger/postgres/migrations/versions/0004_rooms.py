"""Read models by rooms: tables of their own, made and thrown away by version."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Run the SQL file; the driver takes a file of many statements whole, where SQLAlchemy would not."""
    connection: Any = op.get_bind().connection.driver_connection
    connection.execute((files("ledger.postgres.migrations") / "sql" / "0004_rooms.sql").read_bytes())
