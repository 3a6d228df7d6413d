"""The registers of enforcement bodies, of obligations, of files drawn for review, and of what leads brought up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from domain.lead import events as lead
from domain.obligation import events as obligation
from domain.organ import events as organ
from domain.procedure.facts import DeadlineLapsed
from domain.procedure.state import File
from domain.programme import events as programme
from projections.room import Folded

Registered = Iterator[tuple[str, tuple[Any, ...]]]

_WORDS: Final = {
    organ.OrganRegistered: "registered",
    organ.QualificationChanged: "changed",
    organ.QualificationApplied: "applied",
    organ.QualificationExamined: "examined",
    organ.QualificationConfirmed: "confirmed",
    organ.QualificationRefused: "refused",
}
"""The last of these facts is how the qualification of a body stands."""


def of_organ(folded: Folded) -> Registered:
    """The row of an enforcement body: (table, values)."""
    file, opened = folded.file, folded.file.opened
    if not isinstance(opened, organ.OrganRegistered):
        return
    state, state_on = "registered", file.log[0].on
    superior, confirmed_on, published_on = None, None, None
    powers: tuple[str, ...] = ()
    officers: tuple[str, ...] = ()
    for h in file.log:
        if type(h.fact) in _WORDS:
            state, state_on = _WORDS[type(h.fact)], h.on
        match h.fact:
            case organ.QualificationConfirmed(powers=named):
                confirmed_on, published_on, powers = h.on, None, named
            case organ.QualificationPublished():
                published_on = h.on
            case organ.SuperiorSet(superior=named):
                superior = named
            case organ.SupervisorsDesignated(persons=persons):
                officers = persons
            case _:
                pass
    yield (
        "bodies",
        (
            opened.subject, file.log[0].on, opened.nature, superior, state, state_on, confirmed_on, list(powers),
            published_on, list(officers),
        ),
    )  # fmt: skip


def of_obligation(folded: Folded) -> Registered:
    """The row of an obligation: (table, values)."""
    file, opened = folded.file, folded.file.opened
    if not isinstance(opened, obligation.ObligationArisen):
        return
    done = [h.fact for h in file.log if isinstance(h.fact, obligation.ObligationFulfilled)]
    waived_on = next((h.on for h in file.log if isinstance(h.fact, obligation.ObligationWaived)), None)
    referred = next((h.fact.to for h in reversed(file.log) if isinstance(h.fact, obligation.MissReferred)), None)
    due = [clock.latest for clock in file.deadlines.values() if clock.cancelled is None]
    yield (
        "obligations",
        (
            opened.duty, file.log[0].on, opened.subject or opened.supervisor, folded.regime.id, opened.trigger_on,
            opened.occasion, opened.ground, max(due, default=None), [fact.part for fact in done],
            [fact.done_on for fact in done], waived_on, _missed(file), referred, waived_on or _discharged(file, done),
        ),
    )  # fmt: skip


def _missed(file: File) -> date | None:
    """The day on which it was recorded that a clock of it ran out, if that still stands."""
    lapsed = {clock.id for clock in file.deadlines.values() if clock.lapsed}
    return next((h.on for h in file.log if isinstance(h.fact, DeadlineLapsed) and h.fact.deadline in lapsed), None)


def _discharged(file: File, done: list[obligation.ObligationFulfilled]) -> date | None:
    """The day of the last part, where something was done and no clock waits for more."""
    waits = any(not clock.settled for clock in file.deadlines.values())
    return None if waits else max((fact.done_on for fact in done), default=None)


def of_programme(folded: Folded) -> Registered:
    """The rows of a programme, one for each case file drawn in it: (table, values)."""
    file, opened = folded.file, folded.file.opened
    if not isinstance(opened, programme.ProgrammePlanned):
        return
    graded = {h.fact.drawn: h for h in file.log if isinstance(h.fact, programme.CaseFileGraded)}
    referred = {h.fact.drawn: h.fact.to for h in file.log if isinstance(h.fact, programme.ProgrammeFindingReferred)}
    for h in file.log:
        if isinstance(h.fact, programme.FileSelected):
            drawn = h.fact.drawn
            grading = graded.get(drawn)
            fact = grading.fact if grading is not None else None
            grade, persons = (fact.grade, fact.persons) if isinstance(fact, programme.CaseFileGraded) else (None, ())
            graded_on = grading.on if grading is not None else None
            yield (
                "gradings",
                (
                    drawn, h.on, opened.kind, h.fact.organ, h.fact.reference, grade, graded_on, list(persons),
                    referred.get(drawn),
                ),
            )  # fmt: skip


def of_lead(folded: Folded) -> Registered:
    """The rows of a lead, one for each matter triaged: (table, values). Nothing of who complained."""
    file, opened = folded.file, folded.file.opened
    if not isinstance(opened, lead.LeadReceived):
        return
    cases = {h.fact.about: h.fact.case for h in file.log if isinstance(h.fact, lead.LeadLinked)}
    answers = [(h.on, h.fact) for h in file.log if isinstance(h.fact, lead.LeadAnswered) and h.fact.final]
    answered = {fact.about: (on, fact.outcome) for on, fact in answers}
    for h in file.log:
        if isinstance(h.fact, lead.LeadTriaged):
            id_ = h.fact.triage
            on, outcome = answered.get(id_, (None, None))
            yield (
                "triages",
                (
                    id_, h.on, opened.kind, opened.channel, h.fact.in_scope, h.fact.against_act, cases.get(id_), on,
                    outcome,
                ),
            )  # fmt: skip
