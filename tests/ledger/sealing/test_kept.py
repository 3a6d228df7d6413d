"""Of the notes that a sealer has published of earlier sizes stay those that a proof needs, and the newest."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from ledger.proof.note import SIGNS, SigningKey
from ledger.proof.policy import Policy
from ledger.sealing import kept
from ledger.verify.bundle import verify
from ledger.verify.keys import ROTATED, handover
from ledger.verify.verdict import Trust
from tests.ledger.sealing.office import KEY, MORNING
from tests.ledger.verify.test_bundle import CASE, Office

NEXT = SigningKey(KEY.name, SIGNS, b"next".ljust(32))
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "NEWEST", 4)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    made = Office(tmp_path)
    made.seal()
    return made


def minutes(office: Office, first: int, last: int) -> None:
    """A file grows by one step a minute, and each minute is sealed."""
    for minute in range(first, last + 1):
        office.entries.append(CASE, at=MORNING + minute * MINUTE)
        office.seal(MORNING + minute * MINUTE + timedelta(seconds=1))


def rotated(office: Office, minute: int) -> int:
    facts = {"old": str(KEY.verifier), "new": str(NEXT.verifier), "approver": "person-h"}
    facts["signature"] = handover(KEY, NEXT.verifier)
    office.entries.append("ledger", at=MORNING + minute * MINUTE, type_=ROTATED, facts=facts)
    return office.entries.size() - 1


def checks(office: Office, key: SigningKey) -> bool:
    return verify(office.bundle(), Trust(Policy.of([key.verifier]))).exit == 0


def test_the_notes_of_few_sizes_stay_however_long_a_ledger_is_sealed(office: Office) -> None:
    minutes(office, 1, 40)
    assert office.site.sizes() == [45, 46, 47, 48]
    assert len(list((office.site.folder / "at").rglob("*"))) == 4 * 3, "no empty folder is left behind"
    assert checks(office, KEY)


def test_the_first_checkpoint_after_a_change_of_keys_stays_for_who_has_the_earlier_key(office: Office) -> None:
    minutes(office, 1, 9)
    position = rotated(office, 10)
    office.sealer.keys = [KEY, NEXT]
    minutes(office, 11, 12)
    office.sealer.keys = [NEXT]
    minutes(office, 13, 40)
    sizes = office.site.sizes()
    assert sizes == [position + 2, *range(office.entries.size() - 3, office.entries.size() + 1)]
    assert checks(office, KEY)
    assert checks(office, NEXT)


def test_a_change_that_the_earlier_key_signs_late_keeps_the_first_that_it_signs(office: Office) -> None:
    position = rotated(office, 1)
    office.sealer.keys = [NEXT]
    minutes(office, 2, 20)
    office.sealer.keys = [KEY, NEXT]
    minutes(office, 21, 21)
    first = office.entries.size()
    office.sealer.keys = [NEXT]
    minutes(office, 22, 40)
    assert position < first == office.site.sizes()[0]
    assert checks(office, KEY)


def test_what_an_earlier_version_has_left_goes_with_the_next_note_of_heads(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "NEWEST", 10_000)
    minutes(office, 1, 3)
    rotated(office, 4)
    office.sealer.keys = [KEY, NEXT]
    minutes(office, 5, 20)
    assert len(office.site.sizes()) == 20
    monkeypatch.setattr(kept, "NEWEST", 4)
    minutes(office, 21, 21)
    assert len(office.site.sizes()) == 5
    assert checks(office, KEY)


def test_a_kept_note_that_is_damaged_gives_way_to_a_later_one_that_proves_the_same(office: Office) -> None:
    rotated(office, 1)
    office.sealer.keys = [KEY, NEXT]
    minutes(office, 2, 4)
    for size, content in ((10, b"no note"), (11, None)):
        path = office.site.folder / office.site.at(size) / "checkpoint"
        if content is None:
            shutil.rmtree(path.parent)
        else:
            path.write_bytes(content)
    assert [size for _, _, size, _ in kept.handovers(office.entries, office.site)] == [12]
    assert checks(office, KEY)


def test_what_others_put_among_the_notes_is_neither_listed_nor_in_the_way(office: Office) -> None:
    for name in ("at/foo/checkpoint", "at/x001/checkpoint", "at/008.p/3/checkpoint", "at/009/copy/checkpoint"):
        path = office.site.folder / name
        path.parent.mkdir(parents=True)
        path.write_bytes(b"")
    minutes(office, 1, 12)
    assert office.site.sizes() == [17, 18, 19, 20]


def test_what_is_taken_away_half_is_taken_away_at_the_next_round(office: Office) -> None:
    minutes(office, 1, 4)
    (office.site.folder / office.site.at(9) / "heads").unlink()
    minutes(office, 5, 12)
    assert office.site.sizes() == [17, 18, 19, 20]
