"""Stores of evidence on both kinds of shelf: a folder, and a server that speaks S3 in a process of its own.

The server (`rclone serve s3`) checks the signature of every request and keeps each object as a file. What it does not
check: the checksum that is sent along with an upload, and anything of rights, locks and lifecycles of a bucket. It
keeps the parts of an upload in memory until it is complete.
"""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from time import sleep

import obstore
import pytest

from ledger.evidence.disk import DiskShelf
from ledger.evidence.s3 import Bucket, S3Shelf
from ledger.evidence.store import Store

MOST = 24 << 20
BUCKET = "evidence"
KEYS = ("THE-ID", "the-very-secret")


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
    folder = tmp_path_factory.mktemp("s3")
    (folder / BUCKET).mkdir()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    program = str(Path(sys.executable).with_name("rclone"))
    words = [program, "serve", "s3", "--addr", f"127.0.0.1:{port}", "--auth-key", ",".join(KEYS)]
    with subprocess.Popen([*words, "--config", "/dev/null", folder], stderr=subprocess.PIPE) as server:
        try:
            while server.poll() is None:
                with suppress(ConnectionError), closing(socket.create_connection(("127.0.0.1", port), 1)):
                    break
                sleep(0.05)
            assert server.poll() is None, server.stderr and server.stderr.read()
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


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
