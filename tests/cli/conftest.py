"""One played demonstration for all tests of the command line, on an embedded server that keeps what it commits."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.postgres.embedded import Server
from tests.cli.terminal import Said, caseledger


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    """A folder of its own: pytest's `tmp_path` is closed to all but the user, and root's server runs as another."""
    with tempfile.TemporaryDirectory(prefix="caseledger-") as path:
        yield Path(path)


@pytest.fixture(scope="session")
def played(folder: Path) -> Said:
    """What the first demonstration in the folder said."""
    return caseledger("demo", "--no-serve", "--data", folder)


@pytest.fixture(scope="session")
def data(folder: Path, played: Said) -> Iterator[Path]:
    """The data folder after the demonstration. Its server is kept up, so that the commands find it running."""
    assert played.code == 0, played.err
    with Server(folder / "postgres"):
        yield folder
