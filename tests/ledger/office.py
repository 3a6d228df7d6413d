"""A small office for the tests of the ledger: four types of facts, and requests that need no more than a line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import count
from typing import Any, Final, Literal

from domain.identity import Actor, OrganId, PersonId, Sealed
from ledger import canonical, hashing
from ledger.mapper import Envelope, LedgerMapper
from ledger.requests import Item, Request

DAY: Final = date(2024, 2, 5)
NOON: Final = datetime(2024, 2, 5, 4, 0, 0, 123, tzinfo=UTC)
HANDLER: Final = Actor(PersonId("person-a"), OrganId("organ-a"), "handler")


@dataclass(frozen=True, slots=True)
class LedgerOpened:
    clock: Literal["wall", "simulated"]


@dataclass(frozen=True, slots=True)
class CaseOpened:
    subject: str
    matter: Sealed | None = None


@dataclass(frozen=True, slots=True)
class DocumentServedV1:
    document: str


@dataclass(frozen=True, slots=True)
class DocumentServed:
    document: str
    served_by: str | None = None


MAPPER: Final = LedgerMapper(
    {
        "ledger.opened/1": LedgerOpened,
        "case.opened/1": CaseOpened,
        "case.document-served/1": DocumentServedV1,
        "case.document-served/2": DocumentServed,
    },
    {"case.document-served/1": lambda old: DocumentServed(old.document)},
)

_NUMBERS: Final = count(1)


def new_key() -> bytes:
    return hashing.digest(str(next(_NUMBERS)).encode())


def item(stream: str, expected: int, type_: str = "case.opened/1", **facts: Any) -> Item:
    actor = {"person": "person-a", "organ": "organ-a", "role": "handler"}
    body = {"actor": actor, "facts": facts or {"subject": "organ-b"}, "occurred_on": "2024-02-05"}
    return Item(stream, expected, type_, canonical.encode(body))


def request(*items: Item, key: bytes | None = None, asked: bytes = b"asked", **more: Any) -> Request:
    return Request(key or new_key(), hashing.digest(asked), items, **more)


def opening(clock: str) -> Request:
    return request(item("ledger", 0, "ledger.opened/1", clock=clock))


def envelope(stream: str, version: int, fact: Any, **more: Any) -> Envelope:
    return Envelope(stream, version, fact, DAY, HANDLER, **more)
