"""Whom a file names to whom: who complained, to those who keep it and to themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from api.asking import Ask
from api.cli import case as command
from api.identity.demonstration import ACCOUNTS
from api.reading import nameless
from api.service import Service
from api.showing import case_out, history_out
from ledger.mapper import Envelope
from tests.api.complaints import COMPLAINT, READ, WORDS, complaint, everything, led_to, naming, page, passed_on
from tests.api.conftest import NewClerk
from tests.api.office import HANDLER, KARAMAY, OPENING, AtDesk, Clerk, memory_desk


def test_who_complained_is_named_to_those_who_keep_the_file_and_to_nobody_else(clerk: Clerk) -> None:
    lead = passed_on(clerk, "complainant-7")
    for account in ("handler", "head"):
        history = clerk.get(f"/leads/{lead}/history", account=account).json()
        assert history[0]["facts"]["complainant"] == "complainant-7"
        assert "complainant-7" in page(clerk, f"leads/{lead}", account).text
    for account in ("market", "auditor"):
        answers = [clerk.get(path.format(lead), account=account) for path in READ]
        answers += [page(clerk, f"leads/{lead}", account), clerk.get("/deadlines", account=account)]
        answers += [clerk.get(f"/leads/{lead}", account=account, as_of="2024-02-05")]
        assert all("complainant-7" not in answer.text for answer in answers)
        opened, heard, assigned, _ = clerk.get(f"/leads/{lead}/history", account=account).json()
        assert ("complainant" in opened["sealed"], opened["facts"]["respondent"]) == (True, "organ-urban")
        assert (heard["sealed"], assigned["sealed"]) == (["by"], ["persons"])


def test_a_file_of_ones_own_does_not_tell_who_complained_in_the_lead_it_names(new_clerk: NewClerk) -> None:
    clerk = new_clerk()
    opening = {**OPENING, "supervisor": "organ-audit", "source": complaint(clerk, "person-z")}
    sealed = []
    for person in ("person-z", "person-q"):
        opened = clerk.post("/cases", {"regime": KARAMAY, **opening}, account="auditor")
        case, version = opened.json()["id"], {"If-Match": opened.headers["ETag"]}
        body = {"persons": [person]}
        step = clerk.post(f"/cases/{case}/steps/assign-handlers", body, account="auditor", headers=version)
        assert step.status_code == 201, step.text
        sealed.append(clerk.get(f"/cases/{case}/history", account="liaison").json()[-1]["sealed"])
    assert sealed[0] == sealed[1]


def test_whoever_complained_reads_their_own_name(clerk: Clerk) -> None:
    lead = passed_on(clerk, "person-y")
    assert clerk.get(f"/leads/{lead}/history", account="market").json()[0]["facts"]["complainant"] == "person-y"
    assert "person-y" not in clerk.get(f"/leads/{lead}/history", account="auditor").text


def test_what_the_complainant_did_is_not_signed_for_others() -> None:
    desk = memory_desk()
    said = {**COMPLAINT, "complainant": "person-y", "matter": WORDS}
    desk.take(Ask("lead/l1", "receive", said, HANDLER, "k1"))
    named = {"relation": "receiver", "organ": "organ-market"}
    desk.take(Ask("lead/l1", "name-authority", named, HANDLER, "k2"))
    desk.take(Ask("lead/l1", "register-evidence", {"evidence": "E1", "kind": "photo"}, ACCOUNTS["market"].actor, "k3"))
    entries = desk.history("lead/l1")
    for who, signed in ((ACCOUNTS["auditor"], None), (ACCOUNTS["handler"], "person-y"), (None, None)):
        assert history_out(desk, entries, nameless(desk, who, "lead/l1"))[-1].actor["person"] == signed


@pytest.mark.parametrize("how", ["source", "link", "absorbed"])
def test_who_complained_is_not_named_in_the_case_that_the_complaint_led_to(
    clerk: Clerk, service: Service, how: str
) -> None:
    case = led_to(clerk, how)
    for account in ("liaison", "auditor"):
        assert all("person-z" not in text for text in everything(clerk, case, account))
        history = clerk.get(f"/cases/{case}/history", account=account).json()
        assert [row["sealed"] for row in history][1:4] == [["by"], ["by"], ["organ"]]
    for told in (command.show, command.history):
        assert "person-z" not in str(told(service, clerk.ledger, case, None, None))
    for account in ("handler", "head"):
        assert all("person-z" in text for text in everything(clerk, case, account)[1:])


def test_who_looks_at_a_case_does_not_wait_for_every_lead_of_the_ledger(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = memory_desk()
    desk.take(Ask("case/c1", "open", OPENING, HANDLER, "k0"))
    said = {**COMPLAINT, "matter": WORDS}
    for number in range(5):
        desk.take(Ask(f"lead/l{number}", "receive", {**said, "complainant": f"person-{number}"}, HANDLER, f"r{number}"))
    triage = {"triage": "M1", "in_scope": True, "against_act": True, "lacking": ["art.27.1.1"]}
    desk.take(Ask("lead/l3", "triage", triage, HANDLER, "k1"))
    desk.take(Ask("lead/l3", "link", {"about": "M1", "case": "c1"}, HANDLER, "k2"))
    read, reading = set(), desk.log.read

    def watched(stream: str, since: int = 0) -> Sequence[Envelope]:
        read.add(stream)
        return reading(stream, since)

    monkeypatch.setattr(desk.log, "read", watched)
    assert nameless(desk, None, "case/c1") == {"person-3"}
    assert {stream for stream in read if stream.startswith("lead/")} == {"lead/l3"}


def test_a_complaint_that_is_linked_after_somebody_has_looked_is_found_by_the_next_look(clerk: Clerk) -> None:
    case = naming(clerk, "person-z")
    assert all("person-z" in text for text in everything(clerk, case, "liaison")[1:])
    complaint(clerk, "person-z", case)
    assert all("person-z" not in text for text in everything(clerk, case, "liaison"))


def test_one_complainant_does_not_learn_of_another(clerk: Clerk) -> None:
    case = naming(clerk, "person-z", source=complaint(clerk, "person-y"))
    complaint(clerk, "person-z", case)
    body = {"relation": "receiver", "organ": "organ-market"}
    seen = {"If-Match": f'"{clerk.shown(case)["version"]}"'}
    assert clerk.post(f"/cases/{case}/steps/name-authority", body, headers=seen).status_code == 201
    assert all("person-z" not in text for text in everything(clerk, case, "market"))


def test_somebody_who_complained_about_nothing_in_the_case_is_named_in_it(clerk: Clerk) -> None:
    complaint(clerk, "person-z")
    case = naming(clerk, "person-z")
    assert all("person-z" in text for text in everything(clerk, case, "liaison")[1:])


def test_a_source_that_is_no_file_of_the_ledger_is_free_text(clerk: Clerk) -> None:
    lead = complaint(clerk, "person-z")
    for source, sealed in (("person-q", True), ("lead/nobody", True), (lead, False), (f"lead/{lead}", False)):
        case = naming(clerk, "organ-market", source=source)
        opened = {who: clerk.get(f"/cases/{case}/history", account=who).json()[0] for who in ("liaison", "handler")}
        assert ("source" in opened["liaison"]["sealed"]) is sealed
        assert opened["liaison"]["facts"].get("source") == (None if sealed else source)
        assert opened["handler"]["facts"]["source"] == source
        assert (source in page(clerk, f"cases/{case}", "liaison").text) is not sealed


def test_cases_that_name_each_other_as_their_source_are_read(clerk: Clerk) -> None:
    for case, source in (("round-1", "case/round-2"), ("round-2", "case/round-1")):
        answer = clerk.post("/cases", {"id": case, "regime": KARAMAY, **OPENING, "source": source})
        assert answer.status_code == 201, answer.text
    assert clerk.get("/cases/round-1/history", account="liaison").json()[0]["facts"]["source"] == "case/round-2"


def test_who_complained_is_not_named_as_who_received_a_document_or_owes_an_answer() -> None:
    desk = memory_desk()
    desk.take(Ask("lead/l1", "receive", {**COMPLAINT, "complainant": "person-z", "matter": WORDS}, HANDLER, "l"))
    people = AtDesk(desk)
    people.walk("opinion-served")
    received = {"document": "N1", "addressee": "person-z", "mode": "direct", "proof": "E3"}
    people.take("serve-document", **received)
    read = desk.read("case/c1")
    clock = next(iter(read.file.deadlines))
    held = replace(read.file.deadlines[clock], holder="person-z")
    read = replace(read, file=replace(read.file, deadlines={**read.file.deadlines, clock: held}))
    for unnamed, shown in ((("person-z",), "sealed"), ((), "person-z")):
        out = case_out(desk, "case/c1", read, HANDLER, unnamed)
        assert shown in next(document for document in out.documents if document.document == "N1").receipts
        assert next(each for each in out.deadlines if each.deadline == clock).holder == shown
