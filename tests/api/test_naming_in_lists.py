"""Whom a list, a register or a count names to whom: no more than the files that it speaks of."""

from __future__ import annotations

import re
from typing import Any

import pytest

from api.identity.demonstration import ACCOUNTS
from api.projecting import project
from api.reading import nameless, told_to
from api.service import Service
from ledger.postgres.connect import connect
from projections.names import withheld
from tests.api.complaints import COMPLAINT, WORDS, complaint, everything, led_to, passed_on
from tests.api.conftest import NewClerk
from tests.api.office import KARAMAY, OPENING, Clerk, problem


def test_the_list_of_files_names_nobody_whom_the_file_does_not_name(clerk: Clerk, service: Service) -> None:
    lead = passed_on(clerk, "complainant-7")
    project(service)
    for account, name in (("handler", "complainant-7"), ("market", "sealed"), ("auditor", "sealed")):
        [row] = [row for row in clerk.get("/leads", account=account, limit="200").json() if row["id"] == lead]
        assert row["handlers"] == ["person-a", name]


def reviewed(clerk: Clerk, person: str) -> str:
    """A case in which a review is asked for, that person A and another handle."""
    case = clerk.new_case("opinion-served")
    review: dict[str, Any] = {"review": "V1", "about": "O1", "sent_on": "2024-02-05", "written": True, "reasoned": True}
    asked = clerk.step(case, "request-review", clerk.shown(case)["version"], account="liaison", **review)
    assert asked.status_code == 201, asked.text
    persons = [*dict.fromkeys(("person-a", person))]
    assert clerk.step(case, "assign-handlers", asked.json()["version"], persons=persons).status_code == 201
    return case


def test_the_list_of_clocks_names_nobody_whom_the_file_does_not_name_and_finds_none_by_their_name(
    new_clerk: NewClerk, service: Service
) -> None:
    clerk = new_clerk()
    complaint(clerk, "person-z", reviewed(clerk, "person-z"))
    project(service)
    for account, name in (("handler", "person-z"), ("auditor", "sealed"), ("liaison", "sealed")):
        listed = [row["persons"] for row in clerk.get("/deadlines", account=account).json()]
        assert ["person-a", name] in listed
        found = clerk.get("/deadlines", account=account, person="person-z", limit="1")
        told = name != "sealed"
        assert (len(found.json()), "Link" in found.headers) == (told, told), "a cursor names the file"
        counts = clerk.get("/deadlines/tallies", account=account, by="person").json()
        assert ("person-z" in {row["of"] for row in counts}) is told
        assert any(row["of"] == "person-a" for row in counts)
        tiles = clerk.client.get(f"/ledgers/{clerk.ledger}?person=person-z", headers={"X-Demo-Account": account}).text
        assert any(re.findall(r"<b>[1-9]\d*</b>", tiles)) is told


@pytest.mark.parametrize("how", ["source", "link", "absorbed", "words"])
def test_lists_withhold_the_names_that_files_withhold(new_clerk: NewClerk, service: Service, how: str) -> None:
    clerk = new_clerk()
    clerk.new_case("opinion-served")
    led_to(clerk, how)
    complaint(clerk, "person-y")
    passed_on(clerk, "complainant-7")
    project(service)
    desk = service.desk(clerk.ledger)
    with service.reading() as connection:
        streams = [s for (s,) in connection.execute("SELECT stream FROM views.files WHERE ledger = %s", [clerk.ledger])]
        told = 0
        for who in ACCOUNTS.values():
            asker = told_to(who)
            names = {} if asker is None else withheld(connection, clerk.ledger, asker, streams)
            for stream in streams:
                wanted = nameless(desk, who, stream) if asker is not None else set()
                # A source by its bare id is withheld with the kind before it as well, which is nobody's name.
                assert {str(name).removeprefix("lead/") for name in wanted} == {
                    str(name).removeprefix("lead/") for name in names.get(stream, ())
                }
                told += len(wanted)
    assert told > 4


def seen(clerk: Clerk, account: str, person: str) -> list[bool]:
    """Whether the lists of clocks, acts and duties know of a person."""
    tallied = clerk.get("/deadlines/tallies", account=account, by="person").json()
    listed = clerk.get("/deadlines", account=account, person=person).json()
    done, held = (clerk.get(f"/persons/{person}/{what}", account=account).json() for what in ("acts", "duties"))
    return [person in {row["of"] for row in tallied}, bool(listed), bool(done), bool(held)]


