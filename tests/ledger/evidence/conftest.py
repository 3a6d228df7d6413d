"""Stores of evidence on both kinds of shelf: a folder, and a server that speaks S3 in a process of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import obstore
import pytest

from ledger.evidence.disk import DiskShelf
from ledger.evidence.s3 import Bucket, S3Shelf
from ledger.evidence.store import Store
from tests.ledger.evidence.s3 import BUCKET, KEYS, speaking_s3

MOST = 24 << 20


@dataclass(frozen=True, slots=True)
class Here:
    """A store, and a way to its bytes past all that guards them."""

    store: Store

    def alter(self, name: str, content: bytes) -> None:
        shelf = self.store.shelf
        if isinstance(shelf, S3Shelf):
            obstore.put(shelf._store, name, content)
        elif isinstance(shelf, DiskShelf):
            (shelf.folder / name).unlink(missing_ok=True)
            (shelf.folder / name).write_bytes(content)

    def files(self) -> list[str]:
        return sorted(name for name, _ in self.store.shelf.names())


@pytest.fixture(scope="session")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server that speaks S3 and has one bucket."""
    with speaking_s3(tmp_path_factory.mktemp("s3")) as address:
        yield address


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """The file of the keys of the server."""
    path = tmp_path / "keys"
    path.write_text("{}\n{}\n".format(*KEYS), encoding="ascii")
    return path


@pytest.fixture(params=["disk", "s3"])
def here(request: pytest.FixtureRequest, tmp_path: Path) -> Here:
    if request.param == "disk":
        return on_disk(tmp_path / "evidence")
    address = request.getfixturevalue("s3")
    place = Bucket(f"s3://{BUCKET}/{tmp_path.name}", address, credentials=request.getfixturevalue("keys"))
    return Here(Store(S3Shelf(place, tmp_path / "incoming"), MOST))


def on_disk(folder: Path) -> Here:
    return Here(Store(DiskShelf(folder), MOST))
