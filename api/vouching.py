"""What the register of officers says of the persons whom a step names (持证情况), where the law asks for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from domain.officer.certificates import asks_for_certificates, certificates, is_of
from domain.officer.kind import OFFICER
from domain.procedure.commands import Certificate, Command
from domain.procedure.state import File
from domain.regime.model import Step
from ledger.log import Log
from ledger.mapper import Seen


@dataclass(frozen=True, slots=True)
class Vouched:
    """The certificates of each person, and the versions at which the registers were read."""

    officers: Mapping[str, tuple[Certificate, ...]]
    seen: tuple[Seen, ...]

    def moved(self, log: Log) -> bool:
        """Whether a register has moved since.

        The append does not look: what it writes is not in these streams. So an entry that is recorded between this
        look and the append goes unnoticed by the step; that the step had not seen it is in its entry.
        """
        return any(len(log.read(seen.stream)) != seen.version for seen in self.seen)


def vouched(rule: Step | None, command: Command, file_of: Callable[[str], File]) -> Vouched:
    """Read the files of the persons named, if a condition of the step turns on certificates; else nothing."""
    if rule is None or not asks_for_certificates(rule):
        return Vouched({}, ())
    named: tuple[str, ...] = getattr(command, "persons", ())
    files = {person: file_of(f"{OFFICER.name}/{person}") for person in dict.fromkeys(named)}
    return Vouched(
        {person: certificates(file) for person, file in files.items() if is_of(file, person)},
        tuple(Seen(f"{OFFICER.name}/{person}", file.version) for person, file in files.items()),
    )
