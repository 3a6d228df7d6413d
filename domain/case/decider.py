"""What follows from a step in a case (监督案件的裁断). Pure: the same question always gets the same answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date
from typing import Any, Final, NoReturn, cast

from domain import errors
from domain.calendar import working_days_between
from domain.case import clocks, commands, events, situation
from domain.case.commands import STEP_OF, STEPS, Asked, CaseCommand, becomes
from domain.case.correction import correct
from domain.case.entry import refuse_unfit
from domain.case.events import CaseFact, Defect
from domain.case.happening import Happening
from domain.case.state import Case, evolve
from domain.regime import guards, model
from domain.regime.law import Law

WHEN_CLOSED: Final = frozenset({"reopen", "correct-entry", "archive", "recompute-deadlines"})
TIMELESS: Final = (commands.RecordLapse, commands.RecomputeDeadlines, commands.CorrectEntry)  # never "late"
ISSUES: Final[Mapping[str, Callable[..., CaseFact]]] = {
    "notice": events.NoticeIssued,
    "opinion": events.OpinionIssued,
    "decision": events.DecisionIssued,
}
ENDS: Final[Mapping[str, Callable[[str, str], CaseFact]]] = {
    "amended": events.OpinionAmended,
    "withdrawn": events.OpinionWithdrawn,
}
EFFECTS: Final[Mapping[str, Callable[[str, str], CaseFact]]] = {
    "act-revoked": events.ActRevoked,
    "act-confirmed-unlawful": events.ActConfirmedUnlawful,
    "act-confirmed-void": events.ActConfirmedVoid,
}


def decide(asked: Asked, case: Case, law: Law) -> tuple[CaseFact, ...]:
    """The facts that follow from a step.

    Args:
        asked: the filled-in step, who takes it, and when.
        case: the state before it; `INITIAL` for a case that is to be opened.
        law: the regulation of the case and the calendar adopted by the ledger.

    Returns:
        The facts to record, deadlines included, all on the legal day of the step.

    Raises:
        Refusal: the step is not to be taken; nothing is recorded.
    """
    step, rule = _step(asked, case, law)
    asked = replace(asked, command=_qualified(asked.command, law))
    refuse_unfit(asked, case, law, step, rule)
    before = _up_to_date(asked, case, law)
    case = _with(case, before, asked)
    return (*before, *_taken(asked, case, law, step, rule))


def _qualified(command: CaseCommand, law: Law) -> CaseCommand:
    """The command with every citation in it bearing the id of its text."""

    def qualify(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(map(qualify, value))
        return law.qualified(value) if isinstance(value, str) and value.startswith("art.") else value

    changes: dict[str, Any] = {field.name: qualify(getattr(command, field.name)) for field in fields(command)}
    return replace(command, **changes)


def _taken(asked: Asked, case: Case, law: Law, step: str, rule: model.Step) -> tuple[CaseFact, ...]:
    at = situation.of(asked, case, law)
    refusals = [*_superior(asked, case, law, step), *guards.failures(rule.requires, at)]
    files = rule.files and isinstance(asked.command, commands.RequestReview)
    defective = asked.done_before and isinstance(asked.command, commands.Issue | commands.ServeDocument)
    if refusals and not files and not defective:
        raise refusals[0]
    facts = tuple(_facts(asked, case, law, rule, refusals))
    after = _with(case, facts, asked)
    why = "entry-corrected" if isinstance(asked.command, commands.CorrectEntry) else step
    return (*facts, *clocks.difference(after, law, why=why, today=asked.today))


def _step(asked: Asked, case: Case, law: Law) -> tuple[str, model.Step]:
    step = STEP_OF[type(asked.command)]
    rule = law.regime.steps.get(step)
    opens = isinstance(asked.command, commands.OpenCase)
    if case.opened is None and not opens:
        raise errors.CaseNotOpen(case=asked.case)
    if rule is None:
        raise errors.NoSuchStep(step=step)
    if case.opened is not None and opens:
        refuse(errors.CaseAlreadyOpen, law, rule, case=asked.case)
    if case.closed and step not in WHEN_CLOSED:
        refuse(errors.CaseClosed, law, rule)
    if asked.on > asked.today:
        refuse(errors.InTheFuture, law, rule, day=asked.on, today=asked.today)
    allowance = law.regime.late_after
    if allowance is not None and not asked.late_reason and not isinstance(asked.command, TIMELESS):
        late = asked.on < asked.today and working_days_between(law.calendar, asked.on, asked.today) > allowance
        if late:
            refuse(errors.LateWithoutReason, law, rule, day=asked.on, days=allowance)
    return step, rule


def refuse(refusal: type[errors.Refusal], law: Law, rule: model.Step, **facts: object) -> NoReturn:
    """Refuse for a reason of the house's own, under the paragraph the regime names for it, else that of the step."""
    raise refusal(law.regime.refusals.get(refusal.code, rule.cite), **facts)


def _up_to_date(asked: Asked, case: Case, law: Law) -> tuple[CaseFact, ...]:
    """A step on a case whose open deadlines rest on an older calendar first records them recomputed."""
    if not clocks.stale(case.deadlines, law.calendar):
        return ()
    return tuple(clocks.difference(case, law, why="calendar", today=asked.today))


