"""The parts of an answer, as typed models: what the interface describes and the command line prints as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from api.asking import Receipt
from domain.calendar import Due


class Shape(BaseModel):
    """A part of an answer."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


class OfFile(Shape):
    """What is answered of one file: of which ledger, kind and id it is; `simulated` if its times were given (模拟)."""

    ledger: str
    kind: str
    id: str
    simulated: bool


class AtTimes(OfFile):
    """The same of a file in both times; `day` is the day that its clocks are judged by."""

    as_of: date | None
    known_at: datetime | None
    day: date
    version: int


class ReceiptOut(Shape):
    """Proof of having recorded: keep it. `state` is `recorded` until a signed checkpoint covers the entry."""

    ledger: str
    kind: str
    id: str
    position: int
    version: int
    leaves: tuple[str, ...]
    recorded_at: datetime
    facts: tuple[str, ...]
    created: str | None
    number: str | None
    replayed: bool
    state: str

    @classmethod
    def of(cls, receipt: Receipt) -> ReceiptOut:
        """The receipt of the desk."""
        return cls.model_validate(receipt)


class EvidenceOut(Shape):
    """Evidence that is kept: its SHA-256 in hexadecimal, which `register-evidence` names, and its length in bytes."""

    digest: str
    size: int


class DeadlineOut(Shape):
    """A clock of the file."""

    deadline: str
    title_zh: str
    title_en: str
    holder: str
    nature: str
    article: str
    trigger_on: date
    due: date
    nominal: date
    earliest: date
    latest: date
    status: str
    state: str
    overdue: bool
    met_on: date | None
    cancelled: str | None
    late: bool
    lapsed: bool
    calendar: str
    points: tuple[str, ...]
    readings_zh: tuple[str, ...]
    readings_en: tuple[str, ...]


class OfferOut(Shape):
    """A step, open or not; if not, why, and under which article."""

    step: str
    kind: str | None
    zh: str
    about: str | None
    allowed: bool
    modality: str
    article: str
    asks: tuple[str, ...]
    code: str | None = None
    why_zh: str | None = None
    why_en: str | None = None
    refused_by: str | None = None
    quote: str | None = None


class DocumentOut(Shape):
    """An issued document."""

    document: str
    instrument: str
    number: str
    kind: str | None
    about: str | None
    issued_on: date
    receipts: dict[str, date]
    in_effect: bool
    ended: str | None
    defects: tuple[str, ...]


class DoubtOut(Shape):
    """A step that would have been refused, had the right values been known: flagged, never undone."""

    version: int
    zh: str
    code: str
    article: str
    quote: str | None


class CaseOut(Shape):
    """A file as of a day, as known at a moment, with what may be done next."""

    ledger: str
    kind: str
    id: str
    version: int
    simulated: bool
    as_of: date | None
    known_at: datetime | None
    regime: str
    supervisor: str
    subject: str | None
    stage: str
    stage_zh: str
    stage_en: str
    closed: bool
    documents: tuple[DocumentOut, ...]
    deadlines: tuple[DeadlineOut, ...]
    points: dict[str, str]
    superior_checks: tuple[str, ...]
    doubts: tuple[DoubtOut, ...]
    allowed_steps: tuple[OfferOut, ...]


class CorrectionOut(Shape):
    """What a later entry, `version`, puts in the place of a value (更正)."""

    field: str
    was: str
    now: str
    version: int


class EntryOut(Shape):
    """An entry of the history as it was recorded, with the corrections of it known by then.

    Free text is not in it: `sealed` names the fields whose text lies elsewhere, `erased` those whose text is destroyed.
    """

    position: int | None
    version: int
    type: str
    zh: str
    occurred_on: date
    recorded_at: datetime
    actor: dict[str, str | None]
    facts: dict[str, Any]
    sealed: tuple[str, ...]
    erased: tuple[str, ...] = ()
    corrections: tuple[CorrectionOut, ...]
    basis: tuple[str, ...]
    leaf: str


class DayOut(Shape):
    """A day of a period."""

    date: date
    counted: bool
    why: str
    why_en: str


class DueOut(Shape):
    """When a period ends, and the account of every day."""

    due: date
    nominal: date
    status: str
    earliest: date
    latest: date
    calendar: str
    days: tuple[DayOut, ...]
    cite: tuple[str, ...]

    @classmethod
    def of(cls, end: Due, cite: Sequence[str] = ()) -> DueOut:
        """The account of a computed end."""
        days = tuple(DayOut(date=d.date, counted=d.counted, why=d.why_zh, why_en=d.why_en) for d in end.days)
        return cls(
            due=end.due,
            nominal=end.nominal,
            status=end.status,
            earliest=end.earliest,
            latest=end.latest,
            calendar=end.calendar,
            days=days,
            cite=tuple(cite),
        )
