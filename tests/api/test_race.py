"""Many people at once: one wins, the others are told, and no number is skipped or given twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import psycopg
from httpx2 import Response
from starlette.testclient import TestClient

from api.http.app import create_app
from api.service import Service
from tests.api.conftest import NewClerk
from tests.api.office import OPENING, AtDesk, Clerk, problem, written

CLERKS, ROUNDS = 8, 4


def at_once(*tasks: Callable[[], Any]) -> list[Any]:
    """What becomes of tasks that begin at the same moment."""
    barrier = Barrier(len(tasks))

    def run(task: Callable[[], Any]) -> Any:
        barrier.wait()
        return task()

    with ThreadPoolExecutor(len(tasks)) as threads:
        return list(threads.map(run, tasks))


def test_of_two_who_act_on_one_version_one_wins_and_the_other_is_told(
    clerk: Clerk, service: Service, admin: psycopg.Connection
) -> None:
    case = clerk.new_case("open")
    second = Clerk(TestClient(create_app(service)), clerk.ledger)
    for version in range(1, ROUNDS + 1):
        before = entries(admin, clerk.ledger)
        answers: list[Response] = at_once(
            lambda: clerk.step(case, "hear-statement", version, key=f"first {version}", by="person-a"),  # noqa: B023  # at once
            lambda: second.step(case, "hear-statement", version, key=f"second {version}", by="person-b"),  # noqa: B023
        )
        won, lost = sorted(answers, key=lambda answer: answer.status_code)
        assert (won.status_code, won.json()["version"]) == (201, version + 1)
        said = problem(lost, 412, "stale")
        assert str(version + 1) in said["detail"]
        assert entries(admin, clerk.ledger) == before + 1
    heard = [entry["facts"]["by"] for entry in clerk.get(f"/cases/{case}/history").json()[1:]]
    assert len(heard) == ROUNDS


def entries(admin: psycopg.Connection, ledger: str) -> int:
    (row,) = admin.execute("SELECT count(*) FROM ledger.entries WHERE ledger = %s", [ledger]).fetchall()
    return int(row[0])


def test_one_request_sent_by_eight_hands_at_once_is_recorded_once(clerk: Clerk, service: Service) -> None:
    desk = service.desk(clerk.ledger)
    people = AtDesk(desk)
    case = clerk.new_case("act")
    ask = people.ask("register-evidence", case=case, kind="photo", title="照片", seen=2, key="eight hands")
    receipts = at_once(*[lambda: desk.take(ask)] * CLERKS)
    assert Counter(receipt.replayed for receipt in receipts) == {True: CLERKS - 1, False: 1}
    assert len({(receipt.leaves, receipt.created, receipt.version) for receipt in receipts}) == 1
    assert clerk.shown(case)["version"] == 3


def test_document_numbers_run_without_gap_while_eight_issue_documents_in_cases_of_their_own(
    new_clerk: NewClerk, service: Service, admin: psycopg.Connection
) -> None:
    clerk = new_clerk()
    people = AtDesk(service.desk(clerk.ledger))
    cases = [f"c{number}" for number in range(CLERKS)]
    for case in cases:
        people.walk("refusal", case)

    def issue(case: str) -> list[str | None]:
        numbers = []
        for number in range(ROUNDS):
            seen = people.desk.read(f"case/{case}").file.version
            notice = {"document": f"N{number}", "about": "R1", "limit": {"count": 5, "unit": "working_day"}}
            notice |= {"replaces": f"N{number - 1}"} if number else {}
            numbers.append(people.take("issue-notice", case=case, seen=seen, key=f"{case}/{number}", **notice).number)
        return numbers

    given = [number for numbers in at_once(*[lambda case=case: issue(case) for case in cases]) for number in numbers]
    wanted = [f"执监通〔2024〕{sequence}号" for sequence in range(1, CLERKS * ROUNDS + 1)]
    assert sorted(given, key=wanted.index) == wanted
    register = people.desk.log.read("register/organ-justice/notice/2024")
    assert [entry.fact.number for entry in register] == wanted
    issued = {
        e.fact.number: f"case/{c}"
        for c in cases
        for e in people.desk.history(f"case/{c}")
        if e.type == "case.notice-issued/1"
    }
    assert issued == {entry.fact.number: entry.fact.stream for entry in register}
    positions = admin.execute("SELECT position FROM ledger.entries WHERE ledger = %s ORDER BY 1", [clerk.ledger])
    assert [position for (position,) in positions] == list(range(entries(admin, clerk.ledger)))


def test_eight_who_ask_a_fresh_service_at_once_are_all_answered(clerk: Clerk, service: Service) -> None:
    fresh = Service(service.settings, service.sources)
    with fresh:
        app = create_app(fresh)
        paths = [
            f"{clerk.base}/cases",
            f"{clerk.base}/deadlines",
            "/api/v1/ledgers/cn-nowhere-demo/cases",
            "/api/v1/ledgers",
        ]
        answers = at_once(*[lambda path=path: TestClient(app).get(path).status_code for path in paths * 4])
    assert answers == [200, 200, 404, 200] * 4


def test_of_two_who_open_one_case_one_is_told_that_it_is_open(
    clerk: Clerk, service: Service, admin: psycopg.Connection
) -> None:
    second = Clerk(TestClient(create_app(service)), clerk.ledger)
    answers = at_once(
        lambda: clerk.post("/cases", {**OPENING, "id": "both"}, key="first opening"),
        lambda: second.post("/cases", {**OPENING, "id": "both"}, key="second opening"),
    )
    won, lost = sorted(answers, key=lambda answer: answer.status_code)
    assert won.status_code == 201
    problem(lost, 409, "case-already-open", "cn-default:art.2.1")
    before = written(admin, clerk.ledger)
    assert clerk.shown("both")["version"] == 1
    assert written(admin, clerk.ledger) == before


def join(clerk: Clerk, case: str, into: str) -> Response:
    body = {"case": into, "reason": "同一行为"}
    return clerk.post(f"/cases/{case}/steps/merge-case", body, key=f"{case} into {into}", headers={"If-Match": '"1"'})


def test_of_two_cases_that_are_joined_into_each_other_at_once_one_goes_on(clerk: Clerk, service: Service) -> None:
    second = Clerk(TestClient(create_app(service)), clerk.ledger)
    for _ in range(ROUNDS):
        one, other = clerk.new_case("open"), clerk.new_case("open")
        answers = at_once(
            lambda: join(clerk, one, other),  # noqa: B023  # at once
            lambda: join(second, other, one),  # noqa: B023
        )
        won, lost = sorted(answers, key=lambda answer: answer.status_code)
        assert (won.status_code, won.json()["facts"]) == (201, ["merged", "closed"])
        assert lost.json()["code"] in ("stale", "not-together", "case-closed")
        joined, left = (one, other) if won is answers[0] else (other, one)
        assert (clerk.shown(joined)["closed"], clerk.shown(left)["closed"]) == (True, False)
        (taken,) = clerk.get(f"/cases/{left}/history").json()[1:]
        assert (taken["type"], taken["facts"]) == ("case.absorbed/1", {"case": joined})


def test_a_case_is_not_joined_into_one_that_is_closed_at_the_same_moment(clerk: Clerk, service: Service) -> None:
    second = Clerk(TestClient(create_app(service)), clerk.ledger)
    for _ in range(ROUNDS):
        one, other = clerk.new_case("open"), clerk.new_case("open")
        at_once(
            lambda: join(clerk, one, other),  # noqa: B023  # at once
            lambda: second.step(other, "close", 1, key=f"{other} ends", outcome="nothing-found"),  # noqa: B023
        )
        history = [entry["type"] for entry in clerk.get(f"/cases/{other}/history").json()]
        if clerk.shown(one)["closed"]:
            assert history[1] == "case.absorbed/1"
        else:
            assert history[1:] == ["case.closed/1"]
