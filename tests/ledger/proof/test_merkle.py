"""The tree and its proofs against the definitions of RFC 9162, section 2.1, written down as they stand there."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.hashing import EMPTY_ROOT, leaf_hash
from ledger.proof.merkle import (
    Frontier,
    ProofError,
    check_consistency,
    check_inclusion,
    consistency_proof,
    inclusion_proof,
    nodes_of,
    root,
)

SIZES = st.integers(1, 70)
LEAVES = [leaf_hash(b"entry %d" % n) for n in range(3_000)]


def mth(leaves: list[bytes]) -> bytes:
    """MTH(D[n]), from the hashes of the leaves: section 2.1.1."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def path(m: int, leaves: list[bytes]) -> list[bytes]:
    """PATH(m, D[n]): section 2.1.3.1."""
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if m < k:
        return [*path(m, leaves[:k]), mth(leaves[k:])]
    return [*path(m - k, leaves[k:]), mth(leaves[:k])]


def proof(m: int, leaves: list[bytes]) -> list[bytes]:
    """PROOF(m, D[n]): section 2.1.4.1."""
    return subproof(m, leaves, known=True)


def subproof(m: int, leaves: list[bytes], *, known: bool) -> list[bytes]:
    if m == len(leaves):
        return [] if known else [mth(leaves)]
    k = split(len(leaves))
    if m <= k:
        return [*subproof(m, leaves[:k], known=known), mth(leaves[k:])]
    return [*subproof(m - k, leaves[k:], known=False), mth(leaves[:k])]


def split(n: int) -> int:
    k = 1
    while 2 * k < n:
        k *= 2
    return k


@pytest.mark.parametrize("size", [0, 1, 2, 3, 7, 8, 255, 256, 257, 1023, 1024, 1025, 2047, 2048, 2500])
def test_the_root_is_as_defined_however_the_leaves_came(size: int) -> None:
    leaves = LEAVES[:size]
    one_by_one = Frontier()
    for leaf in leaves:
        one_by_one.append(leaf)
    assert root(leaves) == one_by_one.root() == mth(leaves)
    assert one_by_one.size == size


@given(st.lists(st.integers(0, 1_500), max_size=6))
def test_a_frontier_that_was_kept_goes_on_where_it_stopped(steps: list[int]) -> None:
    frontier = Frontier()
    for step in steps:
        frontier = Frontier(frontier.size, frontier.peaks)
        start = frontier.size
        frontier.extend(LEAVES[n % len(LEAVES)] for n in range(start, start + step))
    assert frontier.root() == root(LEAVES[n % len(LEAVES)] for n in range(sum(steps)))


@pytest.mark.parametrize(("size", "peaks"), [(-1, []), (3, [b"\0" * 32]), (1, [b"\0" * 31]), (0, [b"\0" * 32])])
def test_a_frontier_of_another_shape_is_not_taken(size: int, peaks: list[bytes]) -> None:
    with pytest.raises(ValueError, match="peaks"):
        Frontier(size, peaks)


@given(SIZES, st.data())
def test_every_leaf_is_shown_to_be_where_it_is_and_nowhere_else(size: int, data: st.DataObject) -> None:
    leaves = LEAVES[:size]
    index = data.draw(st.integers(0, size - 1))
    found = inclusion_proof(index, size, nodes_of(leaves))
    assert found == path(index, leaves)
    check_inclusion(leaves[index], index, size, found, mth(leaves))
    for wrong in {0, index - 1, index + 1, size - 1, size} - {index}:
        with pytest.raises(ProofError):
            check_inclusion(leaves[index], wrong, size, found, mth(leaves))
    with pytest.raises(ProofError):
        check_inclusion(LEAVES[-1], index, size, found, mth(leaves))


@given(SIZES, st.data())
def test_a_path_with_a_hash_changed_left_out_or_added_shows_nothing(size: int, data: st.DataObject) -> None:
    leaves = LEAVES[:size]
    index = data.draw(st.integers(0, size - 1))
    found = inclusion_proof(index, size, nodes_of(leaves))
    bad = [[*found, LEAVES[-1]], [LEAVES[-1], *found]]
    for place in range(len(found)):
        bad += [found[:place] + found[place + 1 :], [*found[:place], LEAVES[-1], *found[place + 1 :]]]
    for each in bad:
        with pytest.raises(ProofError):
            check_inclusion(leaves[index], index, size, each, mth(leaves))


@given(SIZES, st.data())
def test_a_tree_that_only_grew_is_shown_to_have(size: int, data: st.DataObject) -> None:
    leaves = LEAVES[:size]
    old = data.draw(st.integers(0, size))
    found = consistency_proof(old, size, nodes_of(leaves))
    assert found == ([] if old == 0 else proof(old, leaves))
    check_consistency(old, size, mth(leaves[:old]), mth(leaves), found)


@given(SIZES, st.data())
def test_a_tree_that_was_changed_cannot_be_shown_to_have_grown(size: int, data: st.DataObject) -> None:
    leaves = LEAVES[:size]
    old = data.draw(st.integers(1, size))
    other = [*leaves[: old - 1], LEAVES[-1]]
    found = consistency_proof(old, size, nodes_of(leaves))
    with pytest.raises(ProofError):
        check_consistency(old, size, mth(other), mth(leaves), found)
    with pytest.raises(ProofError):
        check_consistency(old, size, mth(leaves[:old]), mth([*leaves, LEAVES[-1]]), found)
    bad = [[*found, LEAVES[-1]]]
    for place in range(len(found)):
        bad += [found[:place] + found[place + 1 :], [*found[:place], LEAVES[-1], *found[place + 1 :]]]
    for each in bad:
        with pytest.raises(ProofError):
            check_consistency(old, size, mth(leaves[:old]), mth(leaves), each)


def test_from_nothing_every_tree_has_grown_and_nothing_is_proved_by_a_proof() -> None:
    some = root(LEAVES[:5])
    check_consistency(0, 5, EMPTY_ROOT, some, [])
    check_consistency(0, 0, EMPTY_ROOT, EMPTY_ROOT, [])
    for old_root, proved in [(some, []), (EMPTY_ROOT, [LEAVES[0]])]:
        with pytest.raises(ProofError):
            check_consistency(0, 5, old_root, some, proved)


@pytest.mark.parametrize(("old", "new"), [(5, 4), (-1, 4), (1, 0)])
def test_a_tree_does_not_shrink(old: int, new: int) -> None:
    with pytest.raises(ValueError, match="does not grow"):
        consistency_proof(old, new, nodes_of(LEAVES[:8]))
    with pytest.raises(ProofError, match="does not grow"):
        check_consistency(old, new, EMPTY_ROOT, EMPTY_ROOT, [])


@pytest.mark.parametrize(("index", "size"), [(-1, 4), (4, 4), (0, 0)])
def test_no_proof_is_given_of_a_leaf_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no leaf"):
        inclusion_proof(index, size, nodes_of(LEAVES[:size]))


def test_the_published_vectors_of_rfc_6962_implementations_come_out() -> None:
    """The eight leaves that Certificate Transparency's own tests use; the root is in the public domain of facts."""
    inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    leaves = [leaf_hash(bytes.fromhex(each)) for each in inputs]
    assert root(leaves).hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
