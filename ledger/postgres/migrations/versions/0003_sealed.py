"""What befalls sealed texts: erasure, and the record of who read them."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Run the SQL file; the driver takes a file of many statements whole, where SQLAlchemy would not."""
    connection: Any = op.get_bind().connection.driver_connection
    connection.execute((files("ledger.postgres.migrations") / "sql" / "0003_sealed.sql").read_bytes())
