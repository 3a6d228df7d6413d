"""Which evidence the entries of a ledger name, read from their bytes: the same for who hands out and for who checks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from ledger import canonical
from ledger.entry import Entry, EntryError, parse

DIGEST: Final = r"[0-9a-f]{64}"
TYPES: Final = ("evidence-registered", "entry-corrected")
"""The facts that can name evidence, in any version and kind of file: a registration, and what puts its digest right."""

_DIGEST: Final = re.compile(DIGEST, re.ASCII)


class Named(NamedTuple):
    """Evidence that an entry names: by which digest, registered by which organ, and where."""

    digest: str
    organ: str
    stream: str
    version: int


def named(entries: Iterable[bytes | Entry]) -> Iterator[Named]:
    """The evidence that entries name, in their order.

    A digest that was registered wrongly and corrected is named by both entries: the ledger forgets neither. Evidence
    registered without digest, on paper, is not named; nor is what an entry says that cannot be read.
    """
    for raw in entries:
        try:
            header, body = raw if isinstance(raw, Entry) else parse(raw)
        except EntryError:
            continue
        if header.type.partition(".")[2].partition("/")[0] in TYPES:
            found = _in(body)
            if found is not None:
                yield Named(*found, header.stream, header.version)


def _in(body: bytes) -> tuple[str, str] | None:
    try:
        said: dict[str, Any] = canonical.decode(body)
        facts, organ = said["facts"], said["actor"]["organ"]
        digest = facts["now"] if facts.get("field") == "digest" else facts.get("digest")
    except (canonical.CanonicalError, LookupError, TypeError, AttributeError):
        return None
    is_one = type(digest) is str and type(organ) is str and _DIGEST.fullmatch(digest)
    return (digest, organ) if is_one else None
