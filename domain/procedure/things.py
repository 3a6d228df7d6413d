"""What a file holds (卷内事项): the things in it that have an id, its documents, its reviews, and how it was opened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Protocol

from domain.procedure import facts
from domain.procedure.facts import Issued


@dataclass(frozen=True, slots=True)
class Thing:
    """Something in the file that has an id: its kind (an instrument, `order`, ...), what it is about, since when."""

    kind: str
    about: str | None
    on: date


@dataclass(frozen=True, slots=True)
class Document:
    """An issued document (文书), the days on which it was received, and how it stands."""

    issued: Issued
    issued_on: date
    receipts: Mapping[str, date] = field(default_factory=dict)
    ended: str | None = None  # the fact that amended, withdrew or revoked it

    @property
    def in_effect(self) -> bool:
        """Issued without defect, received by its addressee, and neither amended, withdrawn nor revoked."""
        return not self.issued.defects and self.issued.to in self.receipts and self.ended is None


@dataclass(frozen=True, slots=True)
class Review:
    """A request for review (复查申请) and what became of it."""

    requested: facts.ReviewRequested
    outcome: str | None = None  # of the decision, or "withdrawn-request"

    @property
    def pending(self) -> bool:
        """Accepted, and neither withdrawn nor decided."""
        return self.requested.accepted and self.outcome is None


FILE: Final = "file"
"""The id of what is about the file as a whole."""


PARTED: Final = "parted"
"""The kind of a thing that has left the file: nothing may be about it, and its id is not given again."""


PARTIES: Final = ("supervisor", "subject")
"""The relations that the opening of a file names."""


class Opening(Protocol):
    """The fact that opens a file: under which law, by whom, about whom."""

    @property
    def regime(self) -> str:
        """The id of the regulation."""

    @property
    def regime_digest(self) -> str:
        """The digest under which the ledger keeps it."""

    @property
    def supervisor(self) -> str:
        """The organ that keeps the file."""

    @property
    def subject(self) -> str | None:
        """The organ that the file is about, if it is about one."""
