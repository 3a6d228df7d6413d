"""A witness cosigns what grows from what it has seen, and tells whoever shows it another history so."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ledger.hashing import EMPTY_ROOT, leaf_hash
from ledger.proof.checkpoint import Checkpoint
from ledger.proof.merkle import consistency_proof, nodes_of, root
from ledger.proof.note import COSIGNS, SIGNS, Note, Signature, SigningKey
from ledger.sealing.record import RecordError
from ledger.sealing.witness import Answer, Witness, request
from tests.ledger.sealing.office import KEY

WITNESS = SigningKey("witness.example/superior", COSIGNS, bytes(range(1, 33)))
LEAVES = [leaf_hash(b"%d" % n) for n in range(60)]
OTHERS = [leaf_hash(b"other %d" % n) for n in range(60)]


@pytest.fixture
def witness(tmp_path: Path) -> Iterator[Witness]:
    with Witness(tmp_path / "witness.db", WITNESS, [KEY.verifier]) as opened:
        yield opened


def shown(size: int, leaves: list[bytes] = LEAVES, key: SigningKey = KEY) -> Note:
    return Note(Checkpoint(key.name, size, root(leaves[:size])).text()).signed(key)


def asked(witness: Witness, old: int, size: int, leaves: list[bytes] = LEAVES, time: int = 1) -> Answer:
    path = consistency_proof(old, size, nodes_of(leaves))
    return witness.add_checkpoint(request(old, path, shown(size, leaves)), time)


def test_what_grows_is_cosigned_with_the_time(witness: Witness) -> None:
    for time, (old, size) in enumerate([(0, 7), (7, 7), (7, 8), (8, 40)], 1_700_000_000):
        answer = asked(witness, old, size, time=time)
        assert answer.status == 200
        cosigned = Note(shown(size).text, (Signature.parse(answer.body.rstrip("\n")),))
        assert cosigned.checked([WITNESS.verifier]) == {WITNESS.verifier: time}


def test_who_is_behind_or_ahead_is_told_what_was_cosigned_last(witness: Witness) -> None:
    asked(witness, 0, 20)
    for old in (0, 10, 21):
        assert asked(witness, old, 30) == Answer(409, "20\n", "text/x.tlog.size")


def test_another_history_is_not_cosigned_and_the_first_goes_on(witness: Witness) -> None:
    asked(witness, 0, 20)
    assert asked(witness, 20, 20, OTHERS).status == 409
    assert asked(witness, 20, 30, OTHERS).status == 422
    assert asked(witness, 20, 30).status == 200


def test_a_ledger_that_was_cut_back_is_not_cosigned(witness: Witness) -> None:
    asked(witness, 0, 20)
    body = request(20, [], shown(10))
    assert witness.add_checkpoint(body, 1).status == 400
    assert asked(witness, 0, 10).status == 409


def test_what_was_cosigned_outlives_the_process(tmp_path: Path) -> None:
    for old, size, status in [(0, 20, 200), (0, 20, 409), (20, 21, 200)]:
        with Witness(tmp_path / "witness.db", WITNESS, [KEY.verifier]) as witness:
            assert asked(witness, old, size).status == status


def test_an_empty_ledger_has_one_root(witness: Witness) -> None:
    wrong = Note(Checkpoint(KEY.name, 0, LEAVES[0]).text()).signed(KEY)
    assert witness.add_checkpoint(request(0, [], wrong), 1).status == 422
    assert root([]) == EMPTY_ROOT
    assert asked(witness, 0, 0).status == 200
    assert witness.add_checkpoint(request(0, [LEAVES[0]], shown(1)), 1).status == 422
    assert asked(witness, 0, 1).status == 200


def test_only_the_key_of_a_log_that_it_knows_is_heard(witness: Witness) -> None:
    stranger = SigningKey("caseledger/cn-999999", SIGNS, bytes(32))
    impostor = SigningKey(KEY.name, SIGNS, bytes(32))
    assert witness.add_checkpoint(request(0, [], shown(3, key=stranger)), 1).status == 404
    assert witness.add_checkpoint(request(0, [], shown(3, key=impostor)), 1).status == 403
    forged = Note(shown(3).text, (Signature(KEY.name, KEY.verifier.id, bytes(64)),))
    assert witness.add_checkpoint(request(0, [], forged), 1).status == 403


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"old 0\n",
        b"old -1\n\n",
        b"old 00\n\n" + bytes(shown(3)),
        b"old 0\nAAAA\n\n" + bytes(shown(3)),
        b"old 0\n" + (b"A" * 43 + b"=\n") * 64 + b"\n" + bytes(shown(3)),
        b"old \xff\n\n" + bytes(shown(3)),
        request(0, [], Note(b"x\n").signed(KEY)),
        b"x" * 70_000,
    ],
)
def test_what_is_no_request_is_answered_as_such(witness: Witness, body: bytes) -> None:
    answer = witness.add_checkpoint(body, 1)
    assert answer.status == 400
    assert answer.body


def test_of_two_histories_shown_at_once_one_is_cosigned(witness: Witness) -> None:
    asked(witness, 0, 20)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda size: asked(witness, 20, size).status, [21, 22, 23, 24, 25, 26, 27, 28]))
    assert sorted(found) == [200, *[409] * 7]


def test_a_record_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "witness.db").write_bytes(b"no database" * 100)
    with pytest.raises(RecordError, match="cannot be used"):
        Witness(tmp_path / "witness.db", WITNESS, [])
