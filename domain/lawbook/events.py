"""The facts of stream `ledger`: that it was opened, which law it has adopted (法规库), and what befell it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.identity import Sealed


@dataclass(frozen=True, slots=True)
class LedgerOpened:
    clock: str


@dataclass(frozen=True, slots=True)
class RegimeAdopted:
    regime: str
    digest: str
    valid_from: date
    valid_to: date | None = None
    superior: bool = False


@dataclass(frozen=True, slots=True)
class RegimeAmended:
    """The ledger holds another content under the same id from here on; `was` is the digest of the one before."""

    regime: str
    digest: str
    was: str
    valid_from: date
    valid_to: date | None = None
    superior: bool = False


@dataclass(frozen=True, slots=True)
class RegimeRepealed:
    """No file is opened under it after `last_day`; those that are open finish under it."""

    regime: str
    last_day: date


@dataclass(frozen=True, slots=True)
class CalendarPublished:
    calendar: str
    digest: str
    notice: str
    year: int


@dataclass(frozen=True, slots=True)
class CalendarAmended:
    calendar: str
    digest: str
    notice: str
    year: int


@dataclass(frozen=True, slots=True)
class RecoveryRecorded:
    """The sealer may go on, although the ledger is not as it was signed at this size with this root.

    `position` is where it said so.
    """

    size: int
    root: str
    position: int
    approver: str
    reason: Sealed


@dataclass(frozen=True, slots=True)
class KeyRotated:
    """From here on the ledger is sealed with `new` as well, and in time alone; both as they are handed out (vkey).

    `signature` is the line with which `old` hands on to `new`: without it anybody who may append could name a key.
    """

    old: str
    new: str
    signature: str
    approver: str


@dataclass(frozen=True, slots=True)
class ErasurePerformed:
    """The sealed texts in these fields of `stream` are destroyed; a field is its version and name, `3.reason`."""

    stream: str
    fields: tuple[str, ...]
    legal_basis: str
    approver: str


@dataclass(frozen=True, slots=True)
class AccessDigest:
    """The rows of the record of accesses from `first`, `count` of them, have this Merkle root (RFC 6962)."""

    first: int
    count: int
    digest: str


LawbookFact = (
    LedgerOpened
    | RegimeAdopted
    | RegimeAmended
    | RegimeRepealed
    | CalendarPublished
    | CalendarAmended
    | RecoveryRecorded
    | KeyRotated
    | ErasurePerformed
    | AccessDigest
)
