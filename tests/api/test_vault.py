"""Sealing at the desk: keys and texts, and who can open them again."""

from __future__ import annotations

import errno
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from random import Random
from threading import Barrier, Event

import pytest

from api.execute import Desk
from api.vault import Vault, master_key
from ledger.memory import MemoryLog
from ledger.sealed import SealError
from tests.api.office import MASTER, OPENING, AtDesk, memory_desk

CHANCE = Random("vault").randbytes


@pytest.fixture
def people() -> AtDesk:
    return AtDesk(memory_desk())


def texts(desk: Desk, case: str = "c1") -> dict[tuple[int, str], str]:
    texts = desk.vault.open(desk.log, desk.history(f"case/{case}"))
    return {(text.version, text.field): text.text for text in texts}


def test_a_text_opens_again_at_its_place(people: AtDesk) -> None:
    people.take("open", **OPENING, matter="检查发现未告知陈述权")
    people.take("register-act", act="A1", kind="penalty", title="处罚决定书", party="当事人甲")
    people.take("assign-handlers", persons=["person-a"])
    assert texts(people.desk) == {
        (1, "matter"): "检查发现未告知陈述权",
        (2, "title"): "处罚决定书",
        (2, "party"): "当事人甲",
    }


def test_the_reason_for_recording_late_is_sealed_like_every_text(people: AtDesk) -> None:
    people.take("open", **OPENING, on=date(2024, 1, 15), late_reason="系统停机")
    people.take("assign-handlers", persons=["person-a"])
    assert texts(people.desk) == {(1, "late_reason"): "系统停机"}
    assert people.desk.history("case/c1")[0].late_reason is not None


def test_a_text_is_kept_in_the_normal_form_of_unicode(people: AtDesk) -> None:
    people.take("open", **OPENING, matter="Cafe\u0301")
    assert texts(people.desk) == {(1, "matter"): "Caf\u00e9"}


def test_the_log_holds_no_word_of_a_text(people: AtDesk) -> None:
    people.take("open", **OPENING, matter="THE MATTER 案由")
    assert isinstance(people.desk.log, MemoryLog)
    for entry in people.desk.log.entries:
        assert b"MATTER" not in entry
        assert "案由".encode() not in entry


def test_a_case_has_one_data_key_and_shares_it_with_no_other(people: AtDesk) -> None:
    for case in ("c1", "c2"):
        people.take("open", case=case, **OPENING, matter="案由")
        people.take("register-act", case=case, kind="penalty", title="处罚决定书")
    keys = [people.desk.log.data_keys(f"case/{case}") for case in ("c1", "c2")]
    assert [len(found) for found in keys] == [1, 1]
    assert keys[0] != keys[1]


def test_the_same_text_twice_is_not_to_be_told_from_two_texts(people: AtDesk) -> None:
    people.take("open", **OPENING, matter="案由")
    people.take("open", case="c2", **OPENING, matter="案由")
    first, second = (people.desk.history(f"case/{case}")[0].fact.matter for case in ("c1", "c2"))
    assert first != second


def test_another_installation_cannot_open_a_text(people: AtDesk) -> None:
    people.take("open", **OPENING, matter="案由")
    stranger = Vault(MASTER[::-1], CHANCE)
    with pytest.raises(SealError):
        stranger.open(people.desk.log, people.desk.history("case/c1"))


def test_two_requests_are_compared_without_keeping_what_they_say() -> None:
    vault, stranger = Vault(MASTER, CHANCE), Vault(MASTER[::-1], CHANCE)
    assert vault.fingerprint(b"asked") == vault.fingerprint(b"asked")
    assert vault.fingerprint(b"asked") != vault.fingerprint(b"asked otherwise")
    assert vault.fingerprint(b"asked") != stranger.fingerprint(b"asked")


def test_the_master_key_is_made_once_and_read_by_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "master.key"
    made = master_key(path, CHANCE)
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IRUSR | stat.S_IWUSR
    assert master_key(path, CHANCE) == made == path.read_bytes()


def test_of_several_first_starts_at_once_one_makes_the_master_key_and_all_use_it(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "master.key"
    barrier, made = Barrier(8), Event()

    def start(number: int) -> bytes:
        def chance(size: int) -> bytes:
            barrier.wait()  # by now every one of them has seen that there is no key
            assert number == 0 or made.wait(10)  # and the others put theirs there when the first is already in use
            return os.urandom(size)

        key = master_key(path, chance)
        made.set()
        return key

    with ThreadPoolExecutor(8) as starts:
        keys = set(starts.map(start, range(8)))
    assert keys == {path.read_bytes()}
    assert list(path.parent.iterdir()) == [path]
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IRUSR | stat.S_IWUSR


def test_a_master_key_that_could_not_be_written_whole_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "the disk is full")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="the disk is full"):
        master_key(tmp_path / "master.key", CHANCE)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_holds_no_key_is_not_taken_for_one(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    path.write_bytes(b"short")
    with pytest.raises(ValueError, match=r"master\.key does not hold a key of 32 bytes"):
        master_key(path, CHANCE)
    assert path.read_bytes() == b"short"
