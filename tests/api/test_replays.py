"""A case looked back on over HTTP: what was known then and is known now, side by side."""

from __future__ import annotations

from typing import Any

import pytest

from api.comparing import Times, difference_out
from tests.api.conftest import NewClerk
from tests.api.office import OPENING, AtDesk, Clerk, memory_desk, problem

SERVED = {"document": "O1", "addressee": "organ-urban", "mode": "direct", "proof": "E2"}


@pytest.fixture(scope="module")
def fixed(new_clerk: NewClerk) -> tuple[Clerk, str, str]:
    """A case in which the day of service of the opinion was corrected, and the moment before that."""
    clerk = new_clerk()
    case = clerk.new_case("opinion")
    late = {"occurred_on": "2024-02-06", "recorded_at": "2024-02-06T01:00:00Z"}
    answer = clerk.step(case, "serve-document", clerk.shown(case)["version"], **SERVED, **late)
    assert answer.status_code == 201, answer.text
    entries = clerk.get(f"/cases/{case}/history").json()
    served = next(e["version"] for e in entries if e["facts"].get("document") == "O1" and "served" in e["type"])
    moment = entries[-1]["recorded_at"]
    fix = {"version": served, "field": "occurred_on", "was": "2024-02-06", "now": "2024-02-05"}
    seen = answer.json()["version"]
    answer = clerk.step(case, "correct-entry", seen, **fix, approver="person-h", reason="送达回证所载日期")
    assert answer.status_code == 201, answer.text
    return clerk, case, moment


def difference(clerk: Clerk, case: str, **times: str) -> dict[str, Any]:
    answer = clerk.get(f"/cases/{case}/difference", **times)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_what_a_correction_changed_is_told_with_the_clock_it_moved(fixed: tuple[Clerk, str, str]) -> None:
    clerk, case, moment = fixed
    found = difference(clerk, case, known_at=moment)
    assert not found["same"]
    assert found["only_one"] == []
    assert {entry["type"] for entry in found["only_other"]} == {
        "case.entry-corrected/1",
        "case.deadline-recomputed/1",
    }
    (service,) = found["corrected"]
    assert (service["zh"], service["changed"]) == ("送达文书", ["occurred_on"])
    assert (service["one"], service["other"]) == ({"occurred_on": "2024-02-06"}, {"occurred_on": "2024-02-05"})
    objection = next(each for each in found["deadlines"] if each["id"] == "opinion-objection:O1")
    assert (objection["one"]["due"], objection["other"]["due"]) == ("2024-02-19", "2024-02-18")
    assert {"due", "trigger_on"} <= set(objection["changed"])
    (opinion,) = found["documents"]
    assert (opinion["zh"], opinion["changed"]) == ("行政执法监督意见书", ["receipts"])
    assert found["one"]["day"] == "2024-02-06"


def test_what_was_recorded_between_two_moments_is_in_the_later_view_alone(fixed: tuple[Clerk, str, str]) -> None:
    clerk, case, moment = fixed
    opened = clerk.get(f"/cases/{case}/history").json()[0]["recorded_at"]
    found = difference(clerk, case, known_at=opened, other_known_at=moment)
    shown = clerk.get(f"/cases/{case}/history", known_at=moment).json()
    assert [entry["version"] for entry in found["only_other"]] == [entry["version"] for entry in shown[1:]]
    assert found["corrected"] == []
    assert "stage" in found["state"]
    assert (found["one"]["version"], found["other"]["version"]) == (1, shown[-1]["version"])


def test_a_clock_runs_from_the_corrected_day_of_service_in_a_view_of_that_day(fixed: tuple[Clerk, str, str]) -> None:
    clerk, case, moment = fixed
    now, then = (
        {clock["deadline"]: clock for clock in clerk.shown(case, as_of="2024-02-05", **times)["deadlines"]}
        for times in ({}, {"known_at": moment})
    )
    assert (now["opinion-objection:O1"]["trigger_on"], now["opinion-objection:O1"]["state"]) == (
        "2024-02-05",
        "running",
    )
    assert "opinion-objection:O1" not in then


def test_the_same_view_twice_differs_in_nothing(fixed: tuple[Clerk, str, str]) -> None:
    clerk, case, moment = fixed
    for times in ({}, {"known_at": moment, "other_known_at": moment}):
        found = difference(clerk, case, **times)
        assert found["same"]
        assert not any(found[part] for part in ("only_one", "only_other", "corrected", "deadlines", "documents"))


def test_a_moment_that_nobody_can_speak_of_is_refused_in_words(fixed: tuple[Clerk, str, str]) -> None:
    clerk, case, moment = fixed
    for path in (f"/cases/{case}{part}" for part in ("", "/history", "/difference", "/timeline")):
        problem(clerk.get(path, as_of="2024-02-01"), 404, "not-yet-there")
        problem(clerk.get(path, known_at="2024-01-31T00:00:00Z"), 404, "not-yet-there")
        problem(clerk.get(path, known_at="2031-01-31T00:00:00Z"), 422, "moment-ahead")
        problem(clerk.get(path, as_of="2024-02-30"), 422, "malformed")
    path = f"/cases/{case}/difference"
    problem(clerk.get(path, known_at=moment, other_known_at="2031-01-31T00:00:00Z"), 422, "moment-ahead")
    problem(clerk.get(path, other_known_at=moment), 422, "range-reversed")
    problem(clerk.get(path, as_of="2024-02-06", other_as_of="2024-02-05"), 422, "range-reversed")
    problem(clerk.get("/cases/nobody/difference"), 404, "unknown-case")


