"""What we emit is accepted, and what was changed rejected, by software that shares no code with ours: in Python.

`sigstore` reads Rekor's checkpoints and inclusion proofs; `pymerkle` builds trees after RFC 6962. Both are given the
files of a bundle and nothing of our reading of them.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pymerkle import InmemoryTree  # type: ignore[import-untyped]  # it has no types
from sigstore._internal.merkle import verify_merkle_inclusion
from sigstore._internal.rekor.checkpoint import SignedCheckpoint, verify_checkpoint
from sigstore._internal.trust import Keyring, RekorKeyring
from sigstore.errors import VerificationError
from sigstore_models.common.v1 import PublicKey, PublicKeyDetails

from ledger.hashing import leaf_hash
from ledger.proof.merkle import root
from tests.conformance.conftest import CHANGES, SIZE, flipped
from tests.ledger.sealing.office import KEY

_, NAMED, PUBLIC = str(KEY.verifier).split("+", 2)  # as anybody finds them in the key that is handed out


def keyring() -> RekorKeyring:
    """The ledger's key as sigstore takes it."""
    der = Ed25519PublicKey.from_public_bytes(base64.b64decode(PUBLIC)[1:]).public_bytes(
        Encoding.DER, PublicFormat.SubjectPublicKeyInfo
    )
    key = PublicKey(raw_bytes=base64.b64encode(der), key_details=PublicKeyDetails.PKIX_ED25519)
    return RekorKeyring(Keyring([key]))


def entry(raw: bytes, proof: bytes) -> Any:
    """An entry and its `.tlog-proof`, read line by line, in the shape in which sigstore has those of Rekor."""
    head, _, checkpoint = proof.partition(b"\n\n")
    _, index, *path = head.decode().split("\n")
    _, size, hashed = checkpoint.decode().split("\n")[:3]
    return SimpleNamespace(
        _inner=SimpleNamespace(
            canonicalized_body=raw,
            log_id=SimpleNamespace(key_id=bytes.fromhex(NAMED)),
            inclusion_proof=SimpleNamespace(
                log_index=int(index.removeprefix("index ")),
                tree_size=int(size),
                hashes=[base64.b64decode(each) for each in path],
                root_hash=base64.b64decode(hashed),
                checkpoint=SimpleNamespace(envelope=checkpoint.decode()),
            ),
        )
    )


def accepted(raw: bytes, proof: bytes) -> bool:
    """Whether sigstore takes an entry as being in the ledger, under a checkpoint of its key."""
    read = entry(raw, proof)
    try:
        verify_merkle_inclusion(read)
        verify_checkpoint(keyring(), read)
    except VerificationError:
        return False
    return True


def test_sigstore_accepts_every_entry_of_a_bundle(files: dict[str, bytes]) -> None:
    numbers = [name[8:14] for name in files if name.startswith("entries/")]
    assert len(numbers) > 3
    for number in numbers:
        assert accepted(files[f"entries/{number}.entry"], files[f"proofs/{number}.tlog-proof"])


@pytest.mark.parametrize("changed", CHANGES)
def test_sigstore_rejects_a_proof_that_was_changed(files: dict[str, bytes], changed: Callable[[bytes], bytes]) -> None:
    raw, proof = files["entries/000001.entry"], files["proofs/000001.tlog-proof"]
    assert changed(proof) != proof
    assert accepted(raw, proof)
    assert not accepted(raw, changed(proof))


def test_sigstore_rejects_an_entry_of_which_a_bit_was_flipped(files: dict[str, bytes]) -> None:
    raw, proof = files["entries/000001.entry"], files["proofs/000001.tlog-proof"]
    for place in range(0, len(raw), 7):
        assert not accepted(flipped(raw, place), proof)


def test_sigstore_reads_the_checkpoint_as_we_mean_it(files: dict[str, bytes]) -> None:
    read = SignedCheckpoint.from_text(files["checkpoint"].decode()).checkpoint
    assert (read.origin, read.log_size, read.other_content) == (KEY.name, SIZE, [])
    heads = SignedCheckpoint.from_text(files["head.proof"].partition(b"\n\n")[2].decode()).checkpoint
    assert (heads.origin, heads.log_size, heads.log_hash) == (f"{KEY.name}/heads", SIZE, read.log_hash)


@pytest.mark.parametrize("size", [*range(1, 34), 63, 64, 65, 255, 256, 257, 1_000])
def test_pymerkle_has_the_same_roots(size: int) -> None:
    rows = [b"entry %d" % number for number in range(size)]
    tree = InmemoryTree(algorithm="sha256")
    for row in rows:
        tree.append_entry(row)
    assert tree.get_root() == root(map(leaf_hash, rows))
