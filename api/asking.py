"""What is asked of a desk and what it answers: the step as somebody asks for it, the receipt, the file as read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from api.failures import ClockWrong, EntryTooLarge, Failure, KeyReused, Malformed, StaleCase
from domain.identity import Actor
from domain.procedure import recorded
from domain.procedure.happening import Happening
from domain.procedure.recorded import Recorded
from domain.procedure.state import File
from domain.regime.law import Law
from ledger import canonical, requests
from ledger.hashing import digest
from ledger.mapper import Envelope
from ledger.requests import Appended, Outcome, Stale

PLACE: Final = recorded.PLACE


@dataclass(frozen=True, slots=True)
class Sources:
    """Where time, ids and chance come from: here and nowhere else."""

    now: Callable[[], datetime]
    new_id: Callable[[], str]
    chance: Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class Ask:
    """A step as somebody asks for it.

    `key` makes repeating it harmless; `seen` is the version of the file that the person looked at, None when nobody
    looked (a system, a played history); `on` is the legal day, None for today; `at` is the moment of recording, which
    only a simulated ledger lets the caller name.
    """

    stream: str  # of the file: `case/7`, `lead/3`
    step: str
    data: Mapping[str, Any]
    actor: Actor
    key: str
    seen: int | None = None
    on: date | None = None
    at: datetime | None = None
    done_before: bool = False
    late_reason: str | None = None
    regime: str | None = None  # the regulation a file is opened under

    @property
    def kind(self) -> str:
        """The kind of proceeding."""
        return self.stream.partition("/")[0]

    @property
    def id(self) -> str:
        """The id of the file among those of its kind."""
        return self.stream.partition("/")[2]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the asker gets: where the facts lie, and how safe they are (`recorded`, later `sealed`, `witnessed`)."""

    ledger: str
    kind: str
    id: str
    position: int
    version: int
    leaves: tuple[str, ...]
    recorded_at: datetime
    facts: tuple[str, ...]
    created: str | None = None
    number: str | None = None
    replayed: bool = False
    state: str = "recorded"


@dataclass(frozen=True, slots=True)
class Read:
    """A file as read from the log, with the law it stands under and those that it stood under before."""

    file: File
    law: Law
    earlier: tuple[Law, ...] = ()

    def quote(self, article: str) -> str | None:
        """The wording of a citation, from whichever of these laws holds the text; None where none does."""
        for law in (self.law, *self.earlier):
            with suppress(LookupError, ValueError):
                return law.regime.quote(article).text
        return None


def scoped(actor: Actor, key: str) -> bytes:
    """An idempotency key as the log knows it: within its actor's scope."""
    return digest(f"{actor.organ}\n{actor.person}\n{key}".encode())


def legal_day(moment: datetime) -> date:
    """The legal day of a moment, in Asia/Shanghai."""
    return recorded.legal_day(moment)


def moment(entry: Envelope) -> datetime:
    """When an entry that was read had been recorded."""
    assert entry.recorded_at is not None
    return entry.recorded_at


def failure(outcome: Outcome) -> Failure:
    """What the pen's answer means for the one who asked."""
    match outcome:
        case Stale(_, expected, actual):
            return StaleCase(expected=expected, actual=actual)
        case requests.KeyReused():
            return KeyReused()
        case requests.TooLarge():
            return EntryTooLarge()
        case requests.ClockWrong():
            return ClockWrong()
        case requests.Malformed(why):
            return Malformed(why=why)
        case Appended():
            raise AssertionError("an appended request is no failure")


def happening(entry: Envelope) -> Happening:
    """What a fold needs of an entry."""
    return Happening(entry.originator_version, entry.occurred_on, entry.fact)


def as_recorded(entry: Envelope) -> Recorded:
    """An entry as reports and read models see it."""
    assert entry.position is not None
    return Recorded(
        entry.originator_id,
        entry.originator_version,
        entry.position,
        moment(entry),
        entry.occurred_on,
        entry.actor,
        entry.basis,
        entry.fact,
        entry.request,
        entry.late_reason is not None,
    )


def content(ask: Ask) -> dict[str, Any]:
    """What makes two requests under one key the same: all that the asker said.

    The version seen is not part of it: who lost the answer looks again, and then asks the same with another version.
    """
    said = {
        "file": ask.stream,
        "step": ask.step,
        "data": _jsonable(ask.data),
        "on": _jsonable(ask.on),
        "done_before": ask.done_before,
        "late_reason": _jsonable(ask.late_reason),
        "regime": ask.regime,
    }
    return {name: value for name, value in said.items() if value is not None}


def _jsonable(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _jsonable(part) for name, part in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_jsonable(part) for part in value]
    if isinstance(value, date):
        return value.isoformat()
    return canonical.nfc(value) if isinstance(value, str) else value
