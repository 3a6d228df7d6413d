"""The texts of law that a ledger has adopted are kept as they were (法规原文). Pure: rows come from who reads them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Protocol

from ledger import hashing
from ledger.entry import parse
from ledger.verify.parts import members
from ledger.verify.verdict import Wrong

ADOPTED: Final = ("regime-adopted", "regime-amended", "calendar-published", "calendar-amended")
"""The facts that name a text of law by its digest."""


class Texts(Protocol):
    """The texts of law that a database keeps beside one ledger."""

    def law(self, digest: str) -> bytes | None:
        """A text of law that the ledger keeps."""


def check(entries: Iterable[bytes], texts: Texts) -> int:
    """Hold the texts of law against the digests of them in the log.

    Args:
        entries: those that record one of `ADOPTED`, in order.
        texts: what the database keeps.

    Returns:
        How many entries name a text.

    Raises:
        Wrong: a text is gone or altered.
    """
    done = 0
    for raw in entries:
        entry = parse(raw)
        digest = str(members(entry, "facts").get("digest"))
        text = texts.law(digest)
        if text is None or hashing.digest(text).hex() != digest:
            raise Wrong("law-not-kept", entry.header.position, entry.header.stream, digest=digest)
        done += 1
    return done
