"""Settings, read once from the environment into one frozen object. Secrets come from files, never from arguments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the database and the data of this installation are.

    `dsn` names a PostgreSQL to use; without it an embedded one runs in `data`. `master_key` is the file with the key
    under which the data keys of sealed fields are wrapped; it is made on first use and belongs into no backup that is
    kept with the database.
    """

    data: Path
    dsn: str | None
    master_key: Path
    host: str = "127.0.0.1"
    port: int = 8000

    @classmethod
    def of(cls, environ: Mapping[str, str], data: Path | None = None) -> Settings:
        """Settings from `CASELEDGER_DATA`, `CASELEDGER_DSN`, `CASELEDGER_MASTER_KEY_FILE`, `_HOST` and `_PORT`."""
        folder = data or Path(environ.get("CASELEDGER_DATA", ".data"))
        key = environ.get("CASELEDGER_MASTER_KEY_FILE")
        return cls(
            data=folder,
            dsn=environ.get("CASELEDGER_DSN") or None,
            master_key=Path(key) if key else folder / "master.key",
            host=environ.get("CASELEDGER_HOST", "127.0.0.1"),
            port=int(environ.get("CASELEDGER_PORT", "8000")),
        )
