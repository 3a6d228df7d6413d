"""Erasing sealed texts (依法删除): texts and keys are gone for good, the entries stay, and the page says so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any, cast

import psycopg
import pytest

from api.erasing import Erased, erase
from api.execute import Desk
from api.failures import NoSuchText, UnknownCase
from api.service import Service
from api.vault import Vault
from domain.errors import NoLegalBasis, NothingToErase, OwnApproval
from domain.identity import Actor, OrganId, PersonId
from domain.lawbook.decider import DigestAccesses, PerformErasure
from ledger import access, canonical, erased
from ledger.entry import Header, encode
from ledger.erasure import erase as destroy
from ledger.memory import MemoryLog
from ledger.postgres.connect import connect
from ledger.requests import Appended, Erasure, Outcome, Request
from ledger.sealed import SealError, commitment
from ledger.sealing.source import DatabaseSource
from ledger.verify.verdict import Wrong
from tests.api.conftest import NewClerk
from tests.api.office import MASTER, OPENING, AtDesk, Clerk, memory_desk, problem, written

ERASED = "已依法删除"
BASIS = "《中华人民共和国个人信息保护法》第四十七条"
OFFICER = Actor(PersonId("person-officer"), OrganId("organ-justice"), "administrator")
TITLE, PARTY, NOTE = "THE-TITLE 处罚决定书", "THE-PARTY 当事人乙", "THE-NOTE 口头告知"


@pytest.fixture
def case(clerk: Clerk) -> str:
    """A case with texts in versions 2 and 3."""
    case = clerk.post("/cases", OPENING).json()["id"]
    assert clerk.step(case, "register-act", 1, act="A1", kind="penalty", title=TITLE, party=PARTY).status_code == 201
    assert clerk.step(case, "hear-statement", 2, by="organ-urban", note=NOTE).status_code == 201
    return str(case)


Destroy = Callable[..., Erased]


@pytest.fixture
def destroying(clerk: Clerk, service: Service) -> Destroy:
    """Erases texts of a case in the database."""

    def erasing(case: str, *fields: str, **changed: Any) -> Erased:
        said: dict[str, Any] = {"legal_basis": BASIS, "approver": "person-head", **changed}
        eraser = partial(destroy, service.dsn, clerk.ledger)
        return erase(service.desk(clerk.ledger), eraser, OFFICER, f"case/{case}", fields or None, **said)

    return erasing


def page(clerk: Clerk, case: str, lang: str = "zh") -> str:
    return clerk.client.get(f"/ledgers/{clerk.ledger}/cases/{case}?lang={lang}").text


def test_one_field_is_erased_and_the_others_are_read_as_before(clerk: Clerk, case: str, destroying: Destroy) -> None:
    before = clerk.get(f"/cases/{case}/history").json()
    assert destroying(case, "2.party").fields == ("2.party",)
    shown = page(clerk, case)
    assert shown.count(ERASED) == 1
    assert (TITLE in shown, PARTY in shown, NOTE in shown) == (True, False, True)
    assert "erased by law" in page(clerk, case, "en")
    after = clerk.get(f"/cases/{case}/history").json()
    assert [entry.pop("erased") for entry in after] == [[], ["party"], []]
    assert after == [{name: value for name, value in entry.items() if name != "erased"} for entry in before]


def test_everything_of_a_file_is_erased_and_its_case_goes_on(clerk: Clerk, case: str, destroying: Destroy) -> None:
    assert destroying(case).fields == ("2.party", "2.title", "3.note")
    shown = page(clerk, case)
    assert shown.count(ERASED) == 3
    assert "THE-" not in shown
    assert clerk.step(case, "hear-statement", 3, by="organ-urban", note="LATER 再次陈述").status_code == 201
    assert "LATER 再次陈述" in page(clerk, case)
    assert destroying(case).fields == ("4.note",)


def test_the_ledger_says_what_was_erased_by_whom_and_under_which_law(
    clerk: Clerk, case: str, destroying: Destroy, service: Service
) -> None:
    done = destroying(case, "3.note")
    *_, entry = service.desk(clerk.ledger).log.read("ledger")
    fact = entry.fact
    assert (entry.position, entry.actor) == (done.entry.first, OFFICER)
    assert (fact.stream, fact.fields, fact.legal_basis) == (f"case/{case}", ("3.note",), BASIS)
    assert fact.approver == "person-head"


def test_a_copy_of_an_earlier_day_is_opened_by_no_key_that_is_still_there(
    clerk: Clerk, case: str, destroying: Destroy, service: Service, admin: psycopg.Connection
) -> None:
    """The copy has every ciphertext, what went and what stays; the keys of that day are in the copy of no table."""
    copied = admin.execute(
        "SELECT key_id, nonce, ciphertext FROM ledger.sealed_values WHERE ledger = %s", [clerk.ledger]
    ).fetchall()
    log = service.desk(clerk.ledger).log
    [(old, _)] = log.data_keys(f"case/{case}")
    destroying(case, "3.note")
    [(new, _)] = log.data_keys(f"case/{case}")
    assert old != new
    assert {row[0] for row in copied if bytes(row[0]) == old}
    left = admin.execute("SELECT 1 FROM ledger.data_keys WHERE key_id = %s", [old]).fetchall()
    assert left == []
    assert not admin.execute(
        "SELECT 1 FROM ledger.sealed_values WHERE ledger = %s AND ciphertext = ANY (%s)",
        [clerk.ledger, [row[2] for row in copied if bytes(row[0]) == old]],
    ).fetchall()


@pytest.mark.parametrize(
    ("fields", "changed", "refusal"),
    [
        (("3.note",), {"approver": "person-officer"}, OwnApproval),
        (("3.note",), {"legal_basis": "当事人甲要求删除"}, NoLegalBasis),
        (("3.note",), {"legal_basis": "《个人信息保护法》"}, NoLegalBasis),
        (("3.note",), {"legal_basis": "《个人信息保护法》第四十七条应当事人甲要求"}, NoLegalBasis),
        (("3.note",), {"legal_basis": "《个人信息保护法》第当事人甲条"}, NoLegalBasis),
        (("3.note", "1.matter"), {}, NoSuchText),
        (("4.note",), {}, NoSuchText),
    ],
)
def test_an_erasure_that_is_refused_destroys_nothing_and_records_nothing(
    clerk: Clerk,
    case: str,
    destroying: Destroy,
    admin: psycopg.Connection,
    fields: tuple[str, ...],
    changed: dict[str, Any],
    refusal: type[Exception],
) -> None:
    before = written(admin, clerk.ledger)
    with pytest.raises(refusal):
        destroying(case, *fields, **changed)
    assert written(admin, clerk.ledger) == before


@pytest.mark.parametrize("basis", ["《某法》第四十七条第一款第（三）项", "《某办法》第12条之一第二款"])
def test_an_article_is_named_down_to_its_item(basis: str) -> None:
    _, desk, log = in_memory()
    assert erase(desk, log.erase, OFFICER, "case/c1", None, basis, "person-head").fields == ("2.party", "2.title")


def test_where_nothing_is_sealed_there_is_nothing_to_erase(clerk: Clerk, destroying: Destroy) -> None:
    case = clerk.post("/cases", OPENING).json()["id"]
    with pytest.raises(NothingToErase):
        destroying(case)
    with pytest.raises(UnknownCase):
        destroying("none-such")


class Hand:
    """Erases in memory, after somebody else has done something once."""

    def __init__(self, log: MemoryLog, meanwhile: Callable[[], object]) -> None:
        self.log, self.meanwhile, self.asked = log, [meanwhile], 0

    def __call__(self, request: Request, erasure: Erasure, now: datetime) -> Outcome:
        self.asked += 1
        while self.meanwhile:
            self.meanwhile.pop()()
        return self.log.erase(request, erasure, now)


def in_memory() -> tuple[AtDesk, Desk, MemoryLog]:
    people = AtDesk(memory_desk())
    people.take("open", **OPENING)
    people.take("register-act", act="A1", kind="penalty", title=TITLE, party=PARTY)
    assert isinstance(people.desk.log, MemoryLog)
    return people, people.desk, people.desk.log


def test_a_text_that_comes_while_all_are_erased_is_erased_with_them() -> None:
    people, desk, log = in_memory()
    hand = Hand(log, lambda: people.take("hear-statement", by="organ-urban", note=NOTE))
    assert erase(desk, hand, OFFICER, "case/c1", None, BASIS, "person-head").fields == ("2.party", "2.title", "3.note")
    assert hand.asked == 2
    assert desk.vault.open(log, log.read("case/c1")) == []


def test_a_text_that_comes_while_others_are_erased_stays() -> None:
    people, desk, log = in_memory()
    hand = Hand(log, lambda: people.take("hear-statement", by="organ-urban", note=NOTE))
    assert erase(desk, hand, OFFICER, "case/c1", ["2.title"], BASIS, "person-head").fields == ("2.title",)
    assert {text.name for text in desk.vault.open(log, log.read("case/c1"))} == {"2.party", "3.note"}


def test_an_erasure_goes_on_where_the_ledger_records_something_else_meanwhile() -> None:
    _, desk, log = in_memory()
    hand = Hand(log, lambda: desk.found(DigestAccesses(0, 1, "0" * 64)))
    assert erase(desk, hand, OFFICER, "case/c1", ["2.title"], BASIS, "person-head").fields == ("2.title",)
    assert hand.asked == 2


def test_a_step_whose_key_is_destroyed_on_the_way_is_sealed_under_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    people, desk, log = in_memory()
    append, appends = log.append, list[Any]()

    def after_an_erasure(requests: list[Request], now: datetime) -> Any:
        if not appends:
            appends.append(requests)
            erase(desk, log.erase, OFFICER, "case/c1", None, BASIS, "person-head")
        return append(requests, now)

    monkeypatch.setattr(log, "append", after_an_erasure)
    people.take("hear-statement", by="organ-urban", note=NOTE)
    assert [text.name for text in desk.vault.open(log, log.read("case/c1"))] == ["3.note"]


def test_what_is_sealed_anew_keeps_its_commitment_and_opens_at_its_place_alone() -> None:
    _, desk, log = in_memory()
    before = {text.name: text.salt for text in desk.vault.open(log, log.read("case/c1"))}
    erase(desk, log.erase, OFFICER, "case/c1", ["2.title"], BASIS, "person-head")
    [text] = desk.vault.open(log, log.read("case/c1"))
    assert (text.name, text.text, text.salt) == ("2.party", PARTY, before["2.party"])
    assert commitment(text.text, text.salt) == log.read("case/c1")[1].fact.party
    with pytest.raises(SealError):
        Vault(MASTER[::-1], bytes).open(log, log.read("case/c1"))


def test_an_entry_is_appended_with_what_it_says_is_erased() -> None:
    _, desk, log = in_memory()
    done = erase(desk, log.erase, OFFICER, "case/c1", None, BASIS, "person-head")
    assert isinstance(done.entry, Appended)
    assert desk.laws.book().erased == {"case/c1": {"2.title", "2.party"}}


def checked(service: Service, clerk: Clerk) -> int:
    with connect(service.dsn, "reader") as connection:
        source = DatabaseSource(connection, clerk.ledger)
        return erased.check(source.typed(erased.ERASED), source)


def test_an_audit_finds_what_is_said_to_be_erased_gone(
    new_clerk: NewClerk, service: Service, admin: psycopg.Connection
) -> None:
    clerk = new_clerk()
    case = clerk.post("/cases", {**OPENING, "matter": "案由"}).json()["id"]
    assert checked(service, clerk) == 0
    desk = service.desk(clerk.ledger)
    erase(desk, partial(destroy, service.dsn, clerk.ledger), OFFICER, f"case/{case}", None, BASIS, "person-head")
    assert checked(service, clerk) == 1


def test_an_audit_finds_a_text_that_is_only_said_to_be_erased(new_clerk: NewClerk, service: Service) -> None:
    """Whoever may append may say so; the page shows what the ledger says."""
    clerk = new_clerk()
    case = clerk.post("/cases", {**OPENING, "matter": "案由"}).json()["id"]
    desk = service.desk(clerk.ledger)
    desk.found(PerformErasure(f"case/{case}", ("1.matter",), BASIS, "person-a", "person-h"))
    assert ERASED in page(clerk, case)
    with pytest.raises(Wrong) as wrong:
        checked(service, clerk)
    assert (wrong.value.code, wrong.value.exit, wrong.value.stream) == ("erased-still-there", 18, f"case/{case}")


@pytest.mark.parametrize("facts", [{}, {"stream": "case/1"}, {"stream": "case/1", "fields": [1]}, []])
def test_an_erasure_that_says_nothing_is_named_by_an_audit(facts: object) -> None:
    at = datetime(2024, 2, 5, tzinfo=UTC)
    header = Header("cn-1-demo", 1, "ledger", 2, erased.ERASED, at, "1" * 64)
    with pytest.raises(Wrong, match="does not say what was erased"):
        erased.check([encode(header, canonical.encode({"facts": facts}))], cast("erased.Texts", None))


@pytest.mark.parametrize("body", [b"{", b'{"facts":[]}', b'{"facts":null}', b"{}"])
def test_an_entry_that_was_altered_to_no_fact_is_named_by_an_audit(body: bytes) -> None:
    header = Header("cn-1-demo", 1, "ledger", 2, erased.ERASED, datetime(2024, 2, 5, tzinfo=UTC), "1" * 64)
    entry = encode(header, b"{}").removesuffix(b"{}") + body
    with pytest.raises(Wrong, match="does not say what was erased"):
        erased.check([entry], cast("erased.Texts", None))
    with pytest.raises(Wrong, match="digest"):
        access.check("cn-1-demo", [entry], cast("access.Rows", None))


def test_there_is_no_way_to_erase_over_the_network(clerk: Clerk, case: str) -> None:
    problem(clerk.step(case, "erase", 3), 404, "not-found")
