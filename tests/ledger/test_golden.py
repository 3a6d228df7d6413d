"""The bytes of the log, for good. If one of these fails, the format has changed: that must not happen.

tests/golden/ledger/ holds entries as files, byte for byte, and their leaves.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any

from domain.identity import Sealed
from ledger import hashing
from ledger.application import LedgerApplication
from ledger.mapper import LawUsed, Seen
from ledger.postgres.connect import open_ledger
from ledger.postgres.migrate import upgrade
from ledger.requests import Item, Request, WrappedKey
from ledger.sealed import DataKey, seal
from tests.conftest import NewDatabase
from tests.ledger.office import MAPPER, NOON, CaseOpened, DocumentServed, LedgerOpened, envelope, new_key

GOLDEN = Path(__file__).parents[1] / "golden" / "ledger"
NAMES = ("0-ledger-opened", "1-case-opened", "2-document-served")
KEY = DataKey(b"data-key", bytes(range(32)))


def requests() -> tuple[Request, Request]:
    """A ledger opened, and a case with everything that an entry can hold."""
    fixed: dict[str, Any] = {"data_key": KEY, "ledger": "cn-000000-demo", "stream": "case/a1", "version": 1}
    matter, sealed_matter = seal("当事人甲投诉某局", salt=b"s" * 16, nonce=b"n" * 12, field="matter", **fixed)
    reason, sealed_reason = seal("补录", salt=b"t" * 16, nonce=b"m" * 12, field="late_reason", **fixed)
    envelopes = (
        envelope("ledger", 1, LedgerOpened("simulated")),
        envelope(
            "case/a1",
            1,
            CaseOpened("某市城市管理局", matter),
            basis=("some-regime:art.1",),
            law=LawUsed("some-regime", "1" * 64, "cn-2024", "2" * 64),
            seen=(Seen("register/organ-a/opinion/2024", 3),),
            occurred_at=NOON - timedelta(hours=1),
            late_reason=reason,
            request="3" * 64,
        ),
        envelope("case/a1", 2, DocumentServed("document-1", "person-b"), request="3" * 64),
    )
    stored = [MAPPER.to_stored_event(e) for e in envelopes]
    items = [Item(str(s.originator_id), s.originator_version - 1, s.topic, s.state) for s in stored]
    opened = Item(items[1].stream, 0, items[1].type, items[1].body, (sealed_matter, sealed_reason))
    keys = (WrappedKey(KEY.key_id, "case/a1", b"wrapped" * 5),)
    return (
        Request(new_key(), b"asked", (items[0],)),
        Request(new_key(), b"asked", (opened, items[2]), keys),
    )


def test_the_bytes_of_the_log_are_these_for_ever(new_database: NewDatabase) -> None:
    dsn = new_database()
    upgrade(dsn)
    open_ledger(dsn, "cn-000000-demo", "simulated")
    with LedgerApplication(dsn, "cn-000000-demo", MAPPER) as log:
        log.append(requests(), NOON)
        entries = [n.state for n in log.recorder.select_notifications(None, 10)]
        read = log.read("case/a1")
    for name, entry in zip(NAMES, entries, strict=True):
        assert entry == (GOLDEN / f"{name}.entry").read_bytes()
        assert hashing.leaf_hash(entry).hex() == (GOLDEN / f"{name}.leaf").read_text(encoding="ascii").strip()
    commitment = hashlib.sha256(b"t" * 16 + '"补录"'.encode()).hexdigest()
    assert read[0].late_reason == Sealed(commitment)
