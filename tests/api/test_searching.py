"""Searching: two characters find, within what the searcher may read; what is erased is found no more."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import sql

from api.erasing import erase
from api.projecting import project
from api.searching import index, index_anew, texts_lag
from api.service import Service
from api.tending import tended
from domain.identity import Actor, OrganId, PersonId
from ledger import blind, canonical
from ledger.access import Access
from ledger.erasure import erase as destroy
from ledger.postgres.connect import connect
from ledger.sealing.source import DatabaseSource
from tests.api.conftest import NewClerk
from tests.api.office import MASTER, OPENING, Clerk, copied, problem

OFFICER = Actor(PersonId("person-officer"), OrganId("organ-justice"), "administrator")
BASIS = "《中华人民共和国个人信息保护法》第四十七条"
TITLE, NOTE = "关于违法占道的处罚决定书", "当事人欧阳晴川口头告知，编号ＡＢ１２３"


@pytest.fixture(scope="module")
def found(service: Service, clerk: Clerk) -> Callable[..., list[str]]:
    """Asks for words; the hits' ids."""

    def ask(words: str, account: str = "handler", **more: str) -> list[str]:
        project(service, [clerk.ledger])
        index(service, clerk.ledger)
        answer = clerk.get("/search", q=words, account=account, **more)
        assert answer.status_code == 200, answer.text
        return [hit["id"] for hit in answer.json()]

    return ask


@pytest.fixture(scope="module")
def told(clerk: Clerk) -> str:
    """A case with a title in version 2 and a narrative in version 3."""
    return tell(clerk, TITLE, NOTE)


def tell(clerk: Clerk, title: str, note: str | None = None) -> str:
    case = str(clerk.post("/cases", OPENING).json()["id"])
    assert clerk.step(case, "register-act", 1, act="A1", kind="penalty", title=title).status_code == 201
    if note is not None:
        assert clerk.step(case, "hear-statement", 2, by="organ-urban", note=note).status_code == 201
    return case


@pytest.mark.parametrize(
    "words",
    [
        "占道",
        "处罚",
        "欧阳",
        "晴川口",
        "欧阳晴川",
        "ab12",
        "AB123",
        "ａｂ１２",
        "告知 欧阳",
        "关于违法占道的处罚决定书",
    ],
)
def test_a_word_of_two_characters_or_more_finds_the_file_whose_title_or_narrative_has_it(
    found: Callable[..., list[str]], told: str, words: str
) -> None:
    assert found(words) == [told]


@pytest.mark.parametrize("words", ["道占", "违法处罚", "欧阳 占道", "欧晴", "决定书关于", "占道的处理"])
def test_what_no_text_says_finds_nothing(found: Callable[..., list[str]], told: str, words: str) -> None:
    assert told
    assert found(words) == []


def test_ids_numbers_and_citations_are_found_by_a_part_of_them(found: Callable[..., list[str]], clerk: Clerk) -> None:
    case = clerk.new_case("notice-served")
    number = clerk.shown(case)["documents"][0]["number"]
    assert case in found(number)
    assert case in found(number[2:6])
    assert case in found("KARAMAY")
    assert case in found("organ-urb")
    assert found("no-such-organ") == []


def test_whoever_has_no_part_in_a_file_finds_nothing_of_it_and_the_subject_none_of_its_texts(
    found: Callable[..., list[str]], told: str
) -> None:
    assert found(told) == [told] == found(told, "liaison") == found(told, "auditor")
    assert found(told, "market") == []
    for account in ("liaison", "market", "auditor"):
        assert found("占道", account) == found("欧阳", account) == []


def test_a_search_in_sealed_texts_is_put_down_once_with_the_files_that_it_named(
    found: Callable[..., list[str]], told: str, service: Service, clerk: Clerk
) -> None:
    before = _accesses(service, clerk)
    found("欧阳晴川")
    (new,) = _accesses(service, clerk)[len(before) :]
    said = new.said()
    assert (new.stream, said["way"], said["person"]) == ("ledger", "search", "person-a")
    assert said["fields"] == [f"case/{told}"]
    assert "欧阳".encode() not in bytes(new)
    found("欧阳晴川", "liaison")
    found("欧阳晴川", "auditor")
    assert len(_accesses(service, clerk)) == len(before) + 1


def _accesses(service: Service, clerk: Clerk) -> list[Access]:
    with service.reading() as connection:
        return [Access.parse(row) for row in DatabaseSource(connection, clerk.ledger).accesses(0, 10_000)]


