"""An entry (记录): one event as it is stored for ever. Pure bytes; LOG.md, "Entry", is the format.

    entry  = header LF body
    header = "caseledger/1" SP ledger SP position SP stream SP version SP type SP recorded_at SP prev

`ledger.append` in the database writes these bytes; this module reads them, and writes the same for whoever has no
database at hand.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, NamedTuple

from ledger import hashing
from ledger.faults import Fault

LIMIT: Final = 65_535
"""Length of the longest entry, in bytes; what is larger is evidence, and named by its digest."""

LEDGER: Final = r"[a-z0-9]+(?:-[a-z0-9]+)*"
STREAM: Final = r"[a-z][a-z0-9-]*(?:/[A-Za-z0-9._~-]+)*"
TYPE: Final = r"[a-z][a-z0-9-]*\.[a-z][a-z0-9-]*/[1-9][0-9]*"

_FORMAT: Final = "caseledger/1"
_TIME: Final = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z"
_TIME_ALONE: Final = re.compile(_TIME, re.ASCII)
_NUMBER: Final = r"[1-9]\d{0,18}"
_HEADER: Final = re.compile(
    rf"{_FORMAT} (?=\S{{1,64}} )({LEDGER}) (0|{_NUMBER}) (?=\S{{1,200}} )({STREAM}) ({_NUMBER})"
    rf" (?=\S{{1,100}} )({TYPE}) ({_TIME}) ([0-9a-f]{{64}})",
    re.ASCII,
)


class EntryError(Fault):
    """The bytes are not an entry, or the parts do not make one."""


@dataclass(frozen=True, slots=True)
class Header:
    """What the log says about an event: where it stands and when it was recorded (登记时间).

    `position` counts from 0 in the ledger, `version` from 1 in the stream; `recorded_at` is in UTC; `prev` is the
    leaf of the stream's entry before this one in hexadecimal, 64 zeros at version 1.
    """

    ledger: str
    position: int
    stream: str
    version: int
    type: str
    recorded_at: datetime
    prev: str


class Entry(NamedTuple):
    """An entry taken apart. `body` is canonical JSON, as bytes."""

    header: Header
    body: bytes


def parse(entry: bytes) -> Entry:
    """Take an entry apart. Each entry has one spelling: any other is refused.

    Raises:
        EntryError: it is too long, or its header is not of the format; the body is not looked into.
    """
    head, line_feed, body = entry.partition(b"\n")
    if len(entry) > LIMIT:
        raise EntryError("entry-too-long", most=LIMIT, length=len(entry))
    if not line_feed or not body.startswith(b"{") or b"\n" in body:
        raise EntryError("entry-form")
    try:
        text = head.decode("ascii")
    except UnicodeDecodeError as error:
        raise EntryError("entry-not-ascii") from error
    return Entry(_parse_header(text), body)


Glanced = tuple[str, int, str, int, str, str, bytes]
"""Ledger, position, stream, version, type, time and body, as an entry spells them."""


def glance(entry: bytes) -> Glanced:
    """What an entry of the log names, not checked further.

    For whoever reads many entries that the pen has written: an audit looks at each of them as `parse` does.

    Raises:
        EntryError: it has not the parts of one.
    """
    head, _, body = entry.partition(b"\n")
    try:
        form, ledger, position, stream, version, type_, recorded_at, _ = head.decode("ascii").split(" ")
        if form != _FORMAT:
            raise EntryError("entry-form")
        return ledger, int(position), stream, int(version), type_, recorded_at, body
    except ValueError as error:
        raise EntryError("entry-form") from error


def encode_header(header: Header) -> bytes:
    """The header's one spelling, without the line feed.

    Raises:
        EntryError: a part is not of the format.
    """
    h = header
    text = f"{_FORMAT} {h.ledger} {h.position} {h.stream} {h.version} {h.type} {format_time(h.recorded_at)} {h.prev}"
    _parse_header(text)
    return text.encode("ascii")


def encode(header: Header, body: bytes) -> bytes:
    """The entry of a header and a body in canonical JSON.

    Raises:
        EntryError: a part is not of the format, or the entry is too long.
    """
    entry = encode_header(header) + b"\n" + body
    parse(entry)
    return entry


def format_time(time: datetime) -> str:
    """A time as the log spells it: RFC 3339 in UTC with microseconds, `2024-02-05T01:02:03.000004Z`.

    Raises:
        EntryError: the time does not say how far it is from UTC.
    """
    if time.tzinfo is None:
        raise EntryError("time-without-zone", time=time.isoformat())
    in_utc = time if time.tzinfo is UTC else time.astimezone(UTC)
    return in_utc.isoformat(timespec="microseconds")[:26] + "Z"


def parse_time(text: str) -> datetime:
    """The time that `format_time` spells so; no other spelling is read.

    Raises:
        EntryError: no such time, or another spelling of it.
    """
    if not _TIME_ALONE.fullmatch(text):
        raise EntryError("time-form", text=text)
    return _checked_time(text)


def _checked_time(text: str) -> datetime:
    """The time of a text that has the form of one."""
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise EntryError("time-none", text=text) from error


def _parse_header(text: str) -> Header:
    match = _HEADER.fullmatch(text)
    if match is None:
        raise EntryError("entry-header", text=text)
    ledger, position, stream, version, type_, recorded_at, prev = match.groups()
    if (version == "1") != (prev == hashing.NO_LEAF):
        raise EntryError("entry-first-leaf", version=version, stream=stream, prev=prev)
    return Header(ledger, int(position), stream, int(version), type_, _checked_time(recorded_at), prev)
