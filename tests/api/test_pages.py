"""The pages: what people see, in their language, and that nothing they write becomes a part of the page."""

from __future__ import annotations

from datetime import date, datetime
from html.parser import HTMLParser
from typing import Any

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from api.asking import PLACE
from api.founding import adopt_superiors
from api.http.app import HEADERS
from api.play import found
from api.projecting import project
from api.service import Service
from tests.api.conftest import NewClerk
from tests.api.office import KARAMAY, OPENING, AtDesk, Clerk, problem


class Page(HTMLParser):
    """The tags of a page with their attributes, and its text."""

    def __init__(self, answer: Response) -> None:
        super().__init__()
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(answer.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    def words(self) -> str:
        """The text, with its spaces made one."""
        return " ".join(self.text.split())


def page(clerk: Clerk, path: str = "", **query: str) -> Page:
    return Page(clerk.client.get(f"/ledgers/{clerk.ledger}{path}", params=query))


def assert_ours(shown: Page) -> None:
    """Every script of the page is a file of ours, and none is written into it."""
    sources = [script.get("src") or "written into the page" for script in shown.all("script")]
    assert sources
    assert all(source.startswith("/static/") for source in sources), sources


@pytest.fixture(scope="module")
def led(new_clerk: NewClerk, service: Service) -> Clerk:
    """A ledger with a case as far as an opinion served, its read models up to date."""
    clerk = new_clerk()
    assert clerk.new_case("opinion-served") == "t1"
    project(service, [clerk.ledger])
    return clerk


def test_the_way_in_leads_to_a_ledger_that_may_be_shown(led: Clerk) -> None:
    answer = led.client.get("/", follow_redirects=False)
    assert answer.status_code == 307
    assert answer.headers["location"].endswith("-demo?lang=zh")


def test_the_page_of_a_ledger_lists_its_clocks_and_cases(led: Clerk) -> None:
    shown = page(led)
    assert "/ledgers/" + led.ledger + "/cases/t1?lang=zh" in {link["href"] for link in shown.all("a")}
    assert "2024-02-18" in shown.text
    assert "执监意〔2024〕1号" in shown.text
    assert "模拟账本" in shown.text
    running = sum(clock["state"] == "running" for clock in led.shown("t1")["deadlines"])
    assert running > 1
    assert f"正常 {running}" in shown.words()
    assert f"截至第 {led.get('/cases/t1/history').json()[-1]['position']}号记录" in shown.words()


def test_the_page_of_a_case_says_what_may_be_done_what_not_and_why(led: Clerk) -> None:
    text = page(led, "/cases/t1").words()
    case = led.shown("t1")
    for offer in case["allowed_steps"]:
        assert offer["zh"] in text
        if not offer["allowed"]:
            assert offer["why_zh"] in text
            assert " ".join(offer["quote"].split()) in text
    for clock in case["deadlines"]:
        assert clock["title_zh"] in text
    assert "春节" in text


def test_a_reason_that_refuses_many_steps_is_said_once(led: Clerk) -> None:
    offers = led.shown("t1")["allowed_steps"]
    reasons = {(offer["why_zh"], offer["quote"]) for offer in offers if not offer["allowed"]}
    allowed = sum(offer["allowed"] for offer in offers)
    assert allowed + len(reasons) < len(offers)
    assert len(page(led, "/cases/t1").all("li")) == allowed + len(reasons)


def test_the_history_on_the_page_shows_what_was_recorded_and_what_it_was_corrected_to(new_clerk: NewClerk) -> None:
    clerk = new_clerk()
    case = clerk.new_case("order")
    fix: dict[str, Any] = {
        "version": 2,
        "field": "kind",
        "was": "penalty",
        "now": "permit",
        "approver": "person-h",
        "reason": "错",
    }
    assert clerk.step(case, "correct-entry", clerk.shown(case)["version"], **fix).status_code == 201
    text = page(clerk, f"/cases/{case}").words()
    assert "种类 penalty" in text
    assert "更正 #6 种类 penalty permit" in text
    assert "期限 5 工作日" in text


def test_the_page_shows_a_day_that_was_corrected(new_clerk: NewClerk) -> None:
    clerk = new_clerk()
    case = clerk.new_case()
    seen = clerk.shown(case)["version"]
    days = {"was": "2024-02-05", "now": "2024-02-02"}
    said = {"version": 1, "field": "occurred_on", **days, "approver": "person-h", "reason": "错"}
    answer = clerk.post(f"/cases/{case}/steps/correct-entry", said, headers={"If-Match": f'"{seen}"'})
    assert answer.status_code == 201, answer.text
    assert "发生日 2024-02-05 2024-02-02" in page(clerk, f"/cases/{case}").words()


@pytest.mark.parametrize(
    "path", ["", "/cases/t1/replay", "/cases/t1/responsibility", "/cases/t1/deadlines/opinion-objection:O1/why"]
)
def test_every_screen_is_the_same_in_english_but_for_the_words(led: Clerk, path: str) -> None:
    chinese, english = page(led, path), page(led, path, lang="en")
    assert [name for name, _ in chinese.tags] == [name for name, _ in english.tags]
    assert (chinese.all("html")[0]["lang"], english.all("html")[0]["lang"]) == ("zh", "en")
    labelled = [each.get("aria-label") or each.get("data-told") or "" for _, each in english.tags]
    assert not any("\u4e00" <= letter <= "\u9fff" for label in labelled for letter in label)


def test_the_page_of_a_case_is_the_same_in_english_but_for_the_words(led: Clerk) -> None:
    chinese, english = page(led, "/cases/t1"), page(led, "/cases/t1", lang="en")
    assert [name for name, _ in chinese.tags] == [name for name, _ in english.tags]
    assert (chinese.all("html")[0]["lang"], english.all("html")[0]["lang"]) == ("zh", "en")
    assert "Why that date" in english.text
    assert "Why that date" not in chinese.text
    for clock in led.shown("t1")["deadlines"]:
        assert clock["title_en"] in english.text
    problem(led.client.get(f"/ledgers/{led.ledger}/cases/t1?lang=fr"), 422, "malformed")


def test_the_other_language_shows_the_same_view(led: Clerk) -> None:
    last = datetime.fromisoformat(led.get("/cases/t1/history").json()[-1]["recorded_at"])
    view = {"as_of": "2024-02-05", "known_at": last.isoformat()}
    shown = page(led, "/cases/t1", **view)
    (switch,) = [link["href"] for link in shown.all("a") if link.get("hreflang") == "en"]
    assert switch is not None
    other = Page(led.client.get(f"/ledgers/{led.ledger}/cases/t1{switch}"))
    values = {field["name"]: field.get("value") for field in other.all("input")}
    assert values == {
        "lang": "en",
        **view,
        "known_at": last.astimezone(PLACE).isoformat(),
    }  # as the clerk's clock has it


def test_a_case_is_replayed_from_the_form_of_its_page(led: Clerk) -> None:
    history = led.get("/cases/t1/history").json()
    before = history[-3]["recorded_at"]
    assert history[-2]["type"] == "case.deadline-set/1"
    now, then = page(led, "/cases/t1"), page(led, "/cases/t1", as_of="", known_at=before)
    entries = [len(led.get("/cases/t1/history", **view).json()) for view in ({}, {"known_at": before})]
    assert [len(shown.all("time")) for shown in (now, then)] == entries
    assert entries[0] > entries[1]
    clocks = [len(led.shown("t1", **view)["deadlines"]) for view in ({}, {"known_at": before})]
    assert [shown.text.count("为什么是这天") for shown in (now, then)] == clocks
    assert clocks[0] > clocks[1] > 0
    fields = {field["name"]: field.get("value") for field in then.all("input")}
    again = page(led, "/cases/t1", **{name: value or "" for name, value in fields.items() if name})
    assert again.text == then.text
    (form,) = then.all("form")
    assert form["method"] == "get"


@pytest.mark.parametrize("query", ["as_of=2024-02-30", "as_of=05.02.2024", "known_at=2024-02-05", "known_at=soon"])
def test_a_form_filled_in_wrongly_is_a_problem(led: Clerk, query: str) -> None:
    problem(led.client.get(f"/ledgers/{led.ledger}/cases/t1?{query}"), 400, "malformed")


def test_nothing_that_people_write_becomes_a_part_of_the_page(clerk: Clerk, service: Service) -> None:
    attack = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&{{ 7 * 7 }}"
    case = clerk.post("/cases", {**OPENING, "matter": attack}).json()["id"]
    shown = page(clerk, f"/cases/{case}")
    assert attack in shown.text
    assert_ours(shown)
    assert shown.all("img") == []
    assert not any(name.startswith("on") for _, attributes in shown.tags for name in attributes)
    project(service, [clerk.ledger])
    hostile = Page(clerk.client.get(f"/ledgers/{clerk.ledger}", params={"lang": "en", '"><script>': '"><script>'}))
    assert_ours(hostile)


def test_every_page_says_what_a_browser_may_load(led: Clerk) -> None:
    for path in ("", "/cases/t1", "/cases/nobody"):
        answer = led.client.get(f"/ledgers/{led.ledger}{path}")
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert "default-src 'self'" in HEADERS["Content-Security-Policy"]
    shown = page(led, "/cases/t1")
    assert shown.all("style") == []
    assert not any("style" in attributes for _, attributes in shown.tags)
    for link in shown.all("link"):
        assert led.client.get(str(link["href"])).status_code == 200


def test_a_page_that_is_not_there_is_a_problem(led: Clerk, service: Service) -> None:
    problem(led.client.get(f"/ledgers/{led.ledger}/cases/nobody"), 404, "unknown-case")
    problem(led.client.get("/ledgers/cn-999999-demo"), 404, "unknown-ledger")
    problem(led.client.get(f"/ledgers/{led.ledger}/cases/%00"), 422, "malformed")
    problem(led.client.get("/nothing"), 404, "not-found")
    service.create("cn-650201")
    problem(led.client.get("/ledgers/cn-650201"), 401, "sign-in-missing")
    problem(led.client.get("/ledgers/cn-650201/cases/t1"), 401, "sign-in-missing")


def test_a_provisional_deadline_is_shown_with_both_its_bounds(client: TestClient, service: Service) -> None:
    clerk = Clerk(client, "cn-bounds-demo")
    service.create(clerk.ledger)
    desk = service.desk(clerk.ledger)
    found(desk, date(2026, 12, 18), [KARAMAY])
    adopt_superiors(desk, date(2026, 12, 18))
    people = AtDesk(desk)
    moment = datetime(2026, 12, 21, 9, tzinfo=PLACE)
    people.walk("finding", at=moment)
    assert "上位法已施行且尚未录入，责令改正或者作出决定前" in page(clerk, "/cases/c1").text
    people.take("check-superior-law", superior="cn-2026", conflict=False, at=moment)
    people.walk("second-finding", at=moment, since="finding")
    people.take("issue-opinion", document="O1", about="N1", acts=["A1"], persons=["person-a"], at=moment)
    serve = {"document": "O1", "addressee": "organ-urban", "mode": "direct", "proof": "E2"}
    people.take("serve-document", **serve, at=moment)
    project(service, [clerk.ledger])
    (clock,) = [clock for clock in clerk.shown("c1")["deadlines"] if clock["deadline"] == "opinion-correct:O1"]
    bounds = f"{clock['earliest']} – {clock['latest']} （暂定）"
    assert clock["earliest"] < clock["latest"]
    assert bounds in page(clerk).words()
    case = page(clerk, "/cases/c1")
    assert bounds in case.words()
    assert "上位法已施行且尚未录入" not in case.text


def test_what_turned_red_is_shown_red(new_clerk: NewClerk, service: Service) -> None:
    clerk = new_clerk()
    case = clerk.new_case("notice-served")
    seen = clerk.shown(case)["version"]
    for day, mark, counted in (
        ("2024-02-18", "● 今日到期", "今日到期 1"),
        ("2024-02-19", "▲ 逾期", "逾期 1"),
    ):
        later = {"recorded_at": f"{day}T01:00:00Z", "occurred_on": day}
        assert clerk.step(case, "hear-statement", seen, by="organ-urban", **later).status_code == 201
        seen += 1
        project(service, [clerk.ledger])
        text = page(clerk).words()
        assert mark in text
        assert counted in text
    assert "▲ 逾期" in page(clerk, f"/cases/{case}").text


OTHERS = {"X-Demo-Account": "market"}
OWN = {"X-Demo-Account": "liaison"}
SCREENS = ("", "/replay", "/responsibility", "/deadlines/opinion-objection:O1/why")


@pytest.mark.parametrize("screen", SCREENS)
def test_a_department_sees_the_screens_of_its_own_case_and_another_finds_none(led: Clerk, screen: str) -> None:
    path = f"/ledgers/{led.ledger}/cases/t1{screen}"
    own = Page(led.client.get(path, headers=OWN))
    assert len(own.all("h1")) == 1
    answer = problem(led.client.get(path, headers=OTHERS), 404, "unknown-case")
    nothing = problem(led.client.get(path.replace("t1", "nobody"), headers=OTHERS), 404, "unknown-case")
    assert answer["detail"].replace("t1", "nobody") == nothing["detail"]


def test_the_board_of_a_department_has_its_own_clocks_alone(led: Clerk) -> None:
    address = f"/ledgers/{led.ledger}?month=2024-02"
    own, others = (Page(led.client.get(address, headers=who)) for who in (OWN, OTHERS))
    assert "执监意〔2024〕1号" in own.text
    assert "没有进行中的期限" in others.text
    assert "没有案件" in others.text
    for hidden in ("执监意", "t1", "organ-urban", "项期限届满"):
        assert hidden not in others.text
        assert not any(hidden in str(value) for _, attributes in others.tags for value in attributes.values())
    assert any("项期限届满" in (link.get("aria-label") or "") for link in own.all("a"))
    links = [str(link["href"]) for link in own.all("a")]
    assert not any("/persons/" in link or link.endswith("/acts") for link in links)


@pytest.mark.parametrize("path", ["/persons/person-a", "/organs/organ-justice/acts"])
def test_what_people_did_is_shown_to_those_who_oversee_and_audit_and_not_to_a_department(led: Clerk, path: str) -> None:
    address = f"/ledgers/{led.ledger}{path}"
    for account in ("handler", "auditor"):
        shown = Page(led.client.get(address, headers={"X-Demo-Account": account}))
        assert "发出监督意见书" in shown.text
        assert "只列事实，不评分，不排名" in shown.text
    for who in (OWN, OTHERS):
        problem(led.client.get(address, headers=who), 403, "acts-closed")


def test_the_board_is_filtered_by_organ_regulation_article_and_days(led: Clerk) -> None:
    rows = led.get("/deadlines").json()
    assert len({row["holder"] for row in rows} | {row["article"] for row in rows}) > 1
    for name in ("holder", "regime", "article"):
        for value in {row[name] for row in rows}:
            shown = page(led, **{name: value})
            wanted = [row for row in rows if row[name] == value]
            assert sum(link.get("class") == "opens" for link in shown.all("a")) == len(wanted)
            assert f"正常 {len(wanted)}" in shown.words()
    last = max(row["latest"] for row in rows)
    wanted = [row for row in rows if row["latest"] == last]
    shown = page(led, since=last, until=last)
    assert sum(link.get("class") == "opens" for link in shown.all("a")) == len(wanted)
    assert "没有这样的期限" in page(led, holder="nobody").text


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"since": "soon"}, 400),
        ({"cursor": "abc"}, 400),
        ({"cases": "abc"}, 400),
        ({"month": "2024-13"}, 422),
        ({"month": "0001-01"}, 400),
        ({"month": "9999-12"}, 400),
        ({"holder": "a\0b"}, 422),
    ],
)
def test_a_board_asked_for_what_cannot_be_is_a_problem(led: Clerk, query: dict[str, str], status: int) -> None:
    problem(led.client.get(f"/ledgers/{led.ledger}", params=query), status, "malformed")


