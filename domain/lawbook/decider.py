"""Opening a ledger, adopting law into it, and what befalls it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from domain import errors
from domain.identity import Sealed
from domain.lawbook.events import (
    AccessDigest,
    CalendarAmended,
    CalendarPublished,
    ErasurePerformed,
    KeyRotated,
    LawbookFact,
    LedgerOpened,
    RecoveryRecorded,
    RegimeAdopted,
    RegimeAmended,
    RegimeRepealed,
)
from domain.lawbook.state import Lawbook

_NUMBER: Final = "[0-9〇零一二三四五六七八九十百千]{1,9}"
LEGAL_BASIS: Final = re.compile(
    rf"《[^《》\s]{{2,60}}》第{_NUMBER}条(之{_NUMBER})?(第{_NUMBER}款)?(第[（(]?{_NUMBER}[)）]?项)?"
)
"""A law by its title and an article, paragraph, item of it: all that an erasure says of its reason."""


@dataclass(frozen=True, slots=True)
class OpenLedger:
    """Start a ledger whose time is real (`wall`) or given by the caller (`simulated`)."""

    clock: str


@dataclass(frozen=True, slots=True)
class AdoptRegime:
    regime: str
    digest: str
    valid_from: date
    valid_to: date | None
    superior: bool
    today: date
    published_on: date | None = None


@dataclass(frozen=True, slots=True)
class RepealRegime:
    """Open no file under a regulation after `last_day`."""

    regime: str
    last_day: date


@dataclass(frozen=True, slots=True)
class AdoptCalendar:
    """Adopt the calendar that has come about through one more notice for `year`."""

    calendar: str
    digest: str
    notice: str
    year: int
    amends: bool
    notified_on: date
    today: date


@dataclass(frozen=True, slots=True)
class RecordRecovery:
    """Let the sealer go on where the ledger is not what it signed: `by` whom, approved by another person."""

    size: int
    root: str
    position: int
    by: str
    approver: str
    reason: Sealed


@dataclass(frozen=True, slots=True)
class RotateKey:
    """Let another key seal the ledger: the old has signed it (`signature`), `by` whom, approved by another person."""

    old: str
    new: str
    signature: str
    by: str
    approver: str


@dataclass(frozen=True, slots=True)
class PerformErasure:
    """Destroy the sealed texts in these `fields` of a stream: `by` whom, approved by another person."""

    stream: str
    fields: tuple[str, ...]
    legal_basis: str
    by: str
    approver: str


@dataclass(frozen=True, slots=True)
class DigestAccesses:
    """Say the digest of the next rows of the record of accesses."""

    first: int
    count: int
    digest: str


LawbookCommand = (
    OpenLedger
    | AdoptRegime
    | RepealRegime
    | AdoptCalendar
    | RecordRecovery
    | RotateKey
    | PerformErasure
    | DigestAccesses
)


def decide(command: LawbookCommand, state: Lawbook) -> tuple[LawbookFact, ...]:
    """The facts that follow, or a refusal: a ledger opens once, a calendar never goes back, law is published first.

    What was repealed stays as it was.
    """
    match command:
        case OpenLedger(clock):
            if state.clock is not None:
                raise errors.LedgerAlreadyOpen
            return (LedgerOpened(clock),)
        case AdoptRegime(regime, digest, valid_from, valid_to, superior, today, published_on):
            if published_on is not None and published_on > today:
                raise errors.NotYetPublished(law=regime, day=published_on, today=today)
            if regime in state.repealed:  # a text that is to be in force again is a version of its own
                raise errors.LawAlreadyRepealed(law=regime, day=state.repealed[regime])
            held = state.regimes.get(regime)
            if held is not None and held.digest == digest:
                raise errors.LawAlreadyAdopted(law=regime)
            if held is not None:
                return (RegimeAmended(regime, digest, held.digest, valid_from, valid_to, superior),)
            return (RegimeAdopted(regime, digest, valid_from, valid_to, superior),)
        case RepealRegime(regime, last_day):
            if regime not in state.regimes:
                raise errors.LawNotAdopted(law=regime)
            if regime in state.repealed:
                raise errors.LawAlreadyRepealed(law=regime, day=state.repealed[regime])
            if last_day < state.regimes[regime].valid_from:
                raise errors.RepealTooEarly(law=regime, day=last_day, since=state.regimes[regime].valid_from)
            return (RegimeRepealed(regime, last_day),)
        case AdoptCalendar(calendar, digest, notice, year, amends, notified_on, today):
            if notified_on > today:
                raise errors.NotYetPublished(law=notice, day=notified_on, today=today)
            if notice in state.notices:
                raise errors.LawAlreadyAdopted(law=notice)
            if state.calendar is not None and calendar < state.calendar:
                raise errors.CalendarGoesBack(calendar=calendar, adopted=state.calendar)
            kind = CalendarAmended if amends else CalendarPublished
            return (kind(calendar, digest, notice, year),)
        case RecordRecovery(size, root, position, by, approver, reason):
            if approver == by:
                raise errors.OwnApproval
            return (RecoveryRecorded(size, root, position, approver, reason),)
        case RotateKey(old, new, signature, by, approver):
            if approver == by:
                raise errors.OwnApproval
            return (KeyRotated(old, new, signature, approver),)
        case PerformErasure(stream, fields, legal_basis, by, approver):
            if approver == by:
                raise errors.OwnApproval
            if not LEGAL_BASIS.fullmatch(legal_basis):
                raise errors.NoLegalBasis(given=legal_basis)
            if not fields:
                raise errors.NothingToErase(stream=stream)
            return (ErasurePerformed(stream, fields, legal_basis, approver),)
        case DigestAccesses(first, count, digest):
            if first != state.accesses or count < 1:
                raise errors.AccessesMoved(first=first, digested=state.accesses)
            return (AccessDigest(first, count, digest),)
