"""The clock of the system: what nobody did in time is recorded once, however often and however late it looks."""

from __future__ import annotations

import logging
from datetime import date, datetime, timedelta
from itertools import count
from threading import Barrier, Event, Thread
from time import monotonic, sleep
from typing import Any

import pytest

from api import clock
from api.asking import PLACE
from api.clock import Clock
from api.execute import Desk
from api.failures import DatabaseDown
from api.founding import adopt_notice
from api.play import found
from api.service import Service
from domain.calendar import published
from domain.errors import AccessesMoved
from domain.procedure.facts import DeadlineLapsed, DeadlineRecomputed
from tests.api.office import CLOCK, DAY, KARAMAY, AtDesk

_NUMBERS = count(1)
DAY_BY_DAY = timedelta(days=1)


@pytest.fixture
def people(service: Service) -> AtDesk:
    """An office with three cases in which an opinion was served, and one that is only open."""
    ledger = f"cn-clock-{next(_NUMBERS)}-demo"
    service.create(ledger)
    desk = service.desk(ledger)
    found(desk, DAY, [KARAMAY])
    at_work = AtDesk(desk)
    for case in ("c1", "c2", "c3"):
        at_work.walk("opinion-served", case)
    at_work.walk("open", "c4")
    return at_work


def until(people: AtDesk, day: date) -> None:
    """Something is recorded on a later day: the time of the ledger is there."""
    people.walk("open", f"t{next(_NUMBERS)}", at=datetime(day.year, day.month, day.day, 10, tzinfo=PLACE))


def lapses(desk: Desk, *cases: str) -> list[tuple[str, str, date]]:
    """The lapses recorded in cases: case, deadline, legal date."""
    return [
        (case, entry.fact.deadline, entry.occurred_on)
        for case in cases or ("c1", "c2", "c3", "c4")
        for entry in desk.history(f"case/{case}")
        if isinstance(entry.fact, DeadlineLapsed)
    ]


def overdue(desk: Desk) -> set[tuple[str, str]]:
    """The duties whose end is behind today."""
    return {
        (case, clock.id)
        for case in ("c1", "c2", "c3", "c4")
        for clock in desk.read(f"case/{case}").file.deadlines.values()
        if clock.overdue(desk.today()) and clock.nature != "right"
    }


def test_what_lapsed_while_the_clock_slept_is_recorded_once_on_the_day_it_lapsed(
    service: Service, people: AtDesk
) -> None:
    assert Clock(service).tick(people.desk.log.ledger) == 0
    until(people, date(2024, 6, 3))
    wanted = overdue(people.desk)
    assert len(wanted) >= 3
    watch = Clock(service)
    assert watch.tick(people.desk.log.ledger) == len(wanted)
    recorded = lapses(people.desk)
    assert {(case, deadline) for case, deadline, _ in recorded} == wanted
    for case, deadline, day in recorded:
        assert day == people.desk.read(f"case/{case}").file.deadlines[deadline].latest + DAY_BY_DAY
    for again in (watch, Clock(service)):  # the same one, and one that was started anew
        assert again.tick(people.desk.log.ledger) == 0
    assert lapses(people.desk) == recorded


def test_day_by_day_the_same_is_recorded_as_at_once(service: Service, people: AtDesk) -> None:
    watch, day = Clock(service), DAY
    while day < date(2024, 6, 3):
        day += timedelta(days=13)
        until(people, day)
        watch.tick(people.desk.log.ledger)
        assert overdue(people.desk) == {(case, deadline) for case, deadline, _ in lapses(people.desk)}
    assert len(lapses(people.desk)) >= 3


