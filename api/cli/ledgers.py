"""Which installation, ledger and file a command is about."""

from __future__ import annotations

import os
from pathlib import Path

from api.lawstore import STREAM
from api.service import Service
from api.settings import Settings
from ledger.sealing.source import LedgerMissing


def service_of(data: Path | None) -> Service:
    """The installation that a call means, by its folder or the environment; a context manager that starts it."""
    return Service(Settings.of(os.environ, data))


def only_ledger(service: Service, ledger: str | None) -> str:
    """The ledger named, or the only one there is; `LedgerMissing` otherwise."""
    if ledger is not None:
        return ledger
    found = [row["ledger"] for row in service.ledgers()]
    if not found:
        raise LedgerMissing("ledger-none")
    if len(found) > 1:
        raise LedgerMissing("ledger-not-named", ledgers=", ".join(map(str, found)))
    return str(found[0])


def stream_of(name: str) -> str:
    """The stream that is meant: `lead/7` is one, `7` is a case, and `ledger` is the ledger's own."""
    return name if "/" in name or name == STREAM else f"case/{name}"
