"""What the tests of the embedded server share: folders that its account may pass to, and both kinds of programs."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.postgres.binaries import Binaries, ServerError, find_binaries
from ledger.postgres.embedded import Server


def _kinds() -> list[str]:
    try:
        find_binaries("machine")
    except ServerError:  # test_binaries.py asks that the machine is then missed in words
        return ["wheel"]
    return ["wheel", "machine"]


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="caseledger-") as made:
        Path(made).chmod(0o755)
        yield Path(made)


@pytest.fixture(params=_kinds())
def binaries(request: pytest.FixtureRequest) -> Binaries:
    """The wheel's PostgreSQL, and the machine's where it has one."""
    return find_binaries(request.param)


@pytest.fixture(scope="session")
def wheel() -> Binaries:
    return find_binaries("wheel")


@pytest.fixture(scope="session")
def data(wheel: Binaries) -> Iterator[Path]:
    """A data directory of the wheel's PostgreSQL on which no server runs; shared, because making one takes longest."""
    with tempfile.TemporaryDirectory(prefix="caseledger-") as made:
        with Server(Path(made), wheel, fsync=False):
            pass
        yield Path(made)