def test_two_times_of_which_one_runs_back_and_the_other_on_may_be_compared(fixed: tuple[Clerk, str, str]) -> None:
    clerk, case, moment = fixed
    found = difference(clerk, case, as_of="2024-02-06", known_at=moment, other_as_of="2024-02-05")
    assert found["other"]["as_of"] == "2024-02-05"


def test_who_may_not_read_a_file_is_told_of_no_difference_in_it(clerk: Clerk) -> None:
    case = clerk.new_case("act")
    for path in (f"/cases/{case}/difference", "/cases/nobody/difference", f"/cases/{case}/timeline"):
        problem(clerk.get(path, account="market"), 404, "unknown-case")
        problem(clerk.get(path, account="market", known_at="2031-01-31T00:00:00Z"), 404, "unknown-case")


def test_who_complained_is_named_in_a_difference_to_those_who_keep_the_file_alone(clerk: Clerk) -> None:
    said = {"supervisor": "organ-justice", "kind": "complaint", "channel": "written", "written": True}
    answer = clerk.post("/leads", {"regime": "karamay-2022", **said, "complainant": "person-7", "matter": "我"})
    lead = str(answer.json()["id"])
    opened = clerk.get(f"/leads/{lead}/history").json()[0]["recorded_at"]
    headers = {"If-Match": answer.headers["ETag"]}
    assert clerk.post(f"/leads/{lead}/steps/hear-statement", {"by": "person-7"}, headers=headers).status_code == 201
    for account, named in (("handler", True), ("auditor", False)):
        shown = clerk.get(f"/leads/{lead}/difference", account=account, known_at=opened)
        assert ("person-7" in shown.text) == named
        assert ("person-7" in clerk.get(f"/leads/{lead}/timeline", account=account).text) == named
        assert [entry["type"] for entry in shown.json()["only_other"]] == ["lead.statement-heard/1"]


def test_a_case_is_drawn_with_its_corrected_service_on_the_right_day(fixed: tuple[Clerk, str, str]) -> None:
    clerk, case, moment = fixed
    now, then = (clerk.get(f"/cases/{case}/timeline", **times).json() for times in ({}, {"known_at": moment}))
    served = [
        next(e for e in drawn["events"] if e["pin"] == "served" and e["document"] == "O1") for drawn in (then, now)
    ]
    assert [event["on"] for event in served] == ["2024-02-06", "2024-02-05"]
    assert [len(event["entry"]["corrections"]) for event in served] == [0, 1]
    assert served[1]["number"]
    (fix,) = [event for event in now["events"] if event["corrects"] is not None]
    assert (fix["corrects"], fix["on"]) == (served[1]["entry"]["version"], "2024-02-05")
    objection = next(span for span in now["deadlines"] if span["deadline"] == "opinion-objection:O1")
    assert (objection["lane"], objection["since"], objection["due"]) == ("subject", "2024-02-05", "2024-02-18")
    assert [lane["zh"] for lane in now["lanes"]][-2:] == ["系统", "其他机关"]
    refusal = next(event for event in now["events"] if event["entry"]["type"] == "case.correction-refused/1")
    assert refusal["lane"] == "subject"


def test_what_was_recorded_long_after_its_day_is_marked_on_the_timeline(clerk: Clerk) -> None:
    said = {**OPENING, "occurred_on": "2024-01-15", "late_reason": "系统停机"}
    case = clerk.post("/cases", said).json()["id"]
    assert clerk.step(case, "register-act", 1, kind="penalty", occurred_on="2024-02-05").status_code == 201
    opened, act = clerk.get(f"/cases/{case}/timeline").json()["events"]
    assert (opened["late"], opened["on"], opened["recorded_on"]) == (True, "2024-01-15", "2024-02-05")
    assert not act["late"]
    assert "late_reason" in opened["entry"]["sealed"]


def test_whom_a_file_does_not_name_holds_no_clock_and_receives_no_document_by_name_in_a_difference() -> None:
    people = AtDesk(memory_desk())
    opened = people.walk("act").recorded_at
    people.walk("opinion-served", since="act")
    times = Times(known_at=opened), Times()
    said = difference_out(people.desk, "case/c1", *times, {"organ-urban"}).model_dump_json()
    assert '"holder":"sealed"' in said
    assert "organ-urban" not in said
    assert "organ-urban" in difference_out(people.desk, "case/c1", *times, ()).model_dump_json()


def test_a_case_opened_later_than_first_recorded_was_not_there_before(clerk: Clerk) -> None:
    case = clerk.post("/cases", {**OPENING, "occurred_on": "2024-02-02"}).json()["id"]
    problem(clerk.get(f"/cases/{case}/difference", as_of="2024-02-01"), 404, "not-yet-there")