def test_a_board_says_that_its_days_are_the_wrong_way_round(led: Clerk) -> None:
    asked = {"since": "2024-03-01", "until": "2024-02-01"}
    problem(led.client.get(f"/ledgers/{led.ledger}", params=asked), 422, "range-reversed")


def test_a_month_that_no_schedule_reaches_is_shown_as_not_yet_scheduled(led: Clerk) -> None:
    days = [day for day in page(led, month="2950-01").all("td") if "unscheduled" in (day.get("class") or "")]
    assert len(days) == 35


def test_the_reasons_of_a_date_name_what_started_it_with_its_proof_and_every_day(led: Clerk) -> None:
    deadline = "opinion-objection:O1"
    reasons = led.get(f"/cases/t1/deadlines/{deadline}/why").json()
    shown = page(led, f"/cases/t1/deadlines/{deadline}/why")
    text = shown.words()
    assert "送达文书" in text
    assert "凭证 E2" in text
    assert "起算日 2024-02-05 不计入" in text
    assert len(shown.all("tr")) == len(reasons["days"]) + 1
    for day in reasons["days"]:
        assert day["why"] in text
    (clock,) = [clock for clock in led.shown("t1")["deadlines"] if clock["deadline"] == deadline]
    assert clock["article"] in text
    assert len(shown.all("q")) == 1
    problem(led.client.get(f"/ledgers/{led.ledger}/cases/t1/deadlines/none/why"), 404, "unknown-deadline")


def test_a_replay_of_a_time_before_the_case_says_so(led: Clerk) -> None:
    assert "那时还没有这个案卷" in page(led, "/cases/t1/replay", as_of="2023-01-01").text
    ahead = led.client.get(f"/ledgers/{led.ledger}/cases/t1/replay", params={"known_at": "2059-01-01T00:00:00Z"})
    problem(ahead, 422, "moment-ahead")


def test_a_responsibility_up_to_a_day_that_is_not_over_is_a_problem(led: Clerk) -> None:
    answer = led.client.get(f"/ledgers/{led.ledger}/cases/t1/responsibility", params={"day": "2059-01-01"})
    problem(answer, 422, "day-ahead")
