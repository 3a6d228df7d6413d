"""Which certificates of a person are good, and from when to when (证件的效力): folded from the register."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from domain.officer import events
from domain.procedure.commands import Certificate
from domain.procedure.happening import Happening
from domain.procedure.state import File
from domain.regime.model import Step

DAY: Final = timedelta(days=1)


def is_of(file: File, person: str) -> bool:
    """Whether a file is that of the person: its name alone does not make it so."""
    return isinstance(file.opened, events.OfficerRegistered) and file.opened.person == person


def certificates(file: File) -> tuple[Certificate, ...]:
    """The certificates in a person's file, each for the days on which it is good.

    A certificate that was suspended for a while is in the answer twice: until the day before, and from the day of its
    restoration. A day on which it is withheld, revoked or cancelled is a day on which it is not good.
    """
    return tuple(part for h in file.log for part in _parts(h, file))


def certificate(file: File, id_: str) -> tuple[Certificate, ...]:
    """The certificate of that id, for the days on which it is good."""
    return tuple(part for h in file.log if getattr(h.fact, "certificate", None) == id_ for part in _parts(h, file))


def asks_for_certificates(rule: Step) -> bool:
    """Whether a condition of a step, however deep, turns on what the register of officers says."""
    guards = [guard for each in rule.requires for guard in (each.guard, each.when) if guard is not None]
    return any(part.certificate for guard in [*guards, *(each.when for each in rule.instead)] for part in guard.parts())


def _parts(given: Happening, file: File) -> Iterator[Certificate]:
    fact = given.fact
    if not isinstance(fact, events.CertificateIssued | events.CertificateFiled):
        return
    assert file.opened is not None
    keeper = file.opened.supervisor
    if isinstance(fact, events.CertificateFiled):  # the unit says so, whoever keeps the register
        keeper = file.opened.subject or keeper
    whole = Certificate(fact.kind, fact.number, fact.valid_from, fact.valid_to, keeper)
    good = [whole]
    for from_, until in _gaps(fact.certificate, given, file):
        good = [part for each in good for part in _without(each, from_, until)]
    yield from good


def _gaps(id_: str, given: Happening, file: File) -> Iterator[tuple[date, date | None]]:
    """From when, and until when (that day no longer), the certificate is not good; None is for ever."""
    restored = {h.fact.suspension: h.on for h in file.log if isinstance(h.fact, events.CertificateRestored)}
    for happening in file.log:
        match happening.fact:
            case events.CertificateSuspended(suspension=suspension, about=about) if about == id_:
                yield happening.on, restored.get(suspension)
            case events.CertificateRevoked(certificate=revoked) if revoked == id_:
                yield happening.on, None
            case events.QualificationCancelled(kind=kind) if happening.version > given.version:
                if kind == getattr(given.fact, "kind", None):
                    yield happening.on, None
            case _:
                pass


def _without(whole: Certificate, from_: date, until: date | None) -> Iterator[Certificate]:
    """What is left of the days of a certificate."""
    before = from_ - DAY if whole.valid_to is None else min(from_ - DAY, whole.valid_to)
    if whole.valid_from <= before:
        yield replace(whole, valid_to=before)
    if until is not None:
        after = max(until, whole.valid_from)
        if whole.valid_to is None or after <= whole.valid_to:
            yield replace(whole, valid_from=after)
