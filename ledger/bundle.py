"""What an auditor takes away (取证包): one zip with the entries of a file, the proofs of them, and what they rest on.

Everything in it is in a public format or is the bytes themselves, so that it can be checked without this software. The
manifest is an aid to whoever reads it, and proves nothing: what is checked is found by its name.
"""

from __future__ import annotations

import lzma
import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

from ledger import canonical, entry
from ledger.faults import Fault, FileFault

FORMAT: Final = "caseledger-bundle/1"
LARGEST: Final = 64 << 20
"""Most bytes of one file in a bundle, evidence apart; most of all of them is sixteen times that."""
MOST_FILES: Final = 200_000

_STAMP: Final = (1980, 1, 1, 0, 0, 0)  # no clock: a bundle of the same content has the same bytes
_DIGEST: Final = r"[0-9a-f]{64}"
_VERSION: Final = r"[0-9]{6,}"
_NAMES: Final = re.compile(
    rf"manifest\.json|checkpoint|head\.proof|consistency\.proof|disclosed\.json|HOW-TO-CHECK\.md"
    rf"|entries/{_VERSION}\.entry|proofs/{_VERSION}\.tlog-proof|law/{_DIGEST}\.json|evidence/{_DIGEST}"
    rf"|keys/{_VERSION}\.(?:entry|tlog-proof)",
    re.ASCII,
)


class BundleError(Fault):
    """The file is no bundle that this software reads: one sentence says why."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """The files of a bundle by their names; `ledger`, `stream` and `size` are what the manifest says."""

    ledger: str
    stream: str
    size: int
    files: Mapping[str, bytes] = field(default_factory=dict)

    def manifest(self) -> bytes:
        """What is in it, for whoever opens it by hand."""
        told = {"format": FORMAT, "ledger": self.ledger, "stream": self.stream, "size": self.size}
        return canonical.encode(told | {"files": sorted(self.files)})

    def below(self, folder: str) -> dict[str, bytes]:
        """The files of a folder by their names in it, in order."""
        prefix = f"{folder}/"
        return {name.removeprefix(prefix): self.files[name] for name in sorted(self.files) if name.startswith(prefix)}

    def write(self, path: Path) -> None:
        """Write the zip, whole or not at all."""
        part = path.with_name(path.name + ".part")
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in {"manifest.json": self.manifest(), **self.files}.items():
                info = zipfile.ZipInfo(name, _STAMP)
                info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
                archive.writestr(info, content)
        part.replace(path)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a zip that anybody may have made.

        Raises:
            BundleError: it is no zip or a damaged one, holds something that has no place in a bundle, or more than
                anybody needs.
        """
        try:
            with zipfile.ZipFile(path) as archive:
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
        return cls(told["ledger"], told["stream"], told["size"], files)


def _contents(archive: zipfile.ZipFile) -> list[tuple[str, bytes]]:
    infos = archive.infolist()
    if len(infos) > MOST_FILES:
        raise BundleError("too-many-files", count=len(infos))
    names = [info.filename for info in infos]
    if len(set(names)) != len(names):
        raise BundleError("name-twice")
    found, room = [], 16 * LARGEST
    for info in infos:
        if not _NAMES.fullmatch(info.filename):
            raise BundleError("no-place", name=info.filename)
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
    if type(told) is not dict or told.get("format") != FORMAT:
        raise BundleError("other-format", format=FORMAT)
    ledger, stream, size = told.get("ledger"), told.get("stream"), told.get("size")
    if not (
        type(ledger) is str
        and type(stream) is str
        and type(size) is int
        and re.fullmatch(entry.LEDGER, ledger)
        and re.fullmatch(entry.STREAM, stream)
        and size > 0
    ):
        raise BundleError("manifest-incomplete")
    return told