def _superior(asked: Asked, case: Case, law: Law, step: str) -> Iterator[errors.Refusal]:
    for regime in unchecked(case, law, asked.on):
        if regime.superior is not None and step in regime.superior.before:
            yield errors.SuperiorUnchecked(regime.superior.cite, title=regime.title.zh, day=regime.validity.valid_from)


def unchecked(case: Case, law: Law, day: date) -> tuple[model.Regime, ...]:
    """The superior regulations in force on `day` that nobody has checked in this case and found not to conflict."""
    conflicts = {h.fact.superior: h.fact.conflict for h in case.log if isinstance(h.fact, events.SuperiorLawChecked)}
    return tuple(r for r in law.superiors if r.validity.covers(day) and conflicts.get(r.id, True))


def _with(case: Case, facts: Sequence[CaseFact], asked: Asked) -> Case:
    for fact in facts:
        case = evolve(case, Happening(case.version + 1, asked.on, fact))
    return case


# --- the facts of each step --------------------------------------------------------------------------------------


def _facts(
    asked: Asked, case: Case, law: Law, rule: model.Step, refusals: Sequence[errors.Refusal]
) -> Iterator[CaseFact]:
    command = asked.command
    fact = STEPS[STEP_OF[type(command)]].becomes
    match command:
        case commands.OpenCase():
            yield becomes(command, events.CaseOpened, regime=law.regime.id, regime_digest=law.digest)
        case commands.Issue():
            yield from _issue(asked, command, case, law, refusals)
        case commands.ServeDocument():
            yield from _serve(command, case, law, rule, refusals)
        case commands.RequestReview():
            by = next(iter(sorted(case.organs(rule.by))))
            yield becomes(command, events.ReviewRequested, by=by, accepted=not refusals)
            for refusal in refusals[:1]:
                yield events.ReviewNotAccepted(command.review, refusal.code, refusal.article or rule.cite)
        case commands.DecideReview():
            yield from _decide_review(asked, command, case, law, rule)
        case commands.WithdrawReview():
            if not case.reviews[command.review].pending:
                refuse(errors.ReviewSettled, law, rule)
            yield becomes(command, events.ReviewWithdrawn)
        case commands.CheckSuperiorLaw():
            yield becomes(command, events.SuperiorLawChecked, by=asked.actor.person)
        case commands.DecideOpenPoint():
            yield becomes(command, events.OpenPointDecided, by=asked.actor.person)
        case commands.RecordLapse():
            clock = case.deadlines.get(command.deadline)
            if clock is None or clock.lapsed or not clock.overdue(asked.on):
                refuse(errors.NothingToLapse, law, rule, day=asked.on)
            yield events.DeadlineLapsed(clock.id, clock.latest)
        case commands.RecomputeDeadlines():
            return  # the difference to the adopted calendar is all there is to it
        case commands.CorrectEntry():
            yield from correct(asked, command, case, law, rule)
        case _:
            assert fact is not None
            yield becomes(command, fact)


def _issue(
    asked: Asked, command: commands.Issue, case: Case, law: Law, refusals: Sequence[errors.Refusal]
) -> Iterator[CaseFact]:
    code = STEPS[STEP_OF[cast("type[CaseCommand]", type(command))]].instrument
    assert code is not None
    assert asked.number is not None
    to = command.to or next(iter(sorted(case.organs(law.regime.instruments[code].to))))
    yield ISSUES[code](
        document=command.document,
        instrument=code,
        number=asked.number,
        to=to,
        about=command.about,
        kind=command.kind,
        acts=command.acts,
        grounds=command.grounds,
        considered=command.considered,
        limit=command.limit,
        persons=command.persons,
        replaces=command.replaces,
        defects=_defects(refusals, law),
        note=command.note,
    )
    if command.seal is not None:
        yield events.SealApplied(command.document, command.seal)


def _defects(refusals: Sequence[errors.Refusal], law: Law) -> tuple[Defect, ...]:
    return tuple(Defect(refusal.code, refusal.article or law.regime.id) for refusal in refusals)


def _serve(
    command: commands.ServeDocument, case: Case, law: Law, rule: model.Step, refusals: Sequence[errors.Refusal]
) -> Iterator[CaseFact]:
    document = case.documents[command.document]
    before = document.receipts.get(command.addressee)
    if before is not None:
        refuse(errors.AlreadyServed, law, rule, day=before)
    yield becomes(command, events.DocumentServed, defects=_defects(refusals, law))
    kind = law.regime.decision_kinds.get(document.issued.kind or "")
    received = command.addressee == document.issued.to and not refusals and not document.issued.defects
    if kind is not None and kind.effect is not None and received:
        for act in document.issued.acts:
            yield EFFECTS[kind.effect](act, command.document)


def _decide_review(
    asked: Asked, command: commands.DecideReview, case: Case, law: Law, rule: model.Step
) -> Iterator[CaseFact]:
    review = case.reviews[command.review]
    if not review.pending:
        refuse(errors.ReviewSettled, law, rule)
    assert asked.number is not None
    about = review.requested.about
    yield events.DocumentIssued(
        document=command.document,
        instrument="review-decision",
        number=asked.number,
        to=review.requested.by,
        about=about,
        kind=command.outcome,
        persons=command.persons,
    )
    yield becomes(command, events.ReviewDecided)
    if command.outcome in ENDS:
        yield ENDS[command.outcome](about, command.review)
