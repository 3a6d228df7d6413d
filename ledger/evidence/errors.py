"""What can go wrong with evidence: one sentence each, and nothing in it that opens a store."""

from __future__ import annotations


class EvidenceError(RuntimeError):
    """Something about evidence went wrong."""


class TooLarge(EvidenceError):  # noqa: N818  # it names what was found
    """More bytes than are taken of one piece of evidence."""

    def __init__(self, most: int) -> None:
        super().__init__(f"one piece of evidence has at most {most} bytes")
        self.most = most


class NotKept(EvidenceError):  # noqa: N818  # it names what was found
    """The store does not have these bytes."""


class Damaged(EvidenceError):  # noqa: N818  # it names what was found
    """What lies under a digest are other bytes."""

    def __init__(self, digest: str) -> None:
        super().__init__(f"the evidence {digest} is not what its digest says")
        self.digest = digest


class StoreDown(EvidenceError):  # noqa: N818  # it names what was found
    """The store does not answer, or refuses."""
