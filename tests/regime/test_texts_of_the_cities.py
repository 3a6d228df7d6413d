from __future__ import annotations

import hashlib
from datetime import date

import pytest

from domain.regime.text import LawText, Paragraph, load_text, parse

LUOYANG = load_text("luoyang-2022")
ZHUMADIAN = load_text("zhumadian-2024")
JINCHENG = load_text("jincheng-2021")
DUTIES = load_text("luoyang-duties")


def wording(text: LawText, cite: str) -> str:
    return text.quote(parse(cite)).text


def unit(duty: int) -> str:
    return wording(DUTIES, f"art.{duty}.4")


def steps(duty: int) -> Paragraph:
    return DUTIES.articles[duty - 1].paragraphs[1]


@pytest.mark.parametrize(
    ("text", "digest"),
    [
        ("luoyang-2022", "3435e6352bd47d7a223769bbe880ee03dff18c802a991786bb655c498a4cb8e9"),
        ("zhumadian-2024", "b7522976b16bea52db7e0448b8a1c89f12b85a44d5d6a36fb819b7492c4ce3ca"),
        ("jincheng-2021", "dec2f2892b98cbf53587f46c3b0d55f10b11acb68a82a722cf2cc260c78c9329"),
        ("luoyang-duties", "64eae45b9bdcd066f8c35b0bb9b9230d25da2dcda079db00bb399896aca08c91"),
    ],
)
def test_the_stored_wording_is_the_published_wording_character_for_character(text: str, digest: str) -> None:
    stored = load_text(text)
    assert hashlib.sha256("\n".join(stored.lines()).encode()).hexdigest() == stored.source_digest == digest


def test_each_text_holds_all_its_articles() -> None:
    assert [max(article.n for article in text.articles) for text in (LUOYANG, ZHUMADIAN, JINCHENG, DUTIES)] == [
        27, 20, 19, 20,
    ]  # fmt: skip


# --- 洛阳 --------------------------------------------------------------------------------------------------------


def test_luoyang_prints_two_days_of_entry_into_force_and_the_order_is_followed() -> None:
    assert "自2022年11月1日起施行" in wording(LUOYANG, "art.0.3")
    assert wording(LUOYANG, "art.27") == "本办法自2022年10月15日起施行。"
    assert LUOYANG.valid_from == date(2022, 11, 1)


def test_the_order_of_luoyang_is_cited_as_the_order() -> None:
    assert LUOYANG.quote(parse("art.0.3")).label_zh == "公布令第三款"
    assert LUOYANG.published_on == date(2022, 9, 27)


# --- 驻马店 ------------------------------------------------------------------------------------------------------


def test_zhumadian_changes_its_word_for_the_supervised_organ_once_in_article_16() -> None:
    assert wording(ZHUMADIAN, "art.16.5").startswith("行政执法机关拒不纠正的")
    assert all(wording(ZHUMADIAN, f"art.16.{p}").startswith("被监督机关") for p in (4, 6))


def test_the_headnote_of_zhumadian_keeps_its_brackets_and_its_two_spaces() -> None:
    assert wording(ZHUMADIAN, "art.0.1") == "(2024年7月16日驻马店市人民政府令第4号公布  自2024年9月1日起施行)"


# --- 晋城 --------------------------------------------------------------------------------------------------------


def test_the_items_of_jincheng_14_are_printed_1_3_3_4_and_cited_by_ordinal() -> None:
    assert [item.label for item in JINCHENG.articles[14].paragraphs[0].items] == [
        "（一）",
        "（三）",
        "（三）",
        "（四）",
    ]
    second = JINCHENG.quote(parse("art.14.1.2"))
    assert second.label_zh == "第十四条第二项"
    assert second.parts[1].startswith("（三）行政执法行为违法，但撤销会给")


