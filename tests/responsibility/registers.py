"""Officers' files with posts in them, for whoever asks who answered for an organ on a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

import hypothesis.strategies as st

from domain.officer.events import ActingAppointed, OfficerRegistered, PostAssigned, PostEnded
from domain.officer.kind import OFFICER
from domain.procedure.facts import Fact
from domain.procedure.recorded import Recorded
from domain.procedure.view import Replay, replay
from tests.strategies import HANDLER, JUSTICE, URBAN

FIRST = date(2025, 10, 1)


def officer(person: str, *facts: tuple[date, Fact], register: int = 1) -> Replay:
    """The file of an officer: registered on the first day, then what is said of them on its days."""
    opened = (FIRST, OfficerRegistered("karamay-2022", "d" * 64, JUSTICE, person))
    return replay(OFFICER, entries(f"officer/{person}", (opened, *facts), register))


def entries(stream: str, facts: Sequence[tuple[date, Fact]], register: int = 1) -> list[Recorded]:
    """Facts as entries of a log, each recorded on its day."""
    return [
        Recorded(
            stream,
            version,
            register * 1000 + version,
            datetime.combine(day, time(1), UTC) + timedelta(microseconds=version),
            day,
            HANDLER,
            ("karamay-2022:art.8.1",),
            fact,
        )
        for version, (day, fact) in enumerate(facts, 1)
    ]


@st.composite
def registers(draw: st.DrawFn) -> tuple[Replay, ...]:
    """Some officers, with posts that overlap, end early, or are held for somebody."""
    found = []
    for number in range(draw(st.integers(0, 3))):
        facts: list[tuple[date, Fact]] = []
        for post in range(draw(st.integers(1, 3))):
            since = FIRST + timedelta(days=draw(st.integers(0, 90)))
            lasting = draw(st.none() | st.integers(0, 40))
            until = None if lasting is None else since + timedelta(days=lasting)
            duty = draw(st.sampled_from(("handler", "head", "liaison", "legal-officer")))
            kind = draw(st.sampled_from((PostAssigned, ActingAppointed)))
            facts.append((FIRST, kind(f"J{post}", duty, draw(st.sampled_from((JUSTICE, URBAN))), since, until)))
            if draw(st.booleans()):
                ended = since + timedelta(days=draw(st.integers(-5, 30)))
                facts.append((FIRST, PostEnded(f"J{post}", ended)))
        found.append(officer(f"person-{number}", *facts, register=number + 1))
    return tuple(found)
