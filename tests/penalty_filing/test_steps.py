from __future__ import annotations

from datetime import date

import pytest

from domain.penalty_filing import commands as c
from domain.penalty_filing.kind import PENALTY_FILING
from domain.procedure import commands as p
from domain.procedure.facts import Limit
from tests.lead.office import Office
from tests.strategies import CLOCK, HANDLER, JUSTICE, LIAISON, NOTE, STRANGER, URBAN

DAY = "2025-05-12"
PENALTY = c.FilePenalty(JUSTICE, URBAN, "major-penalty", date(2025, 5, 6), "urban-2025-31")
CLEAN = c.ExamineFiling("X1", "no-objection", ("person-a",))
FAULTY = c.ExamineFiling("X1", "problems", ("person-a",), NOTE)
QUESTION = c.PutQuestion("Q1", Limit(5, "working_day"), NOTE)


def filed(regime: str = "karamay-2022") -> Office:
    office = Office(PENALTY_FILING, regime)
    office.on(DAY, PENALTY, LIAISON)
    return office


def test_the_department_files_and_the_supervisor_may_enter_what_came_on_paper() -> None:
    assert filed().stage() == "filed"
    assert Office(PENALTY_FILING).on(DAY, PENALTY, HANDLER) == ["filed"]
    assert Office(PENALTY_FILING).refuses(DAY, PENALTY, STRANGER) == ("not-yours", "art.21.1.4")


def test_a_filing_says_when_the_decision_was_made_and_no_decision_is_filed_before_it() -> None:
    undated = c.FilePenalty(JUSTICE, URBAN, "major-penalty")
    assert Office(PENALTY_FILING).refuses(DAY, undated) == ("field-missing", "cn-default:art.11.2")
    coming = c.FilePenalty(JUSTICE, URBAN, "major-penalty", date(2025, 5, 13))
    assert Office(PENALTY_FILING).refuses(DAY, coming)[0] == "in-the-future"


def test_karamay_has_major_decisions_filed_as_well_and_zhumadian_penalties_only() -> None:
    decision = c.FilePenalty(JUSTICE, URBAN, "major-decision", date(2025, 5, 6))
    assert Office(PENALTY_FILING).on(DAY, decision) == ["filed"]
    assert Office(PENALTY_FILING, "zhumadian-2024").refuses(DAY, decision) == ("unknown-code", "art.10.1.5")


def test_an_examination_names_who_examined_and_what_the_problem_is() -> None:
    nobody = c.ExamineFiling("X1", "no-objection", ())
    assert filed().refuses(DAY, nobody) == ("field-missing", "cn-default:art.11.2")
    silent = c.ExamineFiling("X1", "problems", ("person-a",))
    assert filed().refuses(DAY, silent) == ("field-missing", "cn-default:art.11.2")
    assert filed().refuses(DAY, CLEAN, LIAISON) == ("not-yours", "art.21.1.4")


def test_a_question_sets_the_limit_for_its_answer() -> None:
    office = filed()
    assert office.refuses(DAY, c.PutQuestion("Q1", None, NOTE)) == ("field-missing", "cn-default:art.11.3")
    office.on(DAY, QUESTION)
    assert office.file.deadlines["question-answer:Q1"].latest == date(2025, 5, 19)
    office.on("2025-05-20", c.AnswerQuestion("Q1", date(2025, 5, 20)), LIAISON)
    assert office.file.deadlines["question-answer:Q1"].late


def test_a_filing_is_closed_after_its_examination_and_its_answers() -> None:
    office = filed()
    office.on(DAY, QUESTION)
    assert office.refuses(DAY, p.Close("done"))[0] == "deadlines-open"
    office.on(DAY, c.AnswerQuestion("Q1"), LIAISON)
    assert office.refuses(DAY, p.Close("done")) == ("not-recorded", "cn-default:art.11.6")
    office.on(DAY, CLEAN)
    assert office.on(DAY, p.Close("done")) == ["closed"]


def test_silence_past_the_limit_stops_nothing() -> None:
    office = filed()
    office.on(DAY, QUESTION)
    office.on(DAY, CLEAN)
    office.on("2025-05-20", p.RecordLapse("question-answer:Q1"), CLOCK)
    assert office.on("2025-05-20", p.Close("done")) == ["closed"]


@pytest.mark.parametrize(
    "way_out", [c.LinkFiling("X1", "case-1"), c.ExamineFiling("X2", "no-objection", ("person-b",))]
)
def test_a_problem_is_pursued_in_a_case_or_found_gone(way_out: p.Command) -> None:
    office = filed()
    office.on(DAY, FAULTY)
    assert office.refuses(DAY, p.Close("done")) == ("outstanding", "cn-default:art.11.6")
    office.on(DAY, way_out)
    assert office.on(DAY, p.Close("done")) == ["closed"]


def test_only_a_problem_is_pursued_and_once() -> None:
    office = filed()
    office.on(DAY, CLEAN)
    assert office.refuses(DAY, c.LinkFiling("X1", "case-1")) == ("not-recorded", "cn-default:art.11.5")
    office.on(DAY, c.ExamineFiling("X2", "problems", ("person-a",), NOTE))
    office.on(DAY, c.LinkFiling("X2", "case-1"))
    assert office.refuses(DAY, c.LinkFiling("X2", "case-2")) == ("already-recorded", "cn-default:art.11.5")


@pytest.mark.parametrize(("regime", "article"), [("karamay-2022", "art.39.1.5"), ("zhumadian-2024", "art.10.1.5")])
def test_not_filing_as_prescribed_is_recorded_under_the_article_that_minds_it(regime: str, article: str) -> None:
    office = filed(regime)
    assert office.refuses(DAY, c.RecordIrregularity("late"), LIAISON) == ("not-yours", article)
    assert office.on(DAY, c.RecordIrregularity("late", NOTE)) == ["irregularity-recorded"]


def test_no_text_says_within_how_many_days_a_penalty_is_filed() -> None:
    assert filed().file.deadlines == {}


@pytest.mark.parametrize("regime", ["luoyang-2022", "jincheng-2021"])
def test_two_texts_have_no_such_proceeding(regime: str) -> None:
    assert Office(PENALTY_FILING, regime).refuses(DAY, PENALTY)[0] == "no-such-procedure"
