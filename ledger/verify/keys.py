"""Keys that a ledger has changed to (密钥轮换): the key that the reader has has logged the next one.

A bundle carries each `ledger.key-rotated` entry with its proof, under a checkpoint that the earlier key has signed. Who
trusts a key so comes to trust the next, and needs no new key from elsewhere.

The entry holds a signature of the earlier key over the next one. That the earlier key has sealed the entry is not
enough: a sealer seals whatever was appended, and who may append must not be able to name a key of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from ledger import canonical, hashing
from ledger.bundle import Bundle
from ledger.entry import EntryError, parse
from ledger.proof.checkpoint import Checkpoint, origin
from ledger.proof.inclusion import InclusionProof
from ledger.proof.merkle import ProofError
from ledger.proof.note import (
    KeyFormError,
    Note,
    NoteError,
    Signature,
    SignatureError,
    SigningKey,
    VerifierKey,
)
from ledger.proof.policy import Policy

ROTATED: Final = "ledger.key-rotated/1"
"""The type of the entry with which one key logs the next."""


def trusted(bundle: Bundle, policy: Policy) -> Policy:
    """The policy with the keys that those in it have logged, one after the other. What does not hold is passed over."""
    logs = list(policy.logs)
    proofs = bundle.below("keys")
    for name, entry in proofs.items():
        proof = proofs.get(name.replace(".entry", ".tlog-proof"), b"")
        if name.endswith(".entry"):
            logs.extend(key for key in _logged(bundle.ledger, entry, proof, logs) if key not in logs)
    return replace(policy, logs=tuple(logs))


def handover(old: SigningKey, new: VerifierKey) -> str:
    """The line of signature with which a key hands on to the next; it stands in the entry."""
    return str(old.sign(_handover(old.name, new)))


def rotation(entry: bytes) -> tuple[VerifierKey, VerifierKey] | None:
    """The two keys that an entry names, the first of which has signed the second; None where it names none."""
    try:
        header, body = parse(entry)
        facts = canonical.decode(body)["facts"]
        old, new = VerifierKey.parse(facts["old"]), VerifierKey.parse(facts["new"])
        note = Note(_handover(origin(header.ledger), new), (Signature.parse(facts["signature"]),))
        signed = old in note.checked([old])
    except (EntryError, canonical.CanonicalError, KeyFormError, NoteError, SignatureError):
        return None
    except (LookupError, TypeError, AttributeError):  # a body of another form
        return None
    return (old, new) if signed and (header.type, header.stream) == (ROTATED, "ledger") else None


def _handover(name: str, new: VerifierKey) -> bytes:
    """The text that is signed: no other note begins so."""
    return f"{name}/keys\n{new}\n".encode()


def _logged(ledger: str, entry: bytes, proof: bytes, trusted_keys: list[VerifierKey]) -> Iterator[VerifierKey]:
    """The key that an entry hands on, if a trusted one has signed the tree that it is in."""
    named = rotation(entry)
    if named is None or named[0] not in trusted_keys or named[1].name != origin(ledger):
        return
    try:
        read = InclusionProof.parse(proof)
        checkpoint = Checkpoint.parse(read.checkpoint.text)
        header = parse(entry).header
        signed = named[0] in read.checkpoint.checked([named[0]])
        read.check(hashing.leaf_hash(entry), checkpoint.size, checkpoint.root)
    except (NoteError, SignatureError, ProofError):
        return
    if signed and (checkpoint.origin, header.ledger, header.position) == (origin(ledger), ledger, read.index):
        yield named[1]
