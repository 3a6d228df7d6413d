"""Hypothesis strategies in one place: steps as people might ask for them, sensible and senseless alike."""

from __future__ import annotations

import os
from datetime import date, timedelta
from typing import Final

from hypothesis import settings
from hypothesis import strategies as st

from domain.case import commands as c
from domain.case.kind import CASE
from domain.identity import Actor, PersonId, Sealed
from domain.identity import OrganId as Organ
from domain.procedure import commands as p
from domain.procedure.commands import Command
from domain.procedure.facts import Limit
from domain.procedure.happening import Happening, as_text, correctable
from domain.procedure.kind import Kind
from domain.procedure.state import File
from domain.regime.model import Regime

WHOLE_HISTORIES: Final = settings(
    max_examples=settings().max_examples // (2 if os.environ.get("HYPOTHESIS_PROFILE") == "soak" else 4)
)
"""For what is tried on whole histories, each a hundred times the work of another example: few by default, and many
in the long runs."""

JUSTICE, URBAN = Organ("organ-justice"), Organ("organ-urban")
HANDLER = Actor(PersonId("person-a"), JUSTICE, "handler")
LIAISON = Actor(PersonId("person-x"), URBAN, "liaison")
STRANGER = Actor(PersonId("person-z"), Organ("organ-other"), "handler")
CLOCK = Actor(PersonId("system-clock"), Organ("system"), "system")
NOTE = Sealed("0" * 64)


def step_of(command: Command, kind: Kind = CASE) -> str:
    """The step that a command belongs to."""
    return next(step for step, row in kind.steps.items() if row.command is type(command))


persons = st.lists(st.sampled_from(("person-a", "person-b")), max_size=2).map(tuple)
limits = st.none() | st.builds(Limit, count=st.integers(1, 30), unit=st.sampled_from(("working_day", "calendar_day")))
notes = st.none() | st.just(NOTE)
actors = st.sampled_from((*[HANDLER] * 12, LIAISON, LIAISON, CLOCK, STRANGER))


def ids(case: File, *kinds: str) -> st.SearchStrategy[str]:
    """Mostly something of that kind in the case, sometimes something else, sometimes nothing that exists."""
    known = [id_ for id_, thing in case.things.items() if thing.kind in kinds]
    return st.sampled_from([*known * 8, *list(case.things)[:2], "nothing"])


def fresh(case: File) -> st.SearchStrategy[str]:
    """A new id, rarely one that is taken."""
    return st.sampled_from([f"id-{len(case.log)}"] * 9 + [next(iter(case.things), "id-0")])


