"""Canonical JSON: one value, one spelling. RFC 8785 (JCS), narrowed to what has no second reading.

Text is in Unicode's form NFC, names of members are ASCII, numbers are whole and within 2^53 (RFC 7493, I-JSON). So
narrowed, orjson with sorted keys writes exactly what RFC 8785 asks for.
"""

from __future__ import annotations

from typing import Any, Final
from unicodedata import is_normalized, normalize

import orjson

LARGEST: Final = 2**53 - 1
"""Largest whole number that every reader of JSON understands alike."""


class CanonicalError(ValueError):
    """The value has no canonical spelling, or the bytes are not JSON."""


def encode(value: object) -> bytes:
    """The canonical bytes of None, bool, int, str, and lists, tuples and dictionaries of these.

    Raises:
        CanonicalError: anything else is in it, or text that is not NFC (see `nfc`).
    """
    try:
        _check(value)
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except (TypeError, RecursionError) as error:  # lone surrogates, nesting too deep
        raise CanonicalError(str(error)) from error


def decode(content: bytes) -> Any:
    """The value of JSON bytes.

    Raises:
        CanonicalError: they are not JSON in UTF-8.
    """
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise CanonicalError(str(error)) from error


def nfc(text: str) -> str:
    """The text in Unicode's form NFC, in which the log keeps all text."""
    return text if text.isascii() else normalize("NFC", text)


def _check(value: Any) -> None:
    kind = type(value)  # asked once, and exactly: a subclass may spell itself differently
    if kind is str:
        if not value.isascii() and not is_normalized("NFC", value):
            raise CanonicalError(f"text not in NFC: {value[:40]!r}")
    elif kind is int:
        if not -LARGEST <= value <= LARGEST:
            raise CanonicalError(f"a number beyond 2^53: {value}")
    elif kind is dict:
        for name, member in value.items():
            if type(name) is not str or not name.isascii():
                raise CanonicalError(f"the name of a member is not ASCII: {name!r}")
            _check(member)
    elif kind is list or kind is tuple:
        for member in value:
            _check(member)
    elif value is not None and kind is not bool:
        raise CanonicalError(f"no canonical spelling for a {kind.__name__}")
