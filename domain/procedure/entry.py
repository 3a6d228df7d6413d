"""Whether a step is filled in fit to be judged: its ids, codes and limits exist, and it is the actor's to take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date
from typing import Final, cast

from domain import errors
from domain.calendar import Period, Unit, latest
from domain.glossary import en, zh
from domain.glossary import field as term
from domain.identity import Actor
from domain.procedure import commands, ladders, situation
from domain.procedure.commands import Asked, Command
from domain.procedure.facts import Limit
from domain.procedure.relations import nameable, refuse_misplaced
from domain.procedure.situation import Situation, concerned
from domain.procedure.state import File
from domain.regime import guards, model
from domain.regime.conditions import AUTHORITIES, ByPoint
from domain.regime.law import Law

_KIND_OF: Final = {"replaces": "document", "about": "document"}
ENDED: Final = (
    commands.ServeDocument,
    commands.WithdrawOpinion,
    commands.WithdrawDocument,
    commands.RevokeDecision,
)  # not of an ended document
NAMED: Final = ("notice", "opinion", "decision", "review-decision")  # instruments that have steps of their own
OUTCOMES: Final = ("upheld", "amended", "withdrawn")


def refuse_unfit(asked: Asked, file: File, law: Law, rule: model.Step) -> None:
    """Refuse a step that names what does not exist, lacks what it must state, or is not the actor's.

    Raises:
        Refusal: `NotYours`, `WrongRelation`, `OwnApproval`, `IdTaken`, `NotFound`, `WrongKind`, `InTheFuture`,
            `TooEarly`, `UnknownCode`, `FieldMissing`, `NamedTwice`.
    """
    at = situation.of(asked, file, law)
    _refuse_stranger(asked, at, rule)
    refuse_misplaced(asked, file, rule)
    if getattr(asked.command, "approver", None) == asked.actor.person:
        raise errors.OwnApproval(rule.cite)
    _refuse_twice(asked.command, rule)
    _refuse_ids(asked, file, law.regime, rule)
    _refuse_days(asked, file, law, rule)
    refuse_codes(file.kind.steps[asked.step].codes, asked.command, file, law, rule)
    if isinstance(asked.command, commands.DecideOpenPoint):
        _refuse_option(f"{asked.command.point}={asked.command.option}", law, rule)
    for reading in getattr(asked.command, "readings", ()):
        _refuse_option(reading, law, rule)
    _refuse_instrument(asked, at, rule)
    _refuse_limit(asked, law, at, rule)


def whose(at: Situation, rule: model.Step) -> str:
    """The relation in which the organ stands whose step it is."""
    return _turn(at, rule)[0]


def _turn(at: Situation, rule: model.Step) -> tuple[str, str]:
    """Whose step it is, and the citation that says so."""
    for instead in rule.instead:
        if guards.check(instead.when, at, instead.cite) is None:
            by = instead.by
            return (by.options[at.option(by.point)] if isinstance(by, ByPoint) else by), instead.cite
    if rule.by == "decider":
        return ladders.decider(at) or ("supervisor", rule.cite)
    return rule.by, rule.cite


def not_yours(at: Situation, rule: model.Step) -> errors.NotYours:
    """The refusal of a step that is another's, with the provision that gives it to them."""
    by, cite = _turn(at, rule)
    return errors.NotYours(cite, who=zh(by), who_en=en(by))


def entitled(actor: Actor, at: Situation, rule: model.Step) -> bool:
    """Whether an actor may record the step: one of the organ whose it is, or the supervisor who files a party's step.

    What another authority does is recorded by its own people only. Who acts for a government that supervises takes
    and files what the supervisor does.
    """
    by = whose(at, rule)
    if by == "system":
        return actor.role == "system"
    filing = frozenset() if by in AUTHORITIES else at.file.organs("supervisor") | at.file.organs("agent")
    return actor.organ in filing | at.organs(by)


