"""What the reports of a ledger say (年报、权责清单、比较): each figure with the entries it rests on, to the byte."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.reporting import duty_lists
from domain.accountability.events import AccountabilityOpened, DisciplineReferred, SanctionImposed
from domain.case.events import CaseOpened, FindingRecorded
from domain.glossary import en, zh
from domain.lead.events import LeadReceived
from domain.obligation.events import ObligationArisen, ObligationFulfilled
from domain.officer.events import OfficerRegistered, TrainingRecorded, UnitChanged
from domain.procedure import facts as f
from domain.procedure.facts import Defect, Limit
from ledger import canonical
from projections.statistics.file_report import file_report
from projections.statistics.measures import BY_CODE, MEASURES
from projections.statistics.report import REPORTS, Question, ReportError, report
from tests.projections.statistics import JUSTICE, LEDGER, URBAN, Told, generated, reckoned

OPENED = CaseOpened("karamay-2022", "d", JUSTICE, URBAN, "inspection", against_act=True)
UNDER_LUOYANG = CaseOpened("luoyang-2022", "d", JUSTICE, URBAN, "inspection", True, topics=("art.6.1.3",))
OPINION = f.OpinionIssued("O1", "opinion", "监〔2024〕1号", URBAN)
SERVED = f.DocumentServed("O1", URBAN, "direct", "E1")


def clock(nature: str = "duty", latest: str = "2024-12-20", id_: str = "c:O1") -> f.DeadlineSet:
    limit = Limit(10, "working_day")
    return f.DeadlineSet(id_, "correct", "O1", URBAN, nature, "art.1", date(2024, 12, 1), limit, reckoned(latest))


def test_each_figure_of_the_year_names_the_entries_it_rests_on() -> None:
    told = Told()
    opened, opinion = told.tell("case/a", ("2024-01-08", OPENED), ("2024-02-01", OPINION))
    other = told.tell("case/b", ("2024-03-01", OPENED))
    told.tell("case/c", ("2023-05-04", OPENED))
    closed = told.tell("case/a", ("2024-06-03", f.Closed("done")))
    assert told.rows() == {
        ("cases-opened", "inspection"): (2, [opened, *other]),
        ("documents-issued", "opinion"): (1, [opinion]),
        ("cases-closed", "done"): (1, closed),
    }
    assert {row["organ"] for row in told.report()["rows"]} == {JUSTICE}
    assert told.report()["day"] == "2024-06-03"


def test_what_was_issued_with_a_defect_counts_as_that_and_as_nothing_else() -> None:
    told = Told()
    defective = f.DecisionIssued("D1", "decision", "2号", URBAN, defects=(Defect("no-seal", "art.30"),))
    _, at, _ = told.tell(
        "case/a", ("2024-01-08", OPENED), ("2024-02-01", defective), ("2024-02-01", f.ActRevoked("A1", "D1"))
    )
    rows = told.rows()
    assert rows["documents-defective", "decision"] == (1, [at])
    assert ("documents-issued", "decision") not in rows
    assert ("acts-revoked", "") not in rows


def test_a_review_that_was_not_accepted_is_counted_as_that() -> None:
    told = Told()
    asked = [f.ReviewRequested(v, "O1", URBAN, date(2024, 2, 5), True, True, v == "V1") for v in ("V1", "V2")]
    told.tell("case/a", ("2024-01-08", OPENED), ("2024-02-01", OPINION))
    first, second, refused = told.tell(
        "case/a", ("2024-02-05", asked[0]), ("2024-02-05", asked[1]),
        ("2024-02-05", f.ReviewNotAccepted("V2", "too-late", "art.31")),
    )  # fmt: skip
    decided = told.tell("case/a", ("2024-02-20", f.ReviewDecided("V1", "amended", "W1")))
    rows = told.rows()
    assert rows["reviews-requested", ""] == (1, [first])
    assert rows["reviews-not-accepted", "too-late"] == (1, [refused])
    assert rows["reviews-decided", "amended"] == (1, decided)
    assert second not in [position for _, positions in rows.values() for position in positions]


def test_a_corrected_entry_counts_with_its_right_values_where_it_lies() -> None:
    told = Told()
    opened, _ = told.tell("case/a", ("2024-01-08", OPENED), ("2024-02-01", OPINION))
    told.tell("case/b", ("2023-02-01", OPENED))
    day = f.EntryCorrected(1, "occurred_on", "2024-01-08", "2023-12-29", "person-h")
    told.tell("case/a", ("2024-03-01", day), ("2024-03-01", f.EntryCorrected(1, "origin", "x", "complaint", "h")))
    assert ("cases-opened", "inspection") not in told.rows(year=2024)
    assert told.rows(year=2023)["cases-opened", "complaint"] == (1, [opened])


def test_a_clock_is_overdue_at_the_end_of_one_year_and_met_late_in_the_next() -> None:
    told = Told()
    _, set_ = told.tell("case/a", ("2024-11-01", OPENED), ("2024-12-01", clock()))
    assert ("clocks-overdue", "correct") not in told.rows()  # the ledger ends before its day
    told.tell("case/b", ("2024-12-20", OPENED))
    assert ("clocks-overdue", "correct") not in told.rows()  # due today is not overdue
    told.tell("case/c", ("2024-12-21", OPENED))
    assert told.rows()["clocks-overdue", "correct"] == (1, [set_])
    (met,) = told.tell("case/a", ("2025-01-06", f.DeadlineMet("c:O1", date(2025, 1, 6), True)))
    assert told.rows()["clocks-overdue", "correct"] == (1, [set_, met])
    assert told.report()["day"] == "2024-12-31"
    after = told.rows(year=2025)
    assert after["clocks-late", "correct"] == (1, [set_, met])
    assert ("clocks-overdue", "correct") not in after
    assert {row["organ"] for row in told.report(year=2025)["rows"]} == {URBAN}


def test_a_clock_met_on_its_last_day_is_on_time_and_a_right_that_lapses_is_no_breach() -> None:
    told = Told()
    _, set_, met = told.tell(
        "case/a", ("2024-11-01", OPENED), ("2024-12-01", clock()),
        ("2024-12-20", f.DeadlineMet("c:O1", date(2024, 12, 20), False)),
    )  # fmt: skip
    told.tell("case/b", ("2024-11-01", OPENED), ("2024-12-01", clock("right")), ("2024-12-31", f.Archived()))
    assert told.rows()["clocks-on-time", "correct"] == (1, [set_, met])
    assert not {measure for measure, _ in told.rows()} & {"clocks-overdue", "clocks-late"}


def test_a_clock_that_stands_still_is_not_overdue_and_one_ended_too_late_was_never_met() -> None:
    told = Told()
    told.tell("case/a", ("2024-01-01", OPENED), ("2024-12-01", clock()))
    told.tell("case/a", ("2024-12-10", f.DeadlineSuspended("c:O1", date(2024, 12, 10), "art.5")))
    told.tell("case/b", ("2024-01-01", OPENED))
    ended = f.DeadlineCancelled("c:O1", "decision-issued", date(2024, 12, 30), True)
    told.tell("case/b", ("2024-12-01", clock()), ("2024-12-31", ended))
    rows = told.rows()
    assert rows["clocks-ended-late", "correct"][0] == 1
    assert ("clocks-overdue", "correct") not in rows


def test_training_counts_for_the_unit_in_which_it_was_taken_and_a_person_once_a_year() -> None:
    told = Told()
    registered = OfficerRegistered("karamay-2022", "d", JUSTICE, "person-a", URBAN)
    _, first, _, second = told.tell(
        "officer/a", ("2023-01-01", registered), ("2024-03-01", TrainingRecorded(2024, 20, "public-law")),
        ("2024-05-01", UnitChanged("organ-market")), ("2024-06-01", TrainingRecorded(2024, 40, "special-law")),
    )  # fmt: skip
    rows = {(row["organ"], row["measure"]): (row["value"], row["positions"]) for row in told.report()["rows"]}
    assert rows == {
        (URBAN, "training-hours"): (20, [first]),
        ("organ-market", "training-hours"): (40, [second]),
        (URBAN, "persons-trained"): (1, [first, second]),
    }


def duty(told: Told, name: str) -> dict[str, tuple[int, list[int]]]:
    (row,) = (row for row in told.report("duties")["rows"] if row["duty"] == name)
    return {basis: (row[basis]["value"], row[basis]["positions"]) for basis in ("stated", "kind")}


def test_a_duty_is_discharged_by_what_names_the_provision_it_rests_on() -> None:
    told = Told()
    _, finding = told.tell("case/a", ("2024-01-08", UNDER_LUOYANG), ("2024-01-09", FindingRecorded("F1", "unlawful")))
    assert duty(told, "legality-of-procedure") == {"stated": (1, [finding]), "kind": (0, [])}
    assert duty(told, "decisions") == {"stated": (0, []), "kind": (0, [])}
    rows = told.report("duties")["rows"]
    assert [row["number"] for row in rows] == list(range(1, 21))
    assert {row["digest"] for row in rows} == {duty_lists()[0].digest}


def test_where_no_provision_is_named_every_duty_of_that_kind_of_fact_is_discharged() -> None:
    told = Told()
    opened = CaseOpened("luoyang-2022", "d", JUSTICE, URBAN, "inspection", against_act=True)
    _, at, _ = told.tell(
        "case/a", ("2024-01-08", opened), ("2024-02-01", OPINION),
        ("2024-02-02", f.OpinionIssued("O2", "opinion", "2号", URBAN, defects=(Defect("x", "y"),))),
    )  # fmt: skip
    assert duty(told, "decisions") == duty(told, "publication") == {"stated": (0, []), "kind": (1, [at])}
    assert duty(told, "obstruction") == {"stated": (0, []), "kind": (0, [])}


def test_a_duty_is_discharged_by_an_obligation_fulfilled_and_by_nothing_under_another_text() -> None:
    told = Told()
    arisen = [ObligationArisen(regime, "d", JUSTICE, "casefile-review") for regime in ("luoyang-2022", "karamay-2022")]
    done = ObligationFulfilled("review", date(2024, 11, 1))
    _, at = told.tell("obligation/a", ("2024-01-01", arisen[0]), ("2024-11-01", done))
    told.tell("obligation/b", ("2024-01-01", arisen[1]), ("2024-11-01", done))
    assert duty(told, "case-files") == {"stated": (0, []), "kind": (1, [at])}


def test_regulations_are_compared_by_the_same_measures_and_the_middle_of_the_days() -> None:
    told = Told()
    spans = {}
    for case, days in (("a", 3), ("b", 10), ("c", 5), ("d", 4)):
        one, two, three = told.tell(
            f"case/{case}", ("2024-01-08", OPENED), ("2024-02-01", OPINION), (f"2024-02-{1 + days:02}", SERVED)
        )
        spans[days] = [two, three]
        assert one < two
    told.tell("case/e", ("2024-04-01", UNDER_LUOYANG))
    rows = told.report("comparison")["rows"]
    median = {"regime": "karamay-2022", "measure": "median-days", "of": "received.opinion", "value": 4}
    assert {**median, "positions": sorted(at for both in spans.values() for at in both)} in rows
    opened = {row["regime"]: row["value"] for row in rows if row["measure"] == "cases-opened"}
    assert opened == {"karamay-2022": 4, "luoyang-2022": 1}


def test_a_document_that_its_addressee_did_not_receive_has_taken_no_days() -> None:
    told = Told()
    elsewhere = f.DocumentServed("O1", "organ-other", "direct", "E1")
    told.tell("case/a", ("2024-01-08", OPENED), ("2024-02-01", OPINION), ("2024-02-03", elsewhere))
    assert "median-days" not in {row["measure"] for row in told.report("comparison")["rows"]}


ORDER = f.CorrectionOrdered("R1", ("person-a",))
REVIEW = f.ReviewRequested("V1", "O1", URBAN, date(2024, 2, 5), written=True, reasoned=True, accepted=False)
DEFECTIVE = f.OpinionIssued("O1", "opinion", "1号", URBAN, defects=(Defect("x", "y"),))


@pytest.mark.parametrize(
    ("begun", "ended"),
    [
        (DEFECTIVE, SERVED),
        (DEFECTIVE, f.CorrectionVerified("O1", corrected=True)),
        (ORDER, f.CorrectionVerified("R1", corrected=False)),
        (REVIEW, f.ReviewDecided("V1", "upheld", "W1")),
    ],
)
def test_what_did_not_hold_or_came_to_no_end_has_taken_no_days(begun: f.Fact, ended: f.Fact) -> None:
    told = Told()
    told.tell("case/a", ("2024-01-08", OPENED), ("2024-02-01", begun), ("2024-02-09", ended))
    assert "median-days" not in {row["measure"] for row in told.report("comparison")["rows"]}


def test_a_step_is_counted_to_its_end_and_not_where_a_corrected_day_lies_before_its_beginning() -> None:
    told = Told()
    done = f.CorrectionVerified("R1", corrected=True)
    begun, ended = told.tell("case/a", ("2024-01-08", OPENED), ("2024-02-01", ORDER), ("2024-02-09", done))[1:]
    rows = told.rows("comparison")
    assert rows["median-days", "corrected.order"] == (8, [begun, ended])
    told.tell("case/a", ("2024-02-10", f.EntryCorrected(3, "occurred_on", "2024-02-09", "2024-01-20", "person-h")))
    assert ("median-days", "corrected.order") not in told.rows("comparison")


def test_the_comparison_is_of_cases_under_the_regulation_that_they_stand_under() -> None:
    told = Told()
    moved = f.RegimeMigrated("karamay-2022", "d", "cn-2026", "e", "person-h")
    told.tell("case/a", ("2024-01-08", OPENED), ("2024-02-01", moved))
    told.tell("obligation/a", ("2024-01-01", ObligationArisen("x-2022", "d", JUSTICE, "x")), ("2024-12-01", clock()))
    told.tell("obligation/a", ("2025-01-05", f.Archived()))
    compared = told.report("comparison")
    assert {row["regime"] for row in compared["rows"]} == {"cn-2026"}
    assert compared["day"] == "2024-02-01"


def test_a_figure_names_nobody_who_complained() -> None:
    told = Told()
    lead = LeadReceived("karamay-2022", "d", JUSTICE, "complaint", "phone", written=False, complainant="person-c")
    owed = replace(clock(), holder="person-c")
    told.tell("lead/a", ("2024-01-08", lead), ("2024-12-01", owed), ("2024-12-30", f.Archived()))
    assert told.rows()["clocks-overdue", "correct"][0] == 1
    assert "person-c" not in json.dumps(told.report())


def test_training_that_was_recorded_late_counts_for_the_unit_of_its_day() -> None:
    told = Told()
    registered = OfficerRegistered("karamay-2022", "d", JUSTICE, "person-a", URBAN)
    told.tell(
        "officer/a", ("2023-01-01", registered), ("2024-05-01", UnitChanged("organ-market")),
        ("2024-03-01", TrainingRecorded(2024, 20, "public-law")),
    )  # fmt: skip
    assert {row["organ"] for row in told.report()["rows"]} == {URBAN}


@pytest.mark.parametrize(
    ("name", "year", "organ", "code"),
    [
        ("monthly", 2024, None, "report-name"),
        ("annual", 2022, None, "report-year"),
        ("annual", 2025, None, "report-year"),
        ("annual", 2024, "organ-nobody", "report-organ"),
    ],
)
def test_what_cannot_be_reported_is_said(name: str, year: int, organ: str | None, code: str) -> None:
    told = Told()
    told.tell("case/a", ("2023-12-01", OPENED), ("2024-02-01", OPINION))
    with pytest.raises(ReportError) as error:
        told.report(name, year, organ)
    assert error.value.code == code


def test_of_a_ledger_without_files_there_is_no_report() -> None:
    with pytest.raises(ReportError, match="report-of-nothing"):
        Told().report()


def test_every_measure_has_its_name_in_both_languages_and_facts_that_exist() -> None:
    for measure in MEASURES:
        assert zh(measure.term) != en(measure.term)
        for fact in measure.facts:
            assert zh(fact.replace("*", "case"))


def test_the_report_over_a_file_says_how_each_clock_document_and_review_stands() -> None:
    told = Told()
    told.tell("case/other", ("2024-01-01", OPENED))
    received = date(2024, 12, 2)
    review = f.ReviewRequested("V1", "O1", URBAN, received, written=True, reasoned=True, accepted=True)
    late = clock(latest="2024-12-05", id_="late")
    told.tell(
        "case/a", ("2024-11-01", OPENED), ("2024-12-01", OPINION), ("2024-12-02", SERVED), ("2024-12-02", clock()),
        ("2024-12-02", late), ("2024-12-02", clock(id_="still")), ("2024-12-03", review),
        ("2024-12-06", f.DeadlineMet("late", date(2024, 12, 6), late=True)),
        ("2024-12-09", f.DeadlineSuspended("still", date(2024, 12, 9), "art.5")),
        ("2024-12-10", f.ReviewDecided("V1", "withdrawn", "W1")), ("2024-12-10", f.OpinionWithdrawn("O1", "V1")),
        ("2024-12-21", f.Archived()),
    )  # fmt: skip
    said = json.loads(file_report(LEDGER, told.size, told.files["case/a"]))
    assert (said["day"], said["version"], said["stream"], said["size"]) == ("2024-12-21", 12, "case/a", 13)
    assert [(each["clock"], each["state"], each["settled"], each["positions"]) for each in said["clocks"]] == [
        ("c:O1", "overdue", None, [4]),
        ("late", "met-late", "2024-12-06", [5, 8]),
        ("still", "suspended", None, [6, 9]),
    ]
    (document,) = said["documents"]
    assert (document["issued"], document["received"], document["ended"]) == (
        "2024-12-01", "2024-12-02", "opinion-withdrawn",
    )  # fmt: skip
    assert document["positions"] == [2, 3]
    assert [(each["outcome"], each["positions"]) for each in said["reviews"]] == [("withdrawn", [7, 10, 11])]
    before = json.loads(file_report(LEDGER, told.size, told.files["case/a"][:5]))
    assert [each["state"] for each in before["clocks"]] == ["running", "running"]


def test_the_report_over_a_proceeding_says_which_sanctions_were_taken_and_how() -> None:
    told = Told()
    opened = AccountabilityOpened("karamay-2022", "d", JUSTICE, URBAN, "organ")
    told.tell(
        "accountability/a", ("2024-01-01", opened), ("2024-02-01", SanctionImposed("S1", 2, ("interview", "notice"))),
        ("2024-02-02", DisciplineReferred("R1", "S1", "organ-x", 3, ("discipline",))),
    )  # fmt: skip
    said = json.loads(file_report(LEDGER, 3, told.files["accountability/a"]))
    assert [(each["way"], each["rung"], each["measures"], each["positions"]) for each in said["sanctions"]] == [
        ("sanction-imposed", 2, ["interview", "notice"], [1]),
        ("discipline-referred", 3, ["discipline"], [2]),
    ]
    rows = told.rows()
    assert rows["sanctions-imposed", "organ.2"] == (1, [1])
    assert rows["sanctions-referred", "organ.3"] == (1, [2])
    assert {of: row for (measure, of), row in rows.items() if measure == "sanction-measures"} == {
        "interview": (1, [1]), "notice": (1, [1]), "discipline": (1, [2]),
    }  # fmt: skip


def test_what_is_no_file_has_no_report() -> None:
    told = Told()
    told.tell("case/a", ("2024-12-01", OPINION))
    for entries in ([], told.files["case/a"]):
        with pytest.raises(ValueError, match=r"no proceeding|opening"):
            file_report(LEDGER, 1, entries)


def asked(size: int, name: str = "annual", year: int = 2023, organ: str | None = None) -> Question:
    return Question(LEDGER, size, name, year, organ)


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(1, 2), chance=st.integers(0, 9), name=st.sampled_from(sorted(REPORTS)))
def test_a_report_does_not_depend_on_the_order_in_which_files_are_given(seed: int, chance: int, name: str) -> None:
    size, files = generated(seed)
    shuffled = list(files)
    Random(chance).shuffle(shuffled)
    first = report(asked(size, name), files, duty_lists())
    assert report(asked(size, name), shuffled, duty_lists()) == first
    assert canonical.encode(canonical.decode(first)) == first


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(1, 2), year=st.sampled_from((2022, 2023)))
def test_figures_sum_over_organs_to_those_of_the_ledger_and_each_entry_counts_once(seed: int, year: int) -> None:
    size, files = generated(seed)
    whole = json.loads(report(asked(size, year=year), files))["rows"]
    organs = sorted({row["organ"] for row in whole})
    parts = [json.loads(report(asked(size, year=year, organ=organ), files))["rows"] for organ in organs]
    assert [row for part in parts for row in part] == whole
    for row in whole:
        assert row["value"] > 0
        if BY_CODE[row["measure"]].counts == "entries":
            assert len(set(row["positions"])) == len(row["positions"]) == row["value"]
