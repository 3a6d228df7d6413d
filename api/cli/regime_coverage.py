"""`caseledger regimes coverage`: what became of every paragraph of the texts, for people and tools."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from api.cli.output import UsageError
from api.cli.regime_text import cut
from domain.regime.checklist import checklist, ids
from domain.regime.coverage import Covered, coverage, summary
from domain.regime.lint import placed, unresolved
from domain.regime.loader import load, packaged
from domain.regime.text import load_text, parse

Found = Mapping[str, tuple[Covered, ...]]


def covered(asked: Sequence[str]) -> Found:
    """The rows of the texts named, or of all; of a text without a regime none is covered."""
    unknown = [id_ for id_ in asked if id_ not in ids()]
    if unknown:
        raise UsageError(f"there is no checklist of {', '.join(unknown)}; there are: {', '.join(ids())}")
    return {
        id_: coverage(load(id_).regime) if id_ in packaged() else tuple(Covered(row, ()) for row in checklist(id_))
        for id_ in asked or ids()
    }


def as_json(found: Found) -> dict[str, Any]:
    """The counts, what is left over, and the citations of the regimes that resolve to nothing."""
    files = [load(id_) for id_ in found if id_ in packaged()]
    return {
        **summary(found),
        "unresolved": [line for file in files for line in placed(file, unresolved(file.regime))],
        "judged": [
            {"row": f"{id_}:{each.row.cite}", "judgement": each.row.judgement}
            for id_, rows in found.items()
            for each in rows
            if each.row.judgement
        ],
    }


def as_text(found: Found, *, rows: bool) -> Iterator[str]:
    """The same for reading; with `rows` every row, what it became, and where the checklist was found wrong."""
    result = as_json(found)
    for id_, each in found.items() if rows else ():
        yield from ("", f"{load_text(id_).title}  {id_}")
        yield from (_row(id_, one) for one in each)
    if rows:
        yield ""
    for id_, counts in result["by_document"].items():
        yield f"{id_:<16} {counts['covered']:>4} / {counts['rows']}{_of_which(counts['in_part'])}"
    yield f"{'合计 all':<14} {result['covered']:>4} / {result['rows']}{_of_which(len(result['in_part']))}"
    yield from ("", "成为 became")
    yield from (f"  {kind:<16} {number:>4}" for kind, number in result["by_kind"].items())
    if result["judged"] and not rows:
        yield from ("", "核对表更正 rows of the checklist found wrong, or covered in part")
        yield from (f"  {each['row']}  {each['judgement']}" for each in result["judged"])
    for heading, lines in (("未覆盖 uncovered", result["uncovered"]), ("引用落空 unresolved", result["unresolved"])):
        if lines:
            yield from ("", heading)
            yield from (f"  {line}" for line in lines)


def _of_which(in_part: int) -> str:
    return f"  其中部分 of which in part: {in_part}" if in_part else ""


def _row(id_: str, each: Covered) -> str:
    wording = cut(load_text(id_).quote(parse(f"{id_}:{each.row.cite}")).text.replace("\n", " "), 40)
    judged = f"\n      ! {each.row.judgement}" if each.row.judgement else ""
    mark = "◐" if each.in_part else "✓" if each.became else "✗"
    return f"  {mark} {each.row.cite:<12} {wording}  {each.row.kind} → {', '.join(each.became) or '-'}{judged}"
