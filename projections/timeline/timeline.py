"""The timeline of a file (时间轴): who did what on which day, in lanes; its documents; its clocks with their pauses.

Pure in a replay, so it can be drawn as of any day and as known at any moment. What was recorded late stands on its
legal day and says so (补录); a correction stands on the day of what it corrects, and names it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final, Literal

from domain.catalogue import short_name
from domain.identity import Actor
from domain.procedure.deadline import Deadline
from domain.procedure.facts import DocumentServed, EntryCorrected, Issued, ServiceAttempted
from domain.procedure.relations import heard
from domain.procedure.state import File
from domain.procedure.view import Replay
from domain.regime.conditions import Label
from domain.regime.model import Regime

Lane = Literal["supervisor", "subject", "government", "party", "system", "others"]
LANES: Final[Mapping[Lane, tuple[str, ...]]] = MappingProxyType(
    {
        "supervisor": ("supervisor", "agent"),
        "subject": ("subject",),
        "government": ("government",),
        "party": ("complainant", "person"),
        "system": ("system",),
        "others": (),
    }
)
"""The lanes in their order, each with the relations to the file of those whose lane it is."""


@dataclass(frozen=True, slots=True)
class Event:
    """An entry on the timeline, on its legal day as it is known in this view.

    `late`: recorded after its allowance, for a reason given. `corrects` is the entry that a correction is about, and
    `document` the document that is pinned here: issued, handed over or ended.
    """

    version: int
    on: date
    recorded_on: date
    lane: Lane
    late: bool
    corrects: int | None = None
    document: str | None = None
    pin: Literal["issued", "attempted", "served", "ended"] | None = None
    deadline: str | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """A clock from the day that started it: until it was settled, None while it was not; pauses, both ends included."""

    deadline: str
    title: Label
    lane: Lane
    holder: str
    article: str
    nature: str
    about: str
    since: date
    until: date | None
    due: date
    latest: date
    provisional: bool
    state: str
    late: bool
    pauses: tuple[tuple[date, date | None], ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """All that is drawn: events by day, within a day in the order recorded; clocks by the day that started them."""

    events: tuple[Event, ...]
    spans: tuple[Span, ...]


def timeline(then: Replay, regime: Regime) -> Timeline:
    """The timeline of a replayed file.

    Args:
        then: the file in two times.
        regime: the regulation it stood under, which names its clocks.
    """
    file, entries = then.file, {entry.version: entry for entry in then.entries}
    late = {entry.request for entry in then.entries if entry.late_reason}
    events = []
    for happening in file.log:
        entry = entries[happening.version]
        corrects = entry.fact.version if isinstance(entry.fact, EntryCorrected) else None
        document, pin = _pinned(happening.fact, file)
        events.append(
            Event(
                version=entry.version,
                on=happening.on,
                recorded_on=entry.recorded_on,
                lane=lane_of(entry.actor, file),
                late=corrects is None and entry.request in late and entry.recorded_on > happening.on,
                corrects=corrects,
                document=document,
                pin=pin,
                deadline=getattr(entry.fact, "deadline", None),
            )
        )
    spans = [_span(clock, file, regime) for clock in file.deadlines.values()]
    return Timeline(
        tuple(sorted(events, key=lambda event: (event.on, event.version))),
        tuple(sorted(spans, key=lambda span: (span.since, span.deadline))),
    )


def lane_of(actor: Actor, file: File) -> Lane:
    """The lane of who acted: by the relation of their organ to the file, else by what they are heard as in it."""
    if actor.role == "system":
        return "system"
    return _lane(actor.organ, file, actor.person)


def _lane(organ: str, file: File, person: str | None = None) -> Lane:
    parties = heard(file) | {getattr(file.opened, "person", None)}
    for lane, relations in LANES.items():
        if any(organ == relation or organ in file.organs(relation) for relation in relations):
            return lane
    return "party" if {organ, person} & (parties - {None}) else "others"


def _pinned(fact: object, file: File) -> tuple[str | None, Literal["issued", "attempted", "served", "ended"] | None]:
    """The document that a fact pins to its day, and as what."""
    id_ = getattr(fact, "document", None)
    if not isinstance(id_, str) or id_ not in file.documents:
        return None, None
    match fact:
        case Issued():
            return id_, "issued"
        case ServiceAttempted():
            return id_, "attempted"
        case DocumentServed():
            return id_, "served"
        case _ if short_name(fact) == file.documents[id_].ended:  # type: ignore[arg-type]  # it has been recorded
            return id_, "ended"
        case _:
            return None, None


def _span(clock: Deadline, file: File, regime: Regime) -> Span:
    return Span(
        deadline=clock.id,
        title=regime.rules(file.kind.name).title_of(clock.name),
        lane=_lane(clock.holder, file),
        holder=clock.holder,
        article=clock.article,
        nature=clock.nature,
        about=clock.about,
        since=clock.trigger_on,
        until=clock.met_on or clock.cancelled_on,
        due=clock.reckoned.due,
        latest=clock.latest,
        provisional=clock.reckoned.provisional,
        state=clock.state,
        late=clock.late,
        pauses=tuple((pause.from_, pause.until) for pause in clock.pauses),
    )
