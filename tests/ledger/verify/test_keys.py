"""Keys change hands: who trusts the first comes to trust the next, because the first has logged it, and nobody else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from ledger.bundle import Bundle
from ledger.proof.inclusion import HeadProof, InclusionProof
from ledger.proof.merkle import inclusion_proof
from ledger.proof.note import SIGNS, Note, SigningKey
from ledger.proof.policy import Policy
from ledger.verify.bundle import verify
from ledger.verify.keys import ROTATED, handover
from ledger.verify.verdict import Trust
from tests.ledger.sealing.office import KEY, MORNING
from tests.ledger.verify.test_bundle import CASE, Office

NEXT = SigningKey(KEY.name, SIGNS, b"next".ljust(32))
LAST = SigningKey(KEY.name, SIGNS, b"last".ljust(32))
STRANGER = SigningKey(KEY.name, SIGNS, b"stranger".ljust(32))
MINUTE = timedelta(minutes=1)


def named(old: SigningKey, new: SigningKey) -> dict[str, str]:
    return {"old": str(old.verifier), "new": str(new.verifier), "approver": "person-h"}


def changed(office: Office, old: SigningKey, new: SigningKey, at: timedelta) -> None:
    """The present key logs the next, seals with it for a while, and is put away."""
    facts = named(old, new) | {"signature": handover(old, new.verifier)}
    office.entries.append("ledger", at=MORNING + at, type_=ROTATED, facts=facts)
    office.sealer.keys = [old, new]
    office.seal(MORNING + at + MINUTE)
    office.sealer.keys = [new]
    office.entries.append(CASE, at=MORNING + at + 2 * MINUTE)
    office.seal(MORNING + at + 3 * MINUTE)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    made = Office(tmp_path)
    made.seal()
    changed(made, KEY, NEXT, 10 * MINUTE)
    changed(made, NEXT, LAST, 20 * MINUTE)
    return made


def found(bundle: Bundle, *keys: SigningKey) -> int:
    return verify(bundle, Trust(Policy.of([key.verifier for key in keys]))).exit


@pytest.mark.parametrize("key", [KEY, NEXT, LAST])
def test_who_has_any_of_the_keys_needs_no_other(office: Office, key: SigningKey) -> None:
    assert found(office.bundle(), key) == 0


def test_a_key_that_the_ledger_never_had_does_not_count(office: Office) -> None:
    assert found(office.bundle(), STRANGER) == 14


def test_without_the_entry_that_logs_it_the_next_key_is_unknown(office: Office) -> None:
    bundle = office.bundle()
    for number in (1, 2):
        for kind in ("entry", "tlog-proof"):
            files = {name: content for name, content in bundle.files.items() if name != f"keys/{number:06}.{kind}"}
            assert found(replace(bundle, files=files), KEY) == 14
            assert found(replace(bundle, files=files), LAST) == 0


def test_a_change_of_keys_that_the_earlier_key_has_not_signed_does_not_count(office: Office) -> None:
    bundle = office.bundle()
    proof = bundle.files["keys/000001.tlog-proof"]
    head, blank, note = proof.partition(b"\n\n")
    forged = head + blank + bytes(Note(Note.parse(note).text).signed(NEXT))
    assert found(replace(bundle, files={**bundle.files, "keys/000001.tlog-proof": forged}), KEY) == 14


def test_an_entry_that_was_changed_hands_on_no_key(office: Office) -> None:
    bundle = office.bundle()
    entry = bundle.files["keys/000002.entry"]
    for forged in (
        entry.replace(str(LAST.verifier).encode(), str(STRANGER.verifier).encode()),
        entry.replace(b"person-h", b"person-x"),
        entry.replace(ROTATED.encode(), b"ledger.key-rotated/2"),
        entry[:50],
        b"",
    ):
        assert forged != entry
        assert found(replace(bundle, files={**bundle.files, "keys/000002.entry": forged}), KEY) == 14


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"signature": handover(STRANGER, STRANGER.verifier)},
        {"signature": handover(KEY, NEXT.verifier)},  # played again, from a change that there was
        {"signature": str(KEY.sign(b"anything else\n"))},
        {"signature": "no signature"},
        {"signature": 7},
    ],
)
def test_who_may_append_and_owns_no_key_makes_none_count(tmp_path: Path, said: dict[str, object]) -> None:
    """The sealer seals such an entry like any other; the key that it names seals nothing that anybody trusts."""
    office = Office(tmp_path)
    facts = named(KEY, STRANGER) | said
    office.entries.append("ledger", at=MORNING + 10 * MINUTE, type_=ROTATED, facts=facts)
    office.seal(MORNING + 11 * MINUTE)
    honest = office.bundle()
    note = Note.parse(honest.files["checkpoint"])
    position = office.entries.size() - 1
    path = inclusion_proof(position, office.entries.size(), office.site.nodes(office.entries.size()))
    proof = bytes(InclusionProof(position, tuple(path), note))
    own = {"keys/000001.entry": office.entries.rows[position], "keys/000001.tlog-proof": proof}
    head = HeadProof.parse(honest.files["head.proof"])
    alone = HeadProof(head.index, head.path, Note(head.checkpoint.text).signed(STRANGER))
    forged = {"checkpoint": bytes(Note(note.text).signed(STRANGER)), "head.proof": bytes(alone)}
    assert found(replace(honest, files={**honest.files, **own, **forged}), STRANGER) == 0
    assert found(replace(honest, files={**honest.files, **own, **forged}), KEY) == 14


def test_while_both_seal_either_is_enough(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.sealer.keys = [KEY, NEXT]
    office.seal()
    for key in (KEY, NEXT):
        assert found(office.bundle(), key) == 0
