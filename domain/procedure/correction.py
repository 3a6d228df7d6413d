"""Correcting an entry (更正): what it should have said, and what follows for the steps taken since."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date

from domain import errors
from domain.procedure import hindsight
from domain.procedure.commands import Asked, CorrectEntry, becomes
from domain.procedure.entry import refuse_codes, too_early
from domain.procedure.facts import EntryCorrected, ReviewRequested
from domain.procedure.happening import Happening, as_text, correctable, corrected, with_value
from domain.procedure.situation import about
from domain.procedure.state import File, fold
from domain.regime import model
from domain.regime.law import Law


def correct(asked: Asked, command: CorrectEntry, file: File, law: Law, rule: model.Step) -> Iterator[EntryCorrected]:
    """The correction with all that it puts in doubt.

    A request that was not accepted for what is now put right is accepted with it: a proof of posting that arrives late.

    Raises:
        Refusal: `NothingToCorrect`, `InTheFuture`, `TooEarly`, `NotInForce`, `UnknownCode`.
    """
    mended = _mended(command, file, law, rule)
    fixes = [becomes(command, EntryCorrected)]
    after = fold(file.kind, corrected(file.log, fixes[0]))
    _refuse_code(command, mended, file, hindsight.law_of(mended.version, file, law, asked.earlier), rule)
    _refuse_days(mended, file, after, law, rule, asked.today)
    filed = isinstance(mended.fact, ReviewRequested) and not mended.fact.accepted
    if filed and not any(hindsight.refusals(mended.version, after, law, asked.earlier)):
        fixes.append(replace(fixes[0], field="accepted", was=as_text(value=False), now=as_text(value=True)))
        after = fold(file.kind, corrected(after.log, fixes[1]))
    doubts = hindsight.doubts(after, law, asked.earlier)
    yield from (replace(fix, doubts=doubts) for fix in fixes)


def _mended(command: CorrectEntry, file: File, law: Law, rule: model.Step) -> Happening:
    nothing = errors.NothingToCorrect(
        law.regime.refusals.get(errors.NothingToCorrect.code, rule.cite), version=command.version, field=command.field
    )
    found = next((h for h in file.log if h.version == command.version), None)
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


def _refuse_code(command: CorrectEntry, mended: Happening, file: File, law: Law, rule: model.Step) -> None:
    """A code is one that the regulation has, and the file was opened while it was in force."""
    step = hindsight.step_behind(mended.fact, file.kind)
    row = file.kind.steps[step] if step is not None else None
    if row is not None:
        refuse_codes(
            {command.field: row.codes[command.field]} if command.field in row.codes else {},
            mended.fact,
            file,
            law,
            rule,
        )
    if row is not None and row.opens and not law.regime.validity.covers(mended.on, file.points):
        raise errors.NotInForce(rule.cite, title=law.regime.title.zh, day=mended.on)


def _refuse_days(mended: Happening, before: File, after: File, law: Law, rule: model.Step, today: date) -> None:
    """No day lies in the future, and none comes to lie before what it is about or before the opening."""
    ahead = getattr(mended.fact, "AHEAD", ())
    stated = (getattr(mended.fact, field.name) for field in fields(mended.fact) if field.name not in ahead)
    for day in (mended.on, *stated):
        if isinstance(day, date) and day > today:
            raise errors.InTheFuture(law.regime.refusals.get(errors.InTheFuture.code, rule.cite), day=day, today=today)
    for was, happening in zip(before.log, after.log, strict=True):
        step = hindsight.step_behind(happening.fact, after.kind)
        row = after.kind.steps[step] if step is not None else None
        thing = after.things.get(about(happening.fact, row, after.kind) or "") if row is not None else None
        since = thing.on if thing is not None else after.log[0].on
        if row is not None and happening.on < since:
            raise errors.TooEarly(rule.cite, day=happening.on, since=since)
        early = too_early(happening.fact, about(happening.fact, row, after.kind), after) if row is not None else None
        if early is not None and row is not None and not too_early(was.fact, about(was.fact, row, after.kind), before):
            raise errors.TooEarly(rule.cite, day=early[0], since=early[1])
