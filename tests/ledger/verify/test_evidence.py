"""Evidence in a bundle: as it was handed in, or named as what it is not; however large, never in memory as a whole."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from ledger.bundle import Bundle, BundleError
from ledger.evidence.disk import DiskShelf
from ledger.evidence.errors import Damaged
from ledger.evidence.store import Address, Store
from ledger.export import export
from ledger.verify.bundle import verify
from ledger.verify.verdict import Verdict
from tests.ledger.sealing.office import LEDGER
from tests.ledger.verify.test_bundle import CASE, TRUST, Office

PHOTO, VIDEO, PAPER = b"a photo" * 1_000, b"a video" * 500_000, "0" * 64
REGISTERED = "case.evidence-registered/1"


def hexed(content: bytes) -> str:
    return sha256(content).hexdigest()


@dataclass
class Desk:
    """A sealed ledger with evidence registered, and the store that it lies in."""

    office: Office
    store: Store
    folder: Path

    def bundle(self) -> Bundle:
        return export(LEDGER, CASE, self.office.entries, self.office.site, evidence=self.store)

    def written(self) -> Path:
        path = self.folder / "case.zip"
        self.bundle().write(path)
        return path

    def path(self, content: bytes) -> Path:
        return self.folder / "evidence" / Address(LEDGER, "organ-justice", hexed(content)).name


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    office, store = Office(tmp_path), Store(DiskShelf(tmp_path / "evidence"), 1 << 30)
    for content in (PHOTO, VIDEO):
        store.put([content], LEDGER, "organ-justice")
    actor = {"organ": "organ-justice", "person": "person-a", "role": "handler"}
    for digest in (hexed(PHOTO), hexed(VIDEO), PAPER, None, hexed(PHOTO)):
        facts: dict[str, Any] = {"evidence": "E", "kind": "photo"} | ({"digest": digest} if digest else {})
        office.entries.append(CASE, type_=REGISTERED, facts=facts, actor=actor)
    store.put([b"of another organ"], LEDGER, "organ-urban")
    office.entries.append(CASE, type_=REGISTERED, facts={"digest": hexed(b"of another organ")}, actor=actor)
    office.seal()
    return Desk(office, store, tmp_path)


def checked(path: Path) -> Verdict:
    return verify(Bundle.read(path), TRUST)


def test_evidence_goes_into_a_bundle_and_what_is_not_there_is_said_and_no_fault(desk: Desk) -> None:
    path = desk.written()
    verdict = checked(path)
    assert verdict.exit == 0, verdict.wrong
    assert next(check.count for check in verdict.checks if check.name == "evidence") == 2
    assert verdict.left_out == sorted([PAPER, hexed(b"of another organ")])
    with zipfile.ZipFile(path) as archive:  # as anybody reads it
        assert archive.testzip() is None
        assert archive.read(f"evidence/{hexed(VIDEO)}") == VIDEO
    assert sorted(name for name in zipfile.ZipFile(path).namelist() if "evidence" in name) == sorted(
        f"evidence/{hexed(content)}" for content in (PHOTO, VIDEO)
    )


def test_a_bundle_without_evidence_says_what_it_leaves_out(desk: Desk) -> None:
    bundle = export(LEDGER, CASE, desk.office.entries, desk.office.site)
    verdict = verify(bundle, TRUST)
    assert (verdict.exit, len(verdict.left_out), bundle.evidence) == (0, 4, {})


def test_the_same_bundle_with_evidence_has_the_same_bytes(desk: Desk) -> None:
    assert desk.written().read_bytes() == desk.written().read_bytes()


def test_evidence_that_was_corrected_is_named_by_both_entries(desk: Desk) -> None:
    facts = {"field": "digest", "version": 7, "was": PAPER, "now": hexed(b"the right one")}
    actor = {"organ": "organ-market", "person": "person-y", "role": "handler"}
    desk.store.put([b"the right one"], LEDGER, "organ-market")
    desk.office.entries.append(CASE, type_="case.entry-corrected/1", facts=facts, actor=actor)
    desk.office.entries.append(CASE, type_="case.entry-corrected/1", facts=facts | {"field": "kind"}, actor=actor)
    desk.office.seal()
    verdict = checked(desk.written())
    assert (verdict.exit, PAPER in verdict.left_out) == (0, True)
    assert hexed(b"the right one") in desk.bundle().evidence


@pytest.mark.parametrize("content", [PHOTO, VIDEO])
@pytest.mark.parametrize("where", [0, -1])
def test_a_bit_turned_in_the_store_is_found_by_who_exports(desk: Desk, content: bytes, where: int) -> None:
    turned = bytearray(content)
    turned[where] ^= 1
    desk.path(content).unlink()
    desk.path(content).write_bytes(turned)
    with pytest.raises(Damaged, match=hexed(content)):
        desk.written()
    assert [path.name for path in desk.folder.glob("case.zip*")] == []


@pytest.mark.parametrize("content", [PHOTO, VIDEO])
@pytest.mark.parametrize("where", [0, -1])
def test_a_bit_turned_in_the_bundle_is_found_by_who_checks(desk: Desk, content: bytes, where: int) -> None:
    path = desk.written()
    whole = bytearray(path.read_bytes())
    start = whole.index(content)
    whole[start if where == 0 else start + len(content) - 1] ^= 1
    path.write_bytes(whole)
    verdict = checked(path)
    assert verdict.wrong is not None
    assert (verdict.exit, verdict.wrong.stream) == (18, CASE)
    assert hexed(content) in verdict.wrong.why


def rezipped(path: Path, change: Callable[[str, bytes], tuple[str, bytes, int]]) -> Path:
    """The zip again, each file as it is changed."""
    with zipfile.ZipFile(path) as archive:
        files = [change(name, archive.read(name)) for name in archive.namelist()]
    with zipfile.ZipFile(path, "w") as archive:
        for name, content, how in files:
            archive.writestr(name, content, how)
    return path


def test_other_bytes_under_the_name_of_evidence_are_found(desk: Desk) -> None:
    name = f"evidence/{hexed(PHOTO)}"
    for other in (b"", PHOTO + b"x", PHOTO[:-1], VIDEO):
        path = rezipped(desk.written(), lambda n, c, o=other: (n, o if n == name else c, 0))  # type: ignore[misc]  # o
        assert checked(path).exit == 18


def test_evidence_that_no_entry_names_is_none(desk: Desk) -> None:
    path = desk.written()
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(f"evidence/{hexed(b'slipped in')}", b"slipped in")
    verdict = checked(path)
    assert verdict.wrong is not None
    assert (verdict.exit, "no entry names" in verdict.wrong.why) == (18, True)


def test_evidence_that_would_unpack_to_more_than_it_is_is_not_read(desk: Desk) -> None:
    path = rezipped(desk.written(), lambda n, c: (n, c, zipfile.ZIP_DEFLATED if n.startswith("evid") else 0))
    with pytest.raises(BundleError, match="not compressed"):
        Bundle.read(path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_evidence_that_stands_twice_in_the_zip_is_not_read(desk: Desk) -> None:
    path = desk.written()
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(f"evidence/{hexed(PHOTO)}", PHOTO)
    with pytest.raises(BundleError, match="stands twice"):
        Bundle.read(path)


@pytest.mark.parametrize("name", ["evidence/x", f"evidence/{PAPER}/x", f"evidence/../{PAPER}", "evidence/" + "A" * 64])
def test_evidence_is_called_by_a_digest_and_nothing_else(desk: Desk, name: str) -> None:
    path = desk.written()
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(name, b"x")
    with pytest.raises(BundleError, match="no place in a bundle"):
        Bundle.read(path)


def test_many_names_for_the_same_bytes_of_a_zip_are_not_read(desk: Desk) -> None:
    """Names that overlap: a small zip that would be read again and again."""
    path = desk.written()
    with zipfile.ZipFile(path, "a") as archive:
        (first,) = (info for info in archive.infolist() if info.filename == f"evidence/{hexed(VIDEO)}")
        for number in range(3):
            again = zipfile.ZipInfo(f"evidence/{number:064}", first.date_time)
            again.header_offset, again.CRC = first.header_offset, first.CRC
            again.file_size = again.compress_size = first.file_size
            archive.filelist.append(again)
            archive.NameToInfo[again.filename] = again
        vars(archive)["_didModify"] = True
    with pytest.raises(BundleError, match="not compressed"):
        Bundle.read(path)


@pytest.mark.parametrize("cut", [10, 100_000])
def test_a_zip_that_shrinks_after_it_was_opened_is_found(desk: Desk, cut: int) -> None:
    path = desk.written()
    read = Bundle.read(path)
    path.write_bytes(path.read_bytes()[:cut])
    assert verify(read, TRUST).exit == 18
    path.unlink()
    assert verify(read, TRUST).exit == 18


LARGE = """
import resource, sys
from itertools import repeat
from pathlib import Path
from ledger.bundle import Bundle
from ledger.evidence.disk import DiskShelf
from ledger.evidence.store import Address, Store
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
folder, blocks = Path(sys.argv[1]), int(sys.argv[2])
store = Store(DiskShelf(folder / "evidence"), 1 << 40)
kept = store.put(repeat(bytes(range(256)) * 4096, blocks), "cn-000000", "organ-justice")
piece = store.open(Address("cn-000000", "organ-justice", kept.digest))
bundle = Bundle("cn-000000", "case/a", 1, {}, {kept.digest: piece})
bundle.write(folder / "large.zip")
(piece,) = Bundle.read(folder / "large.zip").evidence.values()
print(sum(map(len, piece.blocks())), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_evidence_of_any_size_goes_in_and_out_in_little_memory(tmp_path: Path) -> None:
    words = [sys.executable, "-c", LARGE, str(tmp_path), "256"]
    said = subprocess.run(words, capture_output=True, text=True, check=True).stdout.split()
    assert int(said[0]) == 256 << 20
    assert int(said[1]) < 32 << 10, "kilobytes"
