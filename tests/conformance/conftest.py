"""What the tests of conformance share: the files of one bundle, and the ways in which a proof can be changed."""

from __future__ import annotations

import pytest

from tests.ledger.verify.test_bundle import CASE, Office

SIZE = 508


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of a bundle, of a ledger of 508 entries."""
    office = Office(tmp_path_factory.mktemp("outside"))
    office.entries.append(*(f"case/{n % 37}" for n in range(500)))
    office.seal()
    return dict(office.bundle(None, CASE).files)


def flipped(content: bytes, place: int) -> bytes:
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


def other_size(proof: bytes) -> bytes:
    return proof.replace(b"\n508\n", b"\n507\n")


def other_index(proof: bytes) -> bytes:
    return proof.replace(b"\nindex 1\n", b"\nindex 2\n")


def shorter(proof: bytes) -> bytes:
    lines = proof.split(b"\n")
    return b"\n".join([*lines[:3], *lines[4:]])


def unsigned(proof: bytes) -> bytes:
    """Signed by the witness alone."""
    return b"\n".join(line for line in proof.split(b"\n") if not line.startswith("— caseledger".encode()))


CHANGES = (other_size, other_index, shorter, unsigned)
