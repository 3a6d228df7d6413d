"""Addresses, moments, cursors, openings and whole requests that cannot be: a problem each, and nothing is written."""

from __future__ import annotations

import base64
from typing import Any

import orjson
import psycopg
import pytest

from api.http import cursors
from api.http.app import HEADERS, MOST_BODY
from api.service import Service
from tests.api.conftest import NewClerk
from tests.api.office import OPENING, Clerk, problem, raw, written

HOUSE = "cn-default"


# --- cases and ledgers -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({**OPENING, "id": "a/b"}, 422, "malformed"),
        ({**OPENING, "id": "../ledger"}, 422, "malformed"),
        ({**OPENING, "id": "a\0b"}, 422, "malformed"),
        ({**OPENING, "id": "a" * 121}, 422, "malformed"),
        ({**OPENING, "regime": "karamay-1822"}, 409, "law-not-adopted"),
        ({**OPENING, "regime": "../secrets"}, 422, "malformed"),
        ({**OPENING, "origin": "rumour"}, 409, "unknown-code"),
        ({**OPENING, "supervisor": "organ-other"}, 403, "not-yours"),
    ],
)
def test_an_opening_that_cannot_be_is_a_problem_and_nothing_is_written(
    clerk: Clerk, admin: psycopg.Connection, body: dict[str, Any], status: int, code: str
) -> None:
    before = written(admin, clerk.ledger)
    answer = clerk.post("/cases", body)
    problem(answer, status, code, answer.json().get("article"))
    assert written(admin, clerk.ledger) == before


def test_a_case_that_is_open_is_not_opened_again(clerk: Clerk, admin: psycopg.Connection, case: str) -> None:
    before = written(admin, clerk.ledger)
    problem(clerk.post("/cases", {**OPENING, "id": case}), 409, "case-already-open", f"{HOUSE}:art.2.1")
    assert written(admin, clerk.ledger) == before


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/cases/nobody", 404, "unknown-case"),
        ("/cases/nobody/history", 404, "unknown-case"),
        ("/cases/nobody/deadlines/opinion-correct:O1/why", 404, "unknown-case"),
        ("/cases/%00", 422, "malformed"),
        ("/cases/a%0a", 422, "malformed"),
        ("/cases/..", 404, "not-found"),
        ("/cases/..%2f..%2fledger", 404, "not-found"),
        ("/cases/%2e%2e%5csecrets", 422, "malformed"),
        ("/cases/" + "a" * 121, 422, "malformed"),
        ("/cases?limit=0", 422, "malformed"),
        ("/cases?limit=201", 422, "malformed"),
        ("/cases?cursor=x", 400, "malformed"),
        ("/cases?cursor=%00", 400, "malformed"),
        ("/cases?cursor=" + "A" * 401, 422, "malformed"),
        ("/nothing", 404, "not-found"),
    ],
)
def test_what_is_not_there_is_a_problem(clerk: Clerk, path: str, status: int, code: str) -> None:
    problem(clerk.client.get(clerk.base + path), status, code)


@pytest.mark.parametrize("query", ["as_of=2024-02-30", "as_of=0", "as_of=9999-12-31", "as_of=2024-02-05T00:00:00Z"])
@pytest.mark.parametrize("path", ["", "/history", "/deadlines/order-limit:R1/why"])
def test_a_day_that_is_none_is_a_problem(clerk: Clerk, case: str, path: str, query: str) -> None:
    said = problem(clerk.client.get(f"{clerk.base}/cases/{case}{path}?{query}"), 422, "malformed")
    assert "a day is written 2024-02-29" in said["detail_en"]


@pytest.mark.parametrize(
    "query",
    [
        "known_at=2024-02-05",
        "known_at=2024-02-05T09:00:00",
        "known_at=2024-02-05T25:00:00Z",
        "known_at=1707094800",
        "known_at=yesterday",
        "known_at=0001-01-01T00:00:00%2B14:00",
        "known_at=9999-12-31T23:59:59-14:00",
    ],
)
@pytest.mark.parametrize("path", ["", "/history", "/deadlines/order-limit:R1/why"])
def test_a_moment_that_is_none_is_a_problem(clerk: Clerk, case: str, path: str, query: str) -> None:
    said = problem(clerk.client.get(f"{clerk.base}/cases/{case}{path}?{query}"), 422, "malformed")
    assert "a moment is written" in said["detail_en"]


