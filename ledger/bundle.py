"""What an auditor takes away (取证包): one zip with the entries of a file, the proofs of them, and what they rest on.

Everything in it is in a public format or is the bytes themselves, so that it can be checked without this software. The
manifest is an aid to whoever reads it, and proves nothing: what is checked is found by its name.
"""

from __future__ import annotations

import lzma
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from os import SEEK_CUR
from pathlib import Path
from typing import Any, Final, Protocol, Self

from ledger import canonical, entry
from ledger.evidence.checking import BLOCK
from ledger.evidence.named import DIGEST
from ledger.faults import Fault, FileFault

FORMAT: Final = "caseledger-bundle/1"
REPORTED: Final = "caseledger-report-bundle/1"
"""The format of a bundle for a report over many files."""
LARGEST: Final = 64 << 20
"""Most bytes of one file in a bundle, evidence apart; most of all of them is sixteen times that.

Evidence is as large as it is. It lies in the zip as it is, not compressed, so that nothing can unpack to more than
somebody has had to send, and it is never in memory as a whole.
"""
MOST_FILES: Final = 200_000

_STAMP: Final = (1980, 1, 1, 0, 0, 0)  # no clock: a bundle of the same content has the same bytes
_VERSION: Final = r"[0-9]{6,}"
_NAME: Final = r"[a-z][a-z-]{0,60}"
_NAMES: Final = re.compile(
    rf"manifest\.json|checkpoint|head\.proof|consistency\.proof|timestamp\.tsr|disclosed\.json|HOW-TO-CHECK\.md"
    rf"|entries/{_VERSION}\.entry|proofs/{_VERSION}\.tlog-proof|law/{DIGEST}\.json"
    rf"|keys/{_VERSION}\.(?:entry|tlog-proof)|reports/{_NAME}\.json"
    rf"|heads|streams/{_VERSION}\.list|entries/{_VERSION}\.entries"
    r"|tile/0/(?:x[0-9]{3}/){0,6}[0-9]{3}(?:\.p/[1-9][0-9]{0,2})?",
    re.ASCII,
)
_EVIDENCE: Final = re.compile(rf"evidence/({DIGEST})", re.ASCII)
_LOCAL: Final = 30
"""Bytes of the header before a member of a zip that are there always; the last four are the lengths of the rest."""


class BundleError(Fault):
    """The file is no bundle that this software reads: one sentence says why."""


class Piece(Protocol):
    """Evidence that goes into a bundle or lies in one."""

    def blocks(self) -> Iterator[bytes]:
        """The bytes, a part at a time."""


