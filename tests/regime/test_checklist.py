from __future__ import annotations

from collections import Counter

import pytest

from domain.regime.checklist import KINDS, Row, checklist, ids
from domain.regime.text import load_text, parse

ROWS = {
    "jincheng-2021": 87,
    "karamay-2022": 147,
    "luoyang-2022": 76,
    "luoyang-duties": 96,
    "zhumadian-2024": 77,
}
ALL = [(text, row) for text in ids() for row in checklist(text)]


def row(text: str, cite: str) -> Row:
    return next(each for each in checklist(text) if each.cite == cite)


def judged(text: str) -> set[str]:
    return {each.cite for each in checklist(text) if each.judgement}


def test_the_four_regulations_and_the_list_of_duties_have_483_rows() -> None:
    assert {text: len(checklist(text)) for text in ids()} == ROWS
    assert sum(ROWS.values()) == 483


@pytest.mark.parametrize("text", ROWS)
def test_every_row_quotes_a_place_of_the_stored_text(text: str) -> None:
    stored = load_text(text)
    assert [each.cite for each in checklist(text) if not (each.cite and stored.resolves(parse(each.cite)))] == []


@pytest.mark.parametrize("text", ROWS)
def test_no_place_has_two_rows(text: str) -> None:
    assert [cite for cite, n in Counter(each.cite for each in checklist(text)).items() if n > 1] == []


@pytest.mark.parametrize("text", ["jincheng-2021", "karamay-2022", "luoyang-2022", "zhumadian-2024"])
def test_every_paragraph_and_item_of_a_regulation_has_its_row_in_printed_order(text: str) -> None:
    places = [str(place).split(":")[1] for place in load_text(text).citations() if place.article and place.paragraph]
    assert [each.cite for each in checklist(text) if not each.cite.startswith("art.0")] == places


def test_every_duty_has_rows_for_itself_its_basis_its_steps_and_its_accountability() -> None:
    cited = {each.cite for each in checklist("luoyang-duties")}
    assert {f"art.{n}{field}" for n in range(1, 21) for field in ("", ".1", ".2", ".3")} <= cited


def test_the_four_templates_of_steps_are_cited_at_the_first_duty_that_has_them() -> None:
    steps = [parse(each.cite) for each in checklist("luoyang-duties") if parse(each.cite).item]
    assert Counter(step.article for step in steps) == {3: 5, 15: 3, 1: 4, 2: 4}
    assert {step.paragraph for step in steps} == {2}
    assert row("luoyang-duties", "art.3.2.3").note.endswith(
        "the steps of duties 3 to 14 and 18 to 20; cited at the first of them"
    )


def test_every_row_is_of_a_known_kind_and_every_kind_is_used() -> None:
    assert {each.kind for _, each in ALL} == KINDS


def test_every_row_has_a_gloss_and_says_how_it_is_to_be_represented() -> None:
    assert [(text, each.cite) for text, each in ALL if not (each.en and each.representation)] == []


def test_the_grounds_are_as_many_as_the_articles_list() -> None:
    assert Counter(each.cite.rsplit(".", 1)[0] for each in checklist("luoyang-2022") if each.kind == "ground") == {
        "art.16.1": 3,
        "art.24.1": 9,
        "art.25.1": 7,
    }


def test_luoyang_counts_two_limits_for_publishing_and_two_for_a_review() -> None:
    assert (row("luoyang-2022", "art.9.2").period, row("luoyang-2022", "art.9.2").unit) == ("7;20", "working_day")
    assert (row("luoyang-2022", "art.22.2").period, row("luoyang-2022", "art.22.2").unit) == ("5;10", "working_day")


def test_zhumadian_gives_thirty_calendar_days_to_correct() -> None:
    correct = row("zhumadian-2024", "art.16.4")
    assert (correct.kind, correct.period, correct.unit) == ("deadline", "30", "calendar_day")


def test_an_open_norm_has_no_unit_to_count_in() -> None:
    assert {each.unit for _, each in ALL if each.period in ("及时", "立即", "定期")} == {"none"}


def test_the_order_of_luoyang_and_its_last_article_name_different_days() -> None:
    assert row("luoyang-2022", "art.0.3").representation.endswith("2022-11-01")
    assert row("luoyang-2022", "art.27.1").representation.endswith("2022-10-15")


def test_ten_bare_days_are_judged_an_open_point_though_the_list_counts_calendar_days() -> None:
    publish = row("karamay-2022", "art.17.2")
    assert (publish.unit, publish.judgement) == (
        "calendar_day",
        "Unit: whether a bare 10日 means calendar or working days is an open point.",
    )


def test_the_limits_of_the_departments_are_judged_not_to_bind_the_unit_that_supervises_them() -> None:
    assert {"art.1", "art.7", "art.9", "art.12"} <= judged("luoyang-duties")


def test_rows_judged_wrong_or_covered_in_part_are_these() -> None:
    assert {text: judged(text) for text in ids()} == {
        "jincheng-2021": {"art.8.1.4", "art.9.1.1"},
        "karamay-2022": {
            "art.10.1",
            "art.11.2",
            "art.13.1",
            "art.14.3",
            "art.17.2",
            "art.20.2",
            "art.30.1",
            "art.31.1.3",
        },
        "luoyang-2022": {"art.13.2", "art.22.2", "art.24.1.7"},
        "luoyang-duties": {"art.1", "art.1.2.3", "art.1.2.4", "art.2", "art.7", "art.9", "art.12"},
        "zhumadian-2024": {"art.10.1.6"},
    }


def test_a_text_without_a_list_is_said_to_have_none() -> None:
    with pytest.raises(LookupError, match="no checklist 'cn-2026'; there are jincheng-2021, karamay-2022"):
        checklist("cn-2026")
