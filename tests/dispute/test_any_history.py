"""What holds of every dispute, whatever anybody asks for, in whatever order."""

from __future__ import annotations

import hypothesis.strategies as st
from hypothesis import settings

from domain.dispute import commands as c
from domain.dispute import events as e
from domain.dispute.kind import DISPUTE
from domain.procedure import commands as p
from domain.procedure.commands import Command
from domain.procedure.facts import Fact
from domain.procedure.state import File
from tests.lead.office import AnyFile
from tests.strategies import JUSTICE, NOTE, URBAN, WHOLE_HISTORIES, notes

PARTIES = (URBAN, "organ-traffic", "organ-market", JUSTICE)


class AnyDispute(AnyFile):
    kind = DISPUTE
    openings = st.just(c.RaiseDispute(JUSTICE, "competence", NOTE))

    way = (
        c.AdmitParty(URBAN),
        c.AdmitParty("organ-traffic"),
        c.HearParty(URBAN, NOTE),
        c.HearParty("organ-traffic", NOTE),
        c.CoordinateDispute("K1", agreed=False, note=NOTE),
        c.ReferDispute("K1", "organ-government"),
        c.CoordinateDispute("K2", agreed=True, note=NOTE),
        p.Close("agreed"),
    )

    def commands(self) -> st.SearchStrategy[Command]:
        return st.one_of(
            st.builds(c.AdmitParty, st.sampled_from(PARTIES)),
            st.builds(c.HearParty, st.sampled_from(PARTIES), st.just(NOTE)),
            st.builds(c.HearParty, self.things("party"), notes),
            st.builds(c.CoordinateDispute, self.fresh(), agreed=st.booleans(), note=notes),
            st.builds(c.ReferDispute, self.things("coordination"), st.sampled_from(("organ-government", JUSTICE))),
            st.builds(c.WithdrawDispute, notes),
            st.builds(p.Close, st.just("done")),
            st.builds(p.Reopen, notes),
        )

    def judge(self, before: File, facts: tuple[Fact, ...]) -> None:
        log = [h.fact for h in before.log]
        for fact in facts:
            if isinstance(fact, e.DisputeCoordinated):
                parties = {f.party for f in log if isinstance(f, e.PartyAdmitted)}
                assert len(parties) >= 2
                assert parties == {f.party for f in log if isinstance(f, e.PartyHeard)}
                assert JUSTICE not in parties
            if isinstance(fact, e.DisputeReferred):
                assert not any(isinstance(f, e.DisputeCoordinated) and f.agreed for f in log)
        if not before.closed and self.file.closed:
            assert any(
                isinstance(f, e.DisputeReferred | e.DisputeWithdrawn)
                or (isinstance(f, e.DisputeCoordinated) and f.agreed)
                for f in log
            )


AnyDispute.TestCase.settings = settings(WHOLE_HISTORIES, stateful_step_count=30)
TestAnyDispute = AnyDispute.TestCase
