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

from api.inputs import policy_in, signing_key_in
from api.settings import Settings, SettingsError
from ledger.faults import Fault
from ledger.postgres.connect import DatabaseUnavailable, connect
from ledger.postgres.embedded import resolve
from ledger.proof.checkpoint import Checkpoint, origin
from ledger.proof.note import SIGNS, SigningKey, VerifierKey
from ledger.sealing.cosign import RemoteWitness, Witnesses
from ledger.sealing.record import SealRecord
from ledger.sealing.sealer import Sealer
from ledger.sealing.site import Site
from ledger.sealing.source import DatabaseSource
from ledger.sealing.stamp import Stamp

ROUND: Final = 1.0
"""Seconds between two rounds."""

ASKED: Final = "caseledger_seal"
"""The channel on which an export asks for a round with heads; the message is the ledger."""

LOG: Final = logging.getLogger("caseledger.seal")


@contextmanager
def sealing(
    settings: Settings, ledgers: Sequence[str], policy: Path | None = None, stamp: Sequence[str] = ()
) -> Iterator[Rounds]:
    """The sealers of the ledgers named, or of all that there is a key for.

    Raises:
        SettingsError: there is no key.
        FileFault: a key or the policy cannot be read.
        AddressError: a witness in the policy has an address that is none.
        RecordError: the record is in use, or is none.
        DatabaseUnavailable: no server answers.
    """
    keys, asked = keys_in(settings.keys, ledgers), _asked(policy)
    if not keys:
        raise SettingsError("keys-none", folder=settings.keys)
    with ExitStack() as stack:
        dsn = stack.enter_context(resolve(settings.dsn, settings.data / "postgres"))
        record = stack.enter_context(SealRecord(settings.record))

        def sealer(ledger: str, connection: psycopg.Connection) -> Sealer:
            site = Site(settings.site / ledger)
            remote = [RemoteWitness(url, key) for url, key in asked]
            source = DatabaseSource(connection, ledger)
            simulated = ledger.endswith("-demo")
            made = Sealer(ledger, source, record, site, keys[ledger], simulated, Witnesses(site, remote))
            if stamp:
                made.stamp = Stamp(stamp)
            return made

        yield Rounds(dsn, sorted(keys), sealer)


def _asked(policy: Path | None) -> list[tuple[str, VerifierKey]]:
    """The witnesses of a policy that have an address; AddressError where it is none."""
    lines = policy_in(policy).witnesses.values() if policy else ()
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
        self.refused: dict[str, Fault] = {}

    def once(self) -> dict[str, Checkpoint]:
        """One round with heads, of each ledger; `refused` says of which there was none.

        Raises:
            DatabaseUnavailable: no server answers.
        """
        with connect(self._dsn, "reader") as connection:
            sealers = {ledger: self._make(ledger, connection) for ledger in self._ledgers}
            return self._round(sealers, self._ledgers, log=False)

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

    def _round(
        self, sealers: dict[str, Sealer], with_heads: Sequence[str] | set[str], *, log: bool = True
    ) -> dict[str, Checkpoint]:
        done = {}
        for ledger, sealer in sealers.items():
            try:
                done[ledger] = sealer.round(datetime.now(UTC), with_heads=ledger in with_heads)
                self.refused.pop(ledger, None)
            except Fault as refused:  # what another ledger is refused for is nothing to the others
                self._said(ledger, refused, log=log)
            except (OSError, sqlite3.OperationalError) as error:  # a full disk: what is undone is due in the next round
                self._said(ledger, Fault("system-refuses-round", ledger=ledger, why=error), log=log)
        return done

    def _said(self, ledger: str, refused: Fault, *, log: bool) -> None:
        if log and str(refused) != str(self.refused.get(ledger)):
            LOG.error("未封存 not sealed: %s", refused.line)
        self.refused[ledger] = refused


def keys_in(folder: Path, ledgers: Sequence[str] = ()) -> dict[str, list[SigningKey]]:
    """The signing keys in a folder by their ledgers, the newest last: `LEDGER.key`, then `LEDGER.2.key` and so on.

    Raises:
        SettingsError: one is missing.
        FileFault: one cannot be read.
    """
    found: dict[str, list[SigningKey]] = {}
    for path in sorted(folder.glob("*.key"), key=lambda path: (path.name.count("."), len(path.name), path.name)):
        ledger = path.name.partition(".")[0]
        key = signing_key_in(path)
        if key.type == SIGNS and key.name == origin(ledger) and (not ledgers or ledger in ledgers):
            found.setdefault(ledger, []).append(key)
    if missing := sorted(set(ledgers) - set(found)):
        raise SettingsError("key-missing", folder=folder, ledgers=", ".join(missing))
    return found