def commands(case: File, regime: Regime, today: date) -> st.SearchStrategy[Command]:
    """Any step, about anything, filled in well or badly."""
    day = st.integers(0, 15).map(lambda back: today - timedelta(days=back))
    cites = st.lists(
        st.sampled_from([cite for codes in regime.lists.values() for cite in codes.items] + ["art.99"]), max_size=2
    ).map(tuple)
    acts = st.lists(ids(case, "act"), max_size=1).map(tuple)
    new, about_any = fresh(case), ids(case, "order", "notice", "opinion", "decision")
    issue = {"document": new, "limit": limits, "acts": acts, "persons": persons, "note": notes}
    return st.one_of(
        st.builds(c.RegisterAct, act=new, kind=st.just("penalty"), made_on=day),
        st.builds(p.AssignHandlers, persons=persons),
        st.builds(
            c.TakeMeasure,
            measure=new,
            kind=st.sampled_from(("art.23.1.1", "art.35.1", "art.36.1", "art.1")),
            persons=persons,
            on_site=st.booleans(),
        ),
        st.builds(
            c.RecordFinding,
            finding=new,
            kind=st.sampled_from([*regime.procedures["case"].codes["finding-kinds"], "odd"]),
            act=st.none() | ids(case, "act"),
            grounds=cites,
        ),
        st.builds(
            p.OrderCorrection, order=new, persons=persons, on_site=st.booleans(), immediate=st.booleans(), limit=limits
        ),
        st.builds(p.RecordCorrectionRefusal, about=ids(case, "order")),
        st.builds(p.ReportCorrection, about=about_any, written=st.booleans(), sent_on=day),
        st.builds(p.VerifyCorrection, about=about_any, corrected=st.booleans(), corrected_on=st.none() | day),
        st.builds(p.IssueNotice, about=ids(case, "order"), **issue),
        st.builds(p.IssueOpinion, about=ids(case, "notice"), **issue),
        st.builds(
            p.IssueDecision,
            about=st.none() | ids(case, "opinion"),
            kind=st.sampled_from([*regime.decision_kinds, "odd"]),
            grounds=cites,
            considered=st.sampled_from(((), ("art.32.1.3",))),
            seal=st.sampled_from((None, "government-supervision-seal")),
            **issue,
        ),
        st.builds(
            p.ServeDocument,
            document=ids(case, "notice", "opinion", "decision", "review-decision"),
            addressee=st.sampled_from((URBAN, JUSTICE)),
            mode=st.just("direct"),
            proof=st.sampled_from((None, "E1", "E1")),
        ),
        st.builds(c.RecordReply, about=ids(case, "notice"), sent_on=day, proof=st.sampled_from((None, "E1"))),
        st.builds(
            p.RequestReview,
            review=new,
            about=ids(case, "opinion"),
            sent_on=day,
            written=st.sampled_from((True, True, False)),
            reasoned=st.sampled_from((True, True, False)),
        ),
        st.builds(p.WithdrawReview, review=ids(case, "review")),
        st.builds(
            p.DecideReview,
            review=ids(case, "review"),
            document=new,
            outcome=st.sampled_from(("upheld", "amended", "withdrawn", "odd")),
        ),
        st.builds(p.WithdrawOpinion, document=ids(case, "opinion"), reason=notes),
        st.builds(p.WithdrawDocument, document=ids(case, "notice"), reason=notes),
        st.builds(p.RevokeDecision, document=ids(case, "decision"), reason=notes),
        st.builds(c.RedoAct, act=ids(case, "act"), new_act=new),
        st.builds(c.ReportRemedy, about=ids(case, "decision")),
        st.builds(p.Transfer, transfer=new, about=ids(case, "finding"), to=st.just("organ-other")),
        st.builds(p.AcknowledgeTransfer, transfer=ids(case, "transfer")),
        st.builds(p.CheckSuperiorLaw, superior=st.just("cn-2026"), conflict=st.booleans()),
        st.sampled_from(sorted(regime.open_points)).flatmap(
            lambda point: st.builds(
                p.DecideOpenPoint,
                point=st.just(point),
                option=st.sampled_from([*regime.open_points[point].options, "odd"]),
                reason=st.sampled_from((NOTE, NOTE, None)),
            )
        ),
        st.builds(p.RecordLapse, deadline=st.sampled_from([*case.deadlines, "none"])),
        st.builds(p.RecomputeDeadlines),
        st.builds(p.Close, outcome=st.just("done")),
        st.builds(p.Reopen),
        st.builds(
            p.CorrectEntry,
            version=st.integers(1, max(1, case.version)),
            field=st.sampled_from(("occurred_on", "written", "kind", "corrected")),
            was=st.sampled_from((today.isoformat(), "true", "penalty")),
            now=day.map(date.isoformat) | st.sampled_from(("true", "false", "x")),
            approver=st.just("person-h"),
            reason=notes,
        ),
        st.sampled_from(case.log).flatmap(lambda happening: corrections(happening, today)),
    )


def corrections(happening: Happening, today: date) -> st.SearchStrategy[p.CorrectEntry]:
    """A correction of something that was recorded, with its right old value and a new one of the same kind."""
    names = sorted(correctable(happening.fact)) or ["occurred_on"]

    def of(name: str) -> st.SearchStrategy[p.CorrectEntry]:
        was = happening.on if name == "occurred_on" else getattr(happening.fact, name)
        new = {date: st.integers(-2, 20).map(lambda back: today - timedelta(days=back)), bool: st.booleans()}
        other = st.sampled_from(("none", "odd", "E9", "unlawful", "none"))
        return st.builds(
            p.CorrectEntry,
            version=st.just(happening.version),
            field=st.just(name),
            was=st.just(as_text(was)),
            now=new.get(type(was), other).map(as_text),
            approver=st.just("person-h"),
            reason=st.just(NOTE),
        )

    return st.sampled_from(names).flatmap(of)
