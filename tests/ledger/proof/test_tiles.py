"""Tiles: named and cut as the specification says, and every proof comes out of them as out of the leaves."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.hashing import leaf_hash
from ledger.proof.inclusion import InclusionProof
from ledger.proof.merkle import ProofError, consistency_proof, inclusion_proof, nodes_of, root
from ledger.proof.note import Note, NoteError
from ledger.proof.tiles import Tile, nodes_in, number_path, split, tiles_of
from tests.ledger.proof.test_note import LOG, NOTE

LEAVES = [leaf_hash(b"%d" % n) for n in range(2_000)]


def cut(size: int) -> dict[Tile, bytes]:
    """The tiles of a tree, from the definition: MTH(D[(n * 256 + i) * 256**l : (n * 256 + i + 1) * 256**l])."""
    return {
        tile: b"".join(
            root(LEAVES[(tile.index * 256 + i) * 256**tile.level : (tile.index * 256 + i + 1) * 256**tile.level])
            for i in range(tile.width)
        )
        for tile in tiles_of(size)
    }


def test_a_tree_of_70000_has_the_tiles_that_the_specification_counts() -> None:
    found = Counter((tile.level, tile.width) for tile in tiles_of(70_000))
    assert found == {(0, 256): 273, (0, 112): 1, (1, 256): 1, (1, 17): 1, (2, 1): 1}
    assert Counter((tile.level, tile.width) for tile in tiles_of(256)) == {(0, 256): 1, (1, 1): 1}
    assert list(tiles_of(0)) == []


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 1_234_067), "tile/0/x001/x234/067"),
        (Tile(1, 1_000, 17), "tile/1/x001/000.p/17"),
    ],
)
def test_a_tile_is_served_where_the_specification_says(tile: Tile, path: str) -> None:
    assert tile.path == path
    assert number_path(999) == "999"


@given(st.integers(0, 200_000), st.integers(0, 200_000))
def test_what_a_tree_has_more_than_an_earlier_one_is_written_once(one: int, other: int) -> None:
    before, after = sorted((one, other))
    assert {*tiles_of(before), *tiles_of(after, before)} >= set(tiles_of(after))
    assert not {*tiles_of(after, before)} & {*tiles_of(before)}


@given(st.integers(1, len(LEAVES)), st.data())
def test_proofs_out_of_tiles_are_those_out_of_the_leaves(size: int, data: st.DataObject) -> None:
    tiles = cut(size)
    nodes, leaves = nodes_in(size, tiles.__getitem__), nodes_of(LEAVES[:size])
    index = data.draw(st.integers(0, size - 1))
    assert inclusion_proof(index, size, nodes) == inclusion_proof(index, size, leaves)
    assert consistency_proof(index, size, nodes) == consistency_proof(index, size, leaves)


@given(st.integers(1, len(LEAVES)), st.data())
def test_a_bit_flipped_in_a_tile_makes_a_proof_that_fails(size: int, data: st.DataObject) -> None:
    tiles = cut(size)
    index = data.draw(st.integers(0, size - 1))
    tile = data.draw(st.sampled_from(sorted(tiles, key=lambda tile: tile.path)))
    bad = bytearray(tiles[tile])
    bad[data.draw(st.integers(0, len(bad) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    changed = tiles | {tile: bytes(bad)}
    whole = root(LEAVES[:size])
    path = inclusion_proof(index, size, nodes_in(size, changed.__getitem__))
    if path != inclusion_proof(index, size, nodes_of(LEAVES[:size])):
        with pytest.raises(ProofError):
            InclusionProof(index, tuple(path), NOTE).check(LEAVES[index], size, whole)


def test_a_tile_that_is_missing_or_cut_short_is_named() -> None:
    tiles = cut(300)
    short = tiles | {Tile(0, 1, 44): b"\0" * 31}
    with pytest.raises(LookupError, match=r"tile/0/001\.p/44 has 31 bytes"):
        inclusion_proof(299, 300, nodes_in(300, short.__getitem__))
    with pytest.raises(LookupError):
        inclusion_proof(299, 300, nodes_in(300, cut(0).__getitem__))
    with pytest.raises(LookupError, match="no full node"):
        nodes_in(300, tiles.__getitem__)(3, 37)


def test_the_hashes_of_a_tile_follow_each_other() -> None:
    assert split(b"".join(LEAVES[:3])) == LEAVES[:3]


@given(st.integers(1, 600), st.data())
def test_a_proof_as_a_file_is_read_again_and_leads_to_the_root(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof = InclusionProof(index, tuple(inclusion_proof(index, size, nodes_of(LEAVES[:size]))), NOTE)
    read = InclusionProof.parse(bytes(proof))
    assert read == proof
    read.check(LEAVES[index], size, root(LEAVES[:size]))
    with pytest.raises(ProofError):
        read.check(LEAVES[-1] if index != len(LEAVES) - 1 else LEAVES[0], size, root(LEAVES[:size]))


def test_extra_data_that_nobody_signed_is_passed_over() -> None:
    proof = bytes(InclusionProof(0, (), NOTE))
    assert InclusionProof.parse(proof.replace(b"\nindex", b"\nextra YQ==\nindex", 1)) == InclusionProof(0, (), NOTE)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "begins with"),
        (b"c2sp.org/tlog-proof@v2\nindex 0\n\n", "begins with"),
        (b"c2sp.org/tlog-proof@v1\n\n", "says the index"),
        (b"c2sp.org/tlog-proof@v1\nindex 00\n\n", "says the index"),
        (b"c2sp.org/tlog-proof@v1\nindex 0\nAAAA\n\n", "at most 63 hashes of 32"),
        (b"c2sp.org/tlog-proof@v1\nindex 0\n" + (b"A" * 43 + b"=\n") * 64 + b"\n", "at most 63 hashes"),
        (b"c2sp.org/tlog-proof@v1\nindex \xff\n\n", "ASCII"),
        (b"c2sp.org/tlog-proof@v1\nindex 0\n\ntext\n", "an empty line"),
    ],
)
def test_what_is_no_proof_is_refused_with_the_reason(content: bytes, why: str) -> None:
    with pytest.raises(NoteError, match=why):
        InclusionProof.parse(content)


def test_a_proof_carries_the_checkpoint_with_its_signatures() -> None:
    read = InclusionProof.parse(bytes(InclusionProof(0, (), NOTE)))
    assert isinstance(read.checkpoint, Note)
    assert LOG.verifier in read.checkpoint.checked([LOG.verifier])
