"""What discharged the duties of a published list (权责清单履行情况), out of the facts of a ledger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property

from domain.catalogue import short_name
from domain.obligation.events import ObligationArisen, ObligationFulfilled
from domain.procedure.facts import Fact
from domain.procedure.recorded import Recorded
from domain.procedure.state import File, in_effect
from domain.regime.duties import Duty
from projections.statistics.figures import Figure

STATED, KIND = "stated", "kind"
_CITED = ("topics", "grounds", "ground")
"""The fields in which a fact says what of the text it is about."""


@dataclass(frozen=True)
class DutyList:
    """A list of duties, and the digest of its content, by which a reader knows it."""

    id: str
    digest: str
    duties: Mapping[str, Duty]

    @cached_property
    def texts(self) -> frozenset[str]:
        """The texts on which its duties rest: it is about what is done under them, and under no other."""
        cited = (cite for duty in self.duties.values() for cite in (duty.cite, *duty.basis))
        return frozenset(cite.partition(":")[0] for cite in cited)

    @cached_property
    def cited(self) -> frozenset[str]:
        """All provisions on which any of its duties rests."""
        return frozenset(cite for duty in self.duties.values() for cite in duty.basis)


def of_duties(file: File, entries: Sequence[Recorded], lists: Sequence[DutyList]) -> Iterator[Figure]:
    """The facts of a file that discharge a duty, as `<duty>.stated` or `<duty>.kind`, under the id of the list.

    A list says for most of its duties the same kinds of facts. Where a file names a provision on which duties rest, its
    facts discharge those duties and no other (`stated`); where it names none, all duties that facts of their kind
    discharge (`kind`). What was done defectively discharges nothing.
    """
    opened = file.opened
    assert opened is not None
    positions = {entry.version: entry.position for entry in entries}
    named = frozenset(_whole(cite, opened.regime) for happening in file.log for cite in _cites(happening.fact))
    for each in lists:
        if opened.regime not in each.texts:
            continue
        about = named & each.cited
        for name, duty in each.duties.items():
            if about and not about & frozenset(duty.basis):
                continue
            of = f"{name}.{STATED if about else KIND}"
            for happening in file.log:
                if in_effect(file, happening.fact) and _discharges(file, happening.fact, duty):
                    at = (positions[happening.version],)
                    yield Figure(each.id, of, opened.supervisor, happening.on.year, 1, at)


def _discharges(file: File, fact: Fact, duty: Duty) -> bool:
    if f"{file.kind.name}.{short_name(fact)}" in duty.discharged_by:
        return True
    opened = file.opened
    return (
        isinstance(fact, ObligationFulfilled)
        and isinstance(opened, ObligationArisen)
        and f"obligation:{opened.duty}" in duty.discharged_by
    )


def _cites(fact: Fact) -> Iterator[str]:
    for field in fields(fact):
        if field.name in _CITED:
            value = getattr(fact, field.name)
            yield from value if isinstance(value, tuple) else (value,) if isinstance(value, str) else ()


def _whole(cite: str, regime: str) -> str:
    """A citation with the id of its text: files cite the regulation that they stand under without it."""
    return cite if ":" in cite else f"{regime}:{cite}"
