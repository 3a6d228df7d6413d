"""What follows from a step in a file (案卷的裁断). Pure: the same question always gets the same answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any, Final

from domain import errors
from domain.calendar import working_days_between
from domain.glossary import en, zh
from domain.procedure import clocks, commands, facts, house, situation, upkeep
from domain.procedure.commands import Asked, Command, becomes
from domain.procedure.correction import correct
from domain.procedure.entry import refuse_unfit
from domain.procedure.facts import Defect, Fact
from domain.procedure.happening import Happening
from domain.procedure.refusing import refuse
from domain.procedure.relations import the_one
from domain.procedure.state import File, evolve
from domain.regime import guards, model
from domain.regime.law import Law

CITING: Final = frozenset({"considered", "ground", "grounds", "law", "was", "now"})
"""Fields that hold citations, beside those whose codes a regulation lists."""

WHEN_CLOSED: Final = frozenset({"reopen", "correct-entry", "archive", "recompute-deadlines"})
TIMELESS: Final = (
    commands.RecordLapse,
    commands.RecomputeDeadlines,
    commands.CorrectEntry,
    commands.MigrateRegime,
)  # never "late"
ISSUES: Final[Mapping[str, Callable[..., Fact]]] = {
    "notice": facts.NoticeIssued,
    "opinion": facts.OpinionIssued,
    "decision": facts.DecisionIssued,
}
ENDS: Final[Mapping[tuple[str, str], Callable[[str, str], Fact]]] = {
    ("opinion", "amended"): facts.OpinionAmended,
    ("opinion", "withdrawn"): facts.OpinionWithdrawn,
    ("decision", "amended"): facts.DecisionAmended,
    ("decision", "withdrawn"): facts.DecisionRevoked,
}
EFFECTS: Final[Mapping[str, Callable[[str, str], Fact]]] = {
    "act-revoked": facts.ActRevoked,
    "act-confirmed-unlawful": facts.ActConfirmedUnlawful,
    "act-confirmed-void": facts.ActConfirmedVoid,
}


def decide(asked: Asked, file: File, law: Law) -> tuple[Fact, ...]:
    """The facts that follow from a step.

    Args:
        asked: the filled-in step, who takes it, and when.
        file: the state before it; without a fact for one that is to be opened.
        law: the regulation of the file and the calendar adopted by the ledger.

    Returns:
        The facts to record, deadlines included, all on the legal day of the step.

    Raises:
        Refusal: the step is not to be taken; nothing is recorded.
    """
    rule = _rule(asked, file, law)
    rule = rule.on(situation.thing_kind(situation.concerned(asked, file), file))
    asked = replace(asked, command=_qualified(asked.command, file.kind.steps[asked.step], law))
    refuse_unfit(asked, file, law, rule)
    before = _up_to_date(asked, file, law)
    file = _with(file, before, asked)
    return (*before, *_taken(asked, file, law, rule))


def _qualified(command: Command, row: commands.StepRow, law: Law) -> Command:
    """The command with every citation in it bearing the id of its text; an id of ours stays, whatever it looks like."""

    def qualify(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(map(qualify, value))
        return law.qualified(value) if isinstance(value, str) and value.startswith("art.") else value

    citing = {field.name for field in fields(command)} & (CITING | row.codes.keys())
    changes: dict[str, Any] = {name: qualify(getattr(command, name)) for name in citing}
    return replace(command, **changes)


def _taken(asked: Asked, file: File, law: Law, rule: model.Step) -> tuple[Fact, ...]:
    at = situation.of(asked, file, law)
    refusals = [*house.refusals(at), *_unapproved(at, law, rule), *guards.failures(rule.requires, at)]
    files = rule.files and isinstance(asked.command, commands.RequestReview)
    defective = asked.done_before and isinstance(asked.command, commands.Issue | commands.ServeDocument)
    if refusals and not files and not defective:
        raise refusals[0]
    facts = tuple(_facts(asked, file, law, rule, refusals))
    after = _with(file, facts, asked)
    why = "entry-corrected" if isinstance(asked.command, commands.CorrectEntry) else asked.step
    return (*facts, *clocks.difference(after, asked.target or law, why=why, today=asked.today))


def _rule(asked: Asked, file: File, law: Law) -> model.Step:
    rules, step = law.rules(file.kind.name), asked.step
    rule = rules.steps.get(step)
    opens = file.kind.steps[step].opens
    if opens and file.kind.opening not in rules.steps:
        raise errors.NoSuchProcedure(title=law.regime.title.zh, kind=zh(file.kind.name), kind_en=en(file.kind.name))
    if file.opened is None and not opens:
        raise errors.CaseNotOpen(case=asked.id)
    if rule is None:
        raise errors.NoSuchStep(step=step)
    if file.opened is not None and opens:
        refuse(errors.CaseAlreadyOpen, law, rule, case=asked.id)
    if file.closed and step not in WHEN_CLOSED:
        refuse(errors.CaseClosed, law, rule)
    if asked.on > asked.today:
        refuse(errors.InTheFuture, law, rule, day=asked.on, today=asked.today)
    allowance = law.regime.late_after
    if allowance is not None and not asked.late_reason and not isinstance(asked.command, TIMELESS):
        late = asked.on < asked.today and working_days_between(law.calendar, asked.on, asked.today) > allowance
        if late:
            refuse(errors.LateWithoutReason, law, rule, day=asked.on, days=allowance)
    return rule


def _up_to_date(asked: Asked, file: File, law: Law) -> tuple[Fact, ...]:
    """A step on a file whose open deadlines rest on an older calendar first records them recomputed."""
    if not clocks.stale(file.deadlines, law.calendar):
        return ()
    return tuple(clocks.difference(file, law, why="calendar", today=asked.today))


def _unapproved(at: situation.Situation, law: Law, rule: model.Step) -> Iterator[errors.Refusal]:
    """A document that was submitted for approval is not issued without it, whether the law asks for approval or not."""
    if at.file.kind.steps[at.step].creates == "document" and at.unapproved():
        yield errors.NotApproved(law.regime.refusals.get(errors.NotApproved.code, rule.cite))


def _with(file: File, facts: Sequence[Fact], asked: Asked) -> File:
    for fact in facts:
        file = evolve(file, Happening(file.version + 1, asked.on, fact))
    return file


# --- the facts of each step --------------------------------------------------------------------------------------


def _facts(asked: Asked, file: File, law: Law, rule: model.Step, refusals: Sequence[errors.Refusal]) -> Iterator[Fact]:
    command, row = asked.command, file.kind.steps[asked.step]
    match command:
        case commands.Issue():
            yield from _issue(asked, command, file, law, refusals)
        case commands.ServeDocument():
            yield from _serve(command, file, law, rule, refusals)
        case commands.RequestReview():
            by = the_one(rule.by, file, rule.cite, asked.actor.organ)
            if by is None:
                raise errors.FieldMissing(rule.cite, field=zh("field.by"), field_en=en("field.by"))
            yield becomes(command, facts.ReviewRequested, by=by, accepted=not refusals)
            for refusal in refusals[:1]:
                yield facts.ReviewNotAccepted(command.review, refusal.code, refusal.article or rule.cite)
        case commands.DecideReview():
            yield from _decide_review(asked, command, file, law, rule)
        case commands.WithdrawReview():
            if not file.reviews[command.review].pending:
                refuse(errors.ReviewSettled, law, rule)
            yield becomes(command, facts.ReviewWithdrawn)
        case _ if row.opens:
            assert row.becomes is not None
            yield becomes(command, row.becomes, regime=law.regime.id, regime_digest=law.digest)
            for reading in getattr(command, "readings", ()):
                point, _, option = reading.partition("=")
                yield facts.OpenPointDecided(point, option, asked.actor.person, getattr(command, "reason", None))
        case commands.CorrectEntry():
            yield from correct(asked, command, file, law, rule)
        case _ if row.becomes is not None:
            yield becomes(command, row.becomes)
        case _ if type(command) in upkeep.STEPS:
            yield from upkeep.facts_of(asked, file, law, rule)
        case _:
            yield from file.kind.facts(asked, file, law, rule)


def _issue(
    asked: Asked, command: commands.Issue, file: File, law: Law, refusals: Sequence[errors.Refusal]
) -> Iterator[Fact]:
    code = situation.instrument_of(file.kind.steps[asked.step], lambda name: getattr(command, name, None))
    assert code is not None
    assert asked.number is not None
    to = command.to or the_one(law.regime.instruments[code].to, file, law.regime.instruments[code].cite)
    if to is None:
        raise errors.FieldMissing(law.regime.instruments[code].cite, field=zh("field.to"), field_en=en("field.to"))
    issuer = asked.actor.organ if asked.actor.organ not in file.organs("supervisor") else None
    yield ISSUES.get(code, facts.DocumentIssued)(
        document=command.document,
        instrument=code,
        number=asked.number,
        to=to,
        by=issuer,
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
        yield facts.SealApplied(command.document, command.seal)


def _defects(refusals: Sequence[errors.Refusal], law: Law) -> tuple[Defect, ...]:
    return tuple(Defect(refusal.code, refusal.article or law.regime.id) for refusal in refusals)


def _serve(
    command: commands.ServeDocument, file: File, law: Law, rule: model.Step, refusals: Sequence[errors.Refusal]
) -> Iterator[Fact]:
    document = file.documents[command.document]
    before = document.receipts.get(command.addressee)
    if before is not None:
        refuse(errors.AlreadyServed, law, rule, day=before)
    yield becomes(command, facts.DocumentServed, defects=_defects(refusals, law))
    kind = law.regime.decision_kinds.get(document.issued.kind or "")
    received = command.addressee == document.issued.to and not refusals and not document.issued.defects
    if kind is not None and kind.effect is not None and received:
        for act in document.issued.acts:
            yield EFFECTS[kind.effect](act, command.document)


def _decide_review(
    asked: Asked, command: commands.DecideReview, file: File, law: Law, rule: model.Step
) -> Iterator[Fact]:
    review = file.reviews[command.review]
    if not review.pending:
        refuse(errors.ReviewSettled, law, rule)
    assert asked.number is not None
    about = review.requested.about
    issuer = asked.actor.organ if asked.actor.organ not in file.organs("supervisor") else None
    yield facts.DocumentIssued(
        document=command.document,
        instrument="review-decision",
        number=asked.number,
        to=review.requested.by,
        about=about,
        kind=command.outcome,
        by=issuer,
        persons=command.persons,
    )
    yield becomes(command, facts.ReviewDecided, by=issuer)
    ended = ENDS.get((file.documents[about].issued.instrument, command.outcome))
    if ended is not None:
        yield ended(about, command.review)
