"""What a step is judged by beside its own file: the register of officers (持证情况), another file that it names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from domain.officer.certificates import asks_for_certificates, certificates, is_of
from domain.officer.kind import OFFICER
from domain.procedure.commands import Certificate, Command, StepRow
from domain.procedure.state import File
from domain.regime.model import Step
from ledger.log import Log
from ledger.mapper import Seen


@dataclass(frozen=True, slots=True)
class Vouched:
    """The certificates of each person, the other file, and the versions at which they were read."""

    officers: Mapping[str, tuple[Certificate, ...]]
    other: tuple[str, File] | None  # its stream and its state
    seen: tuple[Seen, ...]

    def moved(self, log: Log) -> bool:
        """Whether one of them has moved since.

        The append looks only at the streams it writes, the other file among them. So an entry in a register that is
        recorded between this look and the append goes unnoticed by the step; that it was not seen is in its entry.
        """
        return any(len(log.read(seen.stream)) != seen.version for seen in self.seen)


def vouched(rule: Step | None, row: StepRow, kind: str, command: Command, file_of: Callable[[str], File]) -> Vouched:
    """Read the other file that the step names, and those of the persons if a condition turns on certificates."""
    persons = getattr(command, "persons", ()) if rule is not None and asks_for_certificates(rule) else ()
    files = {person: file_of(f"{OFFICER.name}/{person}") for person in dict.fromkeys(persons)}
    seen = [Seen(f"{OFFICER.name}/{person}", file.version) for person, file in files.items()]
    other = None
    if row.other is not None:
        stream = f"{kind}/{getattr(command, row.other)}"
        other = (stream, file_of(stream))
        seen.append(Seen(stream, other[1].version))
    return Vouched(
        {person: certificates(file) for person, file in files.items() if is_of(file, person)}, other, tuple(seen)
    )
