"""What the figures of a ledger count (统计指标): a table of measures, and of which facts each is made.

A measure is called `measure.<code>` in the glossary. No measure is here that facts cannot carry: what nobody records
is not counted, and a figure of nothing is no row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

Counts = Literal["entries", "clocks", "hours", "persons"]


@dataclass(frozen=True, slots=True)
class Measure:
    """What is counted, out of which facts.

    Args:
        code: its name; it is stored in reports, so it keeps its meaning for ever.
        facts: `kind.fact`, or `*.fact` in proceedings of every kind.
        of: the field by which it is parted: of the fact, or with `opened.` before it of the opening of the file;
            `fact` is the name of the fact. A list parts it into each of its members.
        where: a field of the fact, and what it must say for the fact to count.
        sound: True leaves out what was done defectively or under a defective document, False counts only that, None
            asks nothing.
        counts: entries, unless the value is something else.
    """

    code: str
    facts: tuple[str, ...] = ()
    of: str | None = None
    where: tuple[str, object] | None = None
    sound: bool | None = None
    counts: Counts = "entries"

    @property
    def term(self) -> str:
        """Its name in the glossary."""
        return f"measure.{self.code}"


_ISSUED: Final = ("*.notice-issued", "*.opinion-issued", "*.decision-issued", "*.document-issued")
_ENDED: Final = (
    "*.opinion-amended", "*.opinion-withdrawn", "*.decision-amended", "*.decision-revoked", "*.document-withdrawn",
)  # fmt: skip
_SANCTIONS: Final = (
    "accountability.sanction-imposed", "accountability.sanction-suggested", "accountability.discipline-referred",
)  # fmt: skip

ON_TIME: Final = Measure("clocks-on-time", of="name", counts="clocks")
LATE: Final = Measure("clocks-late", of="name", counts="clocks")
ENDED_LATE: Final = Measure("clocks-ended-late", of="name", counts="clocks")
OVERDUE: Final = Measure("clocks-overdue", of="name", counts="clocks")
HOURS: Final = Measure("training-hours", of="kind", counts="hours")
PERSONS: Final = Measure("persons-trained", counts="persons")

MEASURES: Final = (
    Measure("cases-opened", ("case.opened",), "origin"),
    Measure("openings-rejected", ("case.opening-rejected",)),
    Measure("cases-closed", ("case.closed",), "outcome"),
    Measure("cases-reopened", ("case.reopened",)),
    Measure("cases-merged", ("case.merged",)),
    Measure("findings", ("case.finding-recorded",), "kind"),
    Measure("corrections-ordered", ("*.correction-ordered",)),
    Measure("corrections-verified", ("*.correction-verified",), "corrected"),
    Measure("documents-issued", _ISSUED, "instrument", sound=True),
    Measure("documents-defective", _ISSUED, "instrument", sound=False),
    Measure("documents-ended", _ENDED, "fact"),
    Measure("reviews-requested", ("*.review-requested",), where=("accepted", True)),
    Measure("reviews-not-accepted", ("*.review-not-accepted",), "code"),
    Measure("reviews-withdrawn", ("*.review-withdrawn",)),
    Measure("reviews-decided", ("*.review-decided",), "outcome"),
    Measure("acts-revoked", ("*.act-revoked",), sound=True),
    Measure("acts-unlawful", ("*.act-confirmed-unlawful",), sound=True),
    Measure("acts-void", ("*.act-confirmed-void",), sound=True),
    ON_TIME,
    LATE,
    ENDED_LATE,
    OVERDUE,
    Measure("accountability-opened", ("accountability.opened",), "ladder"),
    Measure("sanctions-imposed", ("accountability.sanction-imposed",), "rung"),
    Measure("sanctions-suggested", ("accountability.sanction-suggested",), "rung"),
    Measure("sanctions-referred", ("accountability.discipline-referred",), "rung"),
    Measure("sanction-measures", _SANCTIONS, "measures"),
    Measure("appeals", ("accountability.appealed",)),
    Measure("appeals-decided", ("accountability.appeal-decided",), "outcome"),
    Measure("sanction-outcomes", ("accountability.outcome-recorded",), "outcome"),
    Measure("leads-received", ("lead.received",), "kind"),
    Measure("leads-out-of-scope", ("lead.triaged",), where=("in_scope", False)),
    Measure("leads-linked", ("lead.linked",)),
    Measure("leads-answered", ("lead.answered",), where=("final", True)),
    Measure("programmes-planned", ("programme.planned",), "kind"),
    Measure("programmes-reported", ("programme.reported",), "opened.kind"),
    Measure("case-files-graded", ("programme.file-graded",), "grade"),
    HOURS,
    PERSONS,
    Measure("disputes-raised", ("dispute.raised",), "topic"),
    Measure("disputes-coordinated", ("dispute.coordinated",), "agreed"),
    Measure("disputes-referred", ("dispute.referred",)),
    Measure("filings-received", ("penalty-filing.filed",), "kind"),
    Measure("filings-examined", ("penalty-filing.examined",), "outcome"),
    Measure("filings-irregular", ("penalty-filing.irregularity-recorded",), "kind"),
)
"""All measures, in the order in which people read them."""

BY_CODE: Final[Mapping[str, Measure]] = MappingProxyType({measure.code: measure for measure in MEASURES})


def _by_fact() -> Mapping[str, tuple[Measure, ...]]:
    found: dict[str, tuple[Measure, ...]] = {}
    for measure in MEASURES:
        for name in measure.facts:
            found[name] = (*found.get(name, ()), measure)
    return MappingProxyType(found)


BY_FACT: Final = _by_fact()
"""The measures that count a fact, by its name as the table has it."""
