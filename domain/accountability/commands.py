"""What may be asked of 责任追究."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from domain.accountability import events
from domain.identity import Sealed
from domain.procedure.commands import ON_CORRECTION, SHARED, StepRow


@dataclass(frozen=True, slots=True)
class OpenAccountability:
    supervisor: str
    subject: str
    ladder: str
    person: str | None = None
    source: str | None = None
    matter: Sealed | None = None
    readings: tuple[str, ...] = ()
    reason: Sealed | None = None


@dataclass(frozen=True, slots=True)
class EstablishGround:
    grounds: tuple[str, ...]
    evidence: str | None = None
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class NameResponsiblePerson:
    person: str
    capacity: str
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class ProposeSanction:
    sanction: str
    rung: int
    measures: tuple[str, ...]
    grounds: tuple[str, ...]
    about: str | None = None
    circumstances: Sealed | None = None
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class ImposeSanction:
    sanction: str
    rung: int
    measures: tuple[str, ...]
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class SuggestSanction:
    referral: str
    about: str
    to: str
    rung: int
    measures: tuple[str, ...]
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class ReferDiscipline:
    referral: str
    about: str
    to: str
    rung: int
    measures: tuple[str, ...]
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class AnswerReferral:
    referral: str
    taken_up: bool
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class Appeal:
    appeal: str
    about: str
    by: str
    written: bool
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class DecideAppeal:
    appeal: str
    outcome: str
    note: Sealed | None = None


@dataclass(frozen=True, slots=True)
class RecordOutcome:
    about: str
    outcome: str
    note: Sealed | None = None


STEPS: Final[Mapping[str, StepRow]] = MappingProxyType(
    {
        "open": StepRow(OpenAccountability, None, events.AccountabilityOpened, opens=True, codes={"ladder": "ladders"}),
        "establish-ground": StepRow(EstablishGround, None, events.GroundEstablished, codes={"grounds": "grounds"}),
        "name-responsible-person": StepRow(
            NameResponsiblePerson, None, events.ResponsiblePersonNamed, codes={"capacity": "capacities"}
        ),
        **ON_CORRECTION,
        "propose-sanction": StepRow(ProposeSanction, "sanction", events.SanctionProposed, codes={"grounds": "grounds"}),
        "impose-sanction": StepRow(ImposeSanction, None, events.SanctionImposed),
        "suggest-sanction": StepRow(SuggestSanction, "referral", events.SanctionSuggested),
        "refer-discipline": StepRow(ReferDiscipline, "referral", events.DisciplineReferred),
        "answer-referral": StepRow(AnswerReferral, None, events.ReferralAnswered),
        "appeal": StepRow(Appeal, "appeal", events.Appealed),
        "decide-appeal": StepRow(DecideAppeal, None, events.AppealDecided, codes={"outcome": "appeal-outcomes"}),
        "record-outcome": StepRow(RecordOutcome, None, events.OutcomeRecorded, codes={"outcome": "results"}),
        **SHARED,
    }
)
