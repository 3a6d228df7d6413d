"""Typed ids and the two small values that every fact may carry: who acted, and what is sealed away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NewType

LedgerId = NewType("LedgerId", str)  # one per supervision authority, e.g. cn-000000 or cn-000000-demo
StreamId = NewType("StreamId", str)  # case/<id>, register/<organ>/<kind>/<year>, ledger
PersonId = NewType("PersonId", str)  # opaque: never a name
OrganId = NewType("OrganId", str)
Digest = NewType("Digest", str)  # SHA-256 in hexadecimal, of a file that is kept beside the ledger


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acted (行为人): an opaque person, in a role, for an organ, with the certificate shown where one was."""

    person: PersonId
    organ: OrganId
    role: str
    certificate: str | None = None


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed field (密封字段): the salted commitment, in hexadecimal, to a text kept outside the log."""

    commitment: str