def test_a_cursor_is_good_for_its_own_list_only(clerk: Clerk) -> None:
    cases = cursors.write("cases", "2024-02-05", "t1")
    assert clerk.get("/cases", cursor=cases).status_code == 200
    problem(clerk.get("/deadlines", cursor=cases), 400, "malformed")
    problem(clerk.get("/deadlines", cursor=cursors.write("cases", "2024-02-05", "t1", "d1")), 400, "malformed")
    wrong: tuple[object, ...] = (
        ["cases"],
        ["cases", "2024-02-05", "t1", "more"],
        ["cases", "2024-02-31", "t1"],
        ["cases", "2024-02-05", "a\0b"],
        7,
        {},
        None,
    )
    for value in wrong:
        problem(clerk.get("/cases", cursor=_opaque(value)), 400, "malformed")


def test_a_cursor_whose_position_is_no_text_is_a_problem(clerk: Clerk) -> None:
    whole = cursors.write("acts of person person-a", 5, "recorded")
    assert clerk.get("/persons/person-a/acts", cursor=whole).status_code == 200
    name = orjson.loads(base64.urlsafe_b64decode(whole + "=" * (-len(whole) % 4)))[0]
    for position in (5, 5.5, True, None, [5], {"5": 5}):
        cursor = _opaque([name, position, "recorded"])
        problem(clerk.get("/persons/person-a/acts", cursor=cursor), 400, "malformed")


def _opaque(value: object) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(value)).decode().rstrip("=")


def test_a_ledger_that_does_not_exist_is_a_problem(clerk: Clerk) -> None:
    for path in ("/cases", "/deadlines", "/cases/c1", "/cases/c1/history"):
        problem(clerk.client.get(f"/api/v1/ledgers/cn-999999-demo{path}"), 404, "unknown-ledger")
    problem(Clerk(clerk.client, "cn-999999-demo").post("/cases", OPENING), 404, "unknown-ledger")
    problem(clerk.client.get("/api/v1/ledgers/CN_1/cases"), 422, "malformed")


def test_a_real_ledger_is_closed_without_sign_in(clerk: Clerk, service: Service, admin: psycopg.Connection) -> None:
    service.create("cn-650200")
    real = Clerk(clerk.client, "cn-650200")
    for path in ("/cases", "/deadlines", "/cases/c1", "/cases/c1/history", "/cases/c1/deadlines/d/why"):
        answer = real.get(path)
        problem(answer, 401, "sign-in-missing")
        assert answer.headers["www-authenticate"] == 'Bearer realm="caseledger"'
    before = written(admin, "cn-650200")
    problem(real.post("/cases", OPENING), 401, "sign-in-missing")
    problem(real.step("c1", "assign-handlers", 1, persons=["person-a"]), 401, "sign-in-missing")
    assert written(admin, "cn-650200") == before


# --- the request as a whole --------------------------------------------------------------------------------------


def test_a_body_longer_than_any_step_is_not_even_read(clerk: Clerk, admin: psycopg.Connection, case: str) -> None:
    before = written(admin, clerk.ledger)
    said = problem(raw(clerk, case, b" " * (MOST_BODY + 1)), 413, "body-too-large")
    assert str(MOST_BODY) in said["detail"]
    assert written(admin, clerk.ledger) == before


def test_a_body_without_a_length_is_a_problem(clerk: Clerk, case: str) -> None:
    def pieces() -> Any:
        yield b'{"persons": ["person-a"]}'

    problem(raw(clerk, case, pieces()), 411, "length-missing")


def test_a_way_that_does_not_exist_is_a_problem(clerk: Clerk, case: str) -> None:
    for method in ("PUT", "PATCH", "DELETE"):
        problem(clerk.client.request(method, f"{clerk.base}/cases/{case}", json={}), 405, "method-not-allowed")


def test_every_answer_says_what_a_browser_may_do_with_it(clerk: Clerk, case: str) -> None:
    for answer in (
        clerk.get(f"/cases/{case}"),
        clerk.get("/cases/nobody"),
        raw(clerk, case, b" " * (MOST_BODY + 1)),
    ):
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS


def test_a_fault_of_the_service_is_a_problem_that_tells_nothing_of_the_inside(
    new_clerk: NewClerk, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = new_clerk()
    case = clerk.new_case("open")

    def fails(*_: Any) -> None:
        raise RuntimeError("the master key is 0001")

    monkeypatch.setattr(service.desk(clerk.ledger), "read", fails)
    with pytest.raises(RuntimeError):  # for the log of the server
        clerk.get(f"/cases/{case}")
    monkeypatch.setattr(clerk.client._transport, "raise_server_exceptions", False)
    assert "0001" not in str(problem(clerk.get(f"/cases/{case}"), 500, "internal"))
