"""What is put comes back as it was or not at all, from a folder and from a store that speaks S3."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from itertools import repeat
from pathlib import Path
from typing import BinaryIO, Never, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.evidence import incoming
from ledger.evidence.checking import BLOCK, checked
from ledger.evidence.errors import Damaged, EvidenceError, NotKept, Oversized, StoreDown
from ledger.evidence.s3 import PART, Bucket, S3Shelf
from ledger.evidence.store import Address, Content, Store
from tests.ledger.evidence.conftest import MOST, Here, on_disk

LEDGER, ORGAN = "cn-000000", "organ-justice"


def blocks(size: int, seed: bytes = b"photo") -> Iterator[bytes]:
    """Bytes that compress badly, in blocks."""
    block = (sha256(seed).digest() * (BLOCK // 32))[:BLOCK]
    for start in range(0, size, BLOCK):
        yield block[: min(BLOCK, size - start)]


def until_damage(blocks: Iterator[bytes]) -> bytes:
    """What is handed over before the damage is said."""
    read = bytearray()
    try:
        for block in blocks:
            read += block
    except Damaged:
        return bytes(read)
    pytest.fail("altered bytes were handed over as if they were the evidence")


def address(digest: str, organ: str = ORGAN) -> Address:
    return Address(LEDGER, organ, digest)


@pytest.mark.parametrize("size", [0, 1, BLOCK, BLOCK + 1, 2 * PART + 5])
def test_what_is_put_is_read_again_as_it_was(here: Here, size: int) -> None:
    kept = here.store.put(blocks(size), LEDGER, ORGAN)
    whole = b"".join(blocks(size))
    assert kept == (sha256(whole).hexdigest(), size)
    content = here.store.open(address(kept.digest))
    assert (content.size, b"".join(content.blocks()) == whole) == (size, True)
    assert here.files() == [f"{LEDGER}/{ORGAN}/{kept.digest}"]


def test_the_same_bytes_put_twice_are_one_file(here: Here) -> None:
    first, second = (here.store.put(blocks(BLOCK), LEDGER, ORGAN) for _ in range(2))
    assert first == second
    assert len(here.files()) == 1


def test_the_same_bytes_put_by_many_at_once_are_one_file(tmp_path: Path) -> None:
    here = on_disk(tmp_path / "evidence")
    with ThreadPoolExecutor(8) as pool:
        kept = set(pool.map(lambda _: here.store.put(blocks(3 * BLOCK), LEDGER, ORGAN), range(24)))
    assert len(kept) == len(here.files()) == 1
    assert sum(map(len, here.store.open(address(kept.pop().digest)).blocks())) == 3 * BLOCK


def test_what_one_organ_has_handed_in_is_not_there_for_another(here: Here) -> None:
    kept = here.store.put(blocks(10), LEDGER, ORGAN)
    for elsewhere in (address(kept.digest, "organ-urban"), Address("cn-000001", ORGAN, kept.digest)):
        with pytest.raises(NotKept):
            here.store.open(elsewhere)


@pytest.mark.parametrize("size", [100, 3 * BLOCK + 100])
@pytest.mark.parametrize("where", [0, -1])
def test_a_bit_that_was_turned_is_found_before_the_last_block_is_handed_over(here: Here, size: int, where: int) -> None:
    kept = here.store.put(blocks(size), LEDGER, ORGAN)
    turned = bytearray(b"".join(blocks(size)))
    turned[where] ^= 1
    here.alter(address(kept.digest).name, bytes(turned))
    assert len(until_damage(here.store.open(address(kept.digest)).blocks())) <= size - 100


@pytest.mark.parametrize("change", [b"", b"shorter", b"longer than it was by a lot"])
def test_other_bytes_under_the_name_are_never_handed_over(here: Here, change: bytes) -> None:
    kept = here.store.put([b"as it was"], LEDGER, ORGAN)
    here.alter(address(kept.digest).name, change)
    with pytest.raises(Damaged):
        list(here.store.open(address(kept.digest)).blocks())


def test_damaged_evidence_is_mended_by_putting_it_again(here: Here) -> None:
    kept = here.store.put([b"as it was"], LEDGER, ORGAN)
    here.alter(address(kept.digest).name, b"as it is not")
    assert here.store.put([b"as it was"], LEDGER, ORGAN) == kept
    assert list(here.store.open(address(kept.digest)).blocks()) == [b"as it was"]


def test_what_is_too_large_is_refused_and_nothing_of_it_stays(here: Here) -> None:
    assert here.store.put(blocks(MOST), LEDGER, ORGAN).size == MOST
    before = here.files()
    with pytest.raises(Oversized, match=str(MOST)):
        here.store.put(repeat(b"x" * BLOCK), LEDGER, ORGAN)
    assert here.files() == before
    assert list(here.store.shelf.spool.iterdir()) == []


def test_what_breaks_off_on_its_way_leaves_nothing(here: Here) -> None:
    def breaking() -> Iterator[bytes]:
        yield b"the first half"
        raise ConnectionError

    with pytest.raises(ConnectionError):
        here.store.put(breaking(), LEDGER, ORGAN)
    assert here.files() == []
    assert list(here.store.shelf.spool.iterdir()) == []


def test_what_is_not_there_is_not_there(here: Here) -> None:
    with pytest.raises(NotKept):
        here.store.open(address("0" * 64))
    assert list(here.store.contents(LEDGER)) == []


def test_the_store_tells_what_it_has_and_what_has_no_place_in_it(here: Here) -> None:
    kept = {here.store.put([bytes([n])], LEDGER, organ).digest for n in range(3) for organ in (ORGAN, "organ-urban")}
    here.store.put([b"elsewhere"], "cn-000001", ORGAN)
    here.alter(f"{LEDGER}/letter.txt", b"hello")
    found = list(here.store.contents(LEDGER))
    assert [each for each in found if isinstance(each, str)] == [f"{LEDGER}/letter.txt"]
    evidence = [each for each in found if isinstance(each, Content)]
    assert ({each.address.digest for each in evidence}, len(evidence)) == (kept, 6)
    assert all(each.size == 1 for each in evidence)


@given(organ=st.text(st.characters(codec="utf-8"), min_size=1, max_size=60))
def test_an_organ_is_one_folder_whatever_it_is_called(organ: str) -> None:
    name = address("0" * 64, organ).name
    assert name.count("/") == 2
    assert name.split("/")[1] not in (".", "..")
    assert not name.split("/")[1].startswith(".")
    assert Address.parse(name) == address("0" * 64, organ)


@given(blocks=st.lists(st.binary(max_size=8)))
def test_bytes_are_handed_on_as_they_are_and_the_last_only_if_all_are_right(blocks: list[bytes]) -> None:
    whole = b"".join(blocks)
    assert b"".join(checked(blocks, sha256(whole).hexdigest())) == whole
    handed = until_damage(checked(blocks, sha256(whole + b"x").hexdigest()))
    assert len(handed) < max(1, len(whole))


# --- crashes -----------------------------------------------------------------------------------------------------

KILLED = """
import sys, time
from pathlib import Path
from ledger.evidence.disk import DiskShelf
from ledger.evidence.store import Store
def blocks():
    yield b"x" * 3_000_000
    print("half", flush=True)
    time.sleep(600)
