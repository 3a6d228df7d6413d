"""The register of officers (人员名册): certificates, training, posts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from domain.officer import events
from domain.officer.certificates import certificate
from domain.officer.posts import posts
from domain.procedure.state import File
from projections.room import Folded

Registered = Iterator[tuple[str, tuple[Any, ...]]]


def of_officer(folded: Folded) -> Registered:
    """The rows of a person's file: (table, values)."""
    file = folded.file
    opened = file.opened
    if not isinstance(opened, events.OfficerRegistered):
        return
    moved = [h for h in file.log if isinstance(h.fact, events.UnitChanged)]
    last = max(moved, key=lambda h: (h.on, h.version), default=None)
    unit = last.fact.unit if last and isinstance(last.fact, events.UnitChanged) else opened.subject or opened.supervisor
    for happening in file.log:
        if isinstance(happening.fact, events.CertificateIssued | events.CertificateFiled):
            yield "certificates", _certificate(file, opened, unit, happening.fact, happening.version)
    yield from (("trainings", row) for row in _trainings(file, opened.person, unit))
    for held in posts(file):
        yield (
            "posts",
            (held.post, held.since, opened.person, held.organ, held.duty, held.until, held.acting, held.instead_of),
        )


def _certificate(
    file: File,
    opened: events.OfficerRegistered,
    unit: str,
    given: events.CertificateIssued | events.CertificateFiled,
    version: int,
) -> tuple[Any, ...]:
    issuer = given.issuer if isinstance(given, events.CertificateFiled) else opened.supervisor
    suspended, restored, revoked, cancelled, expired = _days(file, given, version)
    good = certificate(file, given.certificate)
    return (
        given.certificate, given.valid_from, opened.person, unit, issuer, given.kind, given.number,
        isinstance(given, events.CertificateFiled), given.valid_to, list(given.scope), suspended, restored, revoked,
        cancelled, expired, [part.valid_from for part in good], [part.valid_to for part in good],
    )  # fmt: skip


def _days(
    file: File, given: events.CertificateIssued | events.CertificateFiled, version: int
) -> tuple[date | None, ...]:
    """When it was last withheld and given back, revoked, cancelled with its kind, noted as expired."""
    suspended = restored = revoked = cancelled = expired = None
    withheld: str | None = None
    for h in file.log:
        match h.fact:
            case events.CertificateSuspended(suspension=id_, about=about) if about == given.certificate:
                withheld, suspended, restored = id_, h.on, None
            case events.CertificateRestored(suspension=id_) if id_ == withheld:
                restored = h.on
            case events.CertificateRevoked(certificate=id_) if id_ == given.certificate:
                revoked = h.on
            case events.QualificationCancelled(kind=kind) if kind == given.kind and h.version > version:
                cancelled = h.on
            case events.CertificateExpired(certificate=id_) if id_ == given.certificate:
                expired = h.on
            case _:
                pass
    return suspended, restored, revoked, cancelled, expired


def _trainings(file: File, person: str, unit: str) -> Iterator[tuple[Any, ...]]:
    held = [(h.on, h.fact) for h in file.log if isinstance(h.fact, events.TrainingRecorded)]
    for year in sorted({fact.year for _, fact in held}):
        mine = [(on, fact) for on, fact in held if fact.year == year]
        failed = sum(fact.passed is False for _, fact in mine)
        hours = sum(fact.hours for _, fact in mine)
        yield str(year), max(on for on, _ in mine), person, unit, hours, len(mine), failed
