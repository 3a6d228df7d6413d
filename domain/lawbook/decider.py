"""Opening a ledger and adopting law into it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain import errors
from domain.lawbook.events import CalendarAmended, CalendarPublished, LawbookFact, LedgerOpened, RegimeAdopted
from domain.lawbook.state import Lawbook


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


@dataclass(frozen=True, slots=True)
class AdoptCalendar:
    """Adopt the calendar that has come about through one more notice for `year`."""

    calendar: str
    digest: str
    notice: str
    year: int
    amends: bool


LawbookCommand = OpenLedger | AdoptRegime | AdoptCalendar


def decide(command: LawbookCommand, state: Lawbook) -> tuple[LawbookFact, ...]:
    """The facts that follow, or a refusal: a ledger opens once, a law is adopted once, a calendar never goes back."""
    match command:
        case OpenLedger(clock):
            if state.clock is not None:
                raise errors.LedgerAlreadyOpen
            return (LedgerOpened(clock),)
        case AdoptRegime(regime, digest, valid_from, valid_to, superior):
            if regime in state.regimes:
                raise errors.LawAlreadyAdopted(law=regime)
            return (RegimeAdopted(regime, digest, valid_from, valid_to, superior),)
        case AdoptCalendar(calendar, digest, notice, year, amends):
            if notice in state.notices:
                raise errors.LawAlreadyAdopted(law=notice)
            if state.calendar is not None and calendar < state.calendar:
                raise errors.CalendarGoesBack(calendar=calendar, adopted=state.calendar)
            kind = CalendarAmended if amends else CalendarPublished
            return (kind(calendar, digest, notice, year),)
