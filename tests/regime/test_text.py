from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.regime.text import (
    PACKAGED,
    Citation,
    LawText,
    Paragraph,
    chinese_number,
    load_text,
    parse,
    read_text,
    texts,
)

KARAMAY = load_text("karamay-2022")
HOUSE = load_text("cn-default")
PLACES = [place for text in texts().values() for place in text.citations()]


def printed(text: LawText) -> str:
    return "\n".join(text.lines())


# --- the wording -------------------------------------------------------------------------------------------------


def test_the_stored_wording_is_the_published_wording_character_for_character() -> None:
    assert hashlib.sha256(printed(KARAMAY).encode()).hexdigest() == KARAMAY.source_digest
    assert KARAMAY.source_digest == "4c99a65a5504becf6a082cc576e4d665f78e8e586256bd57ac21232cfe75f3fd"


def test_one_changed_character_is_noticed() -> None:
    amended = read_text(
        (PACKAGED / "karamay-2022.yaml").read_text(encoding="utf-8").replace("10个工作日", "15个工作日")
    )
    assert hashlib.sha256(printed(amended).encode()).hexdigest() != amended.source_digest


def test_the_oddities_of_the_source_are_kept() -> None:
    assert KARAMAY.quote(parse("art.34.1.5")).text.endswith("；")
    assert KARAMAY.chapters[0].heading == "第一章　总 则"
    assert KARAMAY.chapters[-1].heading == "第六章　附　则"


def test_every_text_is_complete_or_says_that_it_is_not() -> None:
    assert {text.id: (text.complete, text.article_count) for text in texts().values()} == {
        "cn-2026": (False, 44),
        "cn-default": (True, 12),
        "jincheng-2021": (True, 19),
        "karamay-2022": (True, 43),
        "luoyang-2022": (True, 27),
        "luoyang-duties": (True, 20),
        "zhumadian-2024": (True, 20),
    }


def test_every_file_is_named_for_the_text_it_holds() -> None:
    assert {path.stem for path in PACKAGED.glob("*.yaml")} == set(texts())


def test_the_house_counts_days_by_nine_rules() -> None:
    assert len(HOUSE.articles[0].paragraphs) == 9


def test_what_is_not_ours_names_the_general_law_it_is_drawn_from() -> None:
    drawn = [place for place in HOUSE.citations() if place.paragraph and not _paragraph(place).ours]
    assert drawn == [Citation(1, p, text="cn-default") for p in range(1, 7)]
    assert all(_paragraph(place).sources for place in drawn)


def _paragraph(place: Citation) -> Paragraph:
    return HOUSE.articles[place.article - 1].paragraphs[(place.paragraph or 0) - 1]


def test_a_source_whose_wording_could_not_be_compared_leaves_the_paragraph_unchecked() -> None:
    day_not_counted, working_days = HOUSE.articles[0].paragraphs[1:3]
    assert day_not_counted.checked
    assert not working_days.checked


# --- citing and quoting ------------------------------------------------------------------------------------------


@given(st.sampled_from(PLACES))
def test_every_place_of_every_text_can_be_cited_and_quoted(place: Citation) -> None:
    text = load_text(place.text or "")
    assert parse(str(place)) == place
    assert text.resolves(place)
    quote = text.quote(place)
    assert quote.citation == place
    assert quote.text in printed(text)
    assert all(part in printed(text) for part in quote.parts)


@pytest.mark.parametrize("text", texts().values(), ids=texts())
def test_no_label_names_two_places(text: LawText) -> None:
    quotes = [text.quote(place) for place in text.citations()]
    english = [quote.label_en for quote in quotes]
    assert len(set(english)) == len(english)
    named = {quote.label_zh: quote.text for quote in quotes}
    assert all(named[quote.label_zh] == quote.text for quote in quotes)


@given(st.sampled_from(PLACES))
def test_an_english_label_leads_back_to_its_place(place: Citation) -> None:
    label = load_text(place.text or "").quote(place).label_en
    assert parse(f"{place.text}:" + label.replace("art. ", "art.").replace("preamble", "art.0")) == place


@given(st.integers(0, 60), st.none() | st.integers(1, 12), st.none() | st.integers(1, 12))
def test_a_citation_resolves_exactly_when_the_text_has_the_place(n: int, p: int | None, i: int | None) -> None:
    cited = Citation(n, p, i if p else None)
    exists = any((place.article, place.paragraph, place.item) == (n, p, cited.item) for place in KARAMAY.citations())
    assert KARAMAY.resolves(cited) is exists


@pytest.mark.parametrize(
    ("written", "label_zh", "label_en"),
    [
        ("art.30.2", "第三十条第二款", "art. 30.2"),
        ("art.33.1.6", "第三十三条第一款第六项", "art. 33.1.6"),
        ("art.39.1.10", "第三十九条第十项", "art. 39.1.10"),  # its only paragraph: 款 is not printed
        ("art.37", "第三十七条", "art. 37"),
        ("art.37.1", "第三十七条", "art. 37.1"),
        ("art.0.1", "题注", "preamble.1"),
    ],
)
def test_a_place_is_named_as_a_lawyer_names_it(written: str, label_zh: str, label_en: str) -> None:
    quote = KARAMAY.quote(parse(written))
    assert (quote.label_zh, quote.label_en) == (label_zh, label_en)


def test_an_item_is_shown_under_its_lead_in_with_its_printed_label() -> None:
    quote = KARAMAY.quote(parse("art.31.1.2"))
    assert quote.text == "撤销；"
    assert quote.parts[0].endswith("分别作出以下决定：")
    assert quote.parts[1:] == ("（二）撤销；",)


