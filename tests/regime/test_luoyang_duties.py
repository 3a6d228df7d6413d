"""洛阳市行政执法协调监督权责清单: twenty duties, what they rest on, what discharges them, what is strange in them."""

from __future__ import annotations

import pytest

from domain.regime.coverage import coverage
from domain.regime.lint import lint
from domain.regime.loader import load

DUTIES = load("luoyang-duties").regime
STEPS_OF_A_CASE = {f"luoyang-duties:art.{n}" for n in (*range(3, 15), 18, 19, 20)}


def test_every_row_of_the_list_of_duties_is_accounted_for() -> None:
    assert [found.row.cite for found in coverage(DUTIES) if not found.became] == []


def test_the_list_has_its_twenty_duties_under_the_printed_titles() -> None:
    titles = [f"{n}. {duty.title.zh}" for n, duty in enumerate(DUTIES.duties.values(), 1)]
    assert titles == [article.heading for article in DUTIES.texts["luoyang-duties"].articles]


def test_for_the_qualification_of_officers_alone_article_26_is_not_quoted() -> None:
    others = {name for name, duty in DUTIES.duties.items() if "luoyang-2022:art.26.1" not in duty.accountable}
    assert others == {"officer-qualification"}


def test_what_a_duty_quotes_of_the_measures_stands_in_what_it_rests_on() -> None:
    for duty in DUTIES.duties.values():
        printed = DUTIES.quote(duty.basis[0]).text
        for cite in duty.basis[1:]:
            wording = DUTIES.quote(cite).text.replace("全部过程", "全过程")  # duty 10 misquotes it
            assert wording.rstrip("；。") in printed, cite


def test_that_an_opinion_may_be_issued_is_flagged_wherever_the_list_says_so() -> None:
    flagged = {duty.cite for duty in DUTIES.duties.values() if any("可发出" in note.zh for note in duty.notes)}
    assert (
        flagged
        == STEPS_OF_A_CASE
        == {d.cite for d in DUTIES.duties.values() if "可发出" in DUTIES.quote(d.method[2]).text}
    )


@pytest.mark.parametrize("means", ["case.opinion-sent", "obligation:nothing", "opinion-issued"])
def test_a_duty_is_not_discharged_by_what_does_not_exist(means: str) -> None:
    assert lint(DUTIES) == ()
    decisions = DUTIES.duties["decisions"].model_copy(update={"discharged_by": ("case.opinion-issued", means)})
    found = lint(DUTIES.model_copy(update={"duties": {**DUTIES.duties, "decisions": decisions}}))
    assert found == (f"duties.decisions.discharged_by.1: there is neither a fact nor an obligation {means}",)
