"""Who reads sealed texts is put down before they read (查阅登记), and the ledger says the digest of it day by day."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from time import monotonic, sleep
from typing import Any

import psycopg
import pytest

from api import unsealing
from api.accesses import digest_accesses
from api.execute import Desk
from api.failures import NoSuchText, StaleCase
from api.service import Service
from api.tending import POLL, tended
from api.unsealing import disclosed, texts_for
from domain.errors import AccessesMoved
from domain.identity import Actor, OrganId, PersonId
from domain.lawbook.decider import DigestAccesses
from ledger import access, canonical
from ledger.access import Access
from ledger.entry import EntryError, Header, encode
from ledger.postgres.connect import connect
from ledger.sealed import commitment
from ledger.sealing.source import DatabaseSource
from ledger.verify.verdict import Wrong
from tests.api.conftest import NewClerk
from tests.api.office import HANDLER, MORNING, OPENING, AtDesk, Clerk, memory_desk

READER = Actor(PersonId("person-q"), OrganId("organ-discipline"), "reader")


@pytest.fixture
def case(clerk: Clerk) -> str:
    case = clerk.post("/cases", {**OPENING, "matter": "举报人甲反映"}).json()["id"]
    assert clerk.step(case, "register-act", 1, act="A1", kind="penalty", title="处罚决定书").status_code == 201
    return str(case)


def rows_of(service: Service, clerk: Clerk, case: str) -> list[dict[str, Any]]:
    with service.reading() as connection:
        return [
            Access.parse(row).said() for row in DatabaseSource(connection, clerk.ledger).accesses_of(f"case/{case}")
        ]


def test_who_reads_the_page_is_put_down_with_what_they_read(clerk: Clerk, case: str, service: Service) -> None:
    assert rows_of(service, clerk, case) == []
    clerk.client.get(f"/ledgers/{clerk.ledger}/cases/{case}")
    told = {"person": HANDLER.person, "organ": HANDLER.organ, "role": HANDLER.role, "way": "page"}
    assert rows_of(service, clerk, case) == [{**told, "fields": ["1.matter", "2.title"]}]


def test_who_is_shown_no_sealed_text_is_not_put_down(clerk: Clerk, case: str, service: Service) -> None:
    clerk.client.get(f"/ledgers/{clerk.ledger}/cases/{case}", headers={"X-Demo-Account": "auditor"})
    clerk.get(f"/cases/{case}/history")
    empty = clerk.post("/cases", OPENING).json()["id"]
    clerk.client.get(f"/ledgers/{clerk.ledger}/cases/{empty}")
    assert rows_of(service, clerk, case) == rows_of(service, clerk, empty) == []


def test_nobody_is_shown_what_could_not_be_put_down(monkeypatch: pytest.MonkeyPatch) -> None:
    people = AtDesk(memory_desk())
    people.take("open", **OPENING, matter="案由")

    def full(*_: object) -> int:
        raise OSError("the disk is full")

    monkeypatch.setattr(people.desk.log, "record_access", full)
    with pytest.raises(OSError, match="the disk is full"):
        texts_for(people.desk, HANDLER, "case/c1", people.desk.log.read("case/c1"), "page")


def test_a_disclosed_text_can_be_held_against_its_entry_and_who_has_it_is_put_down(
    clerk: Clerk, case: str, service: Service
) -> None:
    desk = service.desk(clerk.ledger)
    [given] = disclosed(desk, READER, f"case/{case}", ["1.matter"])
    assert (given.version, given.field, given.text) == (1, "matter", "举报人甲反映")
    assert commitment(given.text, given.salt) == desk.log.read(f"case/{case}")[0].fact.matter
    assert len(disclosed(desk, READER, f"case/{case}", None)) == 2
    told = [(row["person"], row["way"], row["fields"]) for row in rows_of(service, clerk, case)]
    assert told == [("person-q", "export", ["1.matter"]), ("person-q", "export", ["1.matter", "2.title"])]
    with pytest.raises(NoSuchText):
        disclosed(desk, READER, f"case/{case}", ["1.matter", "9.note"])


class Days:
    """A ledger whose texts are read on one day and another."""

    def __init__(self, desk: Desk, clerk: Clerk, service: Service) -> None:
        self.desk, self.clerk, self.service = desk, clerk, service

    def read(self, *days: int) -> None:
        for day in days:
            self.desk.log.record_access("case/1", access.body(READER, "page", ["1.matter"]), MORNING + timedelta(day))

    def digest(self, day: int) -> int:
        later = replace(self.desk.sources, now=lambda: MORNING + timedelta(day))
        desk = Desk(self.desk.log, later, self.desk.vault)
        with self.service.reading() as connection:
            return digest_accesses(desk, DatabaseSource(connection, self.clerk.ledger))

    def check(self) -> int:
        with connect(self.service.dsn, "reader") as connection:
            source = DatabaseSource(connection, self.clerk.ledger)
            return access.check(self.clerk.ledger, source.typed(access.DIGESTED), source)


@pytest.fixture
def days(new_clerk: NewClerk, service: Service) -> Days:
    clerk = new_clerk()
    return Days(service.desk(clerk.ledger), clerk, service)


def test_the_digest_covers_the_days_that_are_over_each_row_once(days: Days) -> None:
    days.read(0, 0, 1)
    assert days.digest(0) == 0
    assert days.digest(1) == 2
    assert days.digest(1) == 0
    days.read(1, 2)
    assert days.digest(4) == 3
    assert days.check() == 5
    assert days.desk.laws.book().accesses == 5


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("UPDATE ledger.accesses SET entry = overlay(entry placing 'x' from 3) WHERE number = 1", "row 1"),
        ("DELETE FROM ledger.accesses WHERE number = 1", "row 1 is gone"),
        ("DELETE FROM ledger.accesses WHERE number = 2", "rows 0 to 2"),
        (
            "UPDATE ledger.accesses SET entry = overlay(entry placing '~' from 150) WHERE number < 1",
            "rows 0 to 2",
        ),
    ],
    ids=["damaged", "taken out", "the last taken out", "another name put in"],
)
def test_what_is_done_to_the_record_afterwards_is_found(
    days: Days, admin: psycopg.Connection, statement: str, why: str
) -> None:
    days.read(0, 0, 0)
    assert days.digest(1) == 3
    with admin.transaction():
        admin.execute("ALTER TABLE ledger.accesses DISABLE TRIGGER ALL")
        admin.execute(f"{statement} AND ledger = '{days.clerk.ledger}'".encode())
        admin.execute("ALTER TABLE ledger.accesses ENABLE ALWAYS TRIGGER never, ENABLE ALWAYS TRIGGER only_by_pen")
    with pytest.raises(Wrong, match=why) as wrong:
        days.check()
    assert (wrong.value.exit, wrong.value.position) == (18, days.desk.log.read("ledger")[-1].position)


def test_a_ledger_whose_accesses_cannot_be_digested_holds_up_no_other_and_who_was_slower_tries_again(
    new_clerk: NewClerk, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    damaged, overtaken, unread = sorted(new_clerk().ledger for _ in range(3))
    for ledger in (damaged, overtaken):
        service.desk(ledger).log.record_access("case/1", access.body(READER, "page", ["1.matter"]), MORNING)
    asked: list[str] = []

    def digesting(desk: Desk, _: object) -> int:
        asked.append(desk.log.ledger)
        if desk.log.ledger == damaged:
            raise ValueError("an entry cannot be read")
        if asked.count(overtaken) == 1:
            raise StaleCase(expected=1, actual=2)
        return 0

    monkeypatch.setattr("api.service.digest_accesses", digesting)
    end = monotonic() + 20
    with tended(service):
        while asked.count(overtaken) < 2 and monotonic() < end:
            sleep(POLL)
    assert (asked.count(damaged), asked.count(overtaken), asked.count(unread)) == (1, 2, 0)


@pytest.mark.parametrize(
    "facts", [{}, [], {"first": 0, "count": 0, "digest": ""}, {"first": "0", "count": 1, "digest": ""}]
)
def test_a_digest_that_says_nothing_is_named(days: Days, facts: object) -> None:
    header = Header("cn-1-demo", 1, "ledger", 2, access.DIGESTED, MORNING, "1" * 64)
    entry = encode(header, canonical.encode({"facts": facts}))
    with connect(days.service.dsn, "reader") as connection, pytest.raises(Wrong) as wrong:
        access.check("cn-1-demo", [entry], DatabaseSource(connection, "cn-1-demo"))
    assert wrong.value.code == "access-digest-unreadable"


def test_a_digest_of_more_rows_than_there_can_be_is_soon_found_wrong(days: Days) -> None:
    days.read(0)
    days.desk.found(DigestAccesses(0, 2**52, "0" * 64))
    with pytest.raises(Wrong) as wrong:
        days.check()
    assert wrong.value.code == "access-differs"


def test_what_no_digest_covers_yet_is_counted_from_its_first_row(days: Days) -> None:
    days.read(0, 0, 1, 2)
    days.digest(1)
    with connect(days.service.dsn, "reader") as connection:
        source = DatabaseSource(connection, days.clerk.ledger)
        assert source.accesses_beyond(2) == (2, MORNING + timedelta(1))
        assert source.accesses_beyond(4) == (0, None)


def test_a_file_of_very_many_texts_is_put_down_in_several_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unsealing, "_A_ROW", 1)
    people = AtDesk(memory_desk())
    people.take("open", **OPENING, matter="案由")
    people.take("register-act", act="A1", kind="penalty", title="处罚决定书")
    texts_for(people.desk, HANDLER, "case/c1", people.desk.log.read("case/c1"), "page")
    rows = people.desk.log.accesses  # type: ignore[attr-defined]
    assert [row.said()["fields"] for row in rows] == [["1.matter"], ["2.title"]]


def test_a_digest_that_leaves_out_rows_is_refused(days: Days) -> None:
    with pytest.raises(AccessesMoved):
        days.desk.found(DigestAccesses(3, 1, "0" * 64))


def test_the_record_in_memory_is_that_in_the_database(days: Days) -> None:
    memory = memory_desk().log
    days.read(0, 0, 1, 0)
    for day in (0, 0, 1, 0):
        memory.record_access("case/1", access.body(READER, "page", ["1.matter"]), MORNING + timedelta(day))
    with days.service.reading() as connection:
        kept = list(DatabaseSource(connection, days.clerk.ledger).accesses(0, 99))
    mine = [replace(row, ledger=days.clerk.ledger) for row in memory.accesses]  # type: ignore[attr-defined]
    assert [Access.parse(row) for row in kept] == mine


@pytest.mark.parametrize(
    "row",
    [
        b"",
        b"caseledger-access/1 a b",
        b"caseledger-access/2 cn-1 0 case/1 2024-02-05T01:00:00.000000Z\n{}",
        b"caseledger-access/1 cn-1 00 case/1 2024-02-05T01:00:00.000000Z\n{}",
        b"\xff",
    ],
)
def test_a_row_has_one_spelling(row: bytes) -> None:
    with pytest.raises(EntryError):
        Access.parse(row)
