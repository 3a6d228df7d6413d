"""Opening sealed texts for somebody (启封): that they read them is put down first (查阅登记)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from api.execute import Desk
from api.failures import NoSuchText
from api.vault import Opened
from domain.identity import Actor
from ledger import access
from ledger.export import Disclosure
from ledger.mapper import Envelope

_A_ROW: Final = 500  # names of fields; a row has 65,535 bytes


def texts_for(desk: Desk, who: Actor, stream: str, entries: Sequence[Envelope], way: str) -> dict[tuple[int, str], str]:
    """The texts of sealed fields among entries of a stream, by version and field; what is erased is not among them.

    Args:
        desk: of the ledger.
        who: reads them.
        stream: the file.
        entries: of it, as they were read.
        way: in which they are read: `page`, `export`.
    """
    return {(text.version, text.field): text.text for text in _put_down(desk, who, stream, entries, way, None)}


def disclosed(desk: Desk, who: Actor, stream: str, fields: Collection[str] | None) -> tuple[Disclosure, ...]:
    """Texts of a file with the salts of their commitments (出示密封内容): who is handed them can show what they are.

    Args:
        desk: of the ledger.
        who: is handed them.
        stream: the file.
        fields: which, each as version and field, `3.reason`; None for all that there are.

    Raises:
        NoSuchText: a field is not sealed in that file, or erased.
    """
    texts = _put_down(desk, who, stream, desk.log.read(stream), "export", fields)
    return tuple(Disclosure(text.version, text.field, text.salt, text.text) for text in texts)


def _put_down(
    desk: Desk, who: Actor, stream: str, entries: Sequence[Envelope], way: str, fields: Collection[str] | None
) -> list[Opened]:
    texts = [text for text in desk.vault.open(desk.log, entries) if fields is None or text.name in fields]
    for missing in sorted(set(fields or ()) - {text.name for text in texts}):
        raise NoSuchText(stream=stream, field=missing)
    for portion in _portions([text.name for text in texts]):
        desk.log.record_access(stream, access.body(who, way, portion), desk.now())
    return texts


def _portions(names: list[str]) -> Iterator[list[str]]:
    """As many as one row of the record has room for, whatever their length."""
    return (names[at : at + _A_ROW] for at in range(0, len(names), _A_ROW))