def _refuse_stranger(asked: Asked, at: Situation, rule: model.Step) -> None:
    if at.file.kind.steps[asked.step].opens:
        keeper, subject = getattr(asked.command, "supervisor", None), getattr(asked.command, "subject", None)
        may = {keeper, subject} if rule.by == "subject" else {keeper}
        allowed = keeper != subject and asked.actor.organ in may
    else:
        allowed = entitled(asked.actor, at, rule)
    if not allowed:
        raise not_yours(at, rule)


def _refuse_twice(command: Command, rule: model.Step) -> None:
    """A list names everybody and everything once: two persons are two, and an open point is read one way."""
    for each in fields(command):
        value = getattr(command, each.name)
        named = [item.partition("=")[0] for item in value] if each.name == "readings" else value
        if isinstance(value, tuple) and len(set(named)) < len(value):
            twice = next(item for number, item in enumerate(named) if item in named[:number])
            label, label_en = term(each.name)
            raise errors.NamedTwice(rule.cite, field=label, field_en=label_en, value=twice)


def _refuse_ids(asked: Asked, file: File, regime: model.Regime, rule: model.Step) -> None:
    creates = file.kind.steps[asked.step].creates
    if creates is not None:
        new = getattr(asked.command, creates)
        if new in file.things or not new:
            raise errors.IdTaken(rule.cite, id=new)
    for name in ("about", "replaces", *file.kind.creates):
        id_ = getattr(asked.command, name, None)
        if name != creates and id_ is not None and not _is(id_, name, file):
            raise _not_found(rule, id_, _KIND_OF.get(name, name))
    for act in getattr(asked.command, "acts", ()):
        if act not in file.things or file.things[act].kind != "act":
            raise _not_found(rule, act, "act")
    subject = concerned(asked, file)
    if rule.about and subject is None and not rule.about_optional:
        raise errors.FieldMissing(rule.cite, field=zh("field.about"), field_en=en("field.about"))
    document = file.documents.get(subject or "")
    if document is not None and document.ended is not None and isinstance(asked.command, ENDED):
        raise errors.NotInEffect(rule.cite)
    if rule.about and subject is not None and file.things[subject].kind not in rule.about:
        allowed = [regime.term(kind) for kind in rule.about]
        raise errors.WrongKind(
            rule.cite,
            id=subject,
            allowed="、".join(term.zh for term in allowed),
            allowed_en=", ".join(term.en for term in allowed),
        )


def _is(id_: str, name: str, file: File) -> bool:
    if name in ("document", "replaces"):
        return id_ in file.documents
    return id_ in file.things and name in ("about", file.things[id_].kind)


def _refuse_days(asked: Asked, file: File, law: Law, rule: model.Step) -> None:
    """A day that a step states lies not after the step unless it looks ahead, a step not before what it is about."""
    for field in fields(asked.command):
        day = getattr(asked.command, field.name)
        if isinstance(day, date) and day > asked.on and field.name not in getattr(asked.command, "AHEAD", ()):
            raise errors.InTheFuture(law.regime.refusals.get(errors.InTheFuture.code), day=day, today=asked.on)
    early = too_early(asked.command, concerned(asked, file), file)
    if early is not None:
        raise errors.TooEarly(rule.cite, day=early[0], since=early[1])
    thing = file.things.get(concerned(asked, file) or "")
    since = max((h.on for h in file.log[:1]), default=asked.on) if thing is None else thing.on
    if asked.on < since and not isinstance(asked.command, commands.CorrectEntry):
        raise errors.TooEarly(rule.cite, day=asked.on, since=since)


def too_early(told: object, about: str | None, file: File) -> tuple[date, date] | None:
    """A day that a step or its fact states and the day before which it cannot lie; None where none lies too early.

    Nobody answers what is not issued yet, and nobody has corrected on an order what no order has reached them for.
    """
    thing, document = file.things.get(about or ""), file.documents.get(about or "")
    if thing is None:
        return None
    received = document.receipts.get(document.issued.to) if document is not None else None
    for name, since in (("sent_on", thing.on), ("corrected_on", received or thing.on)):
        day = getattr(told, name, None)
        if isinstance(day, date) and day < since:
            return day, since
    return None