def test_two_clocks_record_nothing_twice(service: Service, people: AtDesk) -> None:
    until(people, date(2024, 6, 3))
    wanted, barrier = overdue(people.desk), Barrier(2)
    taken: list[int] = []

    def look() -> None:
        barrier.wait()
        taken.append(Clock(service).tick(people.desk.log.ledger))

    threads = [Thread(target=look) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 2
    assert sorted((case, deadline) for case, deadline, _ in lapses(people.desk)) == sorted(wanted)


def test_a_right_that_nobody_used_does_not_lapse(service: Service, people: AtDesk) -> None:
    desk = people.desk
    rights = {c.id for c in desk.read("case/c1").file.deadlines.values() if c.nature == "right"}
    assert rights
    until(people, date(2024, 6, 3))
    Clock(service).tick(desk.log.ledger)
    assert not rights & {deadline for _, deadline, _ in lapses(desk, "c1")}


def test_what_the_decider_refuses_is_asked_again_the_next_day_and_not_every_minute(
    service: Service, people: AtDesk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    until(people, date(2024, 6, 3))
    asked: list[str] = []
    take = Desk.take

    def told(desk: Desk, ask: Any) -> Any:
        asked.append(ask.stream)
        return take(desk, ask)

    monkeypatch.setattr(Desk, "take", told)
    monkeypatch.setattr(clock, "_lapse", lambda desk, stream, deadline, _: people.ask(
        "record-lapse", case=stream.removeprefix("case/"), actor=CLOCK, key=f"x{next(_NUMBERS)}",
        deadline=deadline, on=DAY,
    ))  # fmt: skip
    watch, count_ = Clock(service), len(overdue(people.desk))
    with caplog.at_level(logging.INFO, "caseledger"):
        assert [watch.tick(people.desk.log.ledger) for _ in range(3)] == [0, 0, 0]
    assert len(asked) == count_
    assert "nothing-to-lapse" in caplog.text
    until(people, date(2024, 6, 4))
    asked.clear()
    watch.tick(people.desk.log.ledger)
    assert len(asked) == len(overdue(people.desk))


def test_a_file_that_cannot_be_read_keeps_no_other_from_its_lapses(
    service: Service, people: AtDesk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    until(people, date(2024, 6, 3))
    wanted = {each for each in overdue(people.desk) if each[0] != "c1"}
    assert wanted
    read = Desk.read

    def choosy(desk: Desk, stream: str, *times: Any) -> Any:
        if stream == "case/c1":
            raise LookupError("a fact that this program does not know")
        return read(desk, stream, *times)

    with monkeypatch.context() as patched:
        patched.setattr(Desk, "read", choosy)
        assert Clock(service).tick(people.desk.log.ledger) == len(wanted)
    assert {(case, deadline) for case, deadline, _ in lapses(people.desk)} == wanted
    assert "case/c1" in caplog.text


def test_a_file_that_cannot_be_reckoned_again_keeps_nothing_from_lapsing(
    service: Service, people: AtDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = people.desk
    later = [each for each in published() if each.id not in desk.laws.book().notices]
    adopt_notice(desk, later[0], at=datetime(2024, 11, 20, 9, tzinfo=PLACE))
    take = Desk.take

    def choosy(desk: Desk, ask: Any) -> Any:
        if ask.step == "recompute-deadlines" and ask.stream == "case/c1":
            raise AccessesMoved
        return take(desk, ask)

    monkeypatch.setattr(Desk, "take", choosy)
    Clock(service).tick(desk.log.ledger)
    assert {(case, deadline) for case, deadline, _ in lapses(desk)} == overdue(desk) != set()


def test_a_ledger_that_cannot_be_looked_after_keeps_no_other_from_it(
    service: Service, people: AtDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    until(people, date(2024, 6, 3))
    ledger = people.desk.log.ledger
    first = "cn-a-clock-demo"
    service.create(first)
    found(service.desk(first), DAY, [KARAMAY])
    tick = Clock.tick

    def faulty(watch: Clock, ledger: str) -> int:
        if ledger == first:
            raise RuntimeError("a fault of the program")
        return tick(watch, ledger)

    monkeypatch.setattr(Clock, "tick", faulty)
    stop, told = Event(), list[Any]()
    worker = Thread(target=Clock(service).run, args=(stop, lambda *said: told.append(said), [first, ledger]))
    worker.start()
    end = monotonic() + 60
    while not told and monotonic() < end:
        sleep(0.05)
    stop.set()
    worker.join()
    assert told == [(ledger, len(lapses(people.desk)))]


def test_clocks_that_rest_on_an_older_calendar_are_reckoned_again(service: Service, people: AtDesk) -> None:
    desk = people.desk
    later = [each for each in published() if each.id not in desk.laws.book().notices]
    adopt_notice(desk, later[0], at=datetime(2024, 11, 20, 9, tzinfo=PLACE))
    before = {case: desk.read(f"case/{case}").file.version for case in ("c1", "c2", "c3")}
    taken = Clock(service).tick(desk.log.ledger)
    assert taken >= 3
    for case, version in before.items():
        facts = [entry.fact for entry in desk.history(f"case/{case}")[version:]]
        assert any(isinstance(fact, DeadlineRecomputed) for fact in facts)
    assert Clock(service).tick(desk.log.ledger) == 0


def test_it_goes_on_after_the_database_was_away_and_ends_when_it_is_told_to(
    service: Service, people: AtDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    until(people, date(2024, 6, 3))
    monkeypatch.setattr(clock, "ROUND", 0.05)
    faults = iter([DatabaseDown(), RuntimeError("a fault of the program")])
    ledgers = service.ledgers

    def faulty() -> Any:
        for fault in faults:
            raise fault
        return ledgers()

    monkeypatch.setattr(service, "ledgers", faulty)
    stop, told = Event(), list[tuple[str, int]]()
    ledger = people.desk.log.ledger
    worker = Thread(target=Clock(service).run, args=(stop, lambda *said: told.append(said), [ledger]))
    worker.start()
    end = monotonic() + 60
    while not told:
        assert monotonic() < end
        sleep(0.05)
    stop.set()
    worker.join()
    assert told == [(ledger, len(lapses(people.desk)))]


def test_simulated_time_is_left_alone_where_nobody_asks_for_it(service: Service, people: AtDesk) -> None:
    until(people, date(2024, 6, 3))
    stop, told = Event(), list[Any]()
    worker = Thread(target=Clock(service).run, args=(stop, lambda *said: told.append(said), []))
    worker.start()
    sleep(0.5)
    stop.set()
    worker.join()
    assert (told, lapses(people.desk)) == ([], [])
