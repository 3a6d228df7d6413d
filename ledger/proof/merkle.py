"""The tree over the entries of a ledger (默克尔树): its root, and proofs that a leaf is in it and that it only grew.

RFC 6962 and RFC 9162, sections 2.1, with the hash function of `ledger.hashing`. A tree of size n is thought of as its
full nodes: node (level, index) is the root over the leaves index * 2**level up to (index + 1) * 2**level. Whoever asks
for a proof says where full nodes are found, in a list or in tiles; whoever checks one needs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import islice

from ledger import hashing
from ledger.faults import Fault

Nodes = Callable[[int, int], bytes]
"""The full node (level, index) of a tree; raises LookupError where there is none."""

_BLOCK = 1 << 10  # leaves that are folded at a time: long enough for the loop to be flat, short enough for the cache


class ProofError(Fault):
    """A proof does not lead to the root it was given for."""


class Frontier:
    """The right edge of a growing tree: the roots of its full subtrees, the largest first. All that appending needs.

    RFC 9162 calls no name for it; elsewhere it is a compact range. It holds at most 64 hashes, whatever the size.
    """

    __slots__ = ("_peaks", "size")

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        """Of a tree of `size` leaves, whose `peaks` were kept.

        Raises:
            ValueError: a tree of this size has another number of peaks, or a peak has not the length of a digest.
        """
        if size < 0 or len(peaks) != size.bit_count() or any(len(peak) != hashing.SIZE for peak in peaks):
            raise ValueError(f"a tree of {size} leaves has {size.bit_count()} peaks of {hashing.SIZE} bytes")
        self.size = size
        self._peaks = list(peaks)

    @property
    def peaks(self) -> tuple[bytes, ...]:
        """What to keep in order to go on later."""
        return tuple(self._peaks)

    def root(self) -> bytes:
        """The root of the tree: MTH(D[0:size])."""
        if not self._peaks:
            return hashing.EMPTY_ROOT
        return _bagged(self._peaks)

    def append(self, leaf: bytes) -> None:
        """Take in the hash of the next leaf."""
        self._push(leaf, 0)

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Take in the hashes of the next leaves, many at a time."""
        source = iter(leaves)
        while self.size % _BLOCK and (leaf := next(source, None)) is not None:
            self._push(leaf, 0)
        while len(block := list(islice(source, _BLOCK))) == _BLOCK:
            self._push(_folded(block), _BLOCK.bit_length() - 1)
        for leaf in block:
            self._push(leaf, 0)

    def _push(self, node: bytes, level: int) -> None:
        """A full node to the right of all; the size is a multiple of its width."""
        ones = self.size >> level
        while ones & 1:
            node = hashing.node_hash(self._peaks.pop(), node)
            ones >>= 1
        self._peaks.append(node)
        self.size += 1 << level


def root(leaves: Iterable[bytes]) -> bytes:
    """The root over the hashes of leaves."""
    frontier = Frontier()
    frontier.extend(leaves)
    return frontier.root()


def nodes_of(leaves: Sequence[bytes]) -> Nodes:
    """The full nodes of a tree held in memory, as a bundle's heads are."""
    levels = [list(leaves)]
    while len(levels[-1]) > 1:
        levels.append(hashing.parents(levels[-1]))
    return lambda level, index: levels[level][index]


def inclusion_proof(index: int, size: int, nodes: Nodes) -> list[bytes]:
    """The siblings from the leaf to the root: PATH(index, D[0:size]), RFC 9162, section 2.1.3.1.

    Raises:
        ValueError: the tree has no such leaf.
        LookupError: a node is missing.
    """
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_root_of(middle, end, nodes))
            end = middle
        else:
            path.append(_root_of(start, middle, nodes))
            start = middle
    path.reverse()
    return path