def every_table(admin: psycopg.Connection, ledger: str) -> bytes:
    """All rows that any table holds of a ledger, as bytes; but for the published law, which has everybody's words."""
    tables = admin.execute(
        "SELECT c.table_schema, c.table_name FROM information_schema.columns AS c JOIN information_schema.tables AS t"
        " USING (table_schema, table_name) WHERE c.table_schema IN ('ledger', 'views') AND c.column_name = 'ledger'"
        " AND c.table_name <> 'law_texts' AND t.table_type = 'BASE TABLE'"
    ).fetchall()
    rows = (
        copied(admin, sql.SQL("SELECT * FROM {} WHERE ledger = {}").format(sql.Identifier(*table), ledger))
        for table in tables
    )
    return b"".join(rows)


def test_no_table_holds_a_word_of_a_sealed_text(
    found: Callable[..., list[str]], told: str, admin: psycopg.Connection, clerk: Clerk
) -> None:
    assert found("欧阳") == [told]
    held = every_table(admin, clerk.ledger)
    for run in blind.runs(blind.folded(TITLE)) | blind.runs(blind.folded(NOTE)):
        if not run.isascii():
            assert run.encode() not in held
    assert told.encode() in held
    plain = blind.tokens(bytes(32), ["欧阳"]) + blind.tokens(MASTER, ["欧阳"])
    assert not any(token.to_bytes(8, signed=True) in held for token in plain)
    keyed = blind.tokens(blind.index_key(MASTER, clerk.ledger), ["欧阳"])
    assert all(token.to_bytes(8, signed=True) in held for token in keyed)
    elsewhere = blind.tokens(blind.index_key(MASTER, f"{clerk.ledger}-demo"), ["欧阳"])
    assert not any(token.to_bytes(8, signed=True) in held for token in elsewhere)


def test_what_is_erased_is_found_no_more_and_its_tokens_are_in_no_table(
    found: Callable[..., list[str]], admin: psycopg.Connection, service: Service, clerk: Clerk
) -> None:
    case = tell(clerk, "拆除广告牌", "司马翠英到场陈述")
    assert found("翠英") == found("广告") == [case]
    eraser = partial(destroy, service.dsn, clerk.ledger)
    token = blind.tokens(blind.index_key(MASTER, clerk.ledger), ["翠英"])[0].to_bytes(8, signed=True)
    assert token in every_table(admin, clerk.ledger)
    erase(
        service.desk(clerk.ledger),
        eraser,
        OFFICER,
        f"case/{case}",
        ["3.note"],
        legal_basis=BASIS,
        approver="person-head",
    )
    assert token not in every_table(admin, clerk.ledger)
    assert found("翠英") == []
    assert found("广告") == [case], "what stays is still found"
    index_anew(service, clerk.ledger)
    assert token not in every_table(admin, clerk.ledger)
    assert found("翠英") == []
    erase(service.desk(clerk.ledger), eraser, OFFICER, f"case/{case}", None, legal_basis=BASIS, approver="person-head")
    assert found("广告") == []


def test_a_text_that_was_erased_before_its_tokens_came_gets_none(
    admin: psycopg.Connection, service: Service, clerk: Clerk
) -> None:
    case = tell(clerk, "慕容雪莹的申请")
    with service.writing() as connection:
        mark = connection.execute(
            "SELECT coalesce(max(position), 0) FROM ledger.search_marks WHERE ledger = %s", [clerk.ledger]
        ).fetchone()
        size = connection.execute("SELECT size FROM ledger.ledgers WHERE ledger = %s", [clerk.ledger]).fetchone()
    assert mark is not None
    assert size is not None
    eraser = partial(destroy, service.dsn, clerk.ledger)
    erase(service.desk(clerk.ledger), eraser, OFFICER, f"case/{case}", None, legal_basis=BASIS, approver="person-head")
    with service.writing() as connection:
        kept = connection.execute(
            "SELECT ledger.index_texts(%s, %s, %s, %s, %s, %s)",
            [clerk.ledger, mark[0], size[0], [size[0] - 1], ["title"], ["{4242424242424242}"]],
        ).fetchone()
    assert kept == (True,)
    rows = admin.execute("SELECT count(*) FROM ledger.search_tokens WHERE 4242424242424242 = ANY (tokens)").fetchone()
    assert rows == (0,)


