"""Settings, read once from the environment into one frozen object. Secrets come from files, never from arguments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from psycopg import ProgrammingError
from psycopg.conninfo import make_conninfo

from ledger.canonical import LARGEST
from ledger.evidence.s3 import Bucket
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
    `evidence` is the folder or the bucket of evidence files, of at most `evidence_most` bytes each.
    """

    data: Path
    dsn: str | None
    master_key: Path
    keys: Path
    site: Path
    record: Path
    evidence: Path | Bucket
    evidence_most: int = 1 << 30
    host: str = "127.0.0.1"
    port: int = 8000

    @classmethod
    def of(cls, environ: Mapping[str, str], data: Path | None = None) -> Settings:
        """Settings from the environment, each called `CASELEDGER_...`.

        `DATA`, `DSN`, `DSN_PASSWORD_FILE` (the file that holds the password of its login), `MASTER_KEY_FILE`, `KEYS`,
        `SITE`, `SEAL_RECORD`, `EVIDENCE` (a folder, or `s3://bucket/prefix`), `EVIDENCE_MOST` (bytes), `S3_ENDPOINT`,
        `S3_REGION`, `S3_KEY_FILE` (two lines, id and secret), `HOST`, `PORT`.

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
            evidence=_evidence(environ, folder),
            evidence_most=_bytes(environ.get("CASELEDGER_EVIDENCE_MOST", str(1 << 30))),
            host=environ.get("CASELEDGER_HOST", "127.0.0.1"),
            port=int(port),
        )


def _evidence(environ: Mapping[str, str], folder: Path) -> Path | Bucket:
    place, key = environ.get("CASELEDGER_EVIDENCE") or str(folder / "evidence"), environ.get("CASELEDGER_S3_KEY_FILE")
    if not place.startswith("s3:"):
        return Path(place)
    if not key and "AWS_ACCESS_KEY_ID" not in environ:
        raise SettingsError("store-key-missing", place=place)
    return Bucket(
        place,
        environ.get("CASELEDGER_S3_ENDPOINT"),
        environ.get("CASELEDGER_S3_REGION", "us-east-1"),
        Path(key) if key else None,
    )


def _bytes(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= LARGEST:
        raise SettingsError("evidence-most", text=text)
    return int(text)


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
