"""What the service says, as typed models. A case is shown from its state; lists come from the projections."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from api.asking import Read, Receipt, moment
from api.execute import Desk
from domain.calendar import Due
from domain.case import clocks
from domain.case.decider import unchecked
from domain.case.offers import Offer, offers
from domain.case.stage import stage
from domain.case.state import Case, Deadline
from domain.catalogue import short_name
from domain.glossary import zh
from domain.identity import Actor
from domain.regime.model import Label, Regime
from ledger.mapper import Envelope


class Shape(BaseModel):
    """A part of an answer."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


class ReceiptOut(Shape):
    """Proof of having recorded: keep it. `state` is `recorded` until a signed checkpoint covers the entry."""

    ledger: str
    case: str
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


class DeadlineOut(Shape):
    """A clock of the case."""

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


class CaseOut(Shape):
    """A case as of a day, as known at a moment, with what may be done next."""

    ledger: str
    case: str
    version: int
    simulated: bool
    as_of: date | None
    known_at: datetime | None
    regime: str
    supervisor: str
    subject: str
    stage: str
    stage_zh: str
    stage_en: str
    closed: bool
    documents: tuple[DocumentOut, ...]
    deadlines: tuple[DeadlineOut, ...]
    points: dict[str, str]
    superior_checks: tuple[str, ...]
    allowed_steps: tuple[OfferOut, ...]


class EntryOut(Shape):
    """An entry of the history. Free text is not in it: `sealed` names the fields whose text lies elsewhere."""

    position: int | None
    version: int
    type: str
    zh: str
    occurred_on: date
    recorded_at: datetime
    actor: dict[str, str | None]
    facts: dict[str, Any]
    sealed: tuple[str, ...]
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


def case_out(
    desk: Desk, id_: str, read: Read, who: Actor, as_of: date | None = None, known_at: datetime | None = None
) -> CaseOut:
    """A case as an answer to `who`; overdue and allowed as of `as_of`, else of the ledger's today."""
    today = as_of or desk.today()
    case, regime = read.case, read.law.regime
    opened = case.opened
    assert opened is not None
    now = stage(case, regime)
    return CaseOut(
        ledger=desk.log.ledger,
        case=id_,
        version=case.version,
        simulated=desk.log.simulated,
        as_of=as_of,
        known_at=known_at,
        regime=opened.regime,
        supervisor=opened.supervisor,
        subject=opened.subject,
        stage=now.stage,
        stage_zh=now.title.zh,
        stage_en=now.title.en,
        closed=case.closed,
        documents=tuple(_documents(case)),
        deadlines=tuple(_deadline(clock, regime, today) for clock in case.deadlines.values()),
        points=dict(case.points),
        superior_checks=tuple(superior.id for superior in unchecked(case, read.law, today)),
        allowed_steps=tuple(_offer(offer, regime) for offer in offers(case, read.law, who, today)),
    )


def why(desk: Desk, clock: Deadline) -> DueOut:
    """Why that date (为什么是这天): every day counted and skipped, under the calendar by which it was reckoned."""
    calendar = desk.laws.calendar_named(clock.reckoned.calendar)
    return DueOut.of(clocks.explain(calendar, clock), [clock.article])


def _documents(case: Case) -> Iterator[DocumentOut]:
    for id_, document in case.documents.items():
        issued = document.issued
        yield DocumentOut(
            document=id_,
            instrument=issued.instrument,
            number=issued.number,
            kind=issued.kind,
            about=issued.about,
            issued_on=document.issued_on,
            receipts=dict(document.receipts),
            in_effect=document.in_effect,
            ended=document.ended,
            defects=tuple(f"{defect.code} {defect.article}" for defect in issued.defects),
        )


def _deadline(clock: Deadline, regime: Regime, today: date) -> DeadlineOut:
    title, reckoned = regime.deadlines[clock.name].title, clock.reckoned
    return DeadlineOut(
        deadline=clock.id,
        title_zh=title.zh,
        title_en=title.en,
        holder=clock.holder,
        nature=clock.nature,
        article=clock.article,
        trigger_on=clock.trigger_on,
        due=reckoned.due,
        nominal=reckoned.nominal,
        earliest=reckoned.earliest,
        latest=reckoned.latest,
        status="provisional" if reckoned.provisional else "firm",
        state=clock.state,
        overdue=clock.overdue(today),
        met_on=clock.met_on,
        cancelled=clock.cancelled,
        late=clock.late,
        lapsed=clock.lapsed,
        calendar=reckoned.calendar,
        points=clock.points,
        readings_zh=tuple(_reading(point, regime, lambda label: label.zh) for point in clock.points),
        readings_en=tuple(_reading(point, regime, lambda label: label.en) for point in clock.points),
    )


def _reading(taken: str, regime: Regime, language: Callable[[Label], str]) -> str:
    """The reading taken of an open point, as question and answer."""
    name, _, option = taken.partition("=")
    point = regime.open_points[name]
    return f"{language(point.question)} {language(point.options[option])}"


def _offer(offer: Offer, regime: Regime) -> OfferOut:
    refusal = offer.refusal
    quoted = None
    if refusal is not None and refusal.article is not None:
        quote = regime.quote(refusal.article)
        quoted = f"{quote.label_zh}：{quote.text}"
    return OfferOut(
        step=offer.step,
        kind=offer.kind,
        zh=zh(f"step.{offer.step}") + (f"（{regime.decision_kinds[offer.kind].name.zh}）" if offer.kind else ""),
        about=offer.about,
        allowed=refusal is None,
        modality=offer.modality,
        article=offer.article,
        asks=offer.asks,
        code=refusal.code if refusal else None,
        why_zh=refusal.sentence_zh if refusal else None,
        why_en=refusal.sentence_en if refusal else None,
        refused_by=refusal.article if refusal else None,
        quote=quoted,
    )


def entry_out(envelope: Envelope, plain: dict[str, Any], sealed: Sequence[str]) -> EntryOut:
    """An entry as an answer; `plain` is its fact as plain data."""
    actor = envelope.actor
    return EntryOut(
        position=envelope.position,
        version=envelope.originator_version,
        type=envelope.type,
        zh=zh(f"case.{short_name(envelope.fact)}"),
        occurred_on=envelope.occurred_on,
        recorded_at=moment(envelope),
        actor={"person": actor.person, "organ": actor.organ, "role": actor.role, "certificate": actor.certificate},
        facts=plain,
        sealed=tuple(sealed),
        basis=envelope.basis,
        leaf=envelope.leaf.hex() if envelope.leaf else "",
    )
