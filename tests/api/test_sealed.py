"""Free text is sealed: on the page for who may read it, in no entry, table or problem; said to be lost if it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from psycopg import sql

from api.projecting import project
from api.service import Service
from tests.api.conftest import NewClerk
from tests.api.office import OPENING, Clerk, copied, problem

WORDS = {
    "matter": "WORDS-OF-THE-MATTER 举报人甲反映强制拆除",
    "title": "WORDS-OF-THE-TITLE 处罚决定书",
    "party": "WORDS-OF-THE-PARTY 当事人乙",
    "note": "WORDS-OF-THE-NOTE 口头告知",
    "late_reason": "WORDS-OF-THE-REASON 系统停机三日",
}
ERASED = "已依法删除"
LOST = "无法启封"


@pytest.fixture
def case(clerk: Clerk) -> str:
    """A case in which every kind of text has been said."""
    late = {"occurred_on": "2024-01-04", "late_reason": WORDS["late_reason"]}
    case = clerk.post("/cases", {**OPENING, **late, "matter": WORDS["matter"]}).json()["id"]
    act = {"act": "A1", "kind": "penalty", "title": WORDS["title"], "party": WORDS["party"]}
    assert clerk.step(case, "register-act", 1, **act).status_code == 201
    assert clerk.step(case, "hear-statement", 2, by="organ-urban", note=WORDS["note"]).status_code == 201
    return str(case)


def page(clerk: Clerk, case: str) -> str:
    answer = clerk.client.get(f"/ledgers/{clerk.ledger}/cases/{case}")
    assert answer.status_code == 200
    return answer.text


def everything(admin: psycopg.Connection) -> bytes:
    """Every row of every table of the log and the read models, in binary."""
    tables = admin.execute(
        "SELECT schemaname, tablename FROM pg_tables WHERE schemaname IN ('ledger', 'views') ORDER BY 1, 2"
    ).fetchall()
    assert {("ledger", "sealed_values"), ("ledger", "requests"), ("views", "files"), ("views", "deadlines")} <= set(
        tables
    )
    return b"".join(copied(admin, sql.SQL("SELECT * FROM {}").format(sql.Identifier(*table))) for table in tables)


def test_no_word_of_a_text_is_in_any_table(
    clerk: Clerk, service: Service, admin: psycopg.Connection, case: str
) -> None:
    project(service, [clerk.ledger])
    rows = everything(admin)
    assert case.encode() in rows
    for text in WORDS.values():
        for word in text.split():
            assert word.encode() not in rows
            assert word.encode("utf-16-be") not in rows
            assert word.encode("unicode-escape") not in rows
            assert word.encode().hex().encode() not in rows


def test_the_page_shows_the_text_and_the_interface_its_commitment(clerk: Clerk, case: str) -> None:
    shown = page(clerk, case)
    for text in WORDS.values():
        assert text in shown
    assert ERASED not in shown
    for path in ("", "/history"):
        answer = clerk.get(f"/cases/{case}{path}")
        assert "WORDS" not in answer.text
    sealed = [set(entry["sealed"]) for entry in clerk.get(f"/cases/{case}/history").json()]
    assert sealed == [{"matter", "late_reason"}, {"title", "party"}, {"note"}]


def test_no_problem_repeats_a_text(clerk: Clerk, case: str) -> None:
    note, long = WORDS["note"], WORDS["note"] + "长" * 4_000
    said = {"by": "organ-urban", "note": note}
    problem(clerk.step(case, "hear-statement", 1, **said), 412, "stale")
    answers = [
        clerk.step(case, "hear-statement", 1, **said),
        clerk.step(case, "hear-statement", None, **said),
        clerk.step(case, "hear-statement", 3, **said, colour=note),
        clerk.step(case, "hear-statement", 3, by=note),
        clerk.step(case, "hear-statement", 3, by="organ-urban", note=long),
        clerk.step(case, "hear-statement", 3, by="organ-urban", note=[note]),
        clerk.step(case, "hear-statement", 3, **said, occurred_on=note),
        clerk.step(case, "hear-statement", 3, **said, recorded_at=note),
        clerk.step(case, "hear-statement", 3, **said, done_before=note),
        clerk.step(case, "hear-statement", 3, **said, occurred_on="2024-02-06"),
        clerk.step(case, "record-finding", 3, kind="odd", note=note),
        clerk.step(case, "withdraw-opinion", 3, document="O1", reason=note),
        clerk.post("/cases", {**OPENING, "matter": note, "regime": "karamay-1822"}),
        clerk.post("/cases", {**OPENING, "matter": note, "id": case}),
    ]
    assert clerk.step(case, "hear-statement", 3, **said, key="words").status_code == 201
    answers.append(clerk.step(case, "hear-statement", 3, **said, key="words", late_reason=note))
    for answer in answers:
        assert answer.status_code >= 400
        assert "WORDS" not in answer.text
        assert "口头" not in answer.text


@contextmanager
def unguarded(admin: psycopg.Connection, table: str) -> Iterator[None]:
    """What a superuser can do: change a table without its triggers."""
    name = sql.Identifier("ledger", table)
    admin.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER ALL").format(name))
    try:
        yield
    finally:
        for trigger in ("never", "only_by_pen"):
            admin.execute(sql.SQL("ALTER TABLE {} ENABLE ALWAYS TRIGGER {}").format(name, sql.Identifier(trigger)))


def test_a_text_whose_key_is_gone_without_an_entry_is_shown_as_lost_and_the_case_goes_on(
    new_clerk: NewClerk, admin: psycopg.Connection
) -> None:
    clerk = new_clerk()
    for case in ("erased", "kept"):
        assert clerk.post("/cases", {**OPENING, "id": case, "matter": WORDS["matter"]}).status_code == 201
    before = clerk.get("/cases/erased/history").json()
    with unguarded(admin, "data_keys"):
        gone = admin.execute(
            "DELETE FROM ledger.data_keys WHERE ledger = %s AND subject = 'case/erased'", [clerk.ledger]
        )
        assert gone.rowcount == 1
    shown = page(clerk, "erased")
    assert LOST in shown
    assert WORDS["matter"] not in shown
    english = clerk.client.get(f"/ledgers/{clerk.ledger}/cases/erased?lang=en").text
    assert "cannot be opened" in english
    assert WORDS["matter"] in page(clerk, "kept")
    assert clerk.get("/cases/erased/history").json() == before

    assert clerk.step("erased", "hear-statement", 1, by="organ-urban", note=WORDS["note"]).status_code == 201
    shown = page(clerk, "erased")
    assert LOST in shown
    assert WORDS["note"] in shown


def test_a_text_that_is_gone_without_an_entry_is_shown_as_lost_and_the_others_are_not(
    clerk: Clerk, case: str, admin: psycopg.Connection
) -> None:
    position = clerk.get(f"/cases/{case}/history").json()[1]["position"]
    with unguarded(admin, "sealed_values"):
        gone = admin.execute(
            "DELETE FROM ledger.sealed_values WHERE ledger = %s AND position = %s AND field = 'party'",
            [clerk.ledger, position],
        )
        assert gone.rowcount == 1
    shown = page(clerk, case)
    assert shown.count(LOST) == 1
    assert WORDS["party"] not in shown
    assert WORDS["title"] in shown
