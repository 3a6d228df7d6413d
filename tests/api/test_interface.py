"""The HTTP interface: every step has its endpoint and its description, and a case is read in both its times."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Final

import pytest
from starlette.testclient import TestClient

from api.asking import PLACE
from api.founding import adopt_calendars, adopt_superiors
from api.http.routes import META
from api.play import found
from api.service import Service
from domain.calendar import published
from domain.case.commands import STEPS
from domain.kinds import KINDS
from domain.regime.loader import load
from tests.api.conftest import NewClerk
from tests.api.office import KARAMAY, OPENING, AtDesk, Clerk, problem

SERVED: Final = {"document": "O1", "addressee": "organ-urban", "mode": "direct", "proof": "E2"}


@pytest.fixture(scope="module")
def described(clerk: Clerk) -> dict[str, Any]:
    """What the interface says of itself."""
    answer = clerk.client.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    return dict(answer.json())


# --- the description ---------------------------------------------------------------------------------------------


def resolved(described: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    return dict(described["components"]["schemas"][schema["$ref"].rpartition("/")[2]]) if "$ref" in schema else schema


@pytest.mark.parametrize("step", sorted(STEPS))
def test_every_step_has_an_endpoint_whose_description_names_every_field(described: dict[str, Any], step: str) -> None:
    assert described["openapi"].startswith("3.1.")
    ledger = "/api/v1/ledgers/{ledger}"
    path = f"{ledger}/cases" if step == "open" else f"{ledger}/cases/{{id}}/steps/{step}"
    post = described["paths"][path]["post"]
    body = resolved(described, post["requestBody"]["content"]["application/json"]["schema"])
    names = set(STEPS[step].command.__dataclass_fields__) | META | ({"id", "regime"} if step == "open" else set())
    assert set(body["properties"]) == names
    assert body["additionalProperties"] is False
    headers = {
        parameter["name"]: parameter["required"] for parameter in post["parameters"] if parameter["in"] == "header"
    }
    assert headers["Idempotency-Key"] is True
    assert ("If-Match" in headers) == (step != "open")
    receipt = resolved(described, post["responses"]["201"]["content"]["application/json"]["schema"])
    assert {"position", "version", "leaves", "recorded_at", "state"} <= set(receipt["properties"])


def test_the_description_has_one_name_for_each_operation_and_says_how_errors_look(described: dict[str, Any]) -> None:
    operations = [operation for path in described["paths"].values() for operation in path.values()]
    names = [operation["operationId"] for operation in operations]
    assert len(names) == len(set(names))
    for operation in operations:
        errors = {status: answer for status, answer in operation["responses"].items() if not status.startswith("2")}
        assert set(errors) == {"default"}
        problem_schema = resolved(described, errors["default"]["content"]["application/problem+json"]["schema"])
        assert {"code", "status", "detail", "detail_en", "article"} <= set(problem_schema["properties"])


def test_every_reading_of_a_case_takes_both_times(described: dict[str, Any]) -> None:
    readings = [path for path in described["paths"] if "{id}" in path and "get" in described["paths"][path]]
    pieces = [path for path in readings if path.endswith("/evidence/{digest}")]  # bytes are of no time
    assert len(pieces) == len(KINDS)
    readings = [path for path in readings if path not in pieces]
    assert len(readings) == 6 * len(KINDS)
    for path in readings:
        names = {parameter["name"] for parameter in described["paths"][path]["get"]["parameters"]}
        assert {"as_of", "known_at"} <= names, path


# --- a case step by step -----------------------------------------------------------------------------------------


def test_the_version_seen_goes_from_one_answer_into_the_next_request(clerk: Clerk) -> None:
    case = clerk.new_case("open")
    seen = clerk.get(f"/cases/{case}").headers["etag"]
    assert seen == '"1"'
    for step, body in (("register-act", {"act": "A1", "kind": "penalty"}), ("assign-handlers", {"persons": ["p"]})):
        answer = clerk.post(f"/cases/{case}/steps/{step}", body, headers={"If-Match": seen})
        assert answer.status_code == 201
        assert answer.headers["etag"] != seen
        problem(clerk.post(f"/cases/{case}/steps/{step}", body, headers={"If-Match": seen}), 412, "stale")
        seen = answer.headers["etag"]
    assert clerk.get(f"/cases/{case}").headers["etag"] == seen == '"3"'
    weak = clerk.post(f"/cases/{case}/steps/assign-handlers", {"persons": ["q"]}, headers={"If-Match": 'W/"3"'})
    assert weak.status_code == 201


def test_a_receipt_over_http_is_found_again_in_the_history(clerk: Clerk) -> None:
    case = clerk.new_case("notice")
    history = clerk.get(f"/cases/{case}/history").json()
    assert [entry["version"] for entry in history] == list(range(1, len(history) + 1))
    receipt = clerk.step(
        case, "serve-document", len(history), document="N1", addressee="organ-urban", mode="direct", proof="E"
    ).json()
    added = clerk.get(f"/cases/{case}/history").json()[len(history) :]
    assert [entry["leaf"] for entry in added] == receipt["leaves"]
    assert [entry["position"] for entry in added] == [receipt["position"], receipt["position"] + 1]
    assert [entry["type"] for entry in added] == ["case.document-served/1", "case.deadline-set/1"]
    assert {entry["recorded_at"] for entry in added} > {receipt["recorded_at"]}


def test_each_step_that_is_not_open_says_why_under_which_article_and_in_its_words(clerk: Clerk) -> None:
    case = clerk.new_case("notice-served")
    regime = load(KARAMAY).regime
    rules = regime.procedures["case"]
    for account in ("handler", "liaison", "auditor"):
        offers = clerk.get(f"/cases/{case}", account=account).json()["allowed_steps"]
        assert {offer["step"] for offer in offers} == {
            s for s, rule in rules.steps.items() if s != "open" and rule.by != "system"
        }
        for offer in offers:
            assert offer["zh"]
            assert offer["article"]
            assert offer["modality"] == rules.steps[offer["step"]].modality
            if offer["allowed"]:
                assert (offer["code"], offer["why_zh"], offer["refused_by"]) == (None, None, None)
            else:
                assert offer["code"]
                assert offer["why_zh"] != offer["why_en"]
                assert regime.quote(offer["refused_by"]).text in offer["quote"]
    by_account = {
        account: {
            offer["step"]
            for offer in clerk.get(f"/cases/{case}", account=account).json()["allowed_steps"]
            if offer["allowed"]
        }
        for account in ("handler", "liaison", "auditor")
    }
    assert "record-reply" in by_account["liaison"]
    assert "assign-handlers" in by_account["handler"] - by_account["liaison"]
    assert by_account["auditor"] == set()


def test_a_step_that_is_refused_meets_the_reason_that_the_case_had_given_before(clerk: Clerk) -> None:
    case = clerk.new_case("notice-served")
    shown = clerk.shown(case)
    (offer,) = [offer for offer in shown["allowed_steps"] if offer["step"] == "issue-opinion"]
    assert not offer["allowed"]
    answer = clerk.step(case, "issue-opinion", shown["version"], about="N1", acts=["A1"])
    said = problem(answer, 409, offer["code"], offer["refused_by"])
    assert (said["detail"], said["detail_en"]) == (offer["why_zh"], offer["why_en"])


# --- deadlines and both times ------------------------------------------------------------------------------------


def clock(clerk: Clerk, case: str, id_: str, **query: str) -> dict[str, Any]:
    """A clock as shown in a view; its account of days leads to the same date."""
    (found_,) = [c for c in clerk.shown(case, **query)["deadlines"] if c["deadline"] == id_]
    why = clerk.get(f"/cases/{case}/deadlines/{id_}/why", **query).json()
    for name in ("due", "nominal", "earliest", "latest", "status", "calendar"):
        assert why[name] == found_[name], name
    assert why["cite"] == [found_["article"]]
    assert (why["days"][0]["date"], why["days"][-1]["date"]) == (found_["trigger_on"], found_["due"])
    return dict(found_)


def test_a_deadline_accounts_for_every_day(clerk: Clerk) -> None:
    case = clerk.new_case("opinion-served")
    objection = clock(clerk, case, "opinion-objection:O1")
    assert (objection["trigger_on"], objection["due"]) == ("2024-02-05", "2024-02-18")
    days = clerk.get(f"/cases/{case}/deadlines/opinion-objection:O1/why").json()["days"]
    assert sum(day["counted"] for day in days) == 5
    dates = [date.fromisoformat(day["date"]) for day in days]
    assert dates == [date(2024, 2, 5) + timedelta(days=n) for n in range(14)]
    assert "春节" in next(day["why"] for day in days if day["date"] == "2024-02-12")
    assert all(day["why"] and day["why_en"] for day in days)


def test_a_deadline_whose_document_has_a_number_with_strokes_accounts_for_its_days_too(clerk: Clerk) -> None:
    case = clerk.new_case("finding")
    answer = clerk.step(
        case, "order-correction", 3, order="R/2024/1", persons=["a", "b"], limit={"until": "2024-03-01"}
    )
    assert answer.status_code == 201
    assert clock(clerk, case, "order-limit:R/2024/1")["due"] == "2024-03-01"


def test_a_deadline_that_is_not_there_is_a_problem(clerk: Clerk, case: str) -> None:
    problem(clerk.get(f"/cases/{case}/deadlines/opinion-correct:O9/why"), 404, "unknown-deadline")


def test_after_a_correction_the_case_is_still_shown_as_it_was_known_before(new_clerk: NewClerk) -> None:
    clerk = new_clerk()
    case = clerk.new_case("opinion")
    seen = clerk.shown(case)["version"]
    late = {"occurred_on": "2024-02-06", "recorded_at": "2024-02-06T01:00:00Z"}
    seen = clerk.step(case, "serve-document", seen, **SERVED, **late).json()["version"]
    served = next(
        e
        for e in clerk.get(f"/cases/{case}/history").json()
        if e["facts"].get("document") == "O1" and "served" in e["type"]
    )
    moment = clerk.get(f"/cases/{case}/history").json()[-1]["recorded_at"]
    correction = {"version": served["version"], "field": "occurred_on", "was": "2024-02-06", "now": "2024-02-05"}
    answer = clerk.step(case, "correct-entry", seen, **correction, approver="person-h", reason="送达回证所载日期")
    assert answer.status_code == 201, answer.text

    now = clock(clerk, case, "opinion-objection:O1")
    then = clock(clerk, case, "opinion-objection:O1", known_at=moment)
    assert (then["trigger_on"], then["due"]) == ("2024-02-06", "2024-02-19")
    assert (now["trigger_on"], now["due"]) == ("2024-02-05", "2024-02-18")
    assert clerk.get(f"/cases/{case}", known_at=moment).headers["etag"] == f'"{seen}"'
    shown = {entry["version"]: entry for entry in clerk.get(f"/cases/{case}/history", as_of="2024-02-05").json()}
    assert shown[served["version"]]["corrections"] == [
        {"field": "occurred_on", "was": "2024-02-06", "now": "2024-02-05", "version": seen + 1}
    ]
    assert served["version"] not in {
        entry["version"] for entry in clerk.get(f"/cases/{case}/history", as_of="2024-02-05", known_at=moment).json()
    }


def test_what_had_happened_by_a_day_is_shown_as_of_that_day(clerk: Clerk) -> None:
    case = clerk.post("/cases", {**OPENING, "occurred_on": "2024-02-01"}).json()["id"]
    for version, day in enumerate(("2024-02-05", "2024-02-02"), 1):
        assert clerk.step(case, "register-act", version, kind="penalty", occurred_on=day).status_code == 201
    versions = {
        day: [entry["version"] for entry in clerk.get(f"/cases/{case}/history", as_of=day).json()]
        for day in ("2024-02-01", "2024-02-02", "2024-02-05")
    }
    assert versions == {"2024-02-01": [1], "2024-02-02": [1, 3], "2024-02-05": [1, 2, 3]}
    problem(clerk.get(f"/cases/{case}", as_of="2024-01-31"), 404, "not-yet-there")


def at_the_end_of_2026(client: TestClient, service: Service) -> Clerk:
    """A ledger in December 2026, when the schedule of 2027 is not yet published; a case with an opinion served."""
    ledger = f"cn-{service.sources.new_id()}-2026-demo"
    service.create(ledger)
    desk = service.desk(ledger)
    found(desk, date(2026, 12, 18), [KARAMAY])
    adopt_superiors(desk, date(2026, 12, 18))
    people = AtDesk(desk)
    moment = datetime(2026, 12, 21, 9, tzinfo=PLACE)
    people.walk("finding", at=moment)
    people.take("check-superior-law", superior="cn-2026", conflict=False, at=moment)
    people.walk("second-finding", at=moment, since="finding")
    people.take("issue-opinion", document="O1", about="N1", acts=["A1"], persons=["person-a"], at=moment)
    people.take("serve-document", **SERVED, at=moment)
    return Clerk(client, ledger)


def test_after_a_new_schedule_the_case_is_still_shown_as_it_was_known_before(
    client: TestClient, service: Service
) -> None:
    clerk = at_the_end_of_2026(client, service)
    desk = service.desk(clerk.ledger)
    moment = clerk.get("/cases/c1/history").json()[-1]["recorded_at"]
    before = clock(clerk, "c1", "opinion-correct:O1")
    assert (before["status"], before["earliest"] < before["latest"]) == ("provisional", True)

    notice = published()[-1]
    coming = type(notice)(
        id="2027", number="测试", notified_on=date(2026, 12, 22), year=2027, amends=None,
        days_off={date(2027, 1, n): "元旦" for n in (1, 2, 3)}, working={},
    )  # fmt: skip
    adopt_calendars(desk, [coming], date(2026, 12, 22))
    adopted = clock(clerk, "c1", "opinion-correct:O1")
    assert adopted == before, "until the case is recomputed its deadlines rest on the calendar they name"

    assert clerk.step("c1", "hear-statement", clerk.shown("c1")["version"], by="organ-urban").status_code == 201
    after = clock(clerk, "c1", "opinion-correct:O1")
    assert (after["status"], after["due"], after["calendar"]) == ("firm", "2027-01-05", "cn-2026-12-22")
    assert clock(clerk, "c1", "opinion-correct:O1", known_at=moment) == before


def test_lists_of_an_empty_ledger_are_empty(new_clerk: NewClerk) -> None:
    clerk = new_clerk()
    for path in ("/cases", "/deadlines"):
        answer = clerk.get(path)
        assert (answer.status_code, answer.json(), answer.headers.get("link")) == (200, [], None)


def test_a_ledger_that_needs_sign_in_is_not_listed(clerk: Clerk, service: Service) -> None:
    service.create("cn-650202")
    listed = {row["ledger"] for row in clerk.client.get("/api/v1/ledgers").json()}
    assert clerk.ledger in listed
    assert "cn-650202" not in listed
    assert "cn-650202" in {row["ledger"] for row in service.ledgers()}


def test_the_ledgers_are_listed_with_their_clock_and_size(clerk: Clerk) -> None:
    rows = {row["ledger"]: row for row in clerk.client.get("/api/v1/ledgers").json()}
    assert rows[clerk.ledger]["clock"] == "simulated"
    before = rows[clerk.ledger]["size"]
    assert clerk.post("/cases", OPENING).json()["position"] == before
