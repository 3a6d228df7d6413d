"""What the ledger says was erased (依法删除) is gone. Pure: the rows come from whoever reads the database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, Protocol

from ledger.entry import parse
from ledger.verify.parts import members
from ledger.verify.verdict import Wrong

ERASED: Final = "ledger.erasure-performed/1"


class Texts(Protocol):
    """The sealed texts of one ledger: where there are any, not what they say."""

    def texts_left(self, stream: str, fields: Sequence[str]) -> list[str]:
        """Those of these fields of a stream, each as version and name, under which a sealed text still lies."""


def check(entries: Iterable[bytes], texts: Texts) -> int:
    """Look for texts that are said to be erased.

    Args:
        entries: those of type `ledger.erasure-performed`, in order.
        texts: what the database keeps.

    Returns:
        How many fields were erased.

    Raises:
        Wrong: the text of one is still there, or an entry does not say what was erased.
    """
    done = 0
    for entry in entries:
        position, facts = parse(entry).header.position, members(parse(entry), "facts")
        stream, fields = facts.get("stream"), facts.get("fields")
        if type(stream) is not str or type(fields) is not list or not all(type(field) is str for field in fields):
            raise Wrong("erasure-unreadable", position)
        for left in texts.texts_left(stream, fields):
            raise Wrong("erased-still-there", position, stream, field=left)
        done += len(fields)
    return done
