"""A justice bureau (司法局) for the tests of the ways in: its time, its people, a case that goes the straight way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count
from random import Random
from typing import Any, Final

import psycopg
from httpx2 import Response
from psycopg import sql
from starlette.testclient import TestClient

from api.asking import PLACE, Ask, Receipt, Sources
from api.execute import Desk
from api.identity.demonstration import ACCOUNTS, SYSTEM
from api.play import found
from api.vault import Vault
from domain.catalogue import TYPES
from domain.identity import Actor
from ledger.mapper import LedgerMapper
from ledger.memory import MemoryLog

DAY: Final = date(2024, 2, 5)
MORNING: Final = datetime(2024, 2, 5, 9, tzinfo=PLACE)
"""What the clock of the tests shows; a ledger whose last entry is later is at that entry."""
KARAMAY: Final = "karamay-2022"
MASTER: Final = bytes(range(32))
OPENING: Final[Mapping[str, Any]] = {"supervisor": "organ-justice", "subject": "organ-urban", "origin": "inspection"}
HANDLER, LIAISON, CLOCK = ACCOUNTS["handler"].actor, ACCOUNTS["liaison"].actor, SYSTEM

WAY: Final[Mapping[str, tuple[str, str, Mapping[str, Any]]]] = {
    "open": ("handler", "open", OPENING),
    "act": ("handler", "register-act", {"act": "A1", "kind": "penalty", "made_on": "2023-12-20"}),
    "finding": (
        "handler",
        "record-finding",
        {"finding": "F1", "kind": "unlawful", "act": "A1", "grounds": ["art.33.1.3"]},
    ),
    "order": (
        "handler",
        "order-correction",
        {"order": "R1", "persons": ["person-a", "person-b"], "limit": {"count": 5, "unit": "working_day"}},
    ),
    "refusal": ("liaison", "record-correction-refusal", {"about": "R1"}),
    "notice": (
        "handler",
        "issue-notice",
        {"document": "N1", "about": "R1", "limit": {"count": 5, "unit": "working_day"}, "persons": ["person-a"]},
    ),
    "notice-served": (
        "handler",
        "serve-document",
        {"document": "N1", "addressee": "organ-urban", "mode": "direct", "proof": "E1"},
    ),
    "reply": ("liaison", "record-reply", {"about": "N1"}),
    "second-finding": (
        "handler",
        "record-finding",
        {"finding": "F2", "kind": "unlawful", "act": "A1", "grounds": ["art.33.1.3"]},
    ),
    "opinion": ("handler", "issue-opinion", {"document": "O1", "about": "N1", "acts": ["A1"], "persons": ["person-a"]}),
    "opinion-served": (
        "handler",
        "serve-document",
        {"document": "O1", "addressee": "organ-urban", "mode": "direct", "proof": "E2"},
    ),
}
"""From the opening of a case to an opinion served (从立案到送达意见书): who, which step, filled in how."""


def way(upto: str, since: str | None = None) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """The straight way as far as `upto`, that included; from where `since` left it."""
    names = list(WAY)
    for name in names[names.index(since) + 1 if since is not None else 0 :]:
        account, step, data = WAY[name]
        yield account, step, dict(data)
        if name == upto:
            return


def sources(seed: str = "tests", now: Callable[[], datetime] = lambda: MORNING) -> Sources:
    """Time, ids and chance that are the same every time."""
    numbers = count(1)
    return Sources(now=now, new_id=lambda: f"id{next(numbers)}", chance=Random(seed).randbytes)


def memory_desk(ledger: str = "cn-000000-demo", *, seed: str = "tests", regimes: tuple[str, ...] = (KARAMAY,)) -> Desk:
    """A desk in memory, its ledger opened under the law of January 2024; without regimes, not opened."""
    made = sources(seed)
    desk = Desk(MemoryLog(ledger, LedgerMapper(TYPES)), made, Vault(MASTER, made.chance))
    if regimes:
        found(desk, date(2024, 1, 8), list(regimes))
    return desk


@dataclass
class AtDesk:
    """People who work at a desk directly; keys count up."""

    desk: Desk
    keys: Iterator[int] = field(default_factory=lambda: count(1))

    def ask(self, step: str, *, case: str = "c1", actor: Actor = HANDLER, key: str | None = None, **said: Any) -> Ask:
        """A step; what is a field of `Ask` (`seen`, `on`, `at`, `late_reason`, ...) is said of it, the rest in it."""
        envelope = {name: said.pop(name) for name in Ask.__dataclass_fields__ if name in said}
        return Ask(
            stream=f"case/{case}", step=step, data=said, actor=actor, key=key or f"key-{next(self.keys)}", **envelope
        )

    def take(self, step: str, **said: Any) -> Receipt:
        """Take a step, as `ask` has it."""
        return self.desk.take(self.ask(step, **said))

    def walk(
        self, upto: str, case: str = "c1", on: date | None = None, at: datetime | None = None, since: str | None = None
    ) -> Receipt:
        """Lead a case the straight way, from where `since` left it; the last receipt."""
        for account, step, data in way(upto, since):
            receipt = self.take(step, case=case, actor=ACCOUNTS[account].actor, on=on, at=at, **data)
        return receipt


@dataclass
class Clerk:
    """Somebody who works over HTTP in one ledger; keys count up."""

    client: TestClient
    ledger: str
    keys: Iterator[int] = field(default_factory=lambda: count(1))
    cases: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def base(self) -> str:
        """The address of the ledger."""
        return f"/api/v1/ledgers/{self.ledger}"

    def new_case(self, upto: str = "open") -> str:
        """A case of its own, led the straight way."""
        case = f"t{next(self.cases)}"
        version = None
        for account, step, data in way(upto):
            if step == "open":
                answer = self.post("/cases", {"id": case, "regime": KARAMAY, **data})
            else:
                answer = self.step(case, step, version, account=account, **data)
            assert answer.status_code == 201, answer.text
            version = answer.json()["version"]
        return case

    def get(self, path: str, *, account: str = "handler", **query: str) -> Response:
        """Read something of the ledger."""
        return self.client.get(self.base + path, params=query, headers={"X-Demo-Account": account})

    def shown(self, case: str, **query: str) -> dict[str, Any]:
        """A case as it is shown."""
        answer = self.get(f"/cases/{case}", **query)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def post(self, path: str, body: Any, *, key: str | None = None, account: str = "handler", **more: Any) -> Response:
        """Ask for something; `headers` and other arguments of the client as they are."""
        headers = {"Idempotency-Key": key or f"http-{next(self.keys)}", "X-Demo-Account": account}
        headers |= more.pop("headers", {})
        return self.client.post(self.base + path, json=body, headers=headers, **more)

    def step(
        self, case: str, step: str, seen: int | None, *, account: str = "handler", key: str | None = None, **body: Any
    ) -> Response:
        """Take a step in a case that was seen at a version, or (None) say nothing of one."""
        headers = {"If-Match": f'"{seen}"'} if seen is not None else {}
        return self.post(f"/cases/{case}/steps/{step}", body, key=key, account=account, headers=headers)


def problem(answer: Response, status: int, code: str, article: str | None = None) -> dict[str, Any]:
    """The answer is such a problem, and says the same to a program and to a clerk in two languages."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    said: dict[str, Any] = answer.json()
    assert (said["code"], said["status"], said.get("article")) == (code, status, article)
    assert said["detail"]
    assert "Traceback" not in answer.text
    return said


def raw(clerk: Clerk, case: str, content: Any) -> Response:
    """A body that no client of good manners would write."""
    headers = {"If-Match": '"2"', "Content-Type": "application/json"}
    return clerk.post(f"/cases/{case}/steps/assign-handlers", None, content=content, headers=headers)


LOG: Final = ("ledgers", "entries", "heads", "requests", "data_keys", "sealed_values", "law_texts")


def written(admin: psycopg.Connection, ledger: str) -> list[bytes]:
    """Every row that the log holds of a ledger, table by table, as bytes."""
    return [
        copied(admin, sql.SQL("SELECT * FROM {} WHERE ledger = {} ORDER BY t").format(_aliased("ledger", t), ledger))
        for t in LOG
    ]


def _aliased(schema: str, table: str) -> sql.Composed:
    return sql.SQL("{} AS t").format(sql.Identifier(schema, table))


def copied(admin: psycopg.Connection, query: sql.Composable) -> bytes:
    """The rows of a query in PostgreSQL's binary format: what text is in them, is in these bytes as it is."""
    with admin.cursor() as cursor, cursor.copy(sql.SQL("COPY ({}) TO STDOUT (FORMAT BINARY)").format(query)) as rows:
        return b"".join(bytes(part) for part in rows)
