"""洛阳市行政执法监督办法: the opinion, its review, the report to the government, the government's decision."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import errors
from domain.calendar import as_known_on
from domain.case import commands as c
from domain.case.events import ReportedToGovernment
from domain.case.kind import CASE, INITIAL
from domain.catalogue import short_name
from domain.identity import Actor, OrganId, PersonId
from domain.procedure import commands as p
from domain.procedure.commands import Asked, Certificate, Command
from domain.procedure.decider import decide
from domain.procedure.facts import DecisionIssued, Fact, Limit
from domain.procedure.offers import offers
from domain.procedure.state import fold
from domain.regime.coverage import coverage
from domain.regime.law import Law
from domain.regime.loader import load
from tests.case.office import Office
from tests.strategies import CLOCK, HANDLER, JUSTICE, LIAISON, NOTE, URBAN, step_of

REGIME = load("luoyang-2022").regime
GOVERNMENT = OrganId("organ-government")
MAYOR = Actor(PersonId("person-g"), GOVERNMENT, "government")
WEEKS = Limit(15, "working_day")
OPINION = p.IssueOpinion("O1", about="F1", acts=("A1",), limit=WEEKS)
CONSIDERED = ("art.23.1",)
REVOCATION = p.IssueDecision("D1", about="O1", kind="revoke", acts=("A1",), considered=CONSIDERED)
TO_EXPLAIN = c.TakeMeasure("M1", "art.14.1.1", ("person-b",))


class Bureau(Office):
    """The justice department of Luoyang."""

    def law(self, today: date) -> Law:
        return Law(REGIME, "d" * 64, as_known_on(today, ()), "c" * 64)


def opened(day: str = "2023-03-06", made_on: str = "2023-01-16", *readings: str) -> Bureau:
    bureau = Bureau()
    bureau.on(day, c.OpenCase(JUSTICE, URBAN, "inspection", readings=readings))
    bureau.on(day, c.RegisterAct("A1", "penalty", date.fromisoformat(made_on)))
    bureau.on(day, c.RecordFinding("F1", "unlawful", "A1"))
    return bureau


def opined(received: str = "2023-03-14", **readings: str) -> Bureau:
    """The opinion was received; its limit is fifteen working days."""
    bureau = opened(received, "2023-01-16")
    for point, option in readings.items():
        bureau.on(received, p.DecideOpenPoint(point.replace("_", "-"), option, NOTE))
    bureau.on(received, OPINION)
    bureau.on(received, p.ServeDocument("O1", URBAN, "direct", "E1"))
    bureau.on(received, p.NameAuthority("government", GOVERNMENT))
    return bureau


def reported() -> Bureau:
    """The limit has passed in silence and the government has been told."""
    bureau = opined()
    bureau.on("2023-04-06", c.ReportToGovernment("O1"))
    return bureau


def asks_for_review(day: str, *, written: bool = True) -> p.RequestReview:
    return p.RequestReview("V1", "O1", date.fromisoformat(day), written=written, reasoned=False)


def test_who_finds_a_breach_must_issue_an_opinion_with_a_limit() -> None:
    assert REGIME.procedures["case"].steps["issue-opinion"].modality == "must"
    refusal = opened().refuses("2023-03-06", replace(OPINION, limit=None))
    assert (type(refusal), refusal.article) == (errors.FieldMissing, "luoyang-2022:art.22.1")
    assert isinstance(opened().refuses("2023-03-07", p.Close("done")), errors.Outstanding)


def test_the_limit_is_the_one_that_the_opinion_sets_for_handling_and_for_reporting() -> None:
    deadlines = opined().case.deadlines
    assert {name: deadlines[f"{name}:O1"].reckoned.due for name in ("opinion-limit", "opinion-report")} == {
        "opinion-limit": date(2023, 4, 4),
        "opinion-report": date(2023, 4, 4),
    }


@pytest.mark.parametrize(
    ("received", "last"),
    [("2023-09-26", "2023-10-09"), ("2024-02-05", "2024-02-18"), ("2025-01-23", "2025-02-06")],
)
def test_an_objection_is_made_within_five_working_days_of_receipt(received: str, last: str) -> None:
    in_time, late = opined(received), opined(received)
    after = (date.fromisoformat(last) + timedelta(days=1)).isoformat()
    assert "review-not-accepted" not in in_time.on(last, asks_for_review(last), LIAISON)
    assert late.on(after, asks_for_review(after), LIAISON) == ["review-requested", "review-not-accepted"]


def test_an_objection_that_is_not_in_writing_is_filed_and_not_accepted() -> None:
    day = "2023-03-15"
    assert opined().on(day, asks_for_review(day, written=False), LIAISON)[-1] == "review-not-accepted"


def test_the_same_body_answers_within_ten_working_days_of_receiving_the_request() -> None:
    bureau = opined()
    bureau.on("2023-03-15", asks_for_review("2023-03-15"), LIAISON)
    clock = bureau.case.deadlines["review-decide:V1"]
    assert (clock.holder, clock.reckoned.due) == (JUSTICE, date(2023, 3, 29))
    assert isinstance(bureau.refuses("2023-03-29", p.DecideReview("V1", "W1", "upheld"), LIAISON), errors.NotYours)


@pytest.mark.parametrize(
    ("reading", "due"), [("runs-on", "2023-04-04"), ("pause", "2023-04-19"), ("restart", "2023-04-20")]
)
def test_whether_the_opinion_stands_still_during_the_review_is_an_open_point(reading: str, due: str) -> None:
    assert REGIME.open_points["review-effect"].shipped == "runs-on"
    bureau = opined(review_effect=reading)
    bureau.on("2023-03-16", asks_for_review("2023-03-16"), LIAISON)
    bureau.on("2023-03-29", p.DecideReview("V1", "W1", "upheld"))
    bureau.on("2023-03-29", p.ServeDocument("W1", URBAN, "direct", "E2"))
    assert bureau.case.deadlines["opinion-limit:O1"].reckoned.due == date.fromisoformat(due)


@given(days=st.integers(0, 40))
def test_nothing_is_reported_to_the_government_before_the_limit_has_passed(days: int) -> None:
    day = date(2023, 3, 14) + timedelta(days=days)
    bureau = opined()
    if day > date(2023, 4, 4):
        assert "reported-to-government" in bureau.on(day.isoformat(), c.ReportToGovernment("O1"))
    else:
        assert isinstance(bureau.refuses(day.isoformat(), c.ReportToGovernment("O1")), errors.NotOverdue)


def test_the_decision_is_the_governments_and_is_recorded_by_its_own_person() -> None:
    bureau = reported()
    for actor in (HANDLER, LIAISON, CLOCK):
        refusal = bureau.refuses("2023-04-10", REVOCATION, actor)
        assert (type(refusal), refusal.article) == (errors.NotYours, "luoyang-2022:art.23.1")
    bureau.on("2023-04-10", REVOCATION, MAYOR)
    assert bureau.case.documents["D1"].issued.by == GOVERNMENT
    assert bureau.on("2023-04-11", p.ServeDocument("D1", URBAN, "direct", "E3")) == ["document-served", "act-revoked"]


def test_the_government_decides_on_a_report_only() -> None:
    refusal = opined().refuses("2023-04-06", REVOCATION, MAYOR)
    assert (type(refusal), refusal.article) == (errors.NotRecorded, "luoyang-2022:art.23.1")


@pytest.mark.parametrize("kind", ["perform", "correct"])
def test_an_order_of_the_government_sets_a_limit_inside_it(kind: str) -> None:
    refusal = reported().refuses("2023-04-10", replace(REVOCATION, kind=kind), MAYOR)
    assert isinstance(refusal, errors.FieldMissing)
    assert refusal.article == REGIME.decision_kinds[kind].cite


def test_nothing_is_owed_after_the_limit_of_the_decision_but_what_the_decision_orders() -> None:
    bureau = reported()
    bureau.on("2023-04-10", replace(REVOCATION, kind="correct", limit=Limit(1, "month")), MAYOR)
    bureau.on("2023-04-11", p.ServeDocument("D1", URBAN, "direct", "E3"))
    assert [id_ for id_ in bureau.case.deadlines if id_.endswith(":D1")] == ["decision-limit:D1"]


@given(made_on=st.dates(date(2022, 9, 1), date(2022, 11, 20)), reading=st.sampled_from([None, "order", "article"]))
def test_an_act_done_between_the_two_first_days_needs_it_decided(made_on: date, reading: str | None) -> None:
    bureau = opened("2022-11-21", made_on.isoformat(), *([f"effective-date={reading}"] if reading else []))
    first = {"order": date(2022, 11, 1), "article": date(2022, 10, 15)}
    if made_on < first[reading or "order"]:
        assert isinstance(bureau.refuses("2022-11-21", OPINION), errors.PointUndecided)
    else:
        assert bureau.on("2022-11-21", OPINION) == ["opinion-issued"]


@pytest.mark.parametrize(
    "command",
    [
        p.AssignHandlers(("person-b",)),
        c.OpenSpecialInvestigation(("person-b",), NOTE),
        c.RecordFinding("F2", "improper", "A1", persons=("person-b",)),
        replace(OPINION, document="O2", persons=("person-b",), replaces="O1"),
        p.VerifyCorrection("O1", corrected=False, persons=("person-b",)),
        p.DecideReview("V1", "W1", "upheld", ("person-b",)),
    ],
    ids=step_of,
)
def test_an_officer_who_is_recused_takes_no_part(command: Command) -> None:
    bureau = opined()
    bureau.on("2023-03-15", asks_for_review("2023-03-15"), LIAISON)
    bureau.on("2023-03-16", p.RecuseOfficer("person-b", "art.16.1.2"))
    refusal = bureau.refuses("2023-03-17", command)
    assert (type(refusal), refusal.article) == (errors.Recused, "luoyang-2022:art.16.1")


def test_a_recusal_states_one_of_the_three_grounds() -> None:
    bureau = opened()
    assert isinstance(bureau.refuses("2023-03-07", p.RecuseOfficer("person-b")), errors.FieldMissing)
    assert isinstance(bureau.refuses("2023-03-07", p.RecuseOfficer("person-b", "art.25.1.1")), errors.UnknownCode)


def measure(certificate: str, last: str) -> tuple[Fact, ...]:
    """What follows when an officer who holds that certificate takes a measure on 7 March 2023."""
    on, bureau = date(2023, 3, 7), opened()
    bureau.on("2023-03-06", p.NameAuthority("government", GOVERNMENT))
    held = Certificate(certificate, "7", date(2022, 1, 1), date.fromisoformat(last), GOVERNMENT)
    asked = Asked("K", "take-measure", TO_EXPLAIN, HANDLER, on, on, officers={"person-b": (held,)})
    return decide(asked, bureau.case, bureau.law(on))


def test_a_measure_is_taken_with_a_supervision_certificate_on_its_last_day_still() -> None:
    assert [short_name(fact) for fact in measure("supervision-certificate", "2023-03-07")] == ["measure-taken"]


@pytest.mark.parametrize(
    ("certificate", "last"), [("supervision-certificate", "2023-03-06"), ("enforcement-certificate", "2027-12-31")]
)
def test_no_measure_is_taken_with_a_certificate_that_has_run_out_or_is_another(certificate: str, last: str) -> None:
    with pytest.raises(errors.NoCertificate) as refused:
        measure(certificate, last)
    assert refused.value.article == "luoyang-2022:art.13.1"


def test_the_lists_are_as_long_as_the_text_has_them() -> None:
    assert {name: len(codes.items) for name, codes in REGIME.lists.items()} == {
        "topics": 8,
        "powers": 8,
        "recusal-grounds": 3,
        "organ-grounds": 9,
        "person-grounds": 7,
        "supervisor-grounds": 1,
    }


def asked_of(bureau: Bureau) -> list[tuple[Command, Actor]]:
    """What people may ask of a case, in season and out of season."""
    return [
        (p.NameAuthority("government", GOVERNMENT), HANDLER),
        (OPINION, HANDLER),
        (p.ServeDocument("O1", URBAN, "direct", "E1"), HANDLER),
        (asks_for_review(bureau.case.log[-1].on.isoformat()), LIAISON),
        (p.DecideReview("V1", "W1", "amended"), HANDLER),
        (p.WithdrawReview("V1"), LIAISON),
        (p.WithdrawOpinion("O1", NOTE), HANDLER),
        (p.ReportCorrection("O1", written=True), LIAISON),
        (p.VerifyCorrection("O1", corrected=False), HANDLER),
        (p.VerifyCorrection("O1", corrected=True, corrected_on=bureau.case.log[-1].on), HANDLER),
        (c.ReportToGovernment("O1"), HANDLER),
        (REVOCATION, MAYOR),
        (REVOCATION, HANDLER),
        (p.RecordLapse("opinion-limit:O1"), CLOCK),
        (p.Close("done"), HANDLER),
    ]


@given(st.data())
def test_no_sequence_of_steps_lets_the_government_decide_what_was_not_reported_to_it(data: st.DataObject) -> None:
    bureau, refused = opened(), set[str]()
    day = date(2023, 3, 6)
    for _ in range(data.draw(st.integers(1, 14))):
        day += timedelta(days=data.draw(st.sampled_from([0, 1, 8, 30])))
        command, actor = data.draw(st.sampled_from(asked_of(bureau)))
        try:
            bureau.on(day.isoformat(), command, actor)
        except errors.Refusal as refusal:
            refused |= {refusal.article} if refusal.article else set()
    assert all(REGIME.quote(article).text for article in refused)
    seen: list[Fact] = []
    for happening in bureau.log:
        if isinstance(happening.fact, DecisionIssued):
            assert any(isinstance(fact, ReportedToGovernment) for fact in seen)
            assert happening.fact.by == GOVERNMENT
        seen.append(happening.fact)
    assert fold(CASE, bureau.log) == bureau.case
    assert INITIAL.kind is CASE


def test_every_row_of_the_measures_is_accounted_for() -> None:
    assert [found.row.cite for found in coverage(REGIME) if not found.became] == []


def test_who_is_recused_does_not_act_and_not_only_is_not_named() -> None:
    bureau = opened()
    bureau.on("2023-03-06", p.RequestRecusal("Q1", HANDLER.person, URBAN, "art.16.1.1"), LIAISON)
    finding = c.RecordFinding("F2", "unlawful", "A1", persons=("person-b",))
    refusal = bureau.refuses("2023-03-07", finding)
    assert (refusal.code, refusal.article) == ("recused", "luoyang-2022:art.16.1")
    assert HANDLER.person in refusal.sentence_en
    offered = offers(bureau.case, bureau.law(date(2023, 3, 7)), HANDLER, date(2023, 3, 7))
    assert next(o.refusal for o in offered if o.step == "record-finding") is not None
    other = Actor(PersonId("person-b"), JUSTICE, "handler")
    assert "finding-recorded" in bureau.on("2023-03-07", finding, other)
