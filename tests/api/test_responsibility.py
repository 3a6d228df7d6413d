"""Who answers for a case over HTTP: its duties and their holders, the overdue days, the chain, the acts of a person."""

from __future__ import annotations

from typing import Any

import pytest

from api.projecting import project
from api.service import Service
from tests.api.conftest import NewClerk
from tests.api.office import KARAMAY, Clerk, problem

LATER = "2024-03-01T01:00:00Z"
REASON = "送达后另有新证据"


def file(clerk: Clerk, plural: str, opening: dict[str, Any], *steps: tuple[str, str, dict[str, Any]]) -> str:
    """A file of some kind, led through steps: by whom, which, filled in how."""
    answer = clerk.post(f"/{plural}", {"regime": KARAMAY, **opening})
    assert answer.status_code == 201, answer.text
    id_ = str(answer.json()["id"])
    for account, step, body in steps:
        headers = {"If-Match": answer.headers["ETag"]}
        answer = clerk.post(f"/{plural}/{id_}/steps/{step}", body, account=account, headers=headers)
        assert answer.status_code == 201, answer.text
    return id_


@pytest.fixture(scope="module")
def late(new_clerk: NewClerk, service: Service) -> tuple[Clerk, str]:
    """A case with an opinion that was not followed in time and then withdrawn; posts; a proceeding that came of it."""
    clerk = new_clerk()
    for person, organ in (("person-x", "organ-urban"), ("person-h", "organ-justice")):
        duty = "liaison" if person == "person-x" else "head"
        opening = {"supervisor": "organ-justice", "person": person}
        post = {"post": f"J-{person}", "duty": duty, "organ": organ, "starts_on": "2024-02-01"}
        file(clerk, "officers", opening, ("handler", "assign-post", post))
    case = clerk.new_case("opinion-served")
    seen = clerk.shown(case)["version"]
    for step, body in (
        ("assign-handlers", {"persons": ["person-a", "person-b"]}),
        ("recuse-officer", {"person": "person-b"}),
        ("withdraw-opinion", {"document": "O1", "reason": REASON, "occurred_on": "2024-03-01", "recorded_at": LATER}),
    ):
        answer = clerk.step(case, step, seen, **body)
        assert answer.status_code == 201, answer.text
        seen = answer.json()["version"]
    opening = {"supervisor": "organ-justice", "subject": "organ-urban", "ladder": "person", "person": "person-x"}
    file(clerk, "accountabilities", {**opening, "source": f"case/{case}"})
    about_another = {"supervisor": "organ-justice", "subject": "organ-market", "ladder": "organ"}
    file(clerk, "accountabilities", {**about_another, "source": f"case/{case}"})
    project(service)
    return clerk, case


def asked(clerk: Clerk, case: str, *, account: str = "handler", **query: str) -> dict[str, Any]:
    answer = clerk.get(f"/cases/{case}/responsibility", account=account, **query)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_each_overdue_day_of_the_department_names_its_liaison_by_post(late: tuple[Clerk, str]) -> None:
    found = asked(*late)
    assert found["day"] == "2024-03-01"
    lines = [line for line in found["overdue"] if line["organ"] == "organ-urban"]
    assert lines
    for line in lines:
        assert [(person["person"], person["role_zh"]) for person in line["persons"]] == [("person-x", "联络人员")]
        assert line["persons"][0]["positions"]
        assert line["latest"] < line["since"] <= line["until"] <= "2024-03-01"
    shown = {clock["deadline"]: clock for clock in late[0].shown(late[1])["deadlines"]}
    overdue = {
        id_ for id_, clock in shown.items() if (clock["overdue"] or clock["late"]) and clock["nature"] != "right"
    }
    assert {line["deadline"] for line in found["overdue"]} == overdue


def test_up_to_an_earlier_day_fewer_days_are_overdue_and_later_ones_nobody_can_tell(late: tuple[Clerk, str]) -> None:
    clerk, case = late
    whole, part = asked(clerk, case), asked(clerk, case, day="2024-02-26")
    assert sum(line["days"] for line in part["overdue"]) < sum(line["days"] for line in whole["overdue"])
    path = f"/cases/{case}/responsibility"
    problem(clerk.get(path, day="2024-03-02"), 422, "day-ahead")
    problem(clerk.get(path, as_of="2024-02-20", day="2024-02-21"), 422, "day-ahead")
    problem(clerk.get(path, known_at="2024-02-05T02:00:00Z", day="2024-02-06"), 422, "day-ahead")
    problem(clerk.get(path, as_of="2024-01-01"), 404, "not-yet-there")
    problem(clerk.get(path, day="soon"), 422, "malformed")


def test_the_chain_leads_from_the_withdrawn_opinion_to_its_people_and_the_proceeding(late: tuple[Clerk, str]) -> None:
    clerk, case = late
    graph = asked(clerk, case)["graph"]
    ids = {node["id"]: node for node in graph["nodes"]}
    assert ids[f"case/{case}#O1"]["outcome"] == "opinion-withdrawn"
    assert ids[f"case/{case}#O1"]["zh"] == "行政执法监督意见书"
    said = {(edge["source"], edge["kind"], edge["target"]) for edge in graph["edges"]}
    assert ("person/person-a", "acted", f"case/{case}#O1") in said
    assert ("person/person-b", "recused", f"case/{case}") in said
    assert ("person/person-x", "answers", next(id_ for id_ in ids if id_.startswith("accountability/"))) in said
    assert all(edge["zh"] and edge["positions"] for edge in graph["edges"])


