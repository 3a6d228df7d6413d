"""The disk is full from one write on, each in turn: it is said in a sentence, and goes on once there is room again."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from pathlib import Path

import pytest

from api.sealing import Rounds
from ledger.sealing.record import RecordError
from ledger.sealing.witness import Witness
from tests.ledger.crash.knife import WRITES, apart, watched
from tests.ledger.crash.rounds import (
    MINUTE,
    WITNESS,
    State,
    at_work,
    bundle_checks,
    check,
    history,
    published,
    witnessed,
)
from tests.ledger.crash.test_witness import OTHERS, asked
from tests.ledger.sealing.office import KEY, LEDGER, MORNING


class Disk:
    """A disk that is full from one write on, until there is room again. `file` limits what counts to files so named."""

    def __init__(self, room: int, file: str = "") -> None:
        self._left, self._file, self.refused = room, file, 0

    def __call__(self, name: str, path: str) -> bool:
        if name not in WRITES or self._file not in path:
            return False
        self._left -= 1
        self.refused += self._left < 0
        return self._left < 0


class Heard(logging.Handler):
    """What is said in the log of the processes."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        logging.getLogger("caseledger").addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        assert record.exc_info is None
        self.said.append(record.getMessage())


def test_a_sealer_without_room_says_so_publishes_nothing_half_and_goes_on_with_room(folder: Path) -> None:
    assert apart(_sealer, folder) == 0


def _sealer(folder: Path) -> None:
    before = history(6)
    rows = history(9, after=before, at=MORNING + MINUTE)
    states, room, heard = State(folder, before), 0, Heard()
    while True:
        state, disk = states.new(), Disk(room)
        with at_work(state, rows) as sealer:
            rounds = Rounds("", [LEDGER], lambda *_: sealer)
            for _ in range(2):
                with watched(disk):
                    done = rounds._round({LEDGER: sealer}, [LEDGER])
                check(state, rows)
            if not disk.refused:
                assert list(done) == [LEDGER]
                break
            assert (list(rounds.refused), done) == ([LEDGER], {})
            not_sealed = [said for said in heard.said if "not sealed: " in said]
            assert len(set(not_sealed)) == len(not_sealed) > 0, "each is said once"
            assert all("the system refuses: " in said or "the record, cannot be used" in said for said in not_sealed)
            heard.said.clear()
            assert rounds._round({LEDGER: sealer}, [LEDGER])[LEDGER].size == 9
            assert rounds.refused == {}
            assert [note.size for note in published(state) if note] == [9, 9]
            check(state, rows)
            sealer.round(datetime.now(UTC) + MINUTE)  # a witness without room is asked again within a minute
            assert witnessed(state) == 9
            check(state, rows)
        assert bundle_checks(state, rows)
        room += 1
    assert room > 20


def test_a_witness_without_room_cosigns_nothing_and_goes_on_with_room(folder: Path) -> None:
    assert apart(_witness, folder) == 0


def _witness(folder: Path) -> None:
    room, heard = 0, Heard()
    while True:
        (state := folder / f"{room}").mkdir()
        with Witness(state / "witness.db", WITNESS, [KEY.verifier]) as witness:
            assert asked(witness, 0, 7) == 200
            disk = Disk(room, "witness.db")
            with watched(disk):
                answer = asked(witness, 7, 20)
            if not disk.refused:
                break
            assert answer == 503
            (said,) = heard.said
            assert said.startswith("not cosigned: the record cannot be written: ")
            heard.said.clear()
            assert asked(witness, 7, 8, OTHERS) == 422
            assert asked(witness, 7, 20) == 200
        room += 1
    assert room > 3


@pytest.mark.parametrize("file", ["sealer.db", "witness.db"])
def test_a_record_that_cannot_be_begun_for_want_of_room_is_begun_later(folder: Path, file: str) -> None:
    assert apart(_record, folder, file) == 0


def _record(folder: Path, file: str) -> None:
    room = 0
    while True:
        (state := folder / f"{room}").mkdir()
        disk = Disk(room, file)
        try:
            with watched(disk), at_work(state, []):
                pass
        except (RecordError, OSError):
            assert disk.refused
        else:
            if not disk.refused:
                break
        with at_work(state, []):
            pass
        room += 1
    assert room > 3
