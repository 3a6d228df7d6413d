"""Whatever is handed in wrongly is answered by a problem (RFC 9457) that says why, and nothing is half written."""

from __future__ import annotations

from typing import Any, Final

import psycopg
import pytest

from domain.regime.loader import load
from tests.api.office import KARAMAY, OPENING, Clerk, problem, raw, written

HOUSE = "cn-default"


# --- steps -------------------------------------------------------------------------------------------------------

TODAY: Final[dict[str, Any]] = {"persons": ["person-a"]}
CORRECTION: Final = {"field": "kind", "was": "penalty", "now": "permit", "approver": "person-h", "reason": "笔误"}


@pytest.mark.parametrize(
    ("step", "body", "status", "code", "article"),
    [
        ("burn-file", {}, 404, "not-found", None),
        ("assign-handlers", {**TODAY, "colour": "red"}, 422, "malformed", None),
        ("assign-handlers", {}, 422, "malformed", None),
        ("assign-handlers", {"persons": "person-a"}, 422, "malformed", None),
        ("assign-handlers", {"persons": ["person-a"] * 51}, 422, "malformed", None),
        ("assign-handlers", {"persons": ["a" * 121]}, 422, "malformed", None),
        ("assign-handlers", {"persons": ["person\0a"]}, 422, "malformed", None),
        ("assign-handlers", {"persons": ["张三"]}, 422, "malformed", None),
        ("assign-handlers", {**TODAY, "occurred_on": "2024-02-30"}, 422, "malformed", None),
        ("assign-handlers", {**TODAY, "occurred_on": "2024-2-5"}, 422, "malformed", None),
        ("assign-handlers", {**TODAY, "occurred_on": 1704067200}, 422, "malformed", None),
        ("assign-handlers", {**TODAY, "occurred_on": "2024-02-05T00:00:00"}, 422, "malformed", None),
        ("assign-handlers", {**TODAY, "occurred_on": "0001-01-01"}, 422, "malformed", None),
        ("assign-handlers", {**TODAY, "done_before": "yes"}, 422, "malformed", None),
        ("assign-handlers", {**TODAY, "late_reason": ""}, 422, "malformed", None),
        ("assign-handlers", {**TODAY, "recorded_at": "2024-02-05T09:00:00"}, 422, "malformed", None),
        ("assign-handlers", {**TODAY, "recorded_at": 1707094800}, 422, "malformed", None),
        ("assign-handlers", {**TODAY, "recorded_at": "0001-01-01T00:00:00+14:00"}, 422, "malformed", None),
        ("assign-handlers", {**TODAY, "occurred_on": "2024-02-06"}, 409, "in-the-future", f"{HOUSE}:art.3.1"),
        ("assign-handlers", {**TODAY, "occurred_on": "2024-01-04"}, 409, "late-without-reason", f"{HOUSE}:art.3.2"),
        ("assign-handlers", {**TODAY, "recorded_at": "2024-02-05T00:59:00Z"}, 422, "time-goes-back", None),
        ("register-act", {"act": "A1", "kind": "penalty"}, 409, "id-taken", f"{HOUSE}:art.2.1"),
        ("register-act", {"kind": "penalty", "made_on": "20231220"}, 422, "malformed", None),
        ("register-act", {"kind": "penalty", "title": "长" * 4_001}, 422, "malformed", None),
        ("record-finding", {"kind": "odd"}, 409, "unknown-code", f"{KARAMAY}:art.29.1"),
        ("record-finding", {"kind": "unlawful", "grounds": ["art.99"]}, 409, "unknown-code", f"{KARAMAY}:art.29.1"),
        ("record-finding", {"kind": "unlawful", "act": "A9"}, 409, "not-found", f"{KARAMAY}:art.29.1"),
        ("report-correction", {"about": "R1", "written": 1}, 422, "malformed", None),
        ("serve-document", {"document": "N9", "addressee": "organ-urban", "mode": "direct"}, 409, "not-found", None),
        ("order-correction", {"persons": ["person-a"], "limit": {"count": 5}}, 422, "malformed-step", None),
        ("order-correction", {"persons": ["person-a"], "limit": {"count": 5, "unit": "moon"}}, 422, "malformed", None),
        ("order-correction", {"persons": ["person-a"], "limit": {"until": "9999-12-31"}}, 422, "malformed", None),
        ("record-lapse", {"deadline": "opinion-correct:O1"}, 403, "not-yours", None),
        ("correct-entry", {**CORRECTION, "version": 2**53}, 422, "malformed", None),
        ("correct-entry", {**CORRECTION, "version": 9}, 409, "nothing-to-correct", None),
    ],
)  # fmt: skip
def test_a_step_filled_in_wrongly_is_a_problem_and_nothing_is_written(
    clerk: Clerk,
    admin: psycopg.Connection,
    case: str,
    step: str,
    body: dict[str, Any],
    status: int,
    code: str,
    article: str | None,
) -> None:
    before = written(admin, clerk.ledger)
    answer = clerk.step(case, step, 2, **body)
    if article is None and answer.status_code in (403, 409):
        article = answer.json()["article"]
        text, _, _ = article.partition(":")
        assert load(text).regime.quote(article).text
    problem(answer, status, code, article)
    assert written(admin, clerk.ledger) == before


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 422),
        (b"{", 400),
        (b'{"persons": ["person-a"]', 400),
        (b'["person-a"]', 422),
        (b"null", 422),
        (b'{"persons": NaN}', 422),
        (b"\xff\xfe{}", 400),
        (b'{"persons": ["person-a"], "late_reason": "\\ud800"}', 422),
        (b'{"persons": ' + b"[" * 50_000 + b"]" * 50_000 + b"}", 400),
        (b'{"persons": ' + b"1" * 5_000 + b"}", 400),
    ],
)
def test_a_body_that_is_no_json_object_is_a_problem(
    clerk: Clerk, admin: psycopg.Connection, case: str, content: bytes, status: int
) -> None:
    before = written(admin, clerk.ledger)
    answer = raw(clerk, case, content)
    assert answer.json()["code"] in {"malformed", "bad-request"}
    problem(answer, status, answer.json()["code"])
    assert written(admin, clerk.ledger) == before


