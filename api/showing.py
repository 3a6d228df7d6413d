"""What the service says of a file: shown from its state and its entries; lists come from the projections."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date, datetime
from typing import Final

from api.asking import Read, legal_day, moment
from api.execute import Desk
from api.shapes import CaseOut, CorrectionOut, DeadlineOut, DocumentOut, DoubtOut, DueOut, EntryOut, OfferOut
from domain.catalogue import short_name
from domain.glossary import zh
from domain.identity import Actor
from domain.procedure import clocks
from domain.procedure.deadline import Deadline
from domain.procedure.doubts import standing
from domain.procedure.facts import Doubt, EntryCorrected
from domain.procedure.house import unchecked
from domain.procedure.offers import Offer, offers
from domain.procedure.stage import stage
from domain.procedure.state import File
from domain.regime.conditions import Label
from domain.regime.model import Procedure, Regime
from ledger.mapper import Envelope

SEALED: Final = "sealed"
"""What stands for somebody who is not named."""


def case_out(
    desk: Desk,
    stream: str,
    read: Read,
    who: Actor,
    nameless: Collection[object],
    as_of: date | None = None,
    known_at: datetime | None = None,
) -> CaseOut:
    """A file as an answer to `who`; overdue and allowed as of `as_of`, else of the day of `known_at`, else of today.

    None of the `nameless` is named in it.
    """
    today = as_of or (legal_day(known_at) if known_at else desk.today())
    file, regime = read.file, read.law.regime
    opened = file.opened
    assert opened is not None
    now, rules = stage(file, regime), read.law.rules(file.kind.name)
    return CaseOut(
        ledger=desk.log.ledger,
        kind=file.kind.name,
        id=stream.partition("/")[2],
        version=file.version,
        simulated=desk.log.simulated,
        as_of=as_of,
        known_at=known_at,
        regime=regime.id,
        supervisor=opened.supervisor,
        subject=opened.subject,
        stage=now.stage,
        stage_zh=now.title.zh,
        stage_en=now.title.en,
        closed=file.closed,
        documents=tuple(_documents(file, nameless)),
        deadlines=tuple(_deadline(clock, read, rules, today, nameless) for clock in file.deadlines.values()),
        points=dict(file.points),
        doubts=tuple(_doubt(doubt, read) for doubt in standing(file)),
        superior_checks=tuple(superior.id for superior in unchecked(file, read.law, today)),
        allowed_steps=tuple(_offer(offer, regime) for offer in offers(file, read.law, who, today)),
    )


def why(desk: Desk, clock: Deadline) -> DueOut:
    """Why that date (为什么是这天): every day counted and skipped, under the calendar by which it was reckoned."""
    calendar = desk.laws.calendar_named(clock.reckoned.calendar)
    return DueOut.of(clocks.explain(calendar, clock), [clock.article])


def _documents(file: File, nameless: Collection[object]) -> Iterator[DocumentOut]:
    for id_, document in file.documents.items():
        issued = document.issued
        yield DocumentOut(
            document=id_,
            instrument=issued.instrument,
            number=issued.number,
            kind=issued.kind,
            about=issued.about,
            issued_on=document.issued_on,
            receipts={SEALED if to in nameless else to: day for to, day in document.receipts.items()},
            in_effect=document.in_effect,
            ended=document.ended,
            defects=tuple(f"{defect.code} {defect.article}" for defect in issued.defects),
        )


def _doubt(doubt: Doubt, read: Read) -> DoubtOut:
    file = read.file
    fact = next(happening.fact for happening in file.log if happening.version == doubt.version)
    return DoubtOut(
        version=doubt.version,
        zh=zh(f"{file.kind.name}.{short_name(fact)}"),
        code=doubt.code,
        article=doubt.article,
        quote=read.quote(doubt.article) if ":" in doubt.article else None,
    )


def _deadline(clock: Deadline, read: Read, rules: Procedure, today: date, nameless: Collection[object]) -> DeadlineOut:
    title, reckoned = rules.title_of(clock.name), clock.reckoned
    return DeadlineOut(
        deadline=clock.id,
        title_zh=title.zh,
        title_en=title.en,
        holder=SEALED if clock.holder in nameless else clock.holder,
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
        readings_zh=tuple(_reading(point, read, lambda label: label.zh) for point in clock.points),
        readings_en=tuple(_reading(point, read, lambda label: label.en) for point in clock.points),
    )


def _reading(taken: str, read: Read, language: Callable[[Label], str]) -> str:
    """The reading taken of an open point, as question and answer: of the present law, or of one the file left."""
    name, _, option = taken.partition("=")
    for law in (read.law, *read.earlier):
        point = law.regime.open_points.get(name)
        if point is not None and option in point.options:
            return f"{language(point.question)} {language(point.options[option])}"
    return taken


def _offer(offer: Offer, regime: Regime) -> OfferOut:
    refusal = offer.refusal
    quoted = None
    if refusal is not None and refusal.article is not None:
        quote = regime.quote(refusal.article)
        quoted = f"{quote.label_zh}：{quote.text}"
    return OfferOut(
        step=offer.step,
        kind=offer.kind,
        zh=zh(f"step.{offer.step}") + (f"（{_kind_name(offer, regime)}）" if offer.kind else ""),
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


def _kind_name(offer: Offer, regime: Regime) -> str:
    kind = offer.kind or ""
    return (regime.decision_kinds[kind] if kind in regime.decision_kinds else regime.instruments[kind]).name.zh


def history_out(desk: Desk, entries: Sequence[Envelope], nameless: Collection[object]) -> list[EntryOut]:
    """Entries of a file as an answer, each with those of their corrections that are among them.

    What names one of the `nameless` is sealed, whichever field it stands in.
    """
    erased = desk.laws.book().erased.get(entries[0].originator_id, frozenset()) if entries else frozenset()
    fixes = [(entry.originator_version, entry.fact) for entry in entries if isinstance(entry.fact, EntryCorrected)]
    return [
        _entry(desk, entry, [fix for fix in fixes if fix[1].version == entry.originator_version], nameless, erased)
        for entry in entries
    ]


def _entry(
    desk: Desk,
    envelope: Envelope,
    fixes: Sequence[tuple[int, EntryCorrected]],
    nameless: Collection[object],
    erased: Collection[str],
) -> EntryOut:
    actor = envelope.actor
    plain, sealed = desk.plain(envelope)
    names = [name for name, value in plain.items() if _names(value, nameless)]
    signed = not {actor.person, actor.organ} & set(nameless)
    return EntryOut(
        position=envelope.position,
        version=envelope.originator_version,
        type=envelope.type,
        zh=zh(envelope.type.partition("/")[0]),
        occurred_on=envelope.occurred_on,
        recorded_at=moment(envelope),
        actor={
            "person": actor.person if signed else None,
            "organ": actor.organ if signed else None,
            "role": actor.role,
            "certificate": actor.certificate if signed else None,
        },
        facts={name: value for name, value in plain.items() if name not in names},
        sealed=(*names, *sealed),
        erased=tuple(name for name in sealed if f"{envelope.originator_version}.{name}" in erased),
        corrections=tuple(CorrectionOut(field=f.field, was=f.was, now=f.now, version=version) for version, f in fixes),
        basis=envelope.basis,
        leaf=envelope.leaf.hex() if envelope.leaf else "",
    )


def _names(value: object, nameless: Collection[object]) -> bool:
    """Whether a value is, or holds at any depth, one of those who are not to be named."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        return any(_names(each, nameless) for each in value)
    return value in nameless
