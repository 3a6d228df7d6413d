"""Where the states of these tests lie."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

MEMORY = Path("/dev/shm")  # a killed process leaves the same files there, and fsync waits for no disk


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder in memory, where the system has any."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None, prefix="caseledger-") as path:
        yield Path(path)
