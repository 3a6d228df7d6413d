"""Which law a ledger has adopted, folded from stream `ledger`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, assert_never

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


@dataclass(frozen=True, slots=True)
class Lawbook:
    """The law of a ledger (法规库): the newest calendar and every adopted regime, each by digest."""

    clock: str | None = None
    calendar: str | None = None
    calendar_digest: str | None = None
    notices: tuple[str, ...] = ()
    regimes: Mapping[str, RegimeAdopted | RegimeAmended] = field(default_factory=dict)
    repealed: Mapping[str, date] = field(default_factory=dict)  # and their last days
    erased: Mapping[str, frozenset[str]] = field(default_factory=dict)  # the fields of each stream, `3.reason`
    accesses: int = 0  # how many rows of the record of accesses have a digest in the ledger

    @property
    def superiors(self) -> tuple[RegimeAdopted | RegimeAmended, ...]:
        """The adopted superior regulations (上位法)."""
        return tuple(regime for regime in self.regimes.values() if regime.superior)


INITIAL: Final = Lawbook()


def evolve(state: Lawbook, fact: LawbookFact) -> Lawbook:
    """Fold one fact of stream `ledger`."""
    match fact:
        case LedgerOpened(clock):
            return replace(state, clock=clock)
        case RegimeAdopted(regime) | RegimeAmended(regime):
            return replace(state, regimes={**state.regimes, regime: fact})
        case RegimeRepealed(regime, last_day):
            return replace(state, repealed={**state.repealed, regime: last_day})
        case CalendarPublished() | CalendarAmended():
            return replace(
                state,
                calendar=fact.calendar,
                calendar_digest=fact.digest,
                notices=(*state.notices, fact.notice),
            )
        case RecoveryRecorded() | KeyRotated():
            return state
        case ErasurePerformed(stream, fields):
            gone = state.erased.get(stream, frozenset()) | set(fields)
            return replace(state, erased={**state.erased, stream: gone})
        case AccessDigest(first, count):
            return replace(state, accesses=first + count)
        case _:
            assert_never(fact)
