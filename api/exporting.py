"""Handing out a bundle: which ledger, sealed how far, and a word to the sealer that somebody waits."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import psycopg

from api.figures import known, put_plainly
from api.reporting import with_report
from api.sealing import ASKED
from api.settings import Settings
from ledger.bundle import About, Bundle
from ledger.evidence.store import Store
from ledger.export import Disclosure, ExportRefused, export
from ledger.export_many import export_many
from ledger.postgres.connect import connect
from ledger.postgres.embedded import resolve
from ledger.proof.checkpoint import Heads
from ledger.proof.note import Note
from ledger.sealing.site import Site
from ledger.sealing.source import DatabaseSource, LedgerMissing

_POLL = 0.1  # seconds between looks at what the sealer has published


def bundle_of(
    settings: Settings,
    stream: str,
    ledger: str | None,
    since: Note | None,
    wait: float,
    disclosed: tuple[Disclosure, ...] = (),
    evidence: Store | None = None,
) -> tuple[Bundle, int]:
    """The bundle of a file, and how many newer entries of it are recorded and not sealed.

    Args:
        settings: where database and published folder are.
        stream: of the file.
        ledger: which, None for the only one.
        since: a checkpoint from which growth is to be proved.
        wait: seconds to wait for the sealer to seal the newest entry of the file.
        disclosed: sealed texts of the file that are handed out with it.
        evidence: the store out of which evidence files are to be handed out as well.

    Raises:
        ExportRefused: nothing is sealed, there is no such file, or something does not agree.
        LedgerMissing: there is none, or there are several and none is named.
        DatabaseUnavailable: no server answers.
    """
    with resolve(settings.dsn, settings.data / "postgres") as dsn, connect(dsn, "reader") as connection:
        name = ledger_named(connection, ledger)
        source, site = DatabaseSource(connection, name), Site(settings.site / name)
        last = _last(connection, name, stream)
        if last is None:
            raise ExportRefused("no-such-file", ledger=name, stream=stream)
        if _sealed(site) <= last:
            connection.execute("SELECT pg_notify(%s, %s)", (ASKED, name))
            _until(lambda: _sealed(site) > last, wait)
        bundle = with_report(export(name, stream, source, site, since=since, disclosed=disclosed, evidence=evidence))
        return bundle, len(source.stream(stream, last + 1)) - len(bundle.below("entries"))


def bundle_for(settings: Settings, about: About, ledger: str | None, since: Note | None, wait: float) -> Bundle:
    """The bundle for a report over many files, with the report.

    Args:
        settings: where database and published folder are.
        about: the report.
        ledger: which, None for the only one.
        since: a checkpoint from which growth is to be proved.
        wait: seconds to wait for the sealer to seal the newest entry of the ledger.

    Raises:
        Failure: there is no such report, year or organ.
        ExportRefused, LedgerMissing, DatabaseUnavailable: see `bundle_of`.
    """
    with (
        put_plainly(),
        resolve(settings.dsn, settings.data / "postgres") as dsn,
        connect(dsn, "reader") as connection,
    ):
        kinds = known(about.name).kinds
        name = ledger_named(connection, ledger)
        source, site = DatabaseSource(connection, name), Site(settings.site / name)
        size = source.size()
        if _sealed(site) < size:
            connection.execute("SELECT pg_notify(%s, %s)", (ASKED, name))
            _until(lambda: _sealed(site) >= size, wait)
        return with_report(export_many(name, about, kinds, source, site, since=since))


def ledger_named(connection: psycopg.Connection[Any], ledger: str | None) -> str:
    """The ledger named, or the only one there is; `LedgerMissing` otherwise."""
    found = [row[0] for row in connection.execute("SELECT ledger FROM ledger.ledgers ORDER BY ledger")]
    if ledger is None and len(found) == 1:
        return str(found[0])
    if not found:
        raise LedgerMissing("ledger-none")
    if ledger is None:
        raise LedgerMissing("ledger-not-named", ledgers=", ".join(found))
    if ledger not in found:
        raise LedgerMissing("ledger-unknown", ledger=ledger)
    return ledger


def _last(connection: psycopg.Connection[Any], ledger: str, stream: str) -> int | None:
    query = "SELECT position FROM ledger.heads WHERE ledger = %s AND stream = %s"
    row = connection.execute(query, (ledger, stream)).fetchone()
    return row[0] if row else None


def _sealed(site: Site) -> int:
    """The size of the newest heads that are signed."""
    note = site.note("heads")
    return Heads.parse(note.text).size if note is not None else 0


def _until(done: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not done() and time.monotonic() < end:
        time.sleep(_POLL)
