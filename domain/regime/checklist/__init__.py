"""What each text says, row by row (规范要素核对表): the list against which coverage of the regimes is counted.

One file for each text, named for its id; a row for each place that obliges, empowers, lists or merely says something,
in the order of the text. The columns:

    cite            the place, ``art.N.P.I``, which resolves in the stored text of that id; empty where the text has no
                    such place, and then `note` says why
    kind            what the place does, one of `KINDS`; a lead-in (引语) is of the kind of its items, or is their rule
    actor           whom it speaks of: who is obliged, empowered or concerned; several are parted by ``;``
    trigger         what it starts from, in words
    period, unit    how long or how often: ``7;20`` are two periods; 文书指定 is for the instrument to set;
                    the open norms 及时, 立即 and 定期, and a step without a limit, have the unit ``none``
    representation  how the author of the list would have it represented; a hint, not a name in this project
    en              a gloss, never law
    note            what else there is to know, by the author of the list; ``Cited:`` explains a citation
    judgement       empty, unless the row was found wrong when it was read against the text: then the reason; after
                    `IN_PART`, what the place says beyond what its regime makes of it

The Chinese wording is not repeated: the citation quotes it.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

IN_PART: Final = "In part: "
PACKAGED: Final = Path(__file__).parent

KINDS: Final = frozenset(
    {
        "competence",
        "deadline",
        "decision_kind",
        "definition",
        "effect",
        "event",
        "ground",
        "guard",
        "lifecycle",
        "power",
        "procedure_step",
        "recurring",
        "routing",
        "sanction",
        "scope",
        "standing_duty",
        "static_text",
    }
)


@dataclass(frozen=True, slots=True)
class Row:
    """One row, as the module describes it; every column is a string, empty where there is nothing to say."""

    cite: str
    kind: str
    actor: str
    trigger: str
    period: str
    unit: str
    representation: str
    en: str
    note: str
    judgement: str

    @property
    def in_part(self) -> bool:
        """Whether a regime that cites the place makes something of a part of it only."""
        return self.judgement.startswith(IN_PART)


@cache
def checklist(text_id: str) -> tuple[Row, ...]:
    """The rows of a text, in its order; LookupError if no list is packaged for it, TypeError if a column is wrong."""
    if text_id not in ids():
        raise LookupError(f"no checklist {text_id!r}; there are {', '.join(ids())}")
    with (PACKAGED / f"{text_id}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(Row(**line) for line in csv.DictReader(file, strict=True))


@cache
def ids() -> tuple[str, ...]:
    """The ids of the texts that have a list."""
    return tuple(sorted(path.stem for path in PACKAGED.glob("*.csv")))
