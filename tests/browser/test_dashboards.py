"""The dashboards as somebody uses them: with a mouse, with the keyboard alone, on a telephone, without scripts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # it has none
from playwright.sync_api import Page, expect

from tests.browser.conftest import CORRECTED, LEDGER, NewVisit, Visit

CASE: Final = "/cases/b-the-whole-way.ordered-to-correct-and-not-corrected"
SUSPENDED: Final = "/cases/a-review-in-time.sent-on-the-last-day"
EVERY: Final = {
    "board": "",
    "case": f"/cases/{CORRECTED}",
    "replay": f"/cases/{CORRECTED}/replay?as_of=2024-12-04",
    "responsibility": f"{SUSPENDED}/responsibility",
    "why": f"{SUSPENDED}/deadlines/review-decide:V1/why",
    "person": "/persons/person-a",
    "organ": "/organs/organ-urban/acts",
}


def asked(visit: Visit, path: str) -> Any:
    """What a program is told under the same path."""
    answer = visit.page.request.get(f"{visit.base}/api/v1/ledgers/{LEDGER}{path}")
    assert answer.ok, answer.text()
    return answer.json()


def clocks_of(visit: Visit, **wanted: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = asked(visit, "/deadlines?limit=200")
    return [row for row in rows if all(row[name] == value for name, value in wanted.items())]


def test_the_board_counts_and_a_click_on_a_date_says_why_it_is_that_day(visit: NewVisit) -> None:
    here = visit()
    page = here.go()
    tiles = [tile.inner_text().split() for tile in page.locator(".tiles .tile").all()]
    assert [tile[1] for tile in tiles] == ["逾期", "今日到期", "两个工作日内", "正常", "中止", "暂定"]
    assert len({tile[0] for tile in tiles}) == len(tiles)  # each its own shape
    today = date.fromisoformat(page.locator("main time").first.inner_text())
    running = clocks_of(here)
    late = [row for row in running if date.fromisoformat(row["latest"]) < today and row["nature"] != "right"]
    assert late
    assert int(tiles[0][2]) == len(late)
    row = page.locator("#rows tr.overdue").first
    expect(row).to_contain_text("▲ 逾期")
    shown = row.locator("a.opens").inner_text()
    row.locator("a.opens").click()
    why = page.get_by_role("dialog")
    expect(why.get_by_role("heading", level=1)).to_have_text("为什么是这天")
    expect(why).to_contain_text(shown)
    clock = late[0]
    reasons = asked(here, f"/{clock['kind']}s/{clock['id']}/deadlines/{clock['deadline']}/why")
    assert why.locator(".days tbody tr").count() == len(reasons["days"])
    expect(why).to_contain_text("起算日不计入")
    expect(why.locator("q")).not_to_be_empty()
    page.keyboard.press("Escape")
    expect(why).to_be_hidden()


def test_the_worklist_is_filtered_and_the_address_says_by_what(visit: NewVisit) -> None:
    here = visit()
    page = here.go()
    mine = clocks_of(here, holder="organ-justice")
    assert 0 < len(mine) < len(clocks_of(here))
    page.get_by_label("义务或权利人").fill("organ-justice")
    page.get_by_role("button", name="筛选").click()
    page.wait_for_url("**holder=organ-justice**")
    assert page.locator("#rows tr").count() == len(mine)
    assert {cell.inner_text().split()[0] for cell in page.locator("#rows td:last-child").all()} == {"organ-justice"}
    page.get_by_role("link", name="清除").click()
    assert page.locator("#rows tr").count() == min(50, len(clocks_of(here)))


def test_the_month_shades_days_off_and_make_up_days_and_leads_to_the_clocks_of_a_day(visit: NewVisit) -> None:
    here = visit()
    clock = clocks_of(here)[0]
    page = here.go(f"?month={clock['latest'][:7]}")
    days = page.locator(".month .ends")
    expect(days.first).to_be_visible()
    link = page.locator(f".month .ends[aria-label^='{clock['latest']}']")
    number = int(link.inner_text().removesuffix("项"))
    link.click()
    page.wait_for_url("**since=**")
    assert page.locator("#rows tr").count() == number
    page = here.go("?month=2024-02")
    assert {cell.locator(".day").inner_text() for cell in page.locator(".month td.make_up:not(.other)").all()} == {
        "4",
        "18",
    }
    expect(page.locator(".month td.festival:not(.other)")).to_have_count(8)
    page.get_by_role("link", name="下月").click()
    expect(page.get_by_role("heading", name="月历 2024-03")).to_be_visible()


def test_the_slider_of_what_was_known_changes_the_view_and_the_address(visit: NewVisit) -> None:
    here = visit()
    page = here.go(f"{CASE}/replay")
    expect(page.locator("#view")).to_contain_text("没有差异")
    entries = page.locator("#view tbody tr").count()
    known = page.get_by_label("拖动选时刻")
    known.focus()
    for _ in range(8):
        page.keyboard.press("ArrowLeft")
    page.wait_for_url("**known_at=20**")
    expect(page.locator("#changed ~ h3").first).to_be_visible()
    here.drawn()
    fewer = page.locator("#view tbody tr").count()
    assert 0 < fewer < entries
    facts = page.get_by_label("拖动选日")
    facts.focus()
    page.keyboard.press("Home")
    page.wait_for_url("**as_of=2024-08-01**")
    expect(page.locator("#view tbody tr").first).to_contain_text("2024-08-01")
    here.drawn()
    assert page.locator("#view tbody tr").count() < fewer
    address = page.url
    page.reload()
    here.drawn()
    assert page.url == address
    expect(page.get_by_label("日期，空白为不限")).to_have_value("2024-08-01")


def test_the_difference_of_a_corrected_case_is_told_in_words(visit: NewVisit) -> None:
    here = visit()
    history = asked(here, f"/cases/{CORRECTED}/history")
    before = history[-2]["recorded_at"].replace("+", "%2B")
    page = here.go(f"/cases/{CORRECTED}/replay?known_at={before}")
    expect(page.locator("#view")).to_contain_text("由 penalty 变为 permit")


def test_the_timeline_is_drawn_with_pauses_late_entries_and_corrections(visit: NewVisit) -> None:
    here = visit()
    page = here.go(f"/cases/{CORRECTED}")
    drawing = page.locator("[data-chart=timeline] svg")
    for word in ("行政执法监督机构", "被监督机关", "补录", "更正 #2", "执监意"):
        expect(drawing).to_contain_text(word)
    expect(page.locator("#history ~ .scroll tr", has_text="补录")).to_contain_text("听取陈述申辩")
    lapsed = [clock for clock in asked(here, f"/cases/{CORRECTED}/timeline")["deadlines"] if clock["overdue"]]
    assert {clock["nature"] for clock in lapsed} == {"right"}  # and a right that nobody used is no breach
    expect(drawing.locator("path[fill='#b3261e']")).to_have_count(0)
    expect(page.locator("details", has_text=lapsed[0]["title_zh"]).locator(".tile").first).to_have_text("权利已逾期")
    told = page.locator("[data-chart=timeline]").get_attribute("aria-label")
    assert told is not None
    assert told.startswith("时间轴")
    page = here.go(SUSPENDED)
    assert page.locator("[data-chart=timeline] svg path[fill='#c3c7ce']").count() > 0
    assert (
        asked(here, f"{SUSPENDED}/timeline")["deadlines"][0]["since"]
        in page.locator("#timeline ~ .scroll").inner_text()
    )


def test_the_chain_is_drawn_and_the_table_names_who_held_the_duty_on_each_overdue_day(visit: NewVisit) -> None:
    here = visit()
    page = here.go(f"{SUSPENDED}/responsibility")
    found = asked(here, f"{SUSPENDED}/responsibility")
    rows = page.locator(".overdue-days tbody tr").all()
    assert len(rows) == len(found["overdue"]) > 0
    assert any(line["persons"] for line in found["overdue"])
    drawing = page.locator("[data-chart=responsibility] svg")
    for row, line in zip(rows, found["overdue"], strict=True):
        text = row.inner_text()
        days = (date.fromisoformat(line["until"]) - date.fromisoformat(line["since"])) / timedelta(days=1) + 1
        assert (line["since"] in text, str(int(days)) in text, line["organ"] in text) == (True, True, True)
        for person in line["persons"]:
            assert person["person"] in text
            expect(drawing).to_contain_text(person["person"])
            expect(drawing).to_contain_text(person["role_zh"])
        expect(drawing).to_contain_text(line["article"].partition(":")[2])
    name = next(person["person"] for line in found["overdue"] for person in line["persons"])
    page.locator(".overdue-days").get_by_role("link", name=name).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)


@pytest.mark.parametrize("path", EVERY.values(), ids=EVERY.keys())
def test_a_page_is_sound_for_those_who_hear_it_and_does_not_scroll_sideways_on_a_telephone(
    visit: NewVisit, path: str
) -> None:
    here = visit(390, 844)
    page = here.go(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.locator("h1").count() == 1
    found = [
        f"{fault['id']}: {[node['html'][:160] for node in fault['nodes'][:3]]}"
        for fault in Axe().run(page).response["violations"]
        if fault["impact"] in {"serious", "critical"}
    ]
    assert found == []


def tab_through(page: Page, most: int) -> None:
    page.evaluate("document.addEventListener('focusin', e => { e.target.dataset.reached = 'yes' })")
    page.evaluate("document.activeElement.blur()")
    for _ in range(most):
        page.keyboard.press("Tab")


def test_the_keyboard_reaches_everything_and_opens_and_leaves_the_reasons_of_a_date(visit: NewVisit) -> None:
    page = visit().go("?holder=organ-justice")
    wanted = page.locator("main :is(a[href], button, input:not([type=hidden]), select, summary):visible")
    tab_through(page, wanted.count() + 20)  # a date is typed in four places
    left = wanted.and_(page.locator(":not([data-reached])")).all()
    assert [each.evaluate("e => e.outerHTML") for each in left] == []
    date_link = page.locator("a.opens").first
    date_link.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(date_link).to_be_focused()


def test_without_scripts_the_forms_and_tables_say_the_same(visit: NewVisit) -> None:
    here = visit(java_script_enabled=False)
    page = here.page
    page.goto(f"{here.base}/ledgers/{LEDGER}")
    page.get_by_label("条文").fill("nothing")
    page.get_by_role("button", name="筛选").click()
    expect(page.locator("#rows")).to_contain_text("没有这样的期限")
    page.get_by_role("link", name="清除").click()
    page.locator("a.opens").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("为什么是这天")
    page.goto(f"{here.base}/ledgers/{LEDGER}{CASE}/replay")
    expect(page.get_by_label("拖动选日")).to_be_hidden()
    page.get_by_label("日期，空白为不限").fill("2024-08-05")
    page.get_by_role("combobox", name="时刻").select_option(index=5)
    page.get_by_role("button", name="回放").click()
    assert "as_of=2024-08-05" in page.url
    expect(page.get_by_role("heading", name="当时与现在的差异")).to_be_visible()
    page.goto(f"{here.base}/ledgers/{LEDGER}{CASE}/responsibility")
    expect(page.locator(".overdue-days tbody tr").first).to_contain_text("organ-urban")