def test_a_paragraph_after_the_items_is_a_paragraph_of_its_own() -> None:
    assert KARAMAY.quote(parse("art.28.2")).text.startswith("行政执法监督机构应当将对投诉举报的处理结果")
    assert not KARAMAY.resolves(parse("art.28.2.1"))


def test_our_own_text_is_quoted_in_english_too_and_law_is_not_translated() -> None:
    assert HOUSE.quote(parse("art.1.2")).en == "The starting day is not counted; counting begins on the day after it."
    assert KARAMAY.quote(parse("art.1")).en is None


@pytest.mark.parametrize(
    "written",
    ["", "30.2", "art.", "art.30.", "art.030", "art.30.0", "art.30.2.1.1", "Art.30", "art.三十", "art.３０", "art. 30",
     "art.30\n", ":art.30", "karamay:art.30", "karamay-2022:30"],
)  # fmt: skip
def test_what_is_not_a_citation_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="not a citation"):
        parse(written)


def test_an_item_is_not_cited_without_its_paragraph() -> None:
    with pytest.raises(ValueError, match="without its paragraph"):
        Citation(33, None, 6)


@pytest.mark.parametrize("written", ["art.44", "art.30.4", "art.31.1.4", "cn-default:art.1"])
def test_a_place_that_the_text_has_not_cannot_be_quoted(written: str) -> None:
    with pytest.raises(LookupError, match=f"karamay-2022 holds no {written}"):
        KARAMAY.quote(parse(written))


def test_nothing_is_quoted_of_a_text_that_is_not_at_hand() -> None:
    assert not load_text("cn-2026").resolves(parse("art.1"))
    with pytest.raises(LookupError, match="no stored text 'nowhere-1999'"):
        load_text("nowhere-1999")


@given(st.integers(1, 9999), st.integers(1, 9999))
def test_two_numbers_are_not_printed_alike(one: int, other: int) -> None:
    assert (chinese_number(one) == chinese_number(other)) is (one == other)


def test_numbers_are_printed_as_statutes_print_them() -> None:
    assert [chinese_number(n) for n in (1, 10, 11, 20, 43, 100, 101, 110, 1001, 1010, 1259)] == [
        "一", "十", "十一", "二十", "四十三", "一百", "一百零一", "一百一十", "一千零一", "一千零一十",
        "一千二百五十九",
    ]  # fmt: skip


# --- the file ----------------------------------------------------------------------------------------------------

MINIMAL = """\
id: some-2000
title: 某市办法
title_en: Measures
rank: government_rule
complete: true
article_count: 1
articles:
  - n: 1
    paragraphs:
      - text: 第一款。
"""


@pytest.mark.parametrize(
    ("was", "now", "why"),
    [
        ("rank:", "title: 又\nrank:", "duplicate key"),
        ("rank:", "stage: 1\nrank:", "Extra inputs"),
        ("      - text: 第一款。", "      - text: 第一款。\n        ours: true", "only that, says"),
        ("government_rule", "house_rules", "only that, says"),
        ("text: 第一款。", "items: [{label: 1、, text: 受理。}]", "nothing but items"),
        ("- n: 1", "- n: 2", "not numbered in order"),
        ("article_count: 1", "article_count: 2", "holds 1 articles of 2"),
        ("articles:", "chapters:\n  - heading: 第一章\n    first: 2\narticles:", "do not start at its articles"),
        ("complete:", "valid_from: '2000-01-01'\ncomplete:", "valid date"),
        ("第一款。", "'　第一款。'", "no space around it"),
        ("第一款。", '"e\\u0301"', "NFC"),
        ("title: 某市办法", "title: [", "expected"),
    ],
)
def test_a_file_that_contradicts_itself_is_refused(was: str, now: str, why: str) -> None:
    assert read_text(MINIMAL).title == "某市办法"
    with pytest.raises(ValueError, match=why):
        read_text(MINIMAL.replace(was, now, 1))


def test_a_paragraph_drawn_from_general_law_names_its_source() -> None:
    drawn = MINIMAL.replace("government_rule", "house_rules") + "        en: First.\n        ours: false\n"
    with pytest.raises(ValidationError, match="a source unless ours"):
        read_text(drawn)
    assert read_text(drawn.replace("false", "true")).articles[0].paragraphs[0].ours


def test_items_are_cited_by_ordinal_even_where_the_source_misprints_their_labels() -> None:
    items = "        items:\n" + "".join(f"          - {{label: {n}, text: {n}项。}}\n" for n in "一三三四")
    text = read_text(MINIMAL + items)
    assert text.quote(parse("art.1.1.2")).parts == ("第一款。", "三三项。")
    assert text.quote(parse("art.1.1.2")).label_zh == "第一条第二项"


def test_a_list_of_duties_with_fields_is_a_text_too() -> None:
    duties = MINIMAL.replace("rank:", "numbering: duty\nrank:").replace(
        "    paragraphs:\n      - text: 第一款。",
        "    heading: 1. 对资格的监督\n    paragraphs:\n      - {name: 设立依据, text: 某条例。}\n"
        "      - {name: 履责方式, text: 受理。}",
    )
    text = read_text(duties)
    assert text.quote(parse("art.1.2")).label_zh == "第一项职责“履责方式”"
    assert list(text.lines()) == ["某市办法", "1. 对资格的监督", "某条例。", "受理。"]


def test_a_field_may_hold_nothing_but_its_steps() -> None:
    steps = MINIMAL.replace("text: 第一款。", "name: 履责方式\n        items: [{label: 1、, text: 受理。}]")
    text = read_text(steps)
    assert text.quote(parse("art.1.1")).text == "1、受理。"
    assert text.quote(parse("art.1.1.1")).parts == ("1、受理。",)
    with pytest.raises(ValueError, match="nothing but items"):
        read_text(steps.replace("items: [{label: 1、, text: 受理。}]", "items: []"))
