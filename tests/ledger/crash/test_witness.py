"""The witness is killed before each of its effects in turn: what it has cosigned stays the only history it cosigns."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from ledger.hashing import leaf_hash
from ledger.proof.checkpoint import Checkpoint
from ledger.proof.merkle import consistency_proof, nodes_of, root
from ledger.proof.note import Note
from ledger.sealing.witness import Witness, request
from tests.ledger.crash.knife import cuts
from tests.ledger.crash.rounds import WITNESS, witnessed
from tests.ledger.sealing.office import KEY

LEAVES = [leaf_hash(b"%d" % n) for n in range(40)]
OTHERS = [leaf_hash(b"other %d" % n) for n in range(40)]
SIZES = (7, 7, 20)


def asked(witness: Witness, old: int, size: int, leaves: list[bytes] = LEAVES) -> int:
    note = Note(Checkpoint(KEY.name, size, root(leaves[:size])).text()).signed(KEY)
    path = consistency_proof(old, size, nodes_of(leaves)) if old <= size else []
    return witness.add_checkpoint(request(old, path, note), 1).status


def cosign(folder: Path) -> None:
    """Cosign one size after another, each known to the asker before the next."""
    with Witness(folder / "witness.db", WITNESS, [KEY.verifier]) as witness, (folder / "answered").open("a") as diary:
        old = 0
        for size in SIZES:
            assert asked(witness, old, size) == 200
            diary.write(f"{size}\n")
            diary.flush()
            os.fsync(diary.fileno())
            old = size


def test_a_witness_killed_anywhere_knows_what_it_has_cosigned(folder: Path) -> None:
    answered, done = set(), 0
    (state := folder / "state").mkdir()
    for done in cuts(cosign, state):  # noqa: B007  # the last says how many there were
        told = max([0, *(int(line) for diary in state.glob("answered") for line in diary.read_text().split())])
        with Witness(state / "witness.db", WITNESS, [KEY.verifier]) as witness:
            recorded = witnessed(state)
            assert recorded >= told
            if recorded:
                for size in (recorded, recorded + 1, 40):
                    assert asked(witness, recorded, size, OTHERS) in {409, 422}
                    assert asked(witness, 0, size, OTHERS) == 409
                assert asked(witness, recorded - 1, recorded - 1) == 409
            assert asked(witness, recorded, 40) == 200
        answered.add((recorded, told))
        shutil.rmtree(state)
        state.mkdir()
    assert done > 20
    assert {(0, 0), (7, 0), (7, 7), (20, 7), (20, 20)} <= answered, "it was cut before and after each answer"
