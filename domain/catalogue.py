"""Every stored event type, by the name it is stored under. Append only: a name once used keeps its meaning for ever.

A name is `stream.fact/version`. What proceedings of several kinds share is one class with a name in each of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from domain.accountability.events import FACTS as ACCOUNTABILITY
from domain.case.events import FACTS as CASE
from domain.dispute.events import FACTS as DISPUTE
from domain.lawbook import events as ledger
from domain.lead.events import FACTS as LEAD
from domain.obligation.events import FACTS as OBLIGATION
from domain.officer.events import FACTS as OFFICER
from domain.organ.events import FACTS as ORGAN
from domain.penalty_filing.events import FACTS as PENALTY_FILING
from domain.procedure.facts import SHARED, Fact
from domain.programme.events import FACTS as PROGRAMME
from domain.register import events as register

OWN: Final[Mapping[str, Mapping[str, type[Fact]]]] = MappingProxyType(
    {
        "case": CASE,
        "lead": LEAD,
        "accountability": ACCOUNTABILITY,
        "organ": ORGAN,
        "officer": OFFICER,
        "programme": PROGRAMME,
        "dispute": DISPUTE,
        "penalty-filing": PENALTY_FILING,
        "obligation": OBLIGATION,
    }
)
"""What proceedings of each kind have beside what all of them share."""

TYPES: Final[Mapping[str, type[Fact]]] = MappingProxyType(
    {
        "ledger.opened/1": ledger.LedgerOpened,
        "ledger.regime-adopted/1": ledger.RegimeAdopted,
        "ledger.regime-amended/1": ledger.RegimeAmended,
        "ledger.regime-repealed/1": ledger.RegimeRepealed,
        "ledger.calendar-published/1": ledger.CalendarPublished,
        "ledger.calendar-amended/1": ledger.CalendarAmended,
        "ledger.recovery-recorded/1": ledger.RecoveryRecorded,
        "ledger.key-rotated/1": ledger.KeyRotated,
        "ledger.erasure-performed/1": ledger.ErasurePerformed,
        "ledger.access-digest/1": ledger.AccessDigest,
        "register.number-assigned/1": register.NumberAssigned,
        "register.number-voided/1": register.NumberVoided,
    }
    | {f"{kind}.{name}": cls for kind, own in OWN.items() for name, cls in {**own, **SHARED}.items()}
)
_NAMES: Final = {(name.partition(".")[0], cls): name for name, cls in TYPES.items()}
_SHORT: Final = {cls: name.partition(".")[2].rpartition("/")[0] for name, cls in TYPES.items()}


def name_of(fact: Fact, stream: str) -> str:
    """The stored name of a fact in a stream: `case.opinion-issued/1` in `case/7`; KeyError where it has none."""
    return _NAMES[stream.partition("/")[0], type(fact)]


def short_name(fact: Fact) -> str:
    """The name of a fact within its stream: `opinion-issued` of `case.opinion-issued/1`."""
    return _SHORT[type(fact)]
