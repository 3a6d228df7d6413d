"""Cursors of lists: where the last page ended, opaque to the caller, good for the same list only."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import urlencode

import orjson

from api.failures import Malformed
from ledger.canonical import LARGEST


def link(name: str, limit: int, *last: date | str | int, **asked: date | str) -> str:
    """A `Link` header to the page, as long as this one, after the row with these keys, of the same that was `asked`."""
    return f'<?{urlencode({**asked, "cursor": write(name, *last), "limit": limit})}>; rel="next"'


def write(name: str, *last: date | str | int) -> str:
    """A cursor of list `name` behind the row with these keys."""
    return base64.urlsafe_b64encode(orjson.dumps([_short(name), *map(str, last)])).decode().rstrip("=")


def read(cursor: str | None, name: str, *kinds: type[date | str | int]) -> Any:
    """The keys in a cursor, None without one; `Malformed` for one of another list or none at all."""
    if cursor is None:
        return None
    parse: dict[type, Callable[[str], Any]] = {date: date.fromisoformat, str: str, int: _number}
    try:
        found, *last = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        keys = tuple(parse[kind](value) for kind, value in zip(kinds, last, strict=True))
    except (ValueError, TypeError):
        raise Malformed(why="cursor") from None
    if found != _short(name) or any("\0" in str(key) for key in keys):
        raise Malformed(why="cursor")
    return keys


def _number(text: object) -> int:
    if not isinstance(text, str) or not text.isdecimal() or int(text) > LARGEST:
        raise ValueError(text)
    return int(text)


def _short(name: str) -> str:
    """The name of a list as its cursors carry it: a list that was asked for with conditions has a long one."""
    return hashlib.sha256(name.encode()).hexdigest()[:12]
