"""A regime for reading (制度全文): every part of it, each with the article and the beginning of its wording."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from api.cli.output import UsageError
from domain.glossary import TERMS
from domain.regime.conditions import ByPoint
from domain.regime.duties import Duty, Ladder, Obligation
from domain.regime.loader import load
from domain.regime.model import Procedure, Regime
from domain.regime.periods import FixedPeriod, SetInInstrument, Span, When

SHORT: Final = 60  # characters of a wording in a list
_UNITS: Final = {"working_day": "个工作日", "calendar_day": "日", "month": "个月", "year": "年"}


def as_text(id_: str, kind: str | None = None) -> list[str]:
    """A whole regime, or only its proceedings of one kind."""
    regime = load(id_).regime
    if kind is not None and kind not in regime.procedures:
        raise UsageError(f"{id_} has no proceedings {kind!r}; it has: {', '.join(regime.procedures) or 'none'}")
    lines = [f"{regime.title.zh}  {regime.title.en}  {regime.number or ''}".rstrip(), f"  {_force(regime)}"]
    for name, rules in regime.procedures.items():
        if kind in (None, name):
            lines += _procedure(regime, name, rules)
    if kind is None:
        for heading, rows in _parts(regime):
            if rows:
                lines += ["", heading, *rows]
    return lines


def _force(regime: Regime) -> str:
    validity = regime.validity
    article = f"  {_short(validity.cite, regime)}" if validity.cite else ""
    whole = "" if regime.complete else "  不完整 incomplete: its text is not loaded"
    return f"施行 in force {validity.valid_from} – {validity.valid_to or ''}{article}{whole}"


def _procedure(regime: Regime, kind: str, rules: Procedure) -> Iterator[str]:
    name = f"{TERMS.get(kind, kind)} {kind}"
    yield from ("", f"{name}：步骤 steps")
    for step, rule in rules.steps.items():
        yield f"  {step}  {TERMS.get('step.' + step, '')}  {rule.modality}  {rule.by}  {_cited(regime, rule.cite)}"
        yield from (f"      {each.guard.operator}: {_cited(regime, each.cite)}" for each in rule.requires)
    if rules.deadlines:
        yield from ("", f"{name}：期限 deadlines")
    for clock, deadline in rules.deadlines.items():
        period = _of_points(deadline.period)
        yield f"  {clock}  {deadline.title.zh}  {deadline.holder}  {period}  {_cited(regime, deadline.cite)}"
    if rules.suspensions:
        yield from ("", f"{name}：中止 suspensions")
    for pause in rules.suspensions:
        yield f"  {', '.join(pause.deadlines)}  {_cited(regime, pause.cite)}"
    for table, codes in rules.codes.items():
        yield from ("", f"{name}：{table}")
        yield from (f"  {code}  {label.zh}  {label.en}" for code, label in codes.items())
    if rules.stages:
        yield from ("", f"{name}：阶段 stages")
        yield from (f"  {stage.stage}  {stage.title.zh}  {stage.title.en}" for stage in rules.stages)


def _parts(regime: Regime) -> Iterator[tuple[str, list[str]]]:
    def cited(cite: str) -> str:
        return _cited(regime, cite)

    yield (
        "文书 instruments",
        [
            f"  {code}  《{each.name.zh}》  {each.issued_by} → {each.to}  {cited(each.cite)}"
            for code, each in regime.instruments.items()
        ],
    )
    yield (
        "决定种类 kinds of decision",
        [f"  {code}  {kind.name.zh}  {cited(kind.cite)}" for code, kind in regime.decision_kinds.items()],
    )
    yield (
        "情形、措施、方式、内容 lists",
        [
            line
            for code, each in regime.lists.items()
            for line in (
                f"  {code}  {each.title.zh}  {cited(each.cite)}",
                *(f"      {cited(item)}" for item in each.items),
            )
        ],
    )
    yield "义务 obligations", [line for id_, each in regime.obligations.items() for line in _owed(regime, id_, each)]
    yield "责任阶梯 ladders", [line for id_, each in regime.ladders.items() for line in _ladder(regime, id_, each)]
    yield "职责 duties", [line for id_, each in regime.duties.items() for line in _duty(regime, id_, each)]
    yield "待定事项 open points", [line for id_ in regime.open_points for line in _point(regime, id_)]
    yield (
        "原文存疑 oddities",
        [f"  {cited(each.cite)}\n      {each.note.zh}  {each.note.en}" for each in regime.oddities],
    )
    yield (
        "原文其余 what else the text says",
        [f"  {what}  {', '.join(_short(cite, regime) for cite in cites)}" for what, cites in regime.says.items()],
    )


def _owed(regime: Regime, id_: str, owed: Obligation) -> Iterator[str]:
    yield f"  {id_}  {owed.title.zh}  {owed.modality}  {owed.holder}  {_when(owed.due)}  {_cited(regime, owed.cite)}"
    yield f"      {'、'.join(part.zh for part in owed.parts.values())}"
    if owed.grounds:
        yield f"      逾期 if missed: {', '.join(_short(cite, regime) for cite in owed.grounds)}"


def _ladder(regime: Regime, id_: str, ladder: Ladder) -> Iterator[str]:
    yield f"  {id_}  {ladder.title.zh}  {ladder.against}  {ladder.grounds}  {_cited(regime, ladder.cite)}"
    for rung in ladder.rungs:
        measures = "、".join(measure.zh for measure in rung.measures.values())
        yield f"      {rung.n}. {rung.title.zh}  {rung.modality}  {measures}  {_cited(regime, rung.cite)}"


def _duty(regime: Regime, id_: str, duty: Duty) -> Iterator[str]:
    yield f"  {id_}  {duty.title.zh}  {_cited(regime, duty.cite)}"
    for what, cites in (("依据 basis", duty.basis), ("方式 method", duty.method), ("追责 answers", duty.accountable)):
        yield from (f"      {what}: {_cited(regime, cite)}" for cite in cites)
    yield f"      履行 discharged by: {', '.join(duty.discharged_by)}"
    yield from (f"      ! {note.zh}  {note.en}" for note in duty.notes)


def _point(regime: Regime, id_: str) -> Iterator[str]:
    point = regime.open_points[id_]
    options = " / ".join(f"{'*' if option == point.shipped else ''}{option}" for option in point.options)
    yield f"  {id_}  {point.question.zh}  {options}  ({point.why.zh})  {_short(point.cite, regime)}"


def _when(due: When) -> str:
    name = next(iter(due.model_fields_set))
    value = getattr(due, name)
    if isinstance(value, FixedPeriod | ByPoint):
        return _of_points(value)
    return str(value) if isinstance(value, str) else name.replace("_", " ") + _values(value)


def _values(value: Any) -> str:
    return "" if value is True else f" ({value})"


def _of_points(period: Span | ByPoint[Span] | ByPoint[FixedPeriod]) -> str:
    if isinstance(period, ByPoint):
        return " / ".join(f"{option}: {_period(span)}" for option, span in period.options.items())
    return _period(period)


def _period(span: Span) -> str:
    match span:
        case FixedPeriod(count=count, unit=unit):
            return f"{count}{_UNITS[unit]}"
        case SetInInstrument():
            return "文书指定 as set"
        case _:
            return str(span)


def _cited(regime: Regime, cite: str) -> str:
    text = regime.quote(cite).text.replace("\n", " ")
    return f"{_short(cite, regime)}  {cut(text)}"


def cut(text: str, size: int = SHORT) -> str:
    """The beginning of a wording."""
    return text if len(text) <= size else text[:size] + "…"


def _short(cite: str, regime: Regime) -> str:
    return cite.removeprefix(f"{regime.id}:")
