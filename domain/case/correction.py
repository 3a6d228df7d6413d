"""Correcting an entry (更正): what it should have said, and what follows for the steps taken since."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date

from domain import errors
from domain.case import events, hindsight
from domain.case.commands import STEPS, Asked, CorrectEntry, becomes
from domain.case.entry import refuse_code
from domain.case.events import EntryCorrected, ReviewRequested
from domain.case.happening import Happening, as_text, correctable, corrected, with_value
from domain.case.situation import about
from domain.case.state import Case, fold
from domain.regime import model
from domain.regime.law import Law


def correct(asked: Asked, command: CorrectEntry, case: Case, law: Law, rule: model.Step) -> Iterator[EntryCorrected]:
    """The correction with all that it puts in doubt.

    A request that was not accepted for what is now put right is accepted with it: a proof of posting that arrives late.

    Raises:
        Refusal: `NothingToCorrect`, `InTheFuture`, `TooEarly`, `NotInForce`, `UnknownCode`.
    """
    mended = _mended(command, case, law, rule)
    fixes = [becomes(command, EntryCorrected)]
    after = fold(corrected(case.log, fixes[0]))
    _refuse_code(mended, law, rule)
    _refuse_days(mended, after, law, rule, asked.today)
    filed = isinstance(mended.fact, ReviewRequested) and not mended.fact.accepted
    if filed and not any(hindsight.refusals(mended, after, law)):
        fixes.append(replace(fixes[0], field="accepted", was=as_text(value=False), now=as_text(value=True)))
        after = fold(corrected(after.log, fixes[1]))
    doubts = hindsight.doubts(after, law)
    yield from (replace(fix, doubts=doubts) for fix in fixes)


def _mended(command: CorrectEntry, case: Case, law: Law, rule: model.Step) -> Happening:
    nothing = errors.NothingToCorrect(
        law.regime.refusals.get(errors.NothingToCorrect.code, rule.cite), version=command.version, field=command.field
    )
    found = next((h for h in case.log if h.version == command.version), None)
    if found is None or command.field not in correctable(found.fact):
        raise nothing
    held = found.on if command.field == "occurred_on" else getattr(found.fact, command.field)
    try:
        mended = with_value(found, command.field, command.now)
    except ValueError:
        raise nothing from None
    if as_text(held) != command.was:
        raise nothing
    return mended


def _refuse_code(mended: Happening, law: Law, rule: model.Step) -> None:
    """A code is one that the regulation has, and the case was opened while it was in force."""
    match mended.fact:
        case events.CaseOpened(origin=origin):
            refuse_code("origin", origin, law.regime.origins, rule)
            if not law.regime.validity.covers(mended.on):
                raise errors.NotInForce(rule.cite, title=law.regime.title.zh, day=mended.on)
        case events.FindingRecorded(kind=kind):
            refuse_code("kind", kind, law.regime.finding_kinds, rule)
        case events.MeasureTaken(kind=kind):
            refuse_code("kind", kind, [cite for codes in law.regime.measures.values() for cite in codes.items], rule)
        case _:
            pass


def _refuse_days(mended: Happening, after: Case, law: Law, rule: model.Step, today: date) -> None:
    """No day lies in the future, and no step before what it is about or before the opening."""
    for day in (mended.on, *(getattr(mended.fact, field.name) for field in fields(mended.fact))):
        if isinstance(day, date) and day > today:
            raise errors.InTheFuture(law.regime.refusals.get(errors.InTheFuture.code, rule.cite), day=day, today=today)
    for happening in after.log:
        step = hindsight.STEP_BEHIND.get(type(happening.fact))
        thing = after.things.get(about(happening.fact, STEPS[step].creates) or "") if step is not None else None
        since = thing.on if thing is not None else after.log[0].on
        if step is not None and happening.on < since:
            raise errors.TooEarly(rule.cite, day=happening.on, since=since)
