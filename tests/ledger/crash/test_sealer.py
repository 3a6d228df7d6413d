"""The sealer is killed before each of its effects in turn: whoever comes next goes on, and takes nothing back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from ledger.hashing import leaf_hash
from ledger.proof.checkpoint import Checkpoint
from ledger.proof.merkle import root
from ledger.proof.note import Note
from ledger.sealing.sealer import RECOVERY, SealRefused
from tests.ledger.crash.knife import cuts
from tests.ledger.crash.rounds import MINUTE, State, bundle_checks, check, grew, history, published, seal, witnessed
from tests.ledger.sealing.office import MORNING, Entries

SIGNED = 250
"""Entries that are sealed before. The round that is cut fills a tile, and begins another."""
GROWN = 260


@pytest.mark.parametrize(("signed", "grown"), [(0, 3), (SIGNED, SIGNED), (SIGNED, GROWN)])
def test_a_sealer_killed_anywhere_is_followed_by_one_that_goes_on(folder: Path, signed: int, grown: int) -> None:
    rows = history(grown, after=history(signed), at=MORNING + MINUTE)
    more = history(grown + 1, after=rows, at=MORNING + 2 * MINUTE)
    states, done = State(folder, history(signed)), 0
    state = states.new()
    for done in cuts(seal, state, rows, MORNING + 2 * MINUTE):  # noqa: B007  # the last says how many there were
        check(state, rows)
        promised, _ = published(state)
        assert (promised.size if promised else 0) >= signed
        assert seal(state, more, MORNING + 3 * MINUTE).size == grown + 1
        check(state, more)
        after, heads = published(state)
        assert after is not None
        assert heads is not None
        assert (after.size, after.root, heads.size) == (grown + 1, root(map(leaf_hash, more)), grown + 1)
        assert witnessed(state) == grown + 1
        if promised:
            grew(state, promised, after)
        assert bundle_checks(state, more)
        state = states.new()
    assert done > 40, "each write, each rename, each commit"


def test_what_a_killed_sealer_has_signed_is_the_only_history_that_the_next_one_signs(folder: Path) -> None:
    """While it was away the database went back to an older backup, and on from there: to fewer entries, or as many."""
    signed, at = history(SIGNED), MORNING + MINUTE
    rows = history(GROWN, after=signed, at=at)
    others = [history(size, after=signed, at=at, other="backup") for size in (GROWN - 2, GROWN)]
    states = State(folder, signed)
    state = states.new()
    refused: list[bool] = []
    for _ in cuts(seal, state, rows, MORNING + 2 * MINUTE):
        promised = max(witnessed(state), *(note.size for note in published(state) if note))
        went_on = [goes_on(states.copied(), other) for other in others]
        assert went_on in ([True, True], [False, False])
        assert promised == SIGNED or not any(went_on)
        refused.append(not any(went_on))
        state = states.new()
    assert refused == sorted(refused), "from one effect on it is settled, and that is before anything is signed"
    assert not refused[0]
    assert refused[-1]


def goes_on(state: Path, rows: Sequence[bytes]) -> bool:
    """Whether a new sealer signs these entries; if so, all of it is right."""
    try:
        seal(state, rows, MORNING + 3 * MINUTE)
    except SealRefused:
        return False
    check(state, rows)
    return True


RESTORED = 5


def test_a_sealer_killed_while_it_begins_anew_after_a_recovery_begins_anew_again(folder: Path) -> None:
    signed = history(RESTORED)
    states = State(folder, signed)
    root_hex = root(map(leaf_hash, signed)).hex()
    entries = Entries(history(RESTORED - 1))
    entries.append("case/y", at=MORNING + 2 * MINUTE)
    facts = {"size": RESTORED, "root": root_hex, "position": RESTORED - 1, "approver": "person-h"}
    entries.append("ledger", at=MORNING + 2 * MINUTE, type_=RECOVERY, facts=facts)
    state = states.new()
    for _ in cuts(seal, state, entries.rows, MORNING + 3 * MINUTE):
        assert seal(state, entries.rows, MORNING + 4 * MINUTE).size == RESTORED + 1
        check(state, entries.rows)
        (aside,) = state.glob("site.until-*")
        kept = Note.parse((aside / "checkpoint").read_bytes())
        assert Checkpoint.parse(kept.text).root.hex() == root_hex, "what was signed before is kept"
        assert witnessed(state) == RESTORED, "and the witness does not go along: it has seen another history"
        state = states.new()
