"""人员与证件 as a kind of proceeding."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from domain import errors
from domain.officer import commands, events
from domain.officer.certificates import certificate
from domain.officer.commands import STEPS
from domain.procedure.commands import Asked, becomes
from domain.procedure.facts import Fact
from domain.procedure.kind import Kind
from domain.procedure.refusing import refuse
from domain.procedure.state import File
from domain.regime import model
from domain.regime.law import Law


def _facts(asked: Asked, file: File, law: Law, rule: model.Step) -> Iterator[Fact]:
    """What turns on whether a certificate is good on the day.

    Raises:
        Refusal: `NoCertificate` where one is shown that is not good, `NothingToLapse` where one has not expired.
    """
    command = asked.command
    match command:
        case commands.ShowCertificate(certificate=id_):
            if not any(each.covers(asked.on) for each in certificate(file, id_)):
                raise errors.NoCertificate(rule.cite, persons=getattr(file.opened, "person", asked.id))
            yield becomes(command, events.CertificateShown)
        case commands.RecordExpiry(certificate=id_):
            given = next(h.fact for h in file.log if getattr(h.fact, "certificate", None) == id_)
            noted = any(isinstance(h.fact, events.CertificateExpired) and h.fact.certificate == id_ for h in file.log)
            end = getattr(given, "valid_to", None)
            if end is None or asked.on <= end or noted:
                refuse(errors.NothingToLapse, law, rule, day=asked.on)
            yield events.CertificateExpired(id_, end)
        case _:
            raise AssertionError(f"nothing follows from {asked.step}")


OFFICER: Final = Kind("officer", "officers", STEPS, _facts)
