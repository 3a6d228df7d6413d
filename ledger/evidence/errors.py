"""What can go wrong with evidence; nothing in it opens a store."""

from __future__ import annotations

from ledger.faults import Fault


class EvidenceError(Fault):
    """Something about evidence went wrong."""


class Oversized(EvidenceError):  # noqa: N818  # it names what was found
    """More bytes than are taken of one piece of evidence."""


class NotKept(EvidenceError):  # noqa: N818  # it names what was found
    """The store does not have these bytes."""


class Damaged(EvidenceError):  # noqa: N818  # it names what was found
    """What lies under a digest are other bytes."""


class StoreDown(EvidenceError):  # noqa: N818  # it names what was found
    """The store does not answer, or refuses."""
