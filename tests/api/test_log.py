"""The log as mirrors and monitors of others fetch it: checkpoint, tiles, and entries for auditors only."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from api.service import Service
from ledger.hashing import leaf_hash
from ledger.postgres.connect import connect
from ledger.proof.checkpoint import Checkpoint, Heads, origin
from ledger.proof.merkle import root
from ledger.proof.note import SIGNS, Note, SigningKey
from ledger.proof.tiles import parse_number, split
from ledger.sealing.record import SealRecord
from ledger.sealing.sealer import Sealer
from ledger.sealing.site import Site
from ledger.sealing.source import DatabaseSource
from tests.api.office import Clerk, problem


@pytest.fixture
def log(clerk: Clerk, service: Service) -> str:
    """The path of the log of the clerk's ledger, sealed."""
    assert clerk.post("/cases", OPENED).status_code == 201
    site = Site(service.settings.site / clerk.ledger)
    key = SigningKey(origin(clerk.ledger), SIGNS, bytes(32))
    with connect(service.dsn, "reader") as reader, SealRecord(service.settings.data / f"{clerk.ledger}.db") as record:
        source = DatabaseSource(reader, clerk.ledger)
        Sealer(clerk.ledger, source, record, site, [key], True).round(datetime.now(UTC), with_heads=True)
    return f"/log/{clerk.ledger}"


OPENED = {"regime": "karamay-2022", "supervisor": "organ-justice", "subject": "organ-urban", "origin": "inspection"}
AUDITOR = {"X-Demo-Account": "auditor"}


def test_a_monitor_rebuilds_the_root_from_what_it_fetches(clerk: Clerk, log: str) -> None:
    answer = clerk.client.get(f"{log}/checkpoint")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    checkpoint = Checkpoint.parse(Note.parse(answer.content).text)
    tile = clerk.client.get(f"{log}/tile/0/000.p/{checkpoint.size}")
    assert tile.headers["content-type"] == "application/octet-stream"
    assert "immutable" in tile.headers["cache-control"]
    assert root(split(tile.content)) == checkpoint.root
    heads = Heads.parse(Note.parse(clerk.client.get(f"{log}/heads").content).text)
    assert (heads.size, heads.root) == (checkpoint.size, checkpoint.root)


def test_an_auditor_fetches_the_entries_and_nobody_else(clerk: Clerk, log: str) -> None:
    size = Checkpoint.parse(Note.parse(clerk.client.get(f"{log}/checkpoint").content).text).size
    path = f"{log}/tile/entries/000.p/{size}"
    for account in ("handler", "head", "liaison", "market"):
        problem(clerk.client.get(path, headers={"X-Demo-Account": account}), 403, "auditors-only")
    answer = clerk.client.get(path, headers=AUDITOR)
    assert answer.headers["cache-control"] == "private, no-store"
    content, leaves = answer.content, []
    while content:
        length = int.from_bytes(content[:2])
        leaves.append(leaf_hash(content[2 : 2 + length]))
        content = content[2 + length :]
    assert leaves == split(clerk.client.get(f"{log}/tile/0/000.p/{size}").content)


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/001",
        "tile/0/000.p/200",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/0",
        "tile/0/x000/000",
        "tile/0/x001",
        "tile/0/..%2f..%2fcheckpoint",
        "tile/9/000",
        "tile/entries/001",
        "tile/entries/000.p/200",
        "tile/entries/000",
    ],
)
def test_what_is_not_published_is_not_there(clerk: Clerk, log: str, path: str) -> None:
    answer = clerk.client.get(f"{log}/{path}", headers=AUDITOR)
    assert answer.status_code == 404


def test_of_a_ledger_that_was_never_sealed_nothing_is_published(clerk: Clerk) -> None:
    for path in ("checkpoint", "heads", "tile/0/000"):
        problem(clerk.client.get(f"/log/cn-999999-demo/{path}"), 404, "not-published")


@pytest.mark.parametrize(
    ("path", "number"),
    [
        ("000", (0, 256)),
        ("x001/x234/067", (1_234_067, 256)),
        ("x001/000.p/17", (1_000, 17)),
        ("x000/001", None),
        ("001/001", None),
        ("001.p/256", None),
        ("1", None),
        ("", None),
    ],
)
def test_a_path_has_one_spelling(path: str, number: tuple[int, int] | None) -> None:
    assert parse_number(path) == number
