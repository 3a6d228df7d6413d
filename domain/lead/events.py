"""The facts of leads and complaints (线索、投诉举报): the storage format, see `procedure.facts`.

Who complained stands in one field of one fact, as an opaque id. A case, an organ that a lead is passed on to and the
department it is about know a lead by the lead's id.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Final

from domain.identity import Sealed
from domain.procedure.facts import PASSING_ON, Fact


@dataclass(frozen=True, slots=True)
class LeadReceived:
    """Whoever is complained about (被投诉举报主体) is no party: a relation to the file would let them into it."""

    HEARS: ClassVar = ("complainant",)
    KEPT_OUT: ClassVar = ("respondent",)

    regime: str
    regime_digest: str
    supervisor: str
    kind: str
    channel: str
    written: bool
    anonymous: bool = False
    complainant: str | None = None
    respondent: str | None = None
    matter: Sealed | None = None

    @property
    def subject(self) -> None:
        """Nobody stands to a lead as the supervised department stands to a case."""
        return


@dataclass(frozen=True, slots=True)
class LeadTranscribed:
    """What was not said in writing, recorded in full (全面记录)."""

    matter: Sealed | None = None


@dataclass(frozen=True, slots=True)
class LeadTriaged:
    """One matter of a lead, and where it belongs. `lacking` cites the required content that it does not state."""

    triage: str
    in_scope: bool
    against_act: bool | None = None
    lacking: tuple[str, ...] = ()
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class LeadAnalysed:
    about: str
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class LeadLinked:
    about: str
    case: str


@dataclass(frozen=True, slots=True)
class LeadShared:
    """Its substance was shared with another channel of supervision (信息共享)."""

    to: str
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class LeadAnswered:
    """The complainant was informed: with `final`, of what became of the matter; else of how it stands."""

    about: str
    way: str
    final: bool = True
    competent: str | None = None
    outcome: str | None = None
    note: Sealed | None = None


FACTS: Final[Mapping[str, type[Fact]]] = MappingProxyType(
    {
        "received/1": LeadReceived,
        "transcribed/1": LeadTranscribed,
        "triaged/1": LeadTriaged,
        "analysed/1": LeadAnalysed,
        "linked/1": LeadLinked,
        "shared/1": LeadShared,
        "answered/1": LeadAnswered,
        **PASSING_ON,
    }
)
