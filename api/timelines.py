"""The timeline of a file as an answer (时间轴): what pages draw, and programs read."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from api.comparing import Times, at_times
from api.execute import Desk
from api.shapes import AtTimes, EntryOut, Shape
from api.showing import SEALED, history_out
from domain.glossary import en, zh
from domain.procedure.view import Replay
from projections.timeline.timeline import LANES, Event, Span, timeline


class LaneOut(Shape):
    """A lane, in the order in which they are drawn."""

    lane: str
    zh: str
    en: str


class EventOut(Shape):
    """An entry on the timeline: `on` is its legal day as known in this view, `entry` it as it was recorded.

    `late` is what was recorded after its allowance, for a reason (补录). `corrects` is the version that a correction is
    about; what corrects an entry is in the entry. `document` is pinned here as `pin`: issued, attempted, served, ended.
    """

    on: date
    recorded_on: date
    lane: str
    late: bool
    corrects: int | None
    document: str | None
    number: str | None
    pin: str | None
    deadline: str | None
    entry: EntryOut


class PauseOut(Shape):
    """Days that do not count, both ends included; `until` is None while the clock stands still."""

    since: date
    until: date | None


class SpanOut(Shape):
    """A clock on the timeline: from the day that started it until it was settled, None while it is not."""

    deadline: str
    title_zh: str
    title_en: str
    lane: str
    holder: str
    article: str
    nature: str
    about: str
    since: date
    until: date | None
    due: date
    latest: date
    status: str
    state: str
    overdue: bool
    late: bool
    pauses: tuple[PauseOut, ...]


class TimelineOut(AtTimes):
    """A file as a timeline (时间轴), in both times."""

    lanes: tuple[LaneOut, ...]
    events: tuple[EventOut, ...]
    deadlines: tuple[SpanOut, ...]


def timeline_out(desk: Desk, stream: str, times: Times, nameless: Collection[object]) -> TimelineOut:
    """The timeline of a file in both times; none of the `nameless` is named in it. Raises what `Desk.read` does."""
    then = desk.replay(stream, times.as_of, times.known_at)
    drawn = timeline(then, desk.read_of(then, times.known_at).law.regime)
    versions = {entry.version for entry in then.entries}
    entries = [entry for entry in desk.log.read(stream) if entry.originator_version in versions]
    shown = {entry.version: entry for entry in history_out(desk, entries, nameless)}
    day = times.day(desk.today())
    return TimelineOut(
        **at_times(desk, then, stream, times, day),
        lanes=tuple(LaneOut(lane=lane, zh=zh(lane), en=en(lane)) for lane in LANES),
        events=tuple(_event(event, shown[event.version], then) for event in drawn.events),
        deadlines=tuple(_span(span, then, day, nameless) for span in drawn.spans),
    )


def _event(event: Event, entry: EntryOut, then: Replay) -> EventOut:
    document = then.file.documents.get(event.document or "")
    return EventOut(
        on=event.on,
        recorded_on=event.recorded_on,
        lane=event.lane,
        late=event.late,
        corrects=event.corrects,
        document=event.document,
        number=document.issued.number if document is not None else None,
        pin=event.pin,
        deadline=event.deadline,
        entry=entry,
    )


def _span(span: Span, then: Replay, day: date, nameless: Collection[object]) -> SpanOut:
    return SpanOut(
        deadline=span.deadline,
        title_zh=span.title.zh,
        title_en=span.title.en,
        lane=span.lane,
        holder=SEALED if span.holder in nameless else span.holder,
        article=span.article,
        nature=span.nature,
        about=span.about,
        since=span.since,
        until=span.until,
        due=span.due,
        latest=span.latest,
        status="provisional" if span.provisional else "firm",
        state=span.state,
        overdue=then.file.deadlines[span.deadline].overdue(day),
        late=span.late,
        pauses=tuple(PauseOut(since=since, until=until) for since, until in span.pauses),
    )
