"""The processes of the proof: a sealer that refuses looks again, keys are in order, an audit resumes only if it may."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, cast

import pytest

from api.auditing import _begun
from api.sealing import Rounds, keys_in
from ledger.audit import Signed
from ledger.hashing import EMPTY_ROOT
from ledger.proof.checkpoint import Checkpoint, origin
from ledger.proof.note import SIGNS, SigningKey
from ledger.sealing.record import SealRecord
from ledger.sealing.sealer import Sealer, SealRefused
from tests.ledger.sealing.office import LEDGER, MORNING, Entries, sealer


class Hesitant:
    """A sealer that refuses twice and then goes on, as after a recovery."""

    def __init__(self) -> None:
        self.rounds = 0

    def round(self, now: datetime, **_: Any) -> Checkpoint:
        self.rounds += 1
        if self.rounds < 3:
            raise SealRefused("not-the-signed-one", LEDGER, 4)
        return Checkpoint(origin(LEDGER), now.year, EMPTY_ROOT)


def test_a_sealer_that_refuses_says_so_once_and_goes_on_once_it_may(caplog: pytest.LogCaptureFixture) -> None:
    work = {LEDGER: cast("Sealer", Hesitant())}
    rounds = Rounds("", [LEDGER], lambda *_: work[LEDGER])
    assert rounds._round(work, ()) == rounds._round(work, ()) == {}
    assert list(rounds.refused) == [LEDGER]
    assert len(caplog.records) == 1
    assert list(rounds._round(work, ())) == [LEDGER]
    assert rounds.refused == {}


def test_of_several_keys_the_newest_is_the_last(tmp_path: Path) -> None:
    for number in (10, 2, 1, 3):
        key = SigningKey(origin(LEDGER), SIGNS, bytes([number]) * 32)
        (tmp_path / (f"{LEDGER}.{number}.key" if number > 1 else f"{LEDGER}.key")).write_text(key.secret())
    assert [key.seed[0] for key in keys_in(tmp_path)[LEDGER]] == [1, 2, 3, 10]


@pytest.mark.parametrize(("size", "goes_on"), [(3, False), (5, True), (9, True), (None, False)])
def test_an_audit_goes_on_only_where_what_was_signed_lies_ahead(
    tmp_path: Path, size: int | None, *, goes_on: bool
) -> None:
    """What is kept tells the root at its own size: a root that was signed before it could not be held against it."""
    entries = Entries()
    entries.append("ledger", "case/a", "case/b", "case/a", "case/a")
    with SealRecord(tmp_path / "kept.db") as record:
        sealer(entries, tmp_path / "site", record).round(MORNING)
        signed = Signed(Checkpoint(origin(LEDGER), size, EMPTY_ROOT) if size is not None else None)
        assert _begun(record, LEDGER, signed).chain.size == (5 if goes_on else 0)
        assert record.of(LEDGER).chain.size == (5 if goes_on else 0)