Store(DiskShelf(Path(sys.argv[1])), 1 << 30).put(blocks(), "cn-000000", "organ-justice")
"""


def test_a_process_killed_on_the_way_leaves_nothing_that_reads_as_evidence(tmp_path: Path) -> None:
    here = on_disk(tmp_path / "evidence")
    with subprocess.Popen([sys.executable, "-c", KILLED, tmp_path / "evidence"], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"half\n"
        other = here.store.put([b"another's"], LEDGER, ORGAN)  # while the first is at work, its file is left alone
        assert len(list(here.store.shelf.spool.iterdir())) == 1
        process.send_signal(signal.SIGKILL)
    assert [each.address.digest for each in here.store.contents(LEDGER) if isinstance(each, Content)] == [other.digest]
    here.store.put([b"the next"], LEDGER, ORGAN)
    assert list(here.store.shelf.spool.iterdir()) == []


@pytest.mark.parametrize("at", ["fchmod", "fsync", "replace"])
def test_a_disk_that_fails_at_any_step_is_said_and_nothing_reads_as_evidence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    here = on_disk(tmp_path / "evidence")

    def fails(*_: object) -> Never:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path if at == "replace" else os, at, fails)
    with pytest.raises(OSError, match="No space"):
        here.store.put([b"photo"], LEDGER, ORGAN)
    monkeypatch.undo()
    assert list(here.store.contents(LEDGER)) == []
    assert here.files() == []


def test_the_bytes_are_on_the_disk_before_their_name_and_the_name_before_the_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, done, sync, replace = on_disk(tmp_path / "evidence"), list[str](), os.fsync, Path.replace

    def synced(handle: int) -> None:
        done.append("sync " + Path(f"/proc/self/fd/{handle}").readlink().name)
        sync(handle)

    def replaced(path: Path, place: Path) -> Path:
        done.append(f"name {path.name}")
        return replace(path, place)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", replaced)
    here.store.put([b"photo"], LEDGER, ORGAN)
    name = done[1].removeprefix("name ")
    folders = (ORGAN, LEDGER, "evidence", tmp_path.name)
    assert done == [f"sync {name}", f"name {name}", *(f"sync {folder}" for folder in folders)]


def test_a_file_that_loses_its_name_before_it_is_locked_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, taken = on_disk(tmp_path / "evidence"), list[Path]()
    locked = incoming._locked

    def slow(file: BinaryIO) -> bool:
        if not taken:
            taken.extend(here.store.shelf.spool.iterdir())
            taken[0].unlink()
        return locked(file)

    monkeypatch.setattr(incoming, "_locked", slow)
    kept = here.store.put([b"photo"], LEDGER, ORGAN)
    assert here.files() == [address(kept.digest).name]


def test_only_its_owner_can_look_into_a_folder_of_evidence(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "evidence"
    kept = on_disk(folder).store.put([b"photo"], LEDGER, ORGAN)
    place = folder / address(kept.digest).name
    assert place.stat().st_mode & 0o777 == 0o400
    assert all(each.stat().st_mode & 0o077 == 0 for each in (folder, *folder.rglob("*")))


# --- stores that do not answer -------------------------------------------------------------------------------------


def test_a_store_that_refuses_is_said_to_and_no_key_is_told(s3: str, tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("THE-ID\nthe-wrong-secret\n", encoding="ascii")
    store = Store(S3Shelf(Bucket("s3://none", s3, credentials=tmp_path / "keys"), tmp_path / "in"), MOST)
    asked = (
        lambda: store.put([b"photo"], LEDGER, ORGAN),
        lambda: store.open(address("0" * 64)),
        lambda: list(store.contents(LEDGER)),
    )
    for ask in asked:
        with pytest.raises(StoreDown) as refused:
            ask()
        assert "the-wrong-secret" not in repr(refused.value) + repr(refused.value.__cause__) + repr(store)
        assert refused.value.__suppress_context__
        assert "THE-ID" not in str(refused.value)
    assert list((tmp_path / "in").iterdir()) == []


def test_a_bucket_that_is_not_there_is_no_evidence_that_is_not_there(s3: str, tmp_path: Path, keys: Path) -> None:
    store = Store(S3Shelf(Bucket("s3://none", s3, credentials=keys), tmp_path / "in"), MOST)
    content = Content(store.shelf, address("0" * 64), 1)
    asked = (
        lambda: store.put([b"photo"], LEDGER, ORGAN),
        lambda: store.open(address("0" * 64)),
        lambda: list(store.contents(LEDGER)),
        lambda: list(content.blocks()),
    )
    for ask in asked:
        with pytest.raises(StoreDown, match="NoSuchBucket"):
            ask()


def test_evidence_that_goes_between_looking_and_reading_is_said_to_have_gone(here: Here) -> None:
    gone = Content(here.store.shelf, address("0" * 64), 1)
    with pytest.raises(NotKept, match="has gone"):
        list(gone.blocks())


def test_a_store_that_is_away_is_said_to_be(tmp_path: Path, keys: Path) -> None:
    store = Store(S3Shelf(Bucket("s3://none", "http://127.0.0.1:9", credentials=keys), tmp_path / "in"), MOST)
    with pytest.raises(StoreDown, match="does not answer"):
        store.open(address("0" * 64))


@pytest.mark.parametrize("text", ["", "one line\nand\nmore", "id-alone"])
def test_a_file_that_holds_no_key_is_refused_without_telling_what_it_holds(tmp_path: Path, text: str) -> None:
    (tmp_path / "keys").write_text(text, encoding="ascii")
    with pytest.raises(EvidenceError, match="not two lines") as refused:
        S3Shelf(Bucket("s3://none", credentials=tmp_path / "keys"), tmp_path)
    assert not text or text not in str(refused.value)


def test_what_another_login_has_left_half_way_keeps_nobody_from_handing_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, opened = on_disk(tmp_path).store, Path.open
    store.put([b"ours"], LEDGER, ORGAN)
    theirs = store.shelf.spool / "theirs"
    theirs.touch()

    def closed(path: Path, mode: str = "r") -> BinaryIO:
        if path == theirs:  # the rights of a file close it to nobody who runs the tests as root
            raise PermissionError(13, "Permission denied", str(path))
        return cast("BinaryIO", opened(path, mode))

    monkeypatch.setattr(Path, "open", closed)
    assert store.put([b"ours as well"], LEDGER, ORGAN).size == 12
    assert theirs.exists()
