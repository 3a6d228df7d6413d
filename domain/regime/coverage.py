"""Is every paragraph of the texts accounted for? (条文覆盖) Each row of the checklist against what the regimes cite.

A row is covered when something in the regime of its text cites exactly its place: a rule, a clock, a code, an
obligation, a rung, a duty, an open point, or the list of what the text merely says. Whether that is all that the place
says no machine can tell: a row of which a reader found that it is not, is covered in part.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel

from domain.regime.checklist import Row, checklist
from domain.regime.model import Regime
from domain.regime.text import Citation, LawText, parse

KINDS: Final = {
    "steps": "rule",
    "suspensions": "rule",
    "superior": "rule",
    "refusals": "rule",
    "validity": "validity",
    "deadlines": "deadline",
    "instruments": "instrument",
    "decision_kinds": "decision kind",
    "lists": "code list",
    "codes": "code list",
    "obligations": "obligation",
    "ladders": "sanction",
    "duties": "duty",
    "open_points": "open point",
}
"""What a place in a regime makes of the text it cites, by the member that holds it, the innermost first."""


@dataclass(frozen=True, slots=True)
class Covered:
    """A row of the checklist and what it became; nothing where it is not accounted for."""

    row: Row
    became: tuple[str, ...]

    @property
    def in_part(self) -> bool:
        """Whether it is accounted for, and not all of what it says."""
        return bool(self.became) and self.row.in_part


def coverage(regime: Regime) -> tuple[Covered, ...]:
    """Every row of the checklist of a regime's own text, in its order."""
    text = regime.texts[regime.id]
    found: dict[Citation, dict[str, None]] = {}
    for path, cite in _cites(regime, ()):
        if cite.startswith(f"{regime.id}:"):
            found.setdefault(_exact(parse(cite), text), {})[_kind(path)] = None
    return tuple(
        Covered(row, tuple(found.get(_exact(parse(f"{regime.id}:{row.cite}"), text), {})) if row.cite else ())
        for row in checklist(regime.id)
    )


def summary(found: Mapping[str, tuple[Covered, ...]]) -> dict[str, Any]:
    """Counts over several texts, for people and tools."""
    rows = [(id_, each) for id_, covered in found.items() for each in covered]
    return {
        "rows": len(rows),
        "covered": sum(bool(each.became) for _, each in rows),
        "in_part": [f"{id_}:{each.row.cite}" for id_, each in rows if each.in_part],
        "uncovered": [f"{id_}:{each.row.cite}" for id_, each in rows if not each.became],
        "by_document": {
            id_: {
                "rows": len(covered),
                "covered": sum(bool(each.became) for each in covered),
                "in_part": sum(each.in_part for each in covered),
            }
            for id_, covered in found.items()
        },
        "by_kind": dict(sorted(Counter(kind for _, each in rows for kind in each.became).items())),
    }


def _exact(cite: Citation, text: LawText) -> Citation:
    """The place in full: an article of one paragraph is that paragraph."""
    paragraphs = next(article.paragraphs for article in text.articles if article.n == cite.article)
    if cite.paragraph is None and len(paragraphs) == 1:
        return Citation(cite.article, 1, None, cite.text)
    return cite


def _kind(path: tuple[str, ...]) -> str:
    if path[:1] == ("says",):
        return path[1].replace("_", " ")
    return next((KINDS[part] for part in reversed(path) if part in KINDS), "rule")


def _cites(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if path[:1] in (("texts",), ("oddities",)):
        return
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _cites(getattr(value, name), (*path, name))
    elif isinstance(value, Mapping):
        for name, part in value.items():
            yield from _cites(part, (*path, str(name)))
    elif isinstance(value, tuple):
        for part in value:
            yield from _cites(part, path)
    elif isinstance(value, str) and ":art." in value:
        yield path, value
