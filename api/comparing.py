"""Two views of one file beside each other, as an answer (回放比较)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from api.asking import legal_day
from api.execute import Desk
from api.failures import RangeReversed
from api.shapes import EntryOut, OfFile, Shape
from api.showing import SEALED, history_out
from domain.catalogue import short_name
from domain.glossary import en, zh
from domain.procedure.recorded import Recorded
from domain.procedure.stage import stage
from domain.procedure.view import Replay
from domain.regime.conditions import Label
from ledger.mapper import Envelope
from projections.timeline.difference import Differs, Side, difference

LAST: Final = "∞"
"""What is said of a time without a limit."""


@dataclass(frozen=True, slots=True)
class Times:
    """Both times of a view; None is without limit: all that is known now."""

    as_of: date | None = None
    known_at: datetime | None = None

    def day(self, today: date) -> date:
        """The day by which what the view shows is judged: its own, else that of its moment, else today."""
        return self.as_of or (legal_day(self.known_at) if self.known_at else today)

    def __str__(self) -> str:
        """Both times as an address has them."""
        return " / ".join(each.isoformat() if each else LAST for each in (self.as_of, self.known_at))


class ViewOut(Shape):
    """One of the two views: its times, the day that clocks are judged by, and how the file stood."""

    as_of: date | None
    known_at: datetime | None
    day: date
    version: int
    regime: str
    stage: str
    stage_zh: str
    stage_en: str
    closed: bool


class DiffersOut(Shape):
    """What is not the same in both views: as each has it (None: not at all), and which of its parts differ.

    An entry, by its version, has only the parts that differ: what a correction known to one view alone changed (更正).
    """

    id: str
    zh: str
    en: str
    one: dict[str, Any] | None
    other: dict[str, Any] | None
    changed: tuple[str, ...]


class DifferenceOut(OfFile):
    """What two views of a file say differently; every list is empty where they agree."""

    one: ViewOut
    other: ViewOut
    same: bool
    only_one: tuple[EntryOut, ...]
    only_other: tuple[EntryOut, ...]
    corrected: tuple[DiffersOut, ...]
    deadlines: tuple[DiffersOut, ...]
    documents: tuple[DiffersOut, ...]
    doubts: tuple[DiffersOut, ...]
    state: tuple[str, ...]


def refuse_reversed(one: Times, other: Times) -> None:
    """Refuse two views of which the second lies before the first, in one of the times and not after it in the other.

    Raises:
        Failure: `RangeReversed`.
    """
    was, now = _order(one), _order(other)
    if was != now and all(then <= since for then, since in zip(now, was, strict=True)):
        raise RangeReversed(first=str(other), last=str(one))


def _order(times: Times) -> tuple[tuple[bool, str], tuple[bool, str]]:
    """Both times so that they can be ordered: None is after everything."""
    as_of = times.as_of.isoformat() if times.as_of else ""
    known_at = times.known_at.isoformat() if times.known_at else ""
    return (not as_of, as_of), (not known_at, known_at)


def of_file(desk: Desk, stream: str) -> dict[str, Any]:
    """What every answer about one file says first: the fields of `OfFile`."""
    kind, _, id_ = stream.partition("/")
    return {"ledger": desk.log.ledger, "kind": kind, "id": id_, "simulated": desk.log.simulated}


def at_times(desk: Desk, then: Replay, stream: str, times: Times, day: date) -> dict[str, Any]:
    """The same about a file in both times: the fields of `AtTimes`."""
    seen = {"as_of": times.as_of, "known_at": times.known_at, "day": day, "version": then.file.version}
    return of_file(desk, stream) | seen


def difference_out(desk: Desk, stream: str, one: Times, other: Times, nameless: Collection[object]) -> DifferenceOut:
    """What a file says otherwise in `other` than in `one`; none of the `nameless` is named in it.

    Raises:
        Failure: `RangeReversed`, and what `Desk.read` raises of each of the views.
    """
    refuse_reversed(one, other)
    today = desk.today()
    first, second = (_side(desk, stream, times, today) for times in (one, other))
    found = difference(first, second)
    entries = desk.log.read(stream)
    return DifferenceOut(
        **of_file(desk, stream),
        one=_view(one, first),
        other=_view(other, second),
        same=found.nothing,
        only_one=_only(desk, entries, first, found.only_one, nameless),
        only_other=_only(desk, entries, second, found.only_other, nameless),
        corrected=tuple(_differs(each, _term(second, each.id), nameless, brief=True) for each in found.facts),
        deadlines=tuple(_differs(each, _title(each.id, first, second), nameless) for each in found.deadlines),
        documents=tuple(_differs(each, _instrument(each, first, second), nameless) for each in found.documents),
        doubts=tuple(_differs(each, _term(_holding(each, first, second), each.id[0]), ()) for each in found.doubts),
        state=found.state,
    )


def _side(desk: Desk, stream: str, times: Times, today: date) -> Side:
    then = desk.replay(stream, times.as_of, times.known_at)
    return Side(then, desk.read_of(then, times.known_at).law.regime, times.day(today))


def _view(times: Times, side: Side) -> ViewOut:
    now = stage(side.replay.file, side.regime)
    return ViewOut(
        as_of=times.as_of,
        known_at=times.known_at,
        day=side.day,
        version=side.replay.file.version,
        regime=side.regime.id,
        stage=now.stage,
        stage_zh=now.title.zh,
        stage_en=now.title.en,
        closed=side.replay.file.closed,
    )


def _only(
    desk: Desk, entries: Sequence[Envelope], side: Side, only: Sequence[Recorded], nameless: Collection[object]
) -> tuple[EntryOut, ...]:
    """The entries that one view alone has, each with those of its corrections that are in the view."""
    there, wanted = ({entry.version for entry in each} for each in (side.replay.entries, only))
    shown = history_out(desk, [entry for entry in entries if entry.originator_version in there], nameless)
    return tuple(entry for entry in shown if entry.version in wanted)


def _differs(found: Differs[Any], term: Label, nameless: Collection[object], *, brief: bool = False) -> DiffersOut:
    one, other = (
        {name: _unnamed(value, nameless) for name, value in values.items() if not brief or name in found.changed}
        if values is not None
        else None
        for values in (found.one, found.other)
    )
    id_ = " ".join(map(str, found.id)) if isinstance(found.id, tuple) else str(found.id)
    return DiffersOut(id=id_, zh=term.zh, en=term.en, one=one, other=other, changed=found.changed)


def _term(side: Side, version: int) -> Label:
    """What an entry of a view is called."""
    file = side.replay.file
    name = f"{file.kind.name}.{short_name(next(h.fact for h in file.log if h.version == version))}"
    return Label(zh=zh(name), en=en(name))


def _holding(found: Differs[Any], first: Side, second: Side) -> Side:
    return first if found.one is not None else second


def _title(deadline: str, first: Side, second: Side) -> Label:
    """What a clock is called by the law that it runs under in the later view, else in the earlier."""
    side = second if deadline in second.replay.file.deadlines else first
    file = side.replay.file
    return side.regime.rules(file.kind.name).title_of(file.deadlines[deadline].name)


def _instrument(found: Differs[str], first: Side, second: Side) -> Label:
    side = second if found.other is not None else first
    code = side.replay.file.documents[found.id].issued.instrument
    named = side.regime.instruments.get(code)
    return named.name if named is not None else Label(zh=zh("thing.document"), en=en("thing.document"))


def _unnamed(value: Any, nameless: Collection[object]) -> Any:
    """A value in which nobody is named who is not to be."""
    if isinstance(value, Mapping):
        return {_unnamed(name, nameless): _unnamed(each, nameless) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_unnamed(each, nameless) for each in value]
    return SEALED if value in nameless else value