def _not_found(rule: model.Step, id_: str, kind: str) -> errors.NotFound:
    return errors.NotFound(rule.cite, id=id_, what=zh(f"thing.{kind}"), what_en=en(f"thing.{kind}"))


def _refuse_option(reading: str, law: Law, rule: model.Step) -> None:
    point, _, option = reading.partition("=")
    if point not in law.regime.open_points or option not in law.regime.open_points[point].options:
        raise errors.NoSuchOption(rule.cite, point=point, option=option)


def refuse_codes(codes: Mapping[str, str], told: object, file: File, law: Law, rule: model.Step) -> None:
    """Refuse a code that the regulation does not have; `codes` names the table of each field that holds one."""
    for name, table in codes.items():
        value = getattr(told, name)
        allowed = codes_of(table, file, law)
        given = value if isinstance(value, tuple) else () if value is None and name != "kind" else (value or "",)
        for each in given if allowed is not None else ():
            if each not in (allowed or ()):
                raise errors.UnknownCode(rule.cite, field=name, value=each, allowed=", ".join(allowed or ()))


def codes_of(table: str, file: File, law: Law) -> Sequence[str] | None:
    """The codes of a table; None where the regulation lists none, and any word will do."""
    match table:
        case "decision-kinds":
            return tuple(law.regime.decision_kinds)
        case "superiors":
            return tuple(regime.id for regime in law.superiors)
        case "outcomes":
            return OUTCOMES
        case "ladders":
            return tuple(law.regime.ladders)
        case "relations":
            return nameable(file, law)
        case _:
            pass
    own = law.rules(file.kind.name).codes.get(table)
    listed = tuple(cite for codes in law.regime.lists.values() if codes.of == table for cite in codes.items)
    return tuple(own) if own is not None else listed or (() if table == "grounds" else None)


def _refuse_instrument(asked: Asked, at: Situation, rule: model.Step) -> None:
    """A document is one that the regulation knows, and goes to whom the text says."""
    code = situation.instrument_of(at.file.kind.steps[asked.step], at.field)
    if code is None:
        return
    instrument = at.regime.instruments.get(code)
    named = isinstance(asked.command, commands.IssueDocument) and code in NAMED
    if instrument is None or named:
        known = ", ".join(each for each in at.regime.instruments if each not in NAMED)
        raise errors.UnknownCode(rule.cite, field="instrument", value=code, allowed=known)
    to = getattr(asked.command, "to", None)
    if to is not None and instrument.to != "anyone" and to not in at.file.organs(instrument.to):
        raise errors.WrongAddressee(instrument.cite, who=zh(instrument.to), who_en=en(instrument.to), to=to)


def _refuse_limit(asked: Asked, law: Law, at: Situation, rule: model.Step) -> None:
    why = unusable(at, rule)
    if why is not None:
        raise why
    if not isinstance(getattr(asked.command, "limit", None), Limit) and isinstance(asked.command, commands.Issue):
        code = situation.instrument_of(at.file.kind.steps[asked.step], at.field)
        for asks in (law.regime.instruments[code or ""], law.regime.decision_kinds.get(asked.command.kind or "")):
            if asks is not None and asks.limit == "required":
                raise errors.FieldMissing(asks.cite, field=zh("field.limit"), field_en=en("field.limit"))


def unusable(at: Situation, rule: model.Step) -> errors.Refusal | None:
    """Why the limit that the step sets cannot be kept: it ends after the step, and not later than the house allows."""
    limit, day, calendar, longest = at.field("limit"), at.day, at.law.calendar, at.regime.longest_limit
    if not isinstance(limit, Limit):
        return None
    most = latest(calendar, day, Period(longest.count, longest.unit)) if longest else date.max
    try:
        end = limit.until or latest(calendar, day, Period(limit.count or 0, cast("Unit", limit.unit)))
    except (ValueError, OverflowError):
        end = day
    if day < end <= most:
        return None
    return errors.LimitUnusable(at.regime.refusals.get(errors.LimitUnusable.code, rule.cite), day=day, latest=most)
