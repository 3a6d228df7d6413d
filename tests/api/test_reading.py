"""Who reads what: to those who have no part in a file it is not there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from httpx2 import Response

from api.asking import Ask
from api.cli import case as command
from api.identity.demonstration import ACCOUNTS, Account
from api.projecting import project
from api.reading import may_read, nameless, told_to
from api.service import Service
from api.showing import case_out, history_out
from domain.identity import Actor, OrganId, PersonId
from domain.kinds import KINDS
from domain.lead.commands import ReceiveLead
from domain.lead.kind import LEAD
from domain.procedure.commands import NameAuthority
from ledger.mapper import Envelope
from ledger.postgres.connect import connect
from projections.names import withheld
from tests.api.conftest import NewClerk
from tests.api.office import HANDLER, KARAMAY, OPENING, AtDesk, Clerk, memory_desk, problem
from tests.lead.office import Office
from tests.strategies import JUSTICE, NOTE, URBAN

WORDS = "我是他们的邻居"
COMPLAINT = {"supervisor": "organ-justice", "kind": "complaint", "channel": "written", "written": True}
READ = (
    "/leads/{}",
    "/leads/{}/history",
    "/leads/{}/timeline",
    "/leads/{}/difference",
    "/leads/{}/responsibility",
    "/leads/{}/deadlines/lead-triage:file/why",
)


@pytest.fixture
def lead(clerk: Clerk) -> str:
    """A complaint of the liaison of the market supervision about the urban management."""
    said = {**COMPLAINT, "complainant": "person-y", "respondent": "organ-urban", "matter": WORDS}
    answer = clerk.post("/leads", {"regime": KARAMAY, **said})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def page(clerk: Clerk, file: str, account: str) -> Response:
    return clerk.client.get(f"/ledgers/{clerk.ledger}/{file}".rstrip("/"), headers={"X-Demo-Account": account})


def test_who_is_complained_about_does_not_learn_that_there_is_a_complaint(clerk: Clerk, lead: str) -> None:
    for path in READ:
        there = problem(clerk.get(path.format(lead), account="liaison"), 404, "unknown-case")
        not_there = problem(clerk.get(path.format("nobody"), account="liaison"), 404, "unknown-case")
        assert there["detail"].replace(lead, "nobody") == not_there["detail"]
    for times in ({"as_of": "2024-02-05"}, {"known_at": "2025-02-05T00:00:00Z"}):
        problem(clerk.get(f"/leads/{lead}", account="liaison", **times), 404, "unknown-case")
    problem(page(clerk, f"leads/{lead}", "liaison"), 404, "unknown-case")
    headers = {"If-Match": '"1"'}
    for file in (lead, "nobody"):
        step = clerk.post(f"/leads/{file}/steps/hear-statement", {"by": "x"}, account="liaison", headers=headers)
        problem(step, 404, "unknown-case")


def test_the_receiving_organ_the_complainant_and_an_auditor_read_it(clerk: Clerk, lead: str) -> None:
    for account in ("handler", "head", "market", "auditor"):
        for path in READ[:-1]:
            assert clerk.get(path.format(lead), account=account).status_code == 200
        assert page(clerk, f"leads/{lead}", account).status_code == 200


def test_free_text_stays_sealed_to_all_but_those_who_keep_the_file(clerk: Clerk, lead: str) -> None:
    assert WORDS in page(clerk, f"leads/{lead}", "handler").text
    for account in ("market", "auditor"):
        shown = page(clerk, f"leads/{lead}", account).text
        assert WORDS not in shown
        assert "密封" in shown
        assert "已依法删除" not in shown


def passed_on(clerk: Clerk, complainant: str) -> str:
    """A complaint in which its complainant is named twice, and that another organ is let into."""
    said = {**COMPLAINT, "complainant": complainant, "respondent": "organ-urban", "matter": WORDS}
    answer = clerk.post("/leads", {"regime": KARAMAY, **said})
    lead = str(answer.json()["id"])
    for step, body in (
        ("hear-statement", {"by": complainant}),
        ("assign-handlers", {"persons": ["person-a", complainant]}),
        ("name-authority", {"relation": "receiver", "organ": "organ-market"}),
    ):
        answer = clerk.post(f"/leads/{lead}/steps/{step}", body, headers={"If-Match": answer.headers["ETag"]})
        assert answer.status_code == 201, answer.text
    return lead


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


def complaint(clerk: Clerk, complainant: str, case: str | None = None) -> str:
    """A complaint, linked to a case if there is one."""
    answer = clerk.post("/leads", {"regime": KARAMAY, **COMPLAINT, "complainant": complainant, "matter": WORDS})
    lead = str(answer.json()["id"])
    triage = {"triage": "M1", "in_scope": True, "against_act": True, "lacking": ["art.27.1.1"]}
    for step, body in (("triage", triage), ("link", {"about": "M1", "case": case})) if case is not None else ():
        answer = clerk.post(f"/leads/{lead}/steps/{step}", body, headers={"If-Match": answer.headers["ETag"]})
        assert answer.status_code == 201, answer.text
    return lead


def naming(clerk: Clerk, person: str, **opening: str) -> str:
    """A case about the urban management in which a person speaks, asks for a recusal and is given a letter."""
    answer = clerk.post("/cases", {"regime": KARAMAY, **OPENING, **opening})
    assert answer.status_code == 201, answer.text
    case = str(answer.json()["id"])
    steps: list[tuple[str, dict[str, object]]] = [
        ("hear-statement", {"by": person}),
        ("request-recusal", {"recusal": "Q1", "person": "person-h", "by": person}),
        ("name-authority", {"relation": "receiver", "organ": person}),
    ]
    for step, body in steps:
        answer = clerk.post(f"/cases/{case}/steps/{step}", body, headers={"If-Match": answer.headers["ETag"]})
        assert answer.status_code == 201, answer.text
    return case


def everything(clerk: Clerk, case: str, account: str) -> list[str]:
    """Every way in which an account may look at a case."""
    answers = [clerk.get(path.format(case), account=account) for path in ("/cases/{}", "/cases/{}/history")]
    answers += [clerk.get(f"/cases/{case}/history", account=account, as_of="2024-02-05")]
    answers += [page(clerk, f"cases/{case}", account)]
    assert [answer.status_code for answer in answers] == [200] * 4
    return [answer.text for answer in answers]


def led_to(clerk: Clerk, how: str) -> str:
    """A case that names a person who complained, and that their complaint led to, in one of several ways."""
    if how == "source":
        return naming(clerk, "person-z", source=complaint(clerk, "person-z"))
    if how == "words":
        return naming(clerk, "person-z", source="person-z")
    case = naming(clerk, "person-z")
    if how == "link":
        complaint(clerk, "person-z", case)
        return case
    first = clerk.post("/cases", {"regime": KARAMAY, **OPENING, "source": complaint(clerk, "person-z")})
    joined = clerk.post(
        f"/cases/{first.json()['id']}/steps/merge-case",
        {"case": case, "reason": "一并办理"},
        headers={"If-Match": first.headers["ETag"]},
    )
    assert joined.status_code == 201, joined.text
    return case


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


def test_a_department_reads_the_case_about_it_and_not_that_about_another(clerk: Clerk) -> None:
    case = clerk.new_case("opinion-served")
    for path in (f"/cases/{case}", f"/cases/{case}/history", f"/cases/{case}/deadlines/opinion-correct:O1/why"):
        assert clerk.get(path, account="liaison").status_code == 200
        problem(clerk.get(path, account="market"), 404, "unknown-case")


def stranger(organ: str, role: str = "liaison", person: str = "person-z") -> Account:
    return Account(Actor(PersonId(person), OrganId(organ), role), "", "")


@pytest.mark.parametrize(
    ("who", "reads"),
    [
        (stranger(JUSTICE), True),
        (stranger(URBAN), False),
        (stranger("organ-market"), False),
        (stranger("organ-market", person="person-c"), True),
        (stranger(URBAN, "auditor"), True),
        (ACCOUNTS["head"], True),
    ],
)
def test_a_complaint_is_for_those_who_have_a_part_in_it(who: Account, *, reads: bool) -> None:
    office = Office(LEAD)
    opening = ReceiveLead(
        JUSTICE, "complaint", "written", written=True, complainant="person-c", respondent=URBAN, matter=NOTE
    )
    office.on("2024-08-01", opening)
    assert may_read(who, office.file) is reads


def test_an_organ_that_is_complained_about_and_received_the_complaint_reads_its_own_file() -> None:
    office = Office(LEAD)
    opening = ReceiveLead(
        JUSTICE, "complaint", "written", written=True, complainant="person-c", respondent=JUSTICE, matter=NOTE
    )
    office.on("2024-08-01", opening)
    assert may_read(stranger(JUSTICE), office.file)


def test_a_list_names_exactly_the_files_that_its_reader_may_read(clerk: Clerk, service: Service) -> None:
    clerk.new_case("opinion-served")
    project(service, [clerk.ledger])
    plural = {kind.name: kind.plural for kind in KINDS.values()}
    for path in (*(f"/{each}" for each in plural.values()), "/deadlines"):
        everything = clerk.get(path, limit="200").json()
        for account in ACCOUNTS:
            mine = clerk.get(path, account=account, limit="200").json()
            files = {f"/{plural[row['kind']]}/{row['id']}" for row in everything}
            may = {file for file in files if clerk.get(file, account=account).status_code == 200}
            listed = [row for row in everything if f"/{plural[row['kind']]}/{row['id']}" in may]
            named = {"holder", "persons", "handlers"}  # which may be sealed
            assert [{name: value for name, value in row.items() if name not in named} for row in mine] == [
                {name: value for name, value in row.items() if name not in named} for row in listed
            ], (path, account)
        assert path in ("/cases", "/leads", "/deadlines") or not everything
    assert "/cases/" in page(clerk, "", "liaison").text


def test_who_is_complained_about_is_not_let_in_by_a_relation_either() -> None:
    office = Office(LEAD)
    opening = ReceiveLead(JUSTICE, "complaint", "written", written=True, complainant="person-c", respondent=URBAN)
    office.on("2024-08-01", opening)
    for organ in (URBAN, "organ-market"):
        office.on("2024-08-01", NameAuthority("receiver", organ))
    assert may_read(stranger("organ-market"), office.file)
    assert not may_read(stranger(URBAN), office.file)


def test_whom_a_complaint_led_to_a_case_about_does_not_read_it_even_if_it_was_passed_on_to_them(clerk: Clerk) -> None:
    case, said = clerk.new_case(), {**COMPLAINT, "complainant": "person-y", "matter": WORDS}
    answer = clerk.post("/leads", {"regime": KARAMAY, **said})  # nobody says yet whom it is about
    lead = str(answer.json()["id"])

    def take(step: str, **body: object) -> None:
        nonlocal answer
        answer = clerk.post(f"/leads/{lead}/steps/{step}", body, headers={"If-Match": answer.headers["ETag"]})
        assert answer.status_code == 201, answer.text

    take("triage", triage="M1", in_scope=True, against_act=True, lacking=["art.27.1.1"])
    take("transfer", transfer="T1", about="M1", to="organ-urban")
    assert clerk.get(f"/leads/{lead}", account="liaison").status_code == 200
    take("link", about="M1", case=case)
    for path in READ[:-1]:
        problem(clerk.get(path.format(lead), account="liaison"), 404, "unknown-case")
        assert clerk.get(path.format(lead), account="market").status_code == 200  # who complained
    problem(page(clerk, f"leads/{lead}", "liaison"), 404, "unknown-case")
    headers = {"If-Match": answer.headers["ETag"]}
    step = clerk.post(
        f"/leads/{lead}/steps/acknowledge-transfer", {"transfer": "T1"}, account="liaison", headers=headers
    )
    problem(step, 404, "unknown-case")


def test_a_case_that_is_not_in_this_ledger_keeps_nobody_out(clerk: Clerk, lead: str) -> None:
    body: dict[str, object] = {"triage": "M1", "in_scope": True, "against_act": True}
    answer = clerk.post(f"/leads/{lead}/steps/triage", body, headers={"If-Match": '"1"'})
    headers = {"If-Match": answer.headers["ETag"]}
    assert (
        clerk.post(f"/leads/{lead}/steps/link", {"about": "M1", "case": "elsewhere"}, headers=headers).status_code
        == 201
    )
    assert clerk.get(f"/leads/{lead}", account="market").status_code == 200
