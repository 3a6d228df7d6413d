"""A simulated ledger written from beginning to end (模拟账本): the offices of every regulation, in one order.

Offices decide, in as many processes as there is work for; one process brings what they write into one order and appends
it. What is written depends on ledger, seed, size and first day, and on nothing else.
"""

from __future__ import annotations

import heapq
import multiprocessing
import os
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby
from math import ceil
from multiprocessing.connection import Connection
from typing import Final, Self

from api.asking import failure
from api.execute import Desk
from api.generating.office import ONE_DAY, PATIENCE, Brief, Statutes, World, Written, enact, enactments, merged
from api.generating.plots import playable
from domain.calendar import published
from domain.regime.loader import load
from ledger.log import Log
from ledger.requests import Appended, Outcome, Request

FIRST_DAY: Final = date(2022, 1, 4)
SPAN: Final = timedelta(weeks=234)  # four years and a half
SHORTEST: Final = timedelta(weeks=52)
OF_AN_OFFICE: Final = 25_000  # entries at most: a register of numbers stays of a size that an office has
ALONE: Final = 20_000  # entries for which other processes are not worth their start
MORE: Final = 20  # of as many entries one more: an office whose regulation has ended may write less than it was to
CHUNK: Final = 400
"""Requests that a process hands over at once."""
AHEAD: Final = 4
"""Calls of the append that may wait while the next is being put together."""


class OutOfRange(ValueError):  # noqa: N818  # it names what was asked
    """No regulation with histories is in force in the years that were asked for."""


@dataclass
class Made:
    """What was written: entries, and the files opened by kind and regulation."""

    entries: int = 0
    files: Counter[tuple[str, str]] = field(default_factory=Counter)


def years(first: date) -> tuple[date, date]:
    """The first and the last day of a ledger; `OutOfRange` where holiday schedules do not reach that far."""
    known = published()
    last = min(first + SPAN, date(max(notice.year for notice in known), 12, 31))
    if first < known[0].notified_on or last - first < SHORTEST:
        raise OutOfRange(f"{first}: from {known[0].notified_on} to a year before the last published schedule ends")
    return first, last


def briefs(entries: int, first: date, last: date) -> tuple[Brief, ...]:
    """The offices of a ledger: for every regulation while it is in force, each with its part of the entries."""
    spans: dict[str, tuple[date, date]] = {}
    for id_ in playable():
        regime = load(id_).regime
        valid = regime.validity
        begins = max(valid.contested.options.values()) if valid.contested is not None else valid.valid_from
        ends = min(valid.contested_end.options.values()) if valid.contested_end is not None else valid.valid_to
        span = max(first, begins, regime.published_on or begins), min(last, ends or last)
        if span[1] - span[0] > SHORTEST:
            spans[id_] = span
    days = {id_: (end - begin).days for id_, (begin, end) in spans.items()}
    found = []
    left = entries
    for number, (id_, span) in enumerate(spans.items(), 1):
        part = left if number == len(spans) else entries * days[id_] // sum(days.values())
        left -= part
        offices = ceil(part / OF_AN_OFFICE)
        for each in range(offices):
            share = part // offices + (each < part % offices)
            found.append(Brief(f"{number}{each + 1:02}", id_, *span, share))
    if not found:
        raise OutOfRange(f"no regulation with histories is in force between {first} and {last}")
    return tuple(found)


def generate(
    desk: Desk,
    master: bytes,
    entries: int,
    seed: int,
    first: date,
    told: Callable[[int], None],
    processes: int | None = None,
) -> Made:
    """Write a simulated ledger.

    Args:
        desk: of the ledger, in which nothing has been recorded yet.
        master: the key under which the installation wraps its data keys.
        entries: how many to write; the last request may make it a few more.
        seed: of chance.
        first: the day on which the ledger is opened.
        told: how many have been written so far.
        processes: that decide; None for as many as it is worth.

    Raises:
        OutOfRange: nothing can be played in those years.
        Failure: the log refuses; a fault of the program, or somebody else writes into the ledger.
    """
    offices = briefs(entries + entries // MORE + MORE, *years(first))
    world = World(desk.log.ledger, seed, first, tuple(sorted({office.regime for office in offices})), master)
    last = max(office.last for office in offices) + PATIENCE * ONE_DAY
    changes = deque((first, *enactments(world, last)))
    regimes = {office.office: office.regime for office in offices}
    made, law = Made(), 0
    with ExitStack() as stack:
        wanted = processes or (1 if entries < ALONE else os.cpu_count() or 1)
        written = _written(world, offices, last, min(wanted, len(offices)), stack)
        appending = stack.enter_context(_Appending(desk.log))
        for moment, together in groupby(written, key=lambda each: each.moment):
            while changes and changes[0] <= moment.date():
                appending.wait()
                enact(desk, world, changes.popleft())
                law = len(desk.laws.entries())
            requests = []
            made.entries = law + appending.entries
            for each in together:
                requests.append(each.request)
                made.entries += len(each.request.items)
                if each.opens is not None:
                    made.files[each.opens, regimes[each.office]] += 1
                if made.entries >= entries:
                    break
            appending.append(requests, moment)
            told(made.entries)
            if made.entries >= entries:
                break
        appending.wait()
    return made


class _Appending:
    """Appends in the background, in order, and lets nobody get too far ahead of it."""

    def __init__(self, log: Log) -> None:
        self.entries = 0
        self._log = log
        self._thread = ThreadPoolExecutor(1, "append")
        self._pending: deque[Future[Sequence[Outcome]]] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.shutdown(cancel_futures=True)

    def append(self, requests: Sequence[Request], moment: datetime) -> None:
        """Append requests that are recorded at one moment."""
        self.entries += sum(len(request.items) for request in requests)
        self._pending.append(self._thread.submit(self._log.append, requests, moment))
        self._settle(AHEAD)

    def wait(self) -> None:
        """Until all is durable."""
        self._settle(0)

    def _settle(self, ahead: int) -> None:
        while len(self._pending) > ahead:
            for outcome in self._pending.popleft().result():
                if not isinstance(outcome, Appended):
                    raise failure(outcome)


# --- offices in processes of their own -------------------------------------------------------------------------------


def _written(world: World, offices: Sequence[Brief], last: date, processes: int, stack: ExitStack) -> Iterator[Written]:
    """What all offices write, in one order."""
    if processes == 1:
        return merged(world, offices, Statutes(world, last))
    context = multiprocessing.get_context("spawn")  # a fork would take the connections along
    streams = []
    for number in range(processes):
        here, there = context.Pipe(duplex=False)
        process = context.Process(target=_work, args=(world, offices[number::processes], last, there), daemon=True)
        process.start()
        there.close()
        stack.callback(process.join)
        stack.callback(process.terminate)
        streams.append(_received(here))
    return heapq.merge(*streams, key=lambda written: written.order)


def _work(world: World, offices: Sequence[Brief], last: date, to: Connection) -> None:
    chunk: list[Written] = []
    for written in merged(world, offices, Statutes(world, last)):
        chunk.append(written)
        if len(chunk) == CHUNK:
            to.send(chunk)
            chunk = []
    to.send(chunk)
    to.send(None)


def _received(source: Connection) -> Iterator[Written]:
    try:
        while (chunk := source.recv()) is not None:
            yield from chunk
    except EOFError:
        raise RuntimeError("an office stopped before its end; what it said is above") from None