@pytest.mark.parametrize("role", ["reader", "projector", "owner"])
def test_only_the_writing_role_sees_tokens_and_none_may_write_them(service: Service, role: Any) -> None:
    with connect(service.dsn, role) as connection:
        for statement in (
            "INSERT INTO ledger.search_tokens VALUES ('x', 'y', 1, 'z', '{1}')",
            "TRUNCATE ledger.search_tokens",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)
        if role != "owner":
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("SELECT FROM ledger.search_tokens")


@pytest.mark.parametrize(
    "words", ["'; DROP TABLE ledger.entries; --", "%%", "%s %(x)s", "\\x", '""', "{}", "'a", "𠮷野家"]
)
def test_hostile_words_are_looked_for_like_any_others(found: Callable[..., list[str]], told: str, words: str) -> None:
    assert told
    assert found("ab " + words if min(map(len, words.split())) > 1 else "ab") in ([], [told])


@pytest.mark.parametrize(
    ("words", "code"),
    [
        *((words, "words-too-short") for words in ("法", "", "   ", "占道 法")),
        *((words, "malformed") for words in ("a\0b", "a" * 10_000, "占" * 101)),
    ],
)
def test_words_that_cannot_be_looked_for_are_a_clear_error(clerk: Clerk, words: str, code: str) -> None:
    problem(clerk.get("/search", q=words), 422, code)


def test_the_pages_of_a_search_visit_every_hit_once_and_a_cursor_is_good_for_its_words_only(
    new_clerk: NewClerk, service: Service
) -> None:
    clerk = new_clerk()
    cases = sorted(tell(clerk, f"第{number}号露天烧烤") for number in range(7))
    project(service, [clerk.ledger])
    index(service, clerk.ledger)
    seen: list[str] = []
    query = {"q": "烧烤", "limit": "2"}
    link = ""
    while True:
        answer = clerk.get("/search", **query) if not link else clerk.client.get(clerk.base + "/search" + link)
        seen += [hit["id"] for hit in answer.json()]
        if "link" not in answer.headers:
            break
        link = answer.headers["link"].partition(">")[0].lstrip("<")
    assert seen == cases
    cursor = link.partition("cursor=")[2].partition("&")[0]
    problem(clerk.get("/search", q="露天", cursor=cursor), 400, "malformed")


def test_a_search_can_wait_for_ones_own_text(new_clerk: NewClerk, service: Service) -> None:
    clerk = new_clerk()
    project(service)
    index(service, clerk.ledger)
    with tended(service):
        case = str(clerk.post("/cases", OPENING).json()["id"])
        receipt = clerk.step(case, "register-act", 1, act="A1", kind="penalty", title="无照经营早点").json()
        for _ in range(20):  # on a busy machine it may have to be asked again, as the answer says
            answer = clerk.get("/search", q="早点", position=str(receipt["position"]))
            if answer.status_code != 503:
                break
        assert [hit["id"] for hit in answer.json()] == [case]
    assert texts_lag(service)[clerk.ledger] == 0


TEXTS = st.text(
    st.sampled_from("行政执法监督处罚决定AaＢ１2 é\u0301ﬁßſ〔〕，%'\"\\")
    | st.characters(exclude_categories=["Cs", "Cc"]),
    min_size=2,
    max_size=12,
)


@pytest.fixture(scope="module")
def library(new_clerk: NewClerk) -> tuple[Clerk, dict[str, str]]:
    return new_clerk(), {}


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXTS, data=st.data())
def test_every_two_character_run_of_a_sealed_text_finds_its_file_and_none_without_it(
    library: tuple[Clerk, dict[str, str]], service: Service, text: str, data: st.DataObject
) -> None:
    clerk, texts = library
    case = tell(clerk, f"题{text}")
    texts[case] = blind.folded(canonical.nfc(f"题{text}"))
    project(service, [clerk.ledger])
    index(service, clerk.ledger)
    run = data.draw(st.sampled_from(sorted(run for run in blind.runs(texts[case]) if len(run) == 2) or ["题题"]))
    hits = clerk.get("/search", q=run, limit="200").json()
    sealed = {hit["id"] for hit in hits if "sealed" in hit["found"]}
    assert sealed == {id_ for id_, held in texts.items() if run in held}
    for hit in hits:
        assert hit["id"] in sealed or "open" in hit["found"]
    assert case in sealed or run == "题题"


@given(text=st.text())
def test_folding_again_changes_nothing(text: str) -> None:
    assert blind.folded(blind.folded(text)) == blind.folded(text)