@dataclass(frozen=True, slots=True)
class Packed:
    """Evidence in a zip, not checked yet: as many bytes as the zip says, from where it says that they begin."""

    path: Path
    offset: int
    size: int

    def blocks(self) -> Iterator[bytes]:
        """See `Piece.blocks`; `OSError` when the zip cannot be read any more."""
        with self.path.open("rb") as file:
            file.seek(self.offset)
            head = file.read(_LOCAL)
            file.seek(int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little"), SEEK_CUR)
            left = self.size
            while left and (block := file.read(min(left, BLOCK))):
                left -= len(block)
                yield block


@dataclass(frozen=True, slots=True)
class About:
    """The report that a bundle over many files is for: its name, the year, the only organ in it, if there is one."""

    name: str
    year: int
    organ: str | None = None


@dataclass(frozen=True, slots=True)
class Bundle:
    """The files of a bundle by their names; `ledger`, `stream` and `size` are what the manifest says.

    Evidence is apart from the other files, by its digests. Where the bundle is for a report over many files, `report`
    says for which, and `stream` is empty.
    """

    ledger: str
    stream: str
    size: int
    files: Mapping[str, bytes] = field(default_factory=dict)
    evidence: Mapping[str, Piece] = field(default_factory=dict)
    report: About | None = None

    def manifest(self) -> bytes:
        """What is in it, for whoever opens it by hand."""
        told: dict[str, Any] = {"format": FORMAT, "ledger": self.ledger, "stream": self.stream, "size": self.size}
        if self.report is not None:
            told |= {"format": REPORTED, "report": asdict(self.report)}
        return canonical.encode(told | {"files": sorted([*self.files, *map("evidence/{}".format, self.evidence)])})

    def below(self, folder: str) -> dict[str, bytes]:
        """The files of a folder by their names in it, in order."""
        prefix = f"{folder}/"
        return {name.removeprefix(prefix): self.files[name] for name in sorted(self.files) if name.startswith(prefix)}

    def write(self, path: Path) -> None:
        """Write the zip, whole or not at all.

        Raises:
            OSError: it cannot be written.
            EvidenceError: evidence cannot be read, or is not what its digest says.
        """
        part = path.with_name(path.name + ".part")
        try:
            with zipfile.ZipFile(part, "w") as archive:
                for name, content in {"manifest.json": self.manifest(), **self.files}.items():
                    archive.writestr(_info(name, zipfile.ZIP_DEFLATED), content)
                for digest, piece in sorted(self.evidence.items()):
                    info = _info(f"evidence/{digest}", zipfile.ZIP_STORED)
                    with archive.open(info, "w", force_zip64=True) as file:
                        file.writelines(piece.blocks())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a zip that anybody may have made.

        Raises:
            BundleError: it is no zip or a damaged one, holds something that has no place in a bundle, or more than
                anybody needs.
        """
        try:
            with zipfile.ZipFile(path) as archive:
                _refuse_names(archive.namelist())
                evidence = _packed(archive, path)
                files = dict(_contents(archive))
        except OSError as error:
            raise BundleError("not-a-zip", name=path.name, why=FileFault.of(error)) from error
        except (
            zipfile.BadZipFile,
            zlib.error,
            lzma.LZMAError,
            EOFError,
            NotImplementedError,
            RuntimeError,
            ValueError,
        ) as error:
            why = error if path.stat().st_size else FileFault("empty-file")
            raise BundleError("not-a-zip", name=path.name, why=why) from error
        told = _manifest(files.pop("manifest.json", None))
        return cls(told["ledger"], told["stream"], told["size"], files, evidence, told["report"])


def _info(name: str, compress_type: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _STAMP)
    info.compress_type, info.external_attr = compress_type, 0o644 << 16
    return info


def _refuse_names(names: Sequence[str]) -> None:
    if len(names) > MOST_FILES:
        raise BundleError("too-many-files", count=len(names))
    if len(set(names)) != len(names):
        raise BundleError("name-twice")
    for name in names:
        if not _NAMES.fullmatch(name) and not _EVIDENCE.fullmatch(name):
            raise BundleError("no-place", name=name)


def _packed(archive: zipfile.ZipFile, path: Path) -> dict[str, Packed]:
    """The evidence in a zip: all of it together is no longer than the zip is, so there is no more to read."""
    found, room = {}, path.stat().st_size
    for info in archive.infolist():
        match = _EVIDENCE.fullmatch(info.filename)
        if match is None:
            continue
        room -= info.file_size
        if room < 0 or info.compress_type != zipfile.ZIP_STORED or info.file_size != info.compress_size:
            raise BundleError("evidence-packed", name=info.filename)
        found[match[1]] = Packed(path, info.header_offset, info.file_size)
    return found


def _contents(archive: zipfile.ZipFile) -> list[tuple[str, bytes]]:
    found, room = [], 16 * LARGEST
    for info in archive.infolist():
        if _EVIDENCE.fullmatch(info.filename):
            continue
        if info.file_size > min(room, LARGEST):
            raise BundleError("unpacks-too-large", name=info.filename, size=info.file_size)
        with archive.open(info) as file:  # what the zip says of its own sizes is not believed
            content = file.read(min(room, LARGEST) + 1)
        room -= len(content)
        if room < 0 or len(content) > LARGEST:
            raise BundleError("unpacks-beyond", name=info.filename)
        found.append((info.filename, content))
    return found


def _manifest(content: bytes | None) -> dict[str, Any]:
    try:
        told = canonical.decode(content or b"")
    except canonical.CanonicalError as error:
        raise BundleError("no-manifest") from error
    if type(told) is not dict or told.get("format") not in (FORMAT, REPORTED):
        raise BundleError("other-format", format=FORMAT)
    ledger, stream, size = told.get("ledger"), told.get("stream"), told.get("size")
    report = _about(told.get("report")) if told["format"] == REPORTED else None
    if not (
        type(ledger) is str
        and type(stream) is str
        and type(size) is int
        and re.fullmatch(entry.LEDGER, ledger)
        and (stream == "" if report is not None else re.fullmatch(entry.STREAM, stream))
        and size > 0
    ):
        raise BundleError("manifest-incomplete")
    return {**told, "report": report}


def _about(told: Any) -> About:
    """What a manifest says of a report."""
    if type(told) is not dict or told.keys() != {"name", "year", "organ"}:
        raise BundleError("manifest-incomplete")
    name, year, organ = told["name"], told["year"], told["organ"]
    if not (type(name) is str and re.fullmatch(_NAME, name) and type(year) is int and type(organ) in (str, type(None))):
        raise BundleError("manifest-incomplete")
    return About(name, year, organ)
