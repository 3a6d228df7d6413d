"""The facts of 法定义务: the storage format, see `procedure.facts`.

That an obligation was met, met late or missed is not told twice: the shared `deadline-met` (with `late`) and
`deadline-lapsed` say so of its clock, and follow when a date is corrected. What has no date has only what was done.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from domain.identity import Sealed
from domain.procedure.facts import Fact


@dataclass(frozen=True, slots=True)
class ObligationArisen:
    """Somebody owes `duty` under the regime: `subject`, or the keeper of the file where it is None.

    `trigger_on` is the day from which the text counts: of the occasion, or the first day of the year or cycle.
    """

    regime: str
    regime_digest: str
    supervisor: str
    duty: str
    subject: str | None = None
    trigger_on: date | None = None
    occasion: str | None = None
    ground: str | None = None
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class ObligationFulfilled:
    """A part of it was done on a day, or so much of it; `reference` names the file or document that shows it."""

    part: str
    done_on: date
    reference: str | None = None
    amount: int | None = None
    sent_to: str | None = None
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class ObligationWaived:
    """It is not owed any more, though it was not discharged: the organ was dissolved, the text repealed."""

    approver: str
    reason: Sealed | None = None


@dataclass(frozen=True, slots=True)
class MissReferred:
    """The miss was taken up elsewhere: `to` names the file, `ground` the item of the text that it falls under."""

    to: str
    ground: str | None = None
    note: Sealed | None = None


FACTS: Final[Mapping[str, type[Fact]]] = MappingProxyType(
    {
        "arisen/1": ObligationArisen,
        "fulfilled/1": ObligationFulfilled,
        "waived/1": ObligationWaived,
        "miss-referred/1": MissReferred,
    }
)
