from __future__ import annotations

import dataclasses
import unicodedata
from collections import Counter
from collections.abc import Callable

import pytest

from domain.catalogue import TYPES
from domain.glossary import _ENGLISH, GROUPS, TERMS, en, field, zh
from domain.kinds import KINDS
from domain.regime.text import load_text


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("language", [zh, en])
def test_within_a_group_no_two_names_share_a_term(group: str, language: Callable[[str], str]) -> None:
    shared = [term for term, uses in Counter(map(language, GROUPS[group])).items() if uses > 1]
    assert not shared


def test_no_name_stands_in_two_groups() -> None:
    assert len(TERMS) == sum(map(len, GROUPS.values()))


def test_every_term_is_nfc_and_has_no_space_around_it() -> None:
    for term in [*map(zh, TERMS), *map(en, TERMS)]:
        assert term == unicodedata.normalize("NFC", term).strip() != ""


def test_a_chinese_term_has_no_latin_letter_and_an_english_one_no_chinese_character() -> None:
    for name in TERMS:
        assert not any(letter.isascii() and letter.isalpha() for letter in zh(name)), name
        assert en(name).isascii(), name


def test_every_fact_that_can_be_stored_has_a_term() -> None:
    for name in TYPES:
        assert zh(name.partition("/")[0])


def test_every_field_of_a_fact_has_a_term() -> None:
    for fact in TYPES.values():
        for part in dataclasses.fields(fact):
            assert all(field(part.name))
    assert all(field("late_reason"))


def test_everything_that_a_step_says_and_a_correction_names_has_a_term() -> None:
    for kind in KINDS.values():
        for row in kind.steps.values():
            for part in dataclasses.fields(row.command):
                assert all(field(part.name))
    assert all(field("occurred_on"))


def test_every_step_that_can_be_taken_has_a_term() -> None:
    assert {f"step.{name}" for kind in KINDS.values() for name in kind.steps} == GROUPS["steps"].keys()


def test_every_stream_that_facts_are_stored_in_has_a_term() -> None:
    assert {name.partition(".")[0] for name in TYPES} <= GROUPS["streams"].keys()


def test_an_english_term_is_the_name_read_aloud_unless_it_has_a_better_one() -> None:
    assert en("case.opinion-issued") == "opinion issued"
    assert en("correction_order") == "correction order"
    assert en("case.act-redone") == "enforcement act taken anew"


def test_no_better_english_term_is_kept_for_a_name_that_is_gone() -> None:
    assert _ENGLISH.keys() <= TERMS.keys()


def test_the_bureau_writes_the_instruments_as_the_regulation_names_them() -> None:
    wording = "\n".join(load_text("karamay-2022").lines())
    for name in ("notice", "opinion", "decision"):
        assert f"《{zh(name)}》" in wording
    assert (zh("case.opinion-issued"), zh("deadline-suspended")) == ("发出监督意见书", "期限中止")


@pytest.mark.parametrize("term", [zh, en])
def test_a_name_that_is_not_in_the_table_has_no_term(term: Callable[[str], str]) -> None:
    with pytest.raises(KeyError, match=r"case\.updated"):
        term("case.updated")


def test_the_table_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        TERMS["case.opened"] = "开"  # type: ignore[index]  # the refusal to write is what is tested