def test_a_body_that_does_not_say_it_is_json_is_a_problem(clerk: Clerk, case: str) -> None:
    headers = {"If-Match": '"2"', "Content-Type": "text/plain"}
    problem(
        clerk.post(f"/cases/{case}/steps/assign-handlers", None, content=b'{"persons": ["a"]}', headers=headers),
        422,
        "malformed",
    )


# --- headers -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"If-Match": '"1"'}, 412, "stale"),
        ({"If-Match": '"3"'}, 412, "stale"),
        ({"If-Match": '"999999999999999999999999"'}, 400, "malformed"),
        ({}, 428, "version-missing"),
        ({"If-Match": ""}, 428, "version-missing"),
        ({"If-Match": "*"}, 400, "malformed"),
        ({"If-Match": '"1", "2"'}, 400, "malformed"),
        ({"If-Match": "-2"}, 400, "malformed"),
        ({"If-Match": '"2"', "Idempotency-Key": ""}, 422, "malformed"),
        ({"If-Match": '"2"', "Idempotency-Key": "k" * 201}, 422, "malformed"),
        ({"If-Match": '"2"', "X-Demo-Account": "mayor"}, 400, "malformed"),
        ({"If-Match": '"2"', "X-Demo-Account": "liaison"}, 403, "not-yours"),
        ({"If-Match": '"2"', "X-Demo-Account": "market"}, 404, "unknown-case"),
    ],
)
def test_a_step_with_the_wrong_headers_is_a_problem_and_nothing_is_written(
    clerk: Clerk, admin: psycopg.Connection, case: str, headers: dict[str, str], status: int, code: str
) -> None:
    before = written(admin, clerk.ledger)
    answer = clerk.post(f"/cases/{case}/steps/assign-handlers", TODAY, headers=headers)
    problem(answer, status, code, answer.json().get("article"))
    assert written(admin, clerk.ledger) == before


