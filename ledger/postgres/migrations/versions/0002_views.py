"""The read models: cases and deadlines, and how far each has come."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Run the SQL files; the driver takes a file of many statements whole, where SQLAlchemy would not."""
    connection: Any = op.get_bind().connection.driver_connection
    connection.execute((files("ledger.postgres.migrations") / "sql" / "0002_views.sql").read_bytes())
