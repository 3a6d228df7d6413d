"""What is asked of the log, and what it answers. Pure; `ledger.recorder` asks.

A request is recorded whole or not at all, and once: whoever sends it again under its key gets the first answer again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ledger.sealed import NONCE_SIZE, SealedValue

LONGEST_KEY = 64
"""Greatest length of an idempotency key or digest, in bytes."""


@dataclass(frozen=True, slots=True)
class Item:
    """One event to append: `body` is the canonical JSON of it, `expected` the version its stream is at, 0 for none."""

    stream: str
    expected: int
    type: str
    body: bytes
    sealed: tuple[SealedValue, ...] = ()


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A new data key (数据密钥) as the database keeps it, and whose texts it seals."""

    key_id: bytes
    subject: str
    wrapped: bytes


@dataclass(frozen=True, slots=True)
class Request:
    """Items that are recorded together, with what has to be there once they are.

    Args:
        key: digest of the idempotency key within its actor's scope.
        digest: digest of what was asked under that key.
        items: at least one, in order.
        data_keys: keys made for these items.
        law_texts: regime and calendar files that these items name by digest.
    """

    key: bytes
    digest: bytes
    items: tuple[Item, ...]
    data_keys: tuple[WrappedKey, ...] = ()
    law_texts: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Erasure:
    """What is to become of every sealed text of a subject (依法删除), when the entry that says so is recorded.

    Args:
        subject: the stream; its data keys are destroyed.
        goes: the texts that are destroyed, by position and field.
        stays: the texts that are kept, by position, sealed anew under `key`.
        shut: texts that are kept, by position and field, and that nobody can open: they are left as they lie.
        key: the data key from here on; None where nothing stays.
    """

    subject: str
    goes: tuple[tuple[int, str], ...]
    stays: tuple[tuple[int, SealedValue], ...] = ()
    shut: tuple[tuple[int, str], ...] = ()
    key: WrappedKey | None = None


@dataclass(frozen=True, slots=True)
class Appended:
    """Recorded (已登记): durable, from position `first` on, one leaf and time for each item.

    `replayed` says that it was recorded before, by this key.
    """

    first: int
    leaves: tuple[bytes, ...]
    recorded_at: tuple[datetime, ...]
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What a key stands for: the digest of what was asked under it, and the answer."""

    digest: bytes
    appended: Appended


@dataclass(frozen=True, slots=True)
class Stale:
    """Somebody else was first: the stream is at version `actual`."""

    stream: str
    expected: int
    actual: int


@dataclass(frozen=True, slots=True)
class KeyReused:
    """The key stands for something else that was asked."""


@dataclass(frozen=True, slots=True)
class TooLarge:
    """An entry would be longer than 65,535 bytes: what is so large is evidence, and named by its digest."""


@dataclass(frozen=True, slots=True)
class Malformed:
    """A part that `why` names is not of the format; a fault of the program."""

    why: str


@dataclass(frozen=True, slots=True)
class ClockWrong:
    """The clock is more than 5 s behind the last entry, or away from the caller's: somebody has to set it right."""


Outcome = Appended | Stale | KeyReused | TooLarge | Malformed | ClockWrong


def malformed(request: Request) -> str | None:
    """The part of a request that the database could not even be told, or would take for a fault of the whole call.

    Everything else about the format is for `ledger.append` to judge.
    """
    if not request.items:
        return "items"
    if not (0 < len(request.key) <= LONGEST_KEY and 0 < len(request.digest) <= LONGEST_KEY):
        return "key"
    for item in request.items:
        if not (_plain(item.stream) and _plain(item.type) and 0 <= item.expected < 2**63 and _text(item.body)):
            return "item"
        if len({value.field for value in item.sealed}) < len(item.sealed):
            return "sealed value"
        if not all(_sound(value) for value in item.sealed):
            return "sealed value"
    if len({key.key_id for key in request.data_keys}) < len(request.data_keys):
        return "data key"
    return None if all(_plain(key.subject) for key in request.data_keys) else "data key"


def _plain(text: str) -> bool:
    return text.isascii() and text.isprintable()


def _text(body: bytes) -> bool:
    try:
        return "\0" not in body.decode()
    except UnicodeDecodeError:
        return False


def _sound(value: SealedValue) -> bool:
    return _plain(value.field) and len(value.nonce) == NONCE_SIZE and value.salt is None