def test_a_request_without_an_idempotency_key_is_a_problem(clerk: Clerk, admin: psycopg.Connection, case: str) -> None:
    before = written(admin, clerk.ledger)
    for path, body in ((f"/cases/{case}/steps/assign-handlers", TODAY), ("/cases", OPENING)):
        problem(clerk.client.post(clerk.base + path, json=body, headers={"If-Match": '"2"'}), 422, "malformed")
    assert written(admin, clerk.ledger) == before


def test_a_request_sent_again_gets_its_first_answer_and_records_nothing(
    clerk: Clerk, admin: psycopg.Connection, case: str
) -> None:
    body = {"title": "处罚决定书", "kind": "penalty"}
    first = clerk.step(case, "register-act", 2, key="again", **body)
    assert first.status_code == 201
    assert clerk.step(case, "assign-handlers", 3, persons=["person-a"]).status_code == 201
    before = written(admin, clerk.ledger)
    again = clerk.step(case, "register-act", 2, key="again", **body)
    assert (again.status_code, again.headers["etag"]) == (201, '"3"')
    assert again.json() == {**first.json(), "replayed": True}
    assert written(admin, clerk.ledger) == before


def test_an_opening_without_a_case_number_sent_again_opens_no_second_case(
    clerk: Clerk, admin: psycopg.Connection
) -> None:
    first = clerk.post("/cases", OPENING, key="opening")
    assert first.status_code == 201
    before = written(admin, clerk.ledger)
    assert clerk.post("/cases", OPENING, key="opening").json() == {**first.json(), "replayed": True}
    assert written(admin, clerk.ledger) == before
    other = clerk.post("/cases", OPENING, key="another opening")
    assert other.json()["id"] != first.json()["id"]


def test_a_document_sent_again_keeps_its_number(clerk: Clerk, admin: psycopg.Connection) -> None:
    case = clerk.new_case("refusal")
    seen = clerk.shown(case)["version"]
    notice: dict[str, Any] = {"about": "R1", "limit": {"count": 5, "unit": "working_day"}}
    first = clerk.step(case, "issue-notice", seen, key="notice", **notice)
    assert first.json()["number"].startswith("执监通〔2024〕")
    before = written(admin, clerk.ledger)
    again = clerk.step(case, "issue-notice", seen, key="notice", **notice)
    assert again.json() == {**first.json(), "replayed": True}
    assert written(admin, clerk.ledger) == before


def test_a_key_used_for_something_else_is_a_problem(clerk: Clerk, admin: psycopg.Connection, case: str) -> None:
    assert clerk.step(case, "assign-handlers", 2, key="reused", persons=["person-a"]).status_code == 201
    before = written(admin, clerk.ledger)
    problem(clerk.step(case, "assign-handlers", 2, key="reused", persons=["person-b"]), 422, "key-reused")
    problem(clerk.step(case, "hear-statement", 2, key="reused", by="person-a"), 422, "key-reused")
    problem(clerk.post("/cases", OPENING, key="reused"), 422, "key-reused")
    assert written(admin, clerk.ledger) == before


def test_who_lost_the_answer_looks_again_and_asks_the_same(clerk: Clerk, case: str) -> None:
    first = clerk.step(case, "assign-handlers", 2, key="lost", persons=["person-a"]).json()
    again = clerk.step(case, "assign-handlers", 3, key="lost", persons=["person-a"])
    assert (again.status_code, again.json()["replayed"]) == (201, True)
    assert again.json()["leaves"] == first["leaves"]


def test_the_time_of_a_simulated_ledger_is_not_taken_far_ahead(clerk: Clerk, case: str) -> None:
    problem(clerk.step(case, "hear-statement", 2, by="x", recorded_at="2059-12-31T00:00:00Z"), 400, "malformed")


def test_two_people_may_use_the_same_key(clerk: Clerk) -> None:
    case = clerk.new_case("order")
    assert clerk.step(case, "hear-statement", 5, key="mine", by="organ-urban").status_code == 201
    answer = clerk.step(case, "record-correction-refusal", 6, key="mine", account="liaison", about="R1")
    assert (answer.status_code, answer.json()["replayed"]) == (201, False)
