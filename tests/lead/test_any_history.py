"""What holds of every lead, whatever anybody asks for, in whatever order."""

from __future__ import annotations

from collections import Counter

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import invariant, precondition, rule

from domain import errors
from domain.lead import commands as c
from domain.lead import events as e
from domain.lead.kind import LEAD
from domain.procedure import commands as p
from domain.procedure import facts
from domain.procedure.commands import Command
from domain.procedure.facts import Fact
from domain.procedure.state import File
from tests.lead.office import AnyFile
from tests.strategies import HANDLER, JUSTICE, LIAISON, NOTE, URBAN, WHOLE_HISTORIES, notes

SECRET = "complainant-1"


def receive(kind: str, *, written: bool, named: bool, respondent: str | None, matter: object) -> Command:
    return c.ReceiveLead(
        JUSTICE,
        kind,
        "email" if written else "phone",
        written=written,
        anonymous=not named,
        complainant=SECRET if named else None,
        respondent=respondent,
        matter=matter,  # type: ignore[arg-type]  # drawn by Hypothesis
    )


class AnyLead(AnyFile):
    kind = LEAD
    openings = st.builds(
        receive,
        kind=st.sampled_from(("complaint", "report")),
        written=st.booleans(),
        named=st.sampled_from((True, True, False)),
        respondent=st.sampled_from((URBAN, URBAN, None)),
        matter=notes,
    )

    way = (
        c.TranscribeLead(NOTE),
        c.TriageLead("M1", in_scope=True, against_act=True, lacking=("art.27.1.1", "art.27.1.2")),
        c.LinkLead("M1", "case-1"),
        c.InformComplainant("M1", "phone", outcome="corrected"),
        c.TriageLead("M2", in_scope=False, lacking=("art.27.1.1", "art.27.1.2")),
        p.Transfer("T1", "M2", "organ-other"),
        c.InformComplainant("M2", "phone", competent="organ-other"),
        p.Close("done"),
    )

    def commands(self) -> st.SearchStrategy[Command]:
        matter, new = self.things("triage"), self.fresh()
        organ = st.sampled_from((None, "organ-other"))
        other = st.sampled_from(("organ-other", "organ-other", URBAN))
        return st.one_of(
            st.builds(c.TranscribeLead, notes),
            st.builds(
                c.TriageLead,
                new,
                in_scope=st.booleans(),
                against_act=st.sampled_from((True, False, None)),
                lacking=st.sampled_from(((), ("art.27.1.1",), ("art.27.1.1", "art.27.1.2"), ("art.1",))),
            ),
            st.builds(c.AnalyseLead, matter, notes),
            st.builds(c.LinkLead, matter, st.sampled_from(("case-1", "case-2"))),
            st.builds(c.ShareLead, other),
            st.builds(
                c.InformComplainant,
                matter,
                st.just("phone"),
                final=st.booleans(),
                competent=organ,
                outcome=st.sampled_from((None, "corrected")),
            ),
            st.builds(p.Transfer, new, matter, other),
            st.builds(p.AcknowledgeTransfer, self.things("transfer")),
            st.builds(p.ReturnTransfer, self.things("transfer")),
            st.builds(p.NameAuthority, st.sampled_from(("discipline", "receiver")), st.just("organ-other")),
            st.builds(
                p.DecideOpenPoint,
                st.just("result-told-to-complainant"),
                st.sampled_from(("case", "handling")),
                st.just(NOTE),
            ),
            st.builds(p.Close, st.just("done")),
            st.builds(p.Reopen, notes),
        )

    def judge(self, before: File, facts: tuple[Fact, ...]) -> None:
        assert not any(SECRET in repr(fact) for fact in facts)
        if any(isinstance(fact, e.LeadTriaged) for fact in facts):
            assert self.said_in_full(before)
        if not before.closed and self.file.closed:
            self.closed_rightly()

    def refused(self, refusal: errors.Refusal) -> None:
        assert SECRET not in refusal.sentence_zh + refusal.sentence_en + repr(refusal.facts)

    def said_in_full(self, lead: File) -> bool:
        opened = lead.opened
        assert isinstance(opened, e.LeadReceived)
        return opened.written or any(isinstance(h.fact, e.LeadTranscribed) for h in lead.log)

    def closed_rightly(self) -> None:
        log = [h.fact for h in self.file.log]
        opened = log[0]
        assert isinstance(opened, e.LeadReceived)
        told = {f.about for f in log if isinstance(f, e.LeadAnswered) and f.final}
        linked = {f.about for f in log if isinstance(f, e.LeadLinked)}
        moved = {f.about for f in log if isinstance(f, facts.Transferred)}
        matters = [f for f in log if isinstance(f, e.LeadTriaged)]
        assert matters
        for matter in matters:
            assert opened.anonymous or matter.triage in told
            if matter.in_scope and matter.against_act:
                assert matter.triage in linked | moved

    @invariant()
    def each_matter_is_linked_once(self) -> None:
        linked = Counter(h.fact.about for h in self.file.log if isinstance(h.fact, e.LeadLinked))
        assert all(times == 1 for times in linked.values())

    @invariant()
    def nothing_reached_whom_it_is_about(self) -> None:
        opened = self.file.opened
        assert not any(
            h.fact.to == opened.respondent
            for h in self.file.log
            if isinstance(h.fact, e.LeadShared | facts.Transferred) and isinstance(opened, e.LeadReceived)
        )

    @precondition(lambda self: self.file.opened is not None)
    @rule()
    def whom_it_is_about_may_do_nothing(self) -> None:
        offered = self.office.offers(self.today, LIAISON)
        assert all(offer.refusal is not None for offer in offered)
        assert not any(SECRET in repr(offer) for offer in (*offered, *self.office.offers(self.today, HANDLER)))


AnyLead.TestCase.settings = settings(WHOLE_HISTORIES, stateful_step_count=30)
TestAnyLead = AnyLead.TestCase
