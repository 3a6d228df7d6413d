"""What keeps a file in order (案卷维护): its clocks, its law, its people. The same in proceedings of every kind."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from domain import errors
from domain.glossary import en, zh
from domain.procedure import commands, facts
from domain.procedure.commands import Asked, becomes
from domain.procedure.facts import Fact, Limit
from domain.procedure.refusing import refuse
from domain.procedure.situation import out_of_force
from domain.procedure.state import File
from domain.regime import model
from domain.regime.law import Law

STEPS: Final = frozenset(
    {
        commands.CheckSuperiorLaw,
        commands.DecideOpenPoint,
        commands.MigrateRegime,
        commands.ExtendDeadline,
        commands.RecordLapse,
        commands.RecomputeDeadlines,
        commands.GiveApproval,
        commands.RefuseApproval,
        commands.DecideRecusal,
    }
)


def facts_of(asked: Asked, file: File, law: Law, rule: model.Step) -> Iterator[Fact]:
    """What follows from a step of upkeep.

    Raises:
        Refusal: `NothingToLapse`, `AlreadyExtended`, `NotYours`, `NoSuchProcedure`, `SameLaw`, `OtherLaw`,
            `NotInForce`, `PointUndecided`, `DecisionLost`.
    """
    command, person = asked.command, asked.actor.person
    match command:
        case commands.CheckSuperiorLaw():
            yield becomes(command, facts.SuperiorLawChecked, by=person)
        case commands.DecideOpenPoint():
            yield becomes(command, facts.OpenPointDecided, by=person)
        case commands.GiveApproval():
            yield becomes(command, facts.ApprovalGiven, by=person)
        case commands.RefuseApproval():
            yield becomes(command, facts.ApprovalRefused, by=person)
        case commands.DecideRecusal(recusal, granted):
            yield becomes(command, facts.RecusalDecided, by=person)
            if granted:
                yield from _recused(recusal, file)
        case commands.MigrateRegime(reason=reason):
            assert asked.target is not None
            to = asked.target
            _refuse_move(asked.on, to, file, law, rule)
            yield facts.RegimeMigrated(law.regime.id, file.regime_digest, to.regime.id, to.digest, person, reason)
        case commands.ExtendDeadline():
            yield _extended(command, asked, file, law, rule)
        case commands.RecordLapse(deadline):
            clock = file.deadlines.get(deadline)
            if clock is None or clock.lapsed or not clock.overdue(asked.on):
                refuse(errors.NothingToLapse, law, rule, day=asked.on)
            yield facts.DeadlineLapsed(clock.id, clock.latest)
        case _:
            return  # the difference to the adopted calendar is all there is to it


def _refuse_move(day: date, to: Law, file: File, law: Law, rule: model.Step) -> None:
    """A file is moved to another version of its law, or to what succeeds it, that is in force and can take it over.

    It can where it knows the kind of proceeding and every reading decided in the file.
    """
    title, kind = to.regime.title.zh, file.kind
    if kind.opening not in to.rules(kind.name).steps:
        raise errors.NoSuchProcedure(rule.cite, title=title, kind=zh(kind.name), kind_en=en(kind.name))
    if to.digest == file.regime_digest:
        raise errors.SameLaw(rule.cite, title=title)
    if law.regime.id not in (to.regime.id, *(to.regime.succeeds or ())):
        raise errors.OtherLaw(rule.cite, title=title, now=law.regime.title.zh)
    why = out_of_force(to.regime, day, file.points)
    if why is not None:
        raise type(why)(rule.cite, **why.facts)
    points = to.regime.open_points
    lost = [f"{p}={o}" for p, o in file.points.items() if p not in points or o not in points[p].options]
    if lost:
        raise errors.DecisionLost(rule.cite, title=title, points=", ".join(lost))


def _recused(recusal: str, file: File) -> Iterator[Fact]:
    for happening in file.log:
        fact = happening.fact
        if isinstance(fact, facts.RecusalRequested) and fact.recusal == recusal:
            yield facts.OfficerRecused(fact.person, fact.ground, recusal)


def _extended(command: commands.ExtendDeadline, asked: Asked, file: File, law: Law, rule: model.Step) -> Fact:
    clock = file.deadlines.get(command.deadline)
    if clock is None or not clock.running or clock.overdue(asked.on):
        title = law.rules(file.kind.name).title_of(command.deadline.partition(":")[0])
        raise errors.PeriodNotRunning(rule.cite, title=title.zh, title_en=title.en)
    rules = law.rules(file.kind.name).deadlines[clock.name]
    if rules.extension is None or clock.extended >= rules.extension.times:
        cite = rules.extension.cite if rules.extension is not None else rule.cite
        raise errors.AlreadyExtended(cite, title=rules.title.zh, title_en=rules.title.en)
    by = Limit(rules.extension.period.count, rules.extension.period.unit)
    return facts.DeadlineExtended(clock.id, by, rules.extension.cite, command.approver, command.reason)
