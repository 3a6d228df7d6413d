"""Registers: every row once, as its file says; nobody finds a row of a file that they may not read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.drawing import item_of
from api.http.app import create_app
from api.identity.demonstration import Account
from api.play import found, play
from api.projecting import project
from api.reading import may_read, of_lists
from api.scenario import of_regime
from api.service import Service
from domain.identity import Actor, OrganId, PersonId
from domain.kinds import KINDS
from domain.officer.certificates import certificate
from domain.officer.posts import hours, posts
from domain.register.events import NumberAssigned, NumberVoided, RegisterFact
from ledger.hashing import digest
from ledger.mapper import Envelope
from ledger.requests import Appended, Request
from projections.registers import query
from projections.registers.query import DOCUMENTS, REGISTERS, Register
from tests.api.office import DAY, HANDLER, KARAMAY, AtDesk

LEDGER = "cn-registers-demo"
BRANCHES = [b for s in of_regime("karamay-2022") for b in s.branches() if b.ledger == "cn-650200-demo"]
SMALL = "cn-registers-small-demo"


@pytest.fixture(scope="module")
def filled(service: Service) -> Service:
    """The service with a ledger of every kind of file, and a small one with a case in it."""
    service.create(LEDGER)
    play(BRANCHES, service.desk(LEDGER))
    service.create(SMALL)
    found(service.desk(SMALL), DAY, [KARAMAY])
    project(service)
    return service


def everything(
    service: Service, register: Register[Any], *, limit: int = 200, ledger: str = LEDGER, **more: Any
) -> list[Any]:
    rows: list[Any] = []
    with service.reading() as connection:
        after = None
        while page := query.page(connection, ledger, register, limit=limit, after=after, **more):
            assert len(page) <= limit
            rows += page
            assert len(rows) < 20_000
            after = register.place(page[-1])
    return rows


@pytest.mark.parametrize("register", REGISTERS, ids=lambda register: register.table)
def test_pages_of_a_register_visit_every_row_once_the_newest_first(filled: Service, register: Register[Any]) -> None:
    with filled.reading() as connection:
        ((count,),) = connection.execute(
            f"SELECT count(*) FROM views.{register.table} WHERE ledger = %s".encode(), [LEDGER]
        ).fetchall()
    rows = everything(filled, register, limit=7)
    places = [register.place(row) for row in rows]
    assert len(set(places)) == len(places) == count > 0
    assert places == sorted(sorted(places, key=lambda place: place[1:]), key=lambda place: place[0], reverse=True)


def test_a_document_is_registered_as_its_file_has_it(filled: Service) -> None:
    desk = filled.desk(LEDGER)
    rows = everything(filled, DOCUMENTS)
    expected = 0
    for kind in KINDS:
        for stream in desk.log.streams(kind):
            file = desk.read(stream).file
            mine = {row.document: row for row in rows if f"{row.kind}/{row.id}" == stream}
            expected += len(file.documents)
            assert mine.keys() == file.documents.keys()
            for id_, document in file.documents.items():
                row, issued = mine[id_], document.issued
                assert (row.number, row.instrument, row.addressee) == (issued.number, issued.instrument, issued.to)
                assert (row.issued_on, row.in_effect) == (document.issued_on, document.in_effect)
                assert row.served_on == document.receipts.get(issued.to)
                assert (row.ended, row.ended is None) == (document.ended, row.ended_on is None)
    assert len(rows) == expected > 20


def test_who_asks_what_was_in_effect_on_a_day_gets_what_was_received_by_then_and_had_not_ended(
    filled: Service,
) -> None:
    rows = everything(filled, DOCUMENTS)
    ended = [row for row in rows if row.ended_on is not None and row.effective_on is not None]
    for day in {row.effective_on for row in rows[:30] if row.effective_on} | {row.ended_on for row in ended[:5]}:
        found_ = everything(filled, DOCUMENTS, asked={"in_effect_on": day})
        wanted = [
            row
            for row in rows
            if row.effective_on and row.effective_on <= day and (row.ended_on is None or row.ended_on > day)
        ]
        assert found_ == wanted
    assert {row.document for row in everything(filled, DOCUMENTS, asked={"in_effect_on": date(2000, 1, 1)})} == set()


def test_a_certificate_is_good_on_the_days_on_which_its_holders_file_says_so(filled: Service) -> None:
    desk = filled.desk(LEDGER)
    rows = everything(filled, query.CERTIFICATES)
    days: set[date] = set()
    for row in rows:
        parts = certificate(desk.read(f"officer/{row.id}").file, row.certificate)
        assert list(zip(row.good_from, row.good_until, strict=True)) == [(p.valid_from, p.valid_to) for p in parts]
        days |= {row.valid_from, row.valid_from - timedelta(1)} | {day for day in row.good_until if day}
    for day in sorted(days)[:20]:
        good = {(row.id, row.certificate) for row in everything(filled, query.CERTIFICATES, asked={"good_on": day})}
        assert good == {
            (row.id, row.certificate)
            for row in rows
            if any(part.covers(day) for part in certificate(desk.read(f"officer/{row.id}").file, row.certificate))
        }


def test_the_hours_of_a_year_and_the_posts_of_a_person_are_those_of_their_file(filled: Service) -> None:
    desk = filled.desk(LEDGER)
    for row in everything(filled, query.TRAININGS):
        assert row.hours == hours(desk.read(f"officer/{row.id}").file, int(row.year)) > 0
    rows = everything(filled, query.POSTS)
    for row in rows:
        (post,) = [post for post in posts(desk.read(f"officer/{row.id}").file) if post.post == row.post]
        assert (row.organ, row.duty, row.since, row.until) == (post.organ, post.duty, post.since, post.until)
        assert row in everything(filled, query.POSTS, asked={"held_on": row.since, "person": row.person})


def readers(service: Service) -> list[Account]:
    """Accounts of organs that have a part in files of the ledger, and of one that has none."""
    with service.reading() as connection:
        rows = connection.execute(
            "SELECT party FROM views.parties WHERE ledger = %s GROUP BY party ORDER BY count(*) DESC, party LIMIT 12",
            [LEDGER],
        ).fetchall()
    organs = [party for (party,) in rows]
    return [Account(Actor(PersonId(f"p-{o}"), OrganId(o), "liaison"), o, o) for o in [*organs, "organ-of-nobody"]]


@pytest.mark.parametrize("register", REGISTERS, ids=lambda register: register.table)
def test_nobody_finds_a_row_of_a_file_that_they_may_not_read_and_everybody_all_others(
    filled: Service, register: Register[Any]
) -> None:
    desk = filled.desk(LEDGER)
    rows = everything(filled, register)
    seen = 0
    for who in readers(filled):
        mine = everything(filled, register, limit=5, who=of_lists(who))
        files = {f"{row.kind}/{row.id}" for row in rows}
        may = {stream for stream in files if may_read(who, desk.read(stream).file)}
        assert {f"{row.kind}/{row.id}" for row in mine} <= may
        if register.table != "triages":  # a lead followed up against a department is kept from it, see `scope`
            assert mine == [row for row in rows if f"{row.kind}/{row.id}" in may]
        seen += len(mine)
    assert seen > 0


# --- over HTTP ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def client(filled: Service) -> TestClient:
    return TestClient(create_app(filled))


BASE = f"/api/v1/ledgers/{LEDGER}/registers"


def _followed(client: TestClient, base: str, limit: int, more: str = "") -> Iterator[Any]:
    link = f"?limit={limit}{more}"
    while link:
        answer = client.get(base + link)
        assert answer.status_code == 200, answer.text
        yield from answer.json()
        matched = re.fullmatch(r'<(\?[^>]+)>; rel="next"', answer.headers.get("link", ""))
        link = matched[1] if matched else ""


@pytest.mark.parametrize("register", REGISTERS, ids=lambda register: register.table)
def test_the_links_of_a_register_lead_through_all_of_it(client: TestClient, register: Register[Any]) -> None:
    whole = list(_followed(client, f"{BASE}/{register.table}", 200))
    assert list(_followed(client, f"{BASE}/{register.table}", 19)) == whole
    assert len(whole) > 0


def test_a_condition_holds_on_every_page(client: TestClient) -> None:
    whole = list(_followed(client, f"{BASE}/documents", 200))
    instrument = whole[0]["instrument"]
    year = whole[0]["issued_on"][:4]
    mine = [row for row in whole if row["instrument"] == instrument and row["issued_on"][:4] == year]
    found_ = list(_followed(client, f"{BASE}/documents", 3, f"&instrument={instrument}&year={year}"))
    assert found_ == mine
    assert 3 < len(mine) < len(whole)


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("documents?colour=red", 422),
        ("documents?addressee=anybody", 422),
        ("documents?since=2024-02-01&until=2024-01-01", 422),
        ("documents?year=20000", 422),
        ("documents?in_effect_on=2024-02-30", 422),
        ("documents?cursor=nonsense", 400),
        ("documents?organ=%00", 422),
        ("certificates?limit=0", 422),
        ("numbers/organ/notice/x", 422),
        ("nothing", 404),
    ],
)
def test_what_a_register_cannot_be_asked_is_a_clear_error(client: TestClient, asked: str, status: int) -> None:
    answer = client.get(f"{BASE}/{asked}")
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_cursor_is_good_for_the_question_it_came_from(client: TestClient) -> None:
    link = re.search(r"cursor=([^&]+)", client.get(f"{BASE}/documents?limit=2").headers["link"])
    assert link is not None
    assert client.get(f"{BASE}/documents?cursor={link[1]}").status_code == 200
    assert client.get(f"{BASE}/documents?cursor={link[1]}&year=2024").status_code == 400
    assert client.get(f"{BASE}/posts?cursor={link[1]}").status_code == 400


def test_a_register_knows_of_ones_own_step(filled: Service, client: TestClient) -> None:
    receipt = AtDesk(filled.desk(SMALL)).walk("notice-served", "own")
    with filled.reading() as connection:
        assert not [r for r in query.page(connection, SMALL, DOCUMENTS, limit=9) if r.id == "own"]
    project(filled)
    answer = client.get(f"/api/v1/ledgers/{SMALL}/registers/documents?position={receipt.position}")
    mine = [row for row in answer.json() if row["id"] == "own"]
    assert [(row["document"], row["in_effect"]) for row in mine] == [("N1", True)]


def test_the_numbers_of_a_register_say_which_documents_bear_them(filled: Service, client: TestClient) -> None:
    AtDesk(filled.desk(SMALL), count(100)).walk("notice-served", "numbered")
    project(filled)
    ledger = f"/api/v1/ledgers/{SMALL}/registers/numbers"
    registers = client.get(ledger).json()
    year = filled.desk(SMALL).read("case/numbered").file.documents["N1"].issued_on.year
    assert {"organ": "organ-justice", "instrument": "notice", "year": year} in registers
    (row,) = [row for row in client.get(f"{ledger}/organ-justice/notice/{year}").json() if row["id"] == "numbered"]
    assert (row["kind"], row["document"]) == ("case", "N1")
    assert row["number"].endswith(f"〔{year}〕{row['sequence']}号")
    assert (row["used"], row["voided"], row["missing"]) == (True, False, [])
    for account in ("liaison", "market"):
        closed = client.get(f"{ledger}/organ-justice/notice/{year}", headers={"X-Demo-Account": account})
        assert (closed.status_code, closed.json()["code"]) == (403, "numbers-closed")
    assert client.get(f"{ledger}/organ-justice/notice/1999").json() == []


def test_a_number_that_was_voided_or_never_used_and_a_gap_show_in_their_register(
    filled: Service, client: TestClient
) -> None:
    desk = filled.desk(SMALL)
    stream = "register/organ-justice/letter/2024"

    def write(version: int, fact: RegisterFact) -> None:
        key = digest(f"{stream}{version}".encode())
        item = item_of(desk.log, Envelope(stream, version, fact, DAY, HANDLER), key)
        (outcome,) = desk.log.append([Request(key, key, (item,))], desk.now())
        assert isinstance(outcome, Appended)

    for sequence, version in ((1, 1), (2, 2), (5, 3)):
        write(version, NumberAssigned(sequence, f"信〔2024〕{sequence}号", f"L{sequence}", "case/own"))
    write(4, NumberVoided(2))
    rows = list(_followed(client, f"/api/v1/ledgers/{SMALL}/registers/numbers/organ-justice/letter/2024", 1))
    assert [(row["sequence"], row["voided"], row["used"], row["missing"]) for row in rows] == [
        (1, False, False, []),
        (2, True, False, []),
        (5, False, False, [3, 4]),
    ]
