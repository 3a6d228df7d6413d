"""Settings, read once from the environment into one frozen object. Secrets come from files, never from arguments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from psycopg import ProgrammingError
from psycopg.conninfo import make_conninfo

from ledger.faults import Fault, FileFault

HIGHEST_PORT: Final = 65535


class SettingsError(Fault):
    """A setting cannot be used: one sentence says which and why."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the database and the data of this installation are.

    `dsn` names a PostgreSQL to use; without it an embedded one runs in `data`. `master_key` is the file with the key
    under which the data keys of sealed fields are wrapped; it is made on first use and belongs into no backup that is
    kept with the database. `keys` is the folder of the keys that seal ledgers, `record` the file in which the sealer
    keeps what it has signed, `site` the folder that it publishes; none of them belongs on the database's machine.
    """

    data: Path
    dsn: str | None
    master_key: Path
    keys: Path
    site: Path
    record: Path
    host: str = "127.0.0.1"
    port: int = 8000

    @classmethod
    def of(cls, environ: Mapping[str, str], data: Path | None = None) -> Settings:
        """Settings from the environment, each called `CASELEDGER_...`.

        `DATA`, `DSN`, `DSN_PASSWORD_FILE` (the file that holds the password of its login), `MASTER_KEY_FILE`, `KEYS`,
        `SITE`, `SEAL_RECORD`, `HOST`, `PORT`.

        Raises:
            SettingsError: a value cannot be read.
        """
        folder = data or Path(environ.get("CASELEDGER_DATA", ".data"))
        key = environ.get("CASELEDGER_MASTER_KEY_FILE")
        port = environ.get("CASELEDGER_PORT", "8000")
        if not port.isdecimal() or int(port) > HIGHEST_PORT:
            raise SettingsError("port", port=port, most=HIGHEST_PORT)
        return cls(
            data=folder,
            dsn=_dsn(environ),
            master_key=Path(key) if key else folder / "master.key",
            keys=Path(environ.get("CASELEDGER_KEYS", folder / "keys")),
            site=Path(environ.get("CASELEDGER_SITE", folder / "site")),
            record=Path(environ.get("CASELEDGER_SEAL_RECORD", folder / "sealed.db")),
            host=environ.get("CASELEDGER_HOST", "127.0.0.1"),
            port=int(port),
        )


def _dsn(environ: Mapping[str, str]) -> str | None:
    dsn, file = environ.get("CASELEDGER_DSN"), environ.get("CASELEDGER_DSN_PASSWORD_FILE")
    if not dsn:
        return None
    try:
        return make_conninfo(dsn, **({"password": Path(file).read_text(encoding="utf-8").strip()} if file else {}))
    except ProgrammingError as error:
        raise SettingsError("dsn", detail=error) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError("password-file", why=FileFault.of(error)) from None