def consistency_proof(old: int, new: int, nodes: Nodes) -> list[bytes]:
    """What shows that the first `old` of `new` leaves are the tree of before: PROOF(old, D[0:new]), section 2.1.4.1.

    Empty where nothing is to be shown: from a tree without leaves, and from a tree to itself.

    Raises:
        ValueError: a tree does not shrink.
        LookupError: a node is missing.
    """
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {old} leaves does not grow to {new}")
    if old in (0, new):
        return []
    path: list[bytes] = []
    start, end, whole = 0, new, True
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(_root_of(middle, end, nodes))
            end = middle
        else:
            path.append(_root_of(start, middle, nodes))
            start, whole = middle, False
    if not whole:
        path.append(_root_of(start, end, nodes))
    path.reverse()
    return path


def check_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], expected: bytes) -> None:
    """Whether a leaf stands at this index of the tree: RFC 9162, section 2.1.3.2.

    Args:
        leaf: its hash.
        index: where it stands, from 0.
        size: of the tree.
        path: the inclusion proof.
        expected: the root of the tree.

    Raises:
        ProofError: it does not, or the proof is not of this shape.
    """
    if not 0 <= index < size:
        raise ProofError("no-such-leaf", size=size, index=index)
    place, last, node = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            raise ProofError("proof-too-long", size=size)
        if place & 1 or place == last:
            node = hashing.node_hash(sibling, node)
            while not place & 1 and place != 0:
                place, last = place >> 1, last >> 1
        else:
            node = hashing.node_hash(node, sibling)
        place, last = place >> 1, last >> 1
    if last != 0:
        raise ProofError("proof-too-short", size=size)
    if node != expected:
        raise ProofError("leaf-off-root", index=index, size=size)


def check_consistency(old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> None:
    """Whether a tree only grew: RFC 9162, section 2.1.4.2. What the RFC leaves out, size 0, is decided first.

    Args:
        old: the earlier size.
        new: the later size.
        old_root: the earlier root.
        new_root: the later root.
        path: the consistency proof.

    Raises:
        ProofError: it did not, or the proof is not of this shape.
    """
    if not 0 <= old <= new:
        raise ProofError("tree-does-not-grow", old=old, new=new)
    if old == 0 and old_root != hashing.EMPTY_ROOT:
        raise ProofError("empty-tree-root")
    if old in (0, new):
        if path or (old == new and old_root != new_root):
            raise ProofError("same-size-other-root", size=old)
        return
    _check_growth(old, new, old_root, new_root, path)


def _check_growth(old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> None:
    """The steps of RFC 9162, section 2.1.4.2, for 0 < old < new."""
    hashes = list(path) if old & (old - 1) else [old_root, *path]
    if not path:
        raise ProofError("proof-empty")
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    before = after = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            raise ProofError("proof-too-long", size=new)
        if place & 1 or place == last:
            before, after = hashing.node_hash(sibling, before), hashing.node_hash(sibling, after)
            while not place & 1 and place != 0:
                place, last = place >> 1, last >> 1
        else:
            after = hashing.node_hash(after, sibling)
        place, last = place >> 1, last >> 1
    if last != 0:
        raise ProofError("proof-too-short", size=new)
    if before != old_root or after != new_root:
        raise ProofError("not-the-beginning", old=old, new=new)


def _split(width: int) -> int:
    """The largest power of two below a width of two or more: where RFC 9162 parts a tree."""
    return 1 << ((width - 1).bit_length() - 1)


def _root_of(start: int, end: int, nodes: Nodes) -> bytes:
    """MTH(D[start:end]) from full nodes; `start` is where RFC 9162 parts a tree, so full nodes fit in a row."""
    peaks = []
    while start < end:
        level = (end - start).bit_length() - 1
        peaks.append(nodes(level, start >> level))
        start += 1 << level
    return _bagged(peaks)


def _bagged(peaks: Sequence[bytes]) -> bytes:
    """One root over the roots of full subtrees, the largest first."""
    *rest, node = peaks
    for peak in reversed(rest):
        node = hashing.node_hash(peak, node)
    return node


def _folded(hashes: Sequence[bytes]) -> bytes:
    """The root over a power of two of neighbours."""
    while len(hashes) > 1:
        hashes = hashing.parents(hashes)
    return hashes[0]