@pytest.mark.parametrize(("account", "organ"), [("liaison", "organ-urban"), ("market", "organ-market")])
def test_who_does_not_keep_a_case_hides_nobody_in_it_by_a_complaint_of_their_own(
    new_clerk: NewClerk, service: Service, account: str, organ: str
) -> None:
    clerk = new_clerk()
    case = reviewed(clerk, "person-a")
    project(service)
    before = seen(clerk, "auditor", "person-a"), everything(clerk, case, "auditor")
    said = {**COMPLAINT, "supervisor": organ, "complainant": "person-a", "matter": WORDS}
    answer = clerk.post("/leads", {"regime": KARAMAY, **said}, account=account)
    lead = answer.json()["id"]
    triage = {"triage": "M1", "in_scope": True, "against_act": True, "lacking": ["art.27.1.1"]}
    for step, body in (("triage", triage), ("link", {"about": "M1", "case": case})):
        seen_before = {"If-Match": answer.headers["ETag"]}
        answer = clerk.post(f"/leads/{lead}/steps/{step}", body, account=account, headers=seen_before)
        assert answer.status_code == 201, answer.text
    project(service)
    assert before == (seen(clerk, "auditor", "person-a"), everything(clerk, case, "auditor"))
    assert before[0] == [True] * 4


@pytest.mark.parametrize("complainant", ["person-y", "organ-market"])
def test_lists_of_acts_tell_no_more_than_the_history_whose_an_act_is(
    new_clerk: NewClerk, service: Service, complainant: str
) -> None:
    clerk = new_clerk()
    lead = complaint(clerk, complainant)
    named = clerk.step(f"../leads/{lead}", "name-authority", 1, relation="receiver", organ="organ-market")
    evidence = {"evidence": "E1", "kind": "photo"}
    done = clerk.step(f"../leads/{lead}", "register-evidence", named.json()["version"], account="market", **evidence)
    assert done.status_code == 201, done.text
    project(service)
    for account, told in (("handler", True), ("auditor", False)):
        signed = clerk.get(f"/leads/{lead}/history", account=account).json()[-1]["actor"]
        assert (signed["person"] is not None, signed["organ"] is not None) == (told, told)
        for path in ("/persons/person-y/acts", "/organs/organ-market/acts"):
            assert bool(clerk.get(path, account=account).json()) is told


def test_a_case_is_found_by_its_id_even_where_its_source_has_the_same(new_clerk: NewClerk, service: Service) -> None:
    clerk = new_clerk()
    lead = complaint(clerk, "person-z")
    assert clerk.post("/cases", {"id": lead, "regime": KARAMAY, **OPENING, "source": lead}).status_code == 201
    project(service)
    for account in ("handler", "auditor"):
        assert {hit["kind"] for hit in clerk.get("/search", account=account, q=lead).json()} == {"case", "lead"}


def test_where_it_is_not_known_yet_whom_files_withhold_nothing_is_told(new_clerk: NewClerk, service: Service) -> None:
    clerk = new_clerk()
    case = reviewed(clerk, "person-z")
    project(service)
    stop = "UPDATE views.marks SET stopped_at = position, reason = 'x' WHERE ledger = %s AND projection = 'files'"
    with connect(service.dsn, "projector") as connection:
        connection.execute(stop, [clerk.ledger])
    complaint(clerk, "person-z", case)
    project(service)
    for path in ("/deadlines", "/deadlines/tallies", "/persons/person-z/acts", "/persons/person-z/duties"):
        problem(clerk.get(path, account="auditor", by="person"), 503, "projection-stopped")
        assert clerk.get(path, account="handler", by="person").status_code == 200
    assert clerk.get("/deadlines/counts", account="auditor").status_code == 200


def test_a_register_names_no_issuer_whom_the_file_does_not_name(new_clerk: NewClerk, service: Service) -> None:
    clerk = new_clerk()
    case = clerk.new_case("opinion-served")
    complaint(clerk, "organ-market", case)
    project(service)
    with connect(service.dsn, "projector") as connection:
        issued = "UPDATE views.documents SET issuer = 'organ-market' WHERE ledger = %s AND document = 'O1'"
        connection.execute(issued, [clerk.ledger])
    for account, told in (("handler", True), ("auditor", False)):
        listed = clerk.get("/registers/documents", account=account).json()
        assert any(row["issuer"] == "organ-market" for row in listed) is told
        assert bool(clerk.get("/registers/documents", account=account, organ="organ-market").json()) is told
