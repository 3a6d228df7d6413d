"""The rows of the registers (名册), as they are told. `position` is the last of the log that a row rests on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """Issued documents (文书登记). In effect from `effective_on` until the day before `ended_on`."""

    kind: str
    id: str
    document: str
    issued_on: date
    instrument: str
    number: str
    form: str | None
    about: str | None
    issuer: str
    addressee: str
    served_on: date | None
    effective_on: date | None
    ended: str | None
    ended_on: date | None
    in_effect: bool
    defective: bool
    regime: str
    supervisor: str
    subject: str | None
    position: int


@dataclass(frozen=True, slots=True)
class CertificateRow:
    """Certificates of people (证件), with the days on which they are good: from one to another, null for no end."""

    kind: str
    id: str
    certificate: str
    valid_from: date
    person: str
    unit: str | None
    issuer: str
    form: str
    number: str
    filed: bool
    valid_to: date | None
    scope: list[str]
    suspended_on: date | None
    restored_on: date | None
    revoked_on: date | None
    cancelled_on: date | None
    expired_on: date | None
    good_from: list[date | None]
    good_until: list[date | None]
    position: int


@dataclass(frozen=True, slots=True)
class TrainingRow:
    """Class hours (学时) of training by person and year."""

    kind: str
    id: str
    year: str
    last_on: date
    person: str
    unit: str | None
    hours: int
    times: int
    failed: int
    position: int


@dataclass(frozen=True, slots=True)
class PostRow:
    """Posts (岗位) that people held, observers among them."""

    kind: str
    id: str
    post: str
    since: date
    person: str
    organ: str
    duty: str
    until: date | None
    acting: bool
    instead_of: str | None
    position: int


@dataclass(frozen=True, slots=True)
class ObligationRow:
    """Statutory obligations (法定义务): owed until the day before `ended_on`."""

    kind: str
    id: str
    duty: str
    arisen_on: date
    owed_by: str
    regime: str
    trigger_on: date | None
    occasion: str | None
    ground: str | None
    due_on: date | None
    parts: list[str]
    done_on: list[date | None]
    waived_on: date | None
    missed_on: date | None
    referred_to: str | None
    ended_on: date | None
    position: int


@dataclass(frozen=True, slots=True)
class BodyRow:
    """Enforcement bodies (执法主体): how their qualification stands."""

    kind: str
    id: str
    subject: str
    registered_on: date
    nature: str | None
    superior: str | None
    qualification: str
    qualification_on: date
    confirmed_on: date | None
    powers: list[str]
    published_on: date | None
    supervision_officers: list[str]
    position: int


@dataclass(frozen=True, slots=True)
class GradingRow:
    """Case files drawn in a programme, and how they were graded (案卷评查)."""

    kind: str
    id: str
    drawn: str
    drawn_on: date
    programme: str
    organ: str
    reference: str | None
    grade: str | None
    graded_on: date | None
    persons: list[str]
    referred_to: str | None
    position: int


@dataclass(frozen=True, slots=True)
class TriageRow:
    """Matters of leads (线索), where they belong and what became of them. Nobody who complained is in here."""

    kind: str
    id: str
    triage: str
    triaged_on: date
    form: str
    channel: str
    in_scope: bool
    against_act: bool | None
    case_id: str | None
    answered_on: date | None
    outcome: str | None
    position: int
