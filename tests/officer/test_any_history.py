"""What holds of every person's file, whatever anybody asks for, in whatever order."""

from __future__ import annotations

from datetime import date, timedelta

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import invariant

from domain.officer import commands as c
from domain.officer import events as e
from domain.officer.certificates import certificates
from domain.officer.kind import OFFICER
from domain.officer.posts import held, hours
from domain.procedure import commands as p
from domain.procedure.commands import Command
from domain.procedure.facts import Fact
from domain.procedure.happening import Happening
from domain.procedure.state import File
from tests.lead.office import AnyFile
from tests.strategies import JUSTICE, URBAN, WHOLE_HISTORIES, notes

KINDS = ("enforcement-certificate", "supervision-certificate")
START = date(2025, 3, 3)


class AnyOfficer(AnyFile):
    kind = OFFICER
    openings = st.builds(c.RegisterOfficer, st.just(JUSTICE), st.just("person-e"), st.sampled_from((URBAN, None)))
    way = (
        c.RecordTraining(2025, 40, "qualification", passed=True),
        c.ApplyForCertificate("P1", KINDS[1]),
        c.ExamineCertificate("P1", fit=True),
        c.IssueCertificate("Z1", "P1", KINDS[1], "S-1", START, START + timedelta(days=60)),
        c.FileCertificate("Z2", "organ-m", KINDS[0], "N-1", START - timedelta(days=90)),
        c.SuspendCertificate("S1", "Z1", "withheld", "case-1"),
        c.AssignPost("J1", "handler", JUSTICE, START),
    )

    def commands(self) -> st.SearchStrategy[Command]:
        new, day = self.fresh(), st.integers(-30, 30).map(lambda back: self.today - timedelta(days=back))
        kind = st.sampled_from((*KINDS, "odd"))
        application, certificate = self.things("application"), self.things("certificate")
        until = st.none() | day
        number = st.just(f"N-{self.file.version}")
        return st.one_of(
            st.builds(c.ApplyForCertificate, new, kind),
            st.builds(c.ExamineCertificate, application, st.booleans()),
            st.builds(c.SubmitCertificate, application),
            st.builds(c.IssueCertificate, new, application, kind, number, day, until, st.just(("urban",))),
            st.builds(c.FileCertificate, new, st.just("organ-m"), kind, number, day, until),
            st.builds(c.ShowCertificate, certificate, st.just("case-1")),
            st.builds(
                c.SuspendCertificate, new, certificate, st.sampled_from(("withheld", "off-duty")), st.just("case-1")
            ),
            st.builds(c.RestoreCertificate, self.things("suspension")),
            st.builds(c.RevokeCertificate, certificate),
            st.builds(c.RecordExpiry, certificate),
            st.builds(c.CancelQualification, kind),
            st.builds(c.RecordTraining, st.just(2025), st.integers(0, 90), st.just("special-law"), st.none()),
            st.builds(c.AssignPost, new, st.sampled_from(("handler", "odd")), st.just(JUSTICE), day, until),
            st.builds(c.AppointActing, new, st.just("head"), st.just(JUSTICE), day, until),
            st.builds(c.AppointObserver, new, st.just(JUSTICE), day, until, st.booleans()),
            st.builds(c.EndPost, self.things("post"), day),
            st.builds(c.ChangeUnit, st.sampled_from((URBAN, JUSTICE))),
            st.builds(p.Close, st.just("done")),
            st.builds(p.Reopen, notes),
        )

    def judge(self, before: File, facts: tuple[Fact, ...]) -> None:
        for fact in facts:
            if isinstance(fact, e.CertificateShown):
                on = self.file.log[-1].on
                assert fact.certificate in self.good(before, on)
            if isinstance(fact, e.CertificateExpired):
                assert self.file.log[-1].on > fact.valid_to

    def good(self, file: File, day: date) -> set[str]:
        """Day by day and certificate by certificate, as a clerk would look it up; the other way of counting."""
        log = file.log
        return {
            h.fact.certificate
            for h in log
            if isinstance(h.fact, e.CertificateIssued | e.CertificateFiled)
            and h.fact.valid_from <= day
            and (h.fact.valid_to is None or day <= h.fact.valid_to)
            and not any(self.stops(other, h.fact, h.version, day, log) for other in log)
        }

    def stops(
        self,
        other: Happening,
        given: e.CertificateIssued | e.CertificateFiled,
        version: int,
        day: date,
        log: tuple[Happening, ...],
    ) -> bool:
        if other.on > day:
            return False
        match other.fact:
            case e.CertificateRevoked(certificate=id_):
                return id_ == given.certificate
            case e.QualificationCancelled(kind=kind):
                return kind == given.kind and other.version > version
            case e.CertificateSuspended(suspension=suspension, about=id_):
                lifted = [
                    h.on for h in log if isinstance(h.fact, e.CertificateRestored) and h.fact.suspension == suspension
                ]
                return id_ == given.certificate and not any(on <= day for on in lifted)
            case _:
                return False

    @invariant()
    def the_intervals_say_what_the_days_say(self) -> None:
        numbers = {
            h.fact.certificate: h.fact.number
            for h in self.file.log
            if isinstance(h.fact, e.CertificateIssued | e.CertificateFiled)
        }
        for back in range(-40, 60, 7):
            day = self.today - timedelta(days=back)
            found = sorted(each.number for each in certificates(self.file) if each.covers(day))
            assert found == sorted(numbers[id_] for id_ in self.good(self.file, day))  # each once

    @invariant()
    def a_post_is_held_only_after_it_began_and_before_it_ended(self) -> None:
        ended = {h.fact.post: h.fact.ended_on for h in self.file.log if isinstance(h.fact, e.PostEnded)}
        for back in range(-40, 60, 7):
            day = self.today - timedelta(days=back)
            for post in held(self.file, day):
                assert post.since <= day <= min(post.until or day, ended.get(post.post, day))

    @invariant()
    def hours_only_grow(self) -> None:
        recorded = [h.fact.hours for h in self.file.log if isinstance(h.fact, e.TrainingRecorded)]
        assert hours(self.file, 2025) == sum(recorded)


AnyOfficer.TestCase.settings = settings(WHOLE_HISTORIES, stateful_step_count=30)
TestAnyOfficer = AnyOfficer.TestCase
