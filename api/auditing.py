"""Auditing a ledger of this installation: what was signed is checked first, then every entry is followed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from api.exporting import ledger_named
from api.settings import Settings
from ledger import access, erased, laws
from ledger.audit import Progress, Signed, audit
from ledger.bundle import Bundle
from ledger.entry import EntryError, parse
from ledger.export import rotations
from ledger.faults import Fault
from ledger.postgres.connect import connect
from ledger.postgres.embedded import resolve
from ledger.proof.chain import Chain
from ledger.proof.checkpoint import Checkpoint, Heads
from ledger.proof.note import Note
from ledger.proof.policy import Policy
from ledger.sealing.beside import LENGTH, Beside
from ledger.sealing.record import Sealed, SealRecord
from ledger.sealing.site import Site
from ledger.sealing.source import DatabaseSource
from ledger.verify.keys import trusted
from ledger.verify.signatures import by_log, sealed
from ledger.verify.verdict import Verdict, Wrong

WORTH: Final = 4 * LENGTH
"""Entries from which on it is worth starting other processes."""


@dataclass(frozen=True, slots=True)
class Audited:
    """What came out of an audit, of how many entries followed, in how many seconds."""

    verdict: Verdict
    followed: int
    seconds: float
    unsealed: int = 0  # the newest entries, over which nobody has signed yet
    undigested: int = 0  # rows of the record of accesses that no digest covers yet
    undigested_since: datetime | None = None

    @property
    def rate(self) -> int:
        """Entries a second."""
        return round(self.followed / self.seconds) if self.seconds else 0


def audited(
    settings: Settings,
    ledger: str | None,
    policy: Policy,
    since: Sequence[Note],
    kept: Path | None,
    told: Callable[[int, int], None],
    processes: int = 1,
) -> Audited:
    """Audit one ledger.

    Args:
        settings: where database and published folder are.
        ledger: which, None for the only one.
        policy: whose signatures count.
        since: checkpoints that the reader brings along.
        kept: the file in which progress is kept; None keeps none.
        told: how far it is, and how far it has to go.
        processes: how many go through it side by side; a short way is gone alone.

    Raises:
        RecordError: the file for the progress cannot be used.
        LedgerMissing: there is none, or there are several and none is named.
        DatabaseUnavailable: no server answers.
    """
    with ExitStack() as stack:
        dsn = stack.enter_context(resolve(settings.dsn, settings.data / "postgres"))
        connection = stack.enter_context(connect(dsn, "reader"))
        name = ledger_named(connection, ledger)
        record = stack.enter_context(SealRecord(kept)) if kept is not None else None
        source, site = DatabaseSource(connection, name), Site(settings.site / name)
        end = source.size()
        verdict = Verdict(name, None, end)
        signed = _signed(site, _trusted(source, site, end, policy), since, verdict)
        progress = _begun(record, name, signed)
        size = progress.chain.size

        def keep(at: Progress, moved: set[str]) -> None:
            if record is not None and at.damaged is None:  # else the next audit would begin behind what is wrong
                heads = at.chain.heads
                record.advance(Sealed(at.chain, at.frontier), {s: heads[s] for s in map(str.encode, moved)})
            told(at.chain.size, end)

        began = time.monotonic()
        many = processes > 1 and end - size >= WORTH
        segments = stack.enter_context(Beside(dsn, name, processes)) if many else None
        verdict.run("ledger", lambda: audit(source, site, signed, progress, keep, segments))
        seconds = time.monotonic() - began
        verdict.run("accesses", lambda: access.check(name, _readable(source.typed(access.DIGESTED)), source))
        verdict.run("erasures", lambda: erased.check(_readable(source.typed(erased.ERASED)), source))
        verdict.run("law", lambda: laws.check(_readable(source.recording(laws.ADOPTED)), source))
        unsealed = end - (signed.checkpoint.size if signed.checkpoint is not None else 0)
        digested = next((check.count for check in verdict.checks if check.name == "accesses"), 0)
        return Audited(
            verdict, progress.chain.size - size, seconds, max(unsealed, 0), *source.accesses_beyond(digested)
        )


def _signed(site: Site, policy: Policy, since: Sequence[Note], verdict: Verdict) -> Signed:
    """What is published and brought along, as far as its signatures hold; where they do not, the verdict says so."""
    checkpoint, heads = site.note("checkpoint"), site.note("heads")
    found: list[Note] = []

    def check() -> int:
        if checkpoint is None or heads is None:
            raise Wrong("nothing-published", folder=site.folder)
        count = sealed(checkpoint, verdict.ledger, policy, verdict)
        for note in (heads, *since):
            by_log(note, verdict.ledger, policy)
        found.extend((checkpoint, heads, *since))
        return count

    verdict.run("checkpoint", check)
    if not found:
        return Signed()
    first, second, *rest = found
    return Signed(
        Checkpoint.parse(first.text),
        Heads.parse(second.text),
        tuple(Checkpoint.parse(note.text) for note in rest),
    )


def _readable(entries: Iterable[bytes]) -> Iterator[bytes]:
    """The entries that are some; of what stands in the place of one, the way through the ledger has told."""
    for entry in entries:
        try:
            parse(entry)
        except EntryError:
            continue
        yield entry


def _trusted(source: DatabaseSource, site: Site, end: int, policy: Policy) -> Policy:
    """The policy with the keys that the ledger has changed to; a change that cannot be proved hands on nothing."""
    try:
        changed = dict(rotations(source, site, end))
    except Fault:
        return policy
    return trusted(Bundle(source.ledger, "ledger", end, changed), policy)


def _begun(record: SealRecord | None, ledger: str, signed: Signed) -> Progress:
    """Where an audit begins, or goes on: anew where something was signed of which only the way up to it tells."""
    state = record.of(ledger) if record is not None else None
    sizes = [at.size for at in (signed.checkpoint, signed.heads, *signed.since) if at is not None]
    if record is None or state is None or state.chain.size > min(sizes, default=0):
        if record is not None:
            record.forget(ledger)
        return Progress(Chain(ledger))
    return Progress(state.chain, state.frontier)