@pytest.mark.parametrize(
    ("cite", "joined"),
    [("art.5.1", "行政执法监督工作作为党政"), ("art.12", "有权处理的机关。"), ("art.18.1", "给予批评教育，")],
)
def test_a_sentence_of_jincheng_that_a_page_break_splits_is_joined(cite: str, joined: str) -> None:
    assert joined in wording(JINCHENG, cite)


def test_the_brackets_and_marks_of_jincheng_are_mixed_as_printed() -> None:
    labels = [item.label for item in JINCHENG.articles[7].paragraphs[0].items]
    assert labels[3:5] == ["（四）", "(五)"]
    assert wording(JINCHENG, "art.7.1.5").endswith("勘验等;")


def test_the_circulation_note_of_jincheng_is_not_law() -> None:
    assert not any("抄送" in line for line in JINCHENG.lines())
    assert wording(JINCHENG, "art.19") == "本办法自 2021 年 12 月 1 日起施行，有效期二年。"


def test_jincheng_is_a_normative_document_issued_with_a_circular() -> None:
    assert (JINCHENG.rank, JINCHENG.number) == ("normative_document", "晋市政发〔2021〕23号")
    assert JINCHENG.quote(parse("art.0")).label_zh == "印发通知"


# --- 洛阳权责清单 ------------------------------------------------------------------------------------------------


def test_the_list_of_duties_prints_no_date_and_none_is_invented() -> None:
    assert (DUTIES.issuer, DUTIES.number, DUTIES.published_on, DUTIES.valid_from) == (None, None, None, None)


def test_every_duty_has_the_same_four_fields() -> None:
    fields = {tuple(paragraph.name for paragraph in duty.paragraphs) for duty in DUTIES.articles}
    assert fields == {("设立依据", "履责方式", "追责情形", "责任单位")}


def test_the_odd_units_are_kept() -> None:
    assert unit(3) == "市、县区 司法局"
    assert unit(4) == "行政执法监督科"
    assert unit(14).startswith("市、县区人民法院")


def test_the_title_of_duty_15_names_the_decision_twice() -> None:
    assert (DUTIES.articles[14].heading or "").count("《行政执法监督决定书》") == 2


def test_the_twenty_duties_have_four_templates_of_steps() -> None:
    alike: dict[tuple[str, ...], list[int]] = {}
    for duty in DUTIES.articles:
        alike.setdefault(steps(duty.n).lines, []).append(duty.n)
    assert list(alike.values()) == [[1], [2], [*range(3, 15), 18, 19, 20], [15, 16, 17]]


def test_duties_16_and_17_repeat_the_steps_for_what_is_not_executed() -> None:
    assert "不执行《行政执法监督意见书》" in wording(DUTIES, "art.16.2.1")
    assert "不执行《行政执法监督意见书》" not in wording(DUTIES, "art.17.1")


def test_a_step_is_cited_under_its_field_and_needs_no_lead_in() -> None:
    step = DUTIES.quote(parse("art.3.2.3"))
    assert step.label_zh == "第三项职责“履责方式”第三项"
    assert len(step.parts) == 1
    assert step.parts[0].startswith("3.作出处理意见：")


def test_step_3_says_may_where_article_22_says_must() -> None:
    assert "可发出《行政执法监督意见书》" in wording(DUTIES, "art.3.2.3")
    assert "应当发出《行政执法监督意见书》" in wording(LUOYANG, "art.22.1")


def test_duty_10_misquotes_article_10() -> None:
    assert "送达执行等全过程进行记录" in wording(DUTIES, "art.10.1")
    assert "送达执行等全部过程进行记录" in wording(LUOYANG, "art.10")


def test_only_duty_2_is_accounted_for_under_the_provincial_certificate_measures() -> None:
    accounted = [duty.n for duty in DUTIES.articles if "证件管理办法" in duty.paragraphs[2].text]
    assert accounted == [2]
    assert wording(DUTIES, "art.2.3.5") == "其他违反行政执法证件管理规定的行为。"