def test_before_the_withdrawal_was_known_nothing_had_been_undone(late: tuple[Clerk, str]) -> None:
    clerk, case = late
    history = clerk.get(f"/cases/{case}/history").json()
    before = next(e for e in reversed(history) if e["recorded_at"] < "2024-03-01")["recorded_at"]
    found = asked(clerk, case, known_at=before)
    assert not [node for node in found["graph"]["nodes"] if "#" in node["id"]]
    assert found["overdue"] == []
    assert asked(clerk, case, known_at=before) == found


def test_the_department_sees_who_answers_for_its_case_and_others_do_not(late: tuple[Clerk, str]) -> None:
    clerk, case = late
    assert asked(clerk, case, account="liaison")["holders"]
    problem(clerk.get(f"/cases/{case}/responsibility", account="market"), 404, "unknown-case")
    problem(clerk.get("/cases/nobody/responsibility"), 404, "unknown-case")


def test_a_proceeding_about_somebody_else_is_in_the_chain_of_those_who_may_read_it(late: tuple[Clerk, str]) -> None:
    for account, proceedings in (("handler", 2), ("auditor", 2), ("liaison", 1)):
        nodes = asked(*late, account=account)["graph"]["nodes"]
        assert len([node for node in nodes if node["kind"] == "accountability"]) == proceedings
        assert ("organ/organ-market" in {node["id"] for node in nodes}) == (proceedings == 2)


def test_what_a_person_did_is_listed_page_by_page_without_gap_or_repetition(late: tuple[Clerk, str]) -> None:
    clerk, case = late
    whole = clerk.get("/persons/person-a/acts", limit="200").json()
    keys = [(row["position"], row["capacity"]) for row in whole]
    assert keys == sorted(set(keys), key=lambda key: (-key[0], key[1]))
    pages, answer = [], clerk.get("/persons/person-a/acts", limit="1")
    while True:
        pages += answer.json()
        if "Link" not in answer.headers:
            break
        query = answer.headers["Link"].partition("?")[2].partition(">")[0]
        answer = clerk.client.get(f"{clerk.base}/persons/person-a/acts?{query}", headers={"X-Demo-Account": "handler"})
    assert pages == whole
    opinion = next(row for row in whole if row["type"] == "opinion-issued" and row["capacity"] == "acted")
    assert (opinion["id"], opinion["kind"], opinion["articles"]) == (case, "case", ["karamay-2022:art.29.1.4"])
    assert {row["capacity"] for row in whole} >= {"recorded", "acted", "assigned", "served", "undid"}


def test_what_an_organ_did_is_what_its_people_recorded(late: tuple[Clerk, str]) -> None:
    rows = late[0].get("/organs/organ-urban/acts", limit="200").json()
    assert {row["person"] for row in rows} == {"person-x"}
    assert {"correction-refused", "reply-received"} <= {row["type"] for row in rows}


def test_what_a_person_held_is_listed_with_its_days(late: tuple[Clerk, str]) -> None:
    clerk, case = late
    (post,) = clerk.get("/persons/person-x/duties").json()
    assert (post["role"], post["organ"], post["since"], post["until"]) == ("liaison", "organ-urban", "2024-02-01", None)
    assert clerk.get("/persons/person-b/duties").json() == []  # recused on the day of the assignment
    (handled,) = clerk.get("/persons/person-a/duties").json()
    assert (handled["id"], handled["role"], handled["assigned"]) == (case, "handler", True)


def test_acts_are_told_to_the_authority_and_to_auditors_alone(late: tuple[Clerk, str]) -> None:
    clerk, _ = late
    for path in ("/persons/person-x/acts", "/persons/person-x/duties", "/organs/organ-urban/acts"):
        for account in ("liaison", "market"):
            problem(clerk.get(path, account=account), 403, "acts-closed")
        for account in ("head", "auditor"):
            assert clerk.get(path, account=account).json()
        problem(clerk.get(path, cursor="abc"), 400, "malformed")
    cursor = clerk.get("/persons/person-a/acts", limit="1").headers["Link"].partition("cursor=")[2].partition("&")[0]
    problem(clerk.get("/persons/person-x/acts", cursor=cursor), 400, "malformed")
    problem(clerk.get("/organs/organ-urban/acts", cursor=cursor), 400, "malformed")


def test_who_complained_is_found_in_no_list_of_acts_but_by_those_who_keep_the_file(
    new_clerk: NewClerk, service: Service
) -> None:
    clerk = new_clerk()
    said = {"supervisor": "organ-justice", "kind": "complaint", "channel": "written", "written": True, "matter": "我"}
    evidence = {"evidence": "E1", "kind": "photo"}
    lead = file(
        clerk,
        "leads",
        {**said, "complainant": "person-y"},
        ("handler", "name-authority", {"relation": "receiver", "organ": "organ-market"}),
        ("market", "register-evidence", evidence),
        ("handler", "assign-handlers", {"persons": ["person-y"]}),
    )
    project(service)
    for account, seen in (("handler", 2), ("auditor", 0)):
        assert len(clerk.get("/persons/person-y/acts", account=account).json()) == seen
        assert len(clerk.get("/persons/person-y/duties", account=account).json()) == bool(seen)
        for list_ in ("acts", "duties"):
            answer = clerk.get(f"/persons/person-y/{list_}", account=account, limit="1")
            assert (len(answer.json()), "Link" in answer.headers) == (bool(seen), bool(seen)), "a cursor names the file"
        rows = clerk.get("/organs/organ-market/acts", account=account).json()
        assert [(row["id"], row["person"]) for row in rows] == ([(lead, "person-y")] if seen else [])
        answer = clerk.get(f"/leads/{lead}/responsibility", account=account)
        assert ("person-y" in answer.text) == bool(seen)
