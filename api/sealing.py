"""The sealer as a process of its own: which ledgers it has keys for, round after round, until it is told to stop."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import psycopg

from api.settings import Settings, SettingsError
from ledger.postgres.connect import DatabaseUnavailable, connect
from ledger.postgres.embedded import resolve
from ledger.proof.checkpoint import Checkpoint, origin
from ledger.proof.note import SIGNS, KeyFormError, SigningKey, VerifierKey
from ledger.proof.policy import Policy, PolicyError
from ledger.sealing.cosign import RemoteWitness, Witnesses
from ledger.sealing.record import RecordError, SealRecord
from ledger.sealing.sealer import Sealer, SealRefused
from ledger.sealing.site import Site
from ledger.sealing.source import DatabaseSource

ROUND: Final = 1.0
"""Seconds between two rounds."""

ASKED: Final = "caseledger_seal"
"""The channel on which an export asks for a round with heads; the message is the ledger."""

LOG: Final = logging.getLogger("caseledger.seal")


@contextmanager
def sealing(settings: Settings, ledgers: Sequence[str], policy: Path | None = None) -> Iterator[Rounds]:
    """The sealers of the ledgers named, or of all that there is a key for.

    Raises:
        SettingsError: there is no key, one cannot be read, or the record is in use.
        DatabaseUnavailable: no server answers.
    """
    keys = keys_in(settings.keys, ledgers)
    if not keys:
        raise SettingsError(f"{settings.keys} holds no key of a ledger; make one with: caseledger keys new LEDGER")
    with ExitStack() as stack:
        dsn = stack.enter_context(resolve(settings.dsn, settings.data / "postgres"))
        try:
            record = stack.enter_context(SealRecord(settings.record))
            asked = _asked(policy)
        except (RecordError, PolicyError, OSError, ValueError) as error:
            raise SettingsError(str(error)) from error

        def sealer(ledger: str, connection: psycopg.Connection) -> Sealer:
            site = Site(settings.site / ledger)
            remote = [RemoteWitness(url, key) for url, key in asked]
            source = DatabaseSource(connection, ledger)
            simulated = ledger.endswith("-demo")
            return Sealer(ledger, source, record, site, keys[ledger], simulated, Witnesses(site, remote))

        yield Rounds(dsn, sorted(keys), sealer)


def _asked(policy: Path | None) -> list[tuple[str, VerifierKey]]:
    """The witnesses of a policy that have an address; ValueError where it is none."""
    lines = Policy.parse(policy.read_bytes()).witnesses.values() if policy else ()
    found = [(line.url, line.key) for line in lines if line.url is not None]
    for url, key in found:
        RemoteWitness(url, key)
    return found


class Rounds:
    """Round after round over some ledgers. One that cannot be sealed is said once and looked at again."""

    def __init__(self, dsn: str, ledgers: Sequence[str], sealer: Callable[[str, psycopg.Connection], Sealer]) -> None:
        self._dsn = dsn
        self._ledgers = ledgers
        self._make = sealer
        self.refused: dict[str, str] = {}

    def once(self) -> dict[str, Checkpoint]:
        """One round with heads, of each ledger.

        Raises:
            DatabaseUnavailable: no server answers.
        """
        with connect(self._dsn, "reader") as connection:
            return self._round({ledger: self._make(ledger, connection) for ledger in self._ledgers}, self._ledgers)

    def until(self, stop: threading.Event) -> None:
        """Rounds until told to stop; a database that is away is looked for again."""
        while not stop.is_set():
            with suppress(DatabaseUnavailable, psycopg.OperationalError), connect(self._dsn, "reader") as connection:
                connection.execute(f"LISTEN {ASKED}")
                sealers = {ledger: self._make(ledger, connection) for ledger in self._ledgers}
                while not stop.is_set():
                    asked = {note.payload for note in connection.notifies(timeout=ROUND, stop_after=1)}
                    self._round(sealers, asked)
            stop.wait(ROUND)

    def _round(self, sealers: dict[str, Sealer], with_heads: Sequence[str] | set[str]) -> dict[str, Checkpoint]:
        done = {}
        for ledger, sealer in sealers.items():
            try:
                done[ledger] = sealer.round(datetime.now(UTC), with_heads=ledger in with_heads)
                self.refused.pop(ledger, None)
            except SealRefused as refused:
                self._said(ledger, str(refused))
            except (OSError, sqlite3.OperationalError) as error:  # a full disk: what is undone is due in the next round
                self._said(ledger, f"{ledger}: the system refuses: {error}")
        return done

    def _said(self, ledger: str, why: str) -> None:
        if self.refused.get(ledger) != why:
            LOG.error("not sealed: %s", why)
        self.refused[ledger] = why


def keys_in(folder: Path, ledgers: Sequence[str] = ()) -> dict[str, list[SigningKey]]:
    """The signing keys in a folder by their ledgers, the newest last: `LEDGER.key`, then `LEDGER.2.key` and so on.

    Raises:
        SettingsError: a key cannot be read, or one is missing.
    """
    found: dict[str, list[SigningKey]] = {}
    for path in sorted(folder.glob("*.key"), key=lambda path: (path.name.count("."), len(path.name), path.name)):
        ledger = path.name.partition(".")[0]
        try:
            key = SigningKey.parse(path.read_text("ascii"))
        except (OSError, KeyFormError, UnicodeDecodeError) as error:
            raise SettingsError(f"{path}: {error}") from error
        if key.type == SIGNS and key.name == origin(ledger) and (not ledgers or ledger in ledgers):
            found.setdefault(ledger, []).append(key)
    if missing := sorted(set(ledgers) - set(found)):
        raise SettingsError(f"{folder} holds no key of {', '.join(missing)}; make one with: caseledger keys new LEDGER")
    return found
