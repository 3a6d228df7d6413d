"""Whether a step is filled in fit to be judged: its ids, codes and limits exist, and it is the actor's to take."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from datetime import date
from typing import Final, cast

from domain import errors
from domain.calendar import Period, Unit, due
from domain.case import commands
from domain.case.commands import STEPS, Asked
from domain.case.events import Limit
from domain.case.situation import concerned
from domain.case.state import Case
from domain.glossary import en, zh
from domain.regime import model
from domain.regime.law import Law

_KIND_OF: Final = {"replaces": "document", "about": "document"}
_REFERENCES: Final = ("about", "document", "replaces", "review", "finding", "transfer", "assistance", "measure", "act")
ENDED: Final = (
    commands.ServeDocument,
    commands.WithdrawOpinion,
    commands.WithdrawDocument,
    commands.RevokeDecision,
)  # not of an ended document
OUTCOMES: Final = ("upheld", "amended", "withdrawn")


def refuse_unfit(asked: Asked, case: Case, law: Law, step: str, rule: model.Step) -> None:
    """Refuse a step that names what does not exist, lacks what it must state, or is not the actor's.

    Raises:
        Refusal: `NotYours`, `IdTaken`, `NotFound`, `WrongKind`, `InTheFuture`, `TooEarly`, `UnknownCode`,
            `FieldMissing`.
    """
    _refuse_stranger(asked, case, rule)
    _refuse_ids(asked, case, step, rule)
    _refuse_days(asked, case, law, rule)
    _refuse_codes(asked, law, rule)
    _refuse_limit(asked, case, law, step, rule)


def entitled(asked_organ: str, role: str, case: Case, rule: model.Step) -> bool:
    """Whether an organ may record the step: whose it is, or (for another party's) the supervisor who files it."""
    if rule.by == "system":
        return role == "system"
    own = case.organs("supervisor")
    return asked_organ in own if rule.by == "supervisor" else asked_organ in own | case.organs(rule.by)


def _refuse_stranger(asked: Asked, case: Case, rule: model.Step) -> None:
    if isinstance(asked.command, commands.OpenCase):
        allowed = asked.actor.organ == asked.command.supervisor != asked.command.subject
    else:
        allowed = entitled(asked.actor.organ, asked.actor.role, case, rule)
    if not allowed:
        raise errors.NotYours(rule.cite, who=zh(rule.by), who_en=en(rule.by))


def _refuse_ids(asked: Asked, case: Case, step: str, rule: model.Step) -> None:
    creates = STEPS[step].creates
    if creates is not None:
        new = getattr(asked.command, creates)
        if new in case.things or not new:
            raise errors.IdTaken(rule.cite, id=new)
    for name in _REFERENCES:
        id_ = getattr(asked.command, name, None)
        if name != creates and id_ is not None and not _is(id_, name, case):
            raise _not_found(rule, id_, _KIND_OF.get(name, name))
    for act in getattr(asked.command, "acts", ()):
        if act not in case.things or case.things[act].kind != "act":
            raise _not_found(rule, act, "act")
    subject = concerned(asked)
    if rule.about and subject is None and not rule.about_optional:
        raise errors.FieldMissing(rule.cite, field=zh("field.about"), field_en=en("field.about"))
    document = case.documents.get(subject or "")
    if document is not None and document.ended is not None and isinstance(asked.command, ENDED):
        raise errors.NotInEffect(rule.cite)
    if rule.about and subject is not None and case.things[subject].kind not in rule.about:
        allowed = [f"thing.{kind}" for kind in rule.about]
        raise errors.WrongKind(
            rule.cite, id=subject, allowed="、".join(map(zh, allowed)), allowed_en=", ".join(map(en, allowed))
        )


def _is(id_: str, name: str, case: Case) -> bool:
    if name in ("document", "replaces"):
        return id_ in case.documents
    return id_ in case.things and name in ("about", case.things[id_].kind)


def _refuse_days(asked: Asked, case: Case, law: Law, rule: model.Step) -> None:
    """A day that a step states lies not after the step, and a step not before what it is about."""
    for field in fields(asked.command):
        day = getattr(asked.command, field.name)
        if isinstance(day, date) and day > asked.on:
            raise errors.InTheFuture(law.regime.refusals.get(errors.InTheFuture.code), day=day, today=asked.on)
    thing = case.things.get(concerned(asked) or "")
    since = max((h.on for h in case.log[:1]), default=asked.on) if thing is None else thing.on
    if asked.on < since and not isinstance(asked.command, commands.CorrectEntry):
        raise errors.TooEarly(rule.cite, day=asked.on, since=since)


def _not_found(rule: model.Step, id_: str, kind: str) -> errors.NotFound:
    return errors.NotFound(rule.cite, id=id_, what=zh(f"thing.{kind}"), what_en=en(f"thing.{kind}"))


def _refuse_codes(asked: Asked, law: Law, rule: model.Step) -> None:
    regime, command = law.regime, asked.command
    match command:
        case commands.OpenCase(origin=origin):
            refuse_code("origin", origin, regime.origins, rule)
        case commands.TakeMeasure(kind=kind):
            known = [cite for measures in regime.measures.values() for cite in measures.items]
            refuse_code("kind", kind, known, rule)
        case commands.RecordFinding(kind=kind, grounds=grounds):
            refuse_code("kind", kind, regime.finding_kinds, rule)
            known = [cite for codes in regime.lists.values() for cite in codes.items]
            for ground in grounds:
                refuse_code("grounds", ground, known, rule)
        case commands.IssueDecision(kind=kind):
            refuse_code("kind", kind or "", regime.decision_kinds, rule)
        case commands.DecideReview(outcome=outcome):
            refuse_code("outcome", outcome, OUTCOMES, rule)
        case commands.DecideOpenPoint(point=point, option=option):
            if point not in regime.open_points or option not in regime.open_points[point].options:
                raise errors.NoSuchOption(rule.cite, point=point, option=option)
        case commands.CheckSuperiorLaw(superior=superior):
            refuse_code("superior", superior, [r.id for r in law.superiors], rule)
        case _:
            pass


def refuse_code(field: str, value: str, allowed: Iterable[str], rule: model.Step) -> None:
    """Refuse a code that the regulation does not have."""
    if value not in allowed:
        raise errors.UnknownCode(rule.cite, field=field, value=value, allowed=", ".join(allowed))


def _refuse_limit(asked: Asked, case: Case, law: Law, step: str, rule: model.Step) -> None:
    limit = getattr(asked.command, "limit", None)
    if isinstance(asked.command, commands.Issue):
        _refuse_addressee(asked.command, case, law, step)
    if isinstance(limit, Limit):
        _refuse_uncountable(limit, asked, law, rule)
    elif isinstance(asked.command, commands.Issue):
        instrument = law.regime.instruments[STEPS[step].instrument or ""]
        kind = law.regime.decision_kinds.get(asked.command.kind or "")
        for asks in (instrument, kind):
            if asks is not None and asks.limit == "required":
                raise errors.FieldMissing(asks.cite, field=zh("field.limit"), field_en=en("field.limit"))


def _refuse_addressee(command: commands.Issue, case: Case, law: Law, step: str) -> None:
    instrument = law.regime.instruments[STEPS[step].instrument or ""]
    if command.to is not None and instrument.to != "anyone" and command.to not in case.organs(instrument.to):
        who = instrument.to
        raise errors.WrongAddressee(instrument.cite, who=zh(who), who_en=en(who), to=command.to)


def _refuse_uncountable(limit: Limit, asked: Asked, law: Law, rule: model.Step) -> None:
    """A limit ends after the step that sets it, and not later than the house allows any limit to."""
    longest = law.regime.longest_limit
    most = due(law.calendar, asked.on, Period(longest.count, longest.unit)).latest if longest else date.max
    try:
        end = limit.until or due(law.calendar, asked.on, Period(limit.count or 0, cast("Unit", limit.unit))).latest
    except (ValueError, OverflowError):
        end = asked.on
    if not asked.on < end <= most:
        cite = law.regime.refusals.get(errors.LimitUnusable.code, rule.cite)
        raise errors.LimitUnusable(cite, day=asked.on, latest=most)
