"""What the house asks of a step under every regulation: nothing twice, nothing in doubt, no limit that is over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from domain import errors
from domain.catalogue import short_name
from domain.glossary import en, zh
from domain.procedure import doubts, facts
from domain.procedure.entry import whose
from domain.procedure.facts import Issued
from domain.procedure.situation import Situation, instrument_of, thing_kind
from domain.procedure.state import File
from domain.regime.conditions import AUTHORITIES
from domain.regime.law import Law
from domain.regime.model import Regime

OFFICIAL: Final = frozenset({"supervisor", *AUTHORITIES}) - {"addressee"}
"""Whose steps are the conduct of a proceeding, and not what a party does in it."""


def refusals(at: Situation) -> Iterator[errors.Refusal]:
    """Why a step, filled in or not, is refused for the sake of good order."""
    yield from of_the_day(at)
    row = at.file.kind.steps[at.step]
    cites = at.regime.refusals
    instrument = instrument_of(row, at.field)
    if row.creates == "document" and instrument is not None:
        for earlier in _equal(at, instrument):
            yield errors.AlreadyIssued(cites.get(errors.AlreadyIssued.code), document=earlier)
    barred = _barred(at) | _concerned(at)
    if barred:
        yield errors.Recused(cites.get(errors.Recused.code), persons=", ".join(sorted(barred)))
    if at.step == "settle-doubt":
        open_ = {doubt.version for doubt in doubts.standing(at.file)}
        if at.field("version") not in open_ and (at.asked is not None or not open_):
            yield errors.NothingInDoubt(cites.get(errors.NothingInDoubt.code))
    if at.step in ("serve-document", "close", "merge-case"):
        names = tuple(dict.fromkeys(_doubted(at.file, at.about if at.step == "serve-document" else None)))
        if names:
            labels = [(zh(name), en(name)) for name in names]
            yield errors.InDoubt(
                cites.get(errors.InDoubt.code),
                facts="、".join(label for label, _ in labels),
                facts_en=", ".join(label for _, label in labels),
            )


def _doubted(file: File, document: str | None) -> Iterator[str]:
    """What stands in doubt that nobody has dealt with, by its key in the glossary: that document, or anything."""
    doubtful = {doubt.version for doubt in doubts.standing(file)}
    for fact in (h.fact for h in file.log if h.version in doubtful):
        if document is None or (isinstance(fact, Issued) and fact.document == document):
            yield f"{file.kind.name}.{short_name(fact)}"


def of_the_day(at: Situation) -> Iterator[errors.Refusal]:
    """Those of the refusals that turn on the day of the step: a correction of it puts them again."""
    yield from _superior(at)
    document = at.file.documents.get(at.about or "") if at.step == "serve-document" else None
    limit = document.issued.limit if document is not None else None
    if limit is not None and limit.until is not None and limit.until <= at.day:
        cite = at.regime.refusals.get(errors.LimitUnusable.code)
        yield errors.LimitUnusable(cite, day=at.day, latest=limit.until)


def _superior(at: Situation) -> Iterator[errors.Refusal]:
    """Why a step has to wait for a check against a superior regulation (上位法) whose text is not loaded."""
    instrument = at.regime.instruments.get(instrument_of(at.file.kind.steps[at.step], at.field) or "")
    for regime in at.law.superiors:
        rule = regime.superior
        if rule is None or not regime.validity.covers(at.day):
            continue
        asks = at.step in rule.steps or (instrument is not None and instrument.function in rule.before)
        if asks and _unchecked(regime, at.file):
            yield errors.SuperiorUnchecked(rule.cite, title=regime.title.zh, day=regime.validity.valid_from)


def unchecked(file: File, law: Law, day: date) -> tuple[Regime, ...]:
    """The superior regulations in force on `day` that nobody has checked in this file and found not to conflict."""
    return tuple(r for r in law.superiors if r.validity.covers(day) and _unchecked(r, file))


def _unchecked(superior: Regime, file: File) -> bool:
    """Whether the last check of the file against it since it is in force found a conflict, or there was none."""
    in_force = (h.fact for h in reversed(file.log) if superior.validity.covers(h.on))
    checks = (fact for fact in in_force if isinstance(fact, facts.SuperiorLawChecked))
    return next((check.conflict for check in checks if check.superior == superior.id), True)


def _barred(at: Situation) -> frozenset[str]:
    """Who acts or is named although recused or asked to be; what a party does is its own to do, whoever files it.

    Whether somebody is recused is decided by anyone but the person asked to be and who is recused already: else two of
    whom each is asked to stand aside could wait for each other for ever.
    """
    rule = at.rules.steps[at.step].on(thing_kind(at.about, at.file))
    if whose(at, rule) not in OFFICIAL:
        return frozenset()
    if at.step != "decide-recusal":
        return frozenset(at.recused())
    log = [h.fact for h in at.file.log]
    aside = {fact.person for fact in log if isinstance(fact, facts.OfficerRecused)}
    asked = {fact.person for fact in log if isinstance(fact, facts.RecusalRequested) and fact.recusal == at.about}
    return frozenset(at.recused()) & (aside | asked)


def _concerned(at: Situation) -> frozenset[str]:
    """Who would conduct a proceeding of accountability against themselves; what a party does is its own to do."""
    if at.opening("ladder") is None or at.rules.steps[at.step].by in ("subject", "anyone", "addressee"):
        return frozenset()
    log = (h.fact for h in at.file.log)
    answer = {at.opening("person"), *(getattr(f, "person", None) for f in log if hasattr(f, "capacity"))}
    return frozenset(person for person in at.acting() if person in answer)


def _equal(at: Situation, instrument: str) -> Iterator[str]:
    """Documents that stand, of this kind, to this addressee, about the same thing and acts, that this does not replace.

    While nobody has said to whom it goes and about what, none is equal.
    """
    if at.asked is None:
        return
    to = at.field("to") or next(iter(sorted(at.file.organs(at.regime.instruments[instrument].to))), None)
    asked = (to, at.field("about"), at.field("kind"), at.field("acts"), at.field("grounds"))
    replaced = {at.field("replaces"), *(document.issued.replaces for document in at.file.documents.values())}
    for id_, document in at.file.documents.items():
        issued = document.issued
        same = asked == (issued.to, issued.about, issued.kind, issued.acts, issued.grounds)
        stands = document.ended is None and not issued.defects
        if same and stands and issued.instrument == instrument and id_ not in replaced:
            yield id_
