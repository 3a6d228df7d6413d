"""Questions to the read models: how long the slowest in twenty takes, on lists at their beginning and far down."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from random import Random
from statistics import quantiles
from typing import Any, Final

import psycopg

from api.bench.figures import Figure
from ledger import blind
from ledger.postgres.connect import connect
from projections.accountability import query as acts
from projections.deadlines import counting
from projections.deadlines import query as deadlines
from projections.deadlines.asked import Which
from projections.files import query as files
from projections.names import withheld
from projections.registers import query as registers
from projections.search import query as words
from projections.stages import query as stages

AIM: Final = 50.0
"""Milliseconds within which nineteen of twenty answers are there."""
PAGE: Final = 50
PLACES: Final = 40
YEAR: Final = timedelta(weeks=52)
AUDITOR: Final = ("organ-of-the-bench", "nobody")
"""Somebody who reads all files, and to whom they do not name whoever complained."""
Connection = psycopg.Connection[Any]
Ask = Callable[[Connection, str], Any]


def query(dsn: str, ledger: str, rounds: int, seed: int = 1) -> list[Figure]:
    """Measure every list query, asked about what chance points at in the ledger.

    Args:
        dsn: of its database, whose read models are up to date.
        ledger: its id.
        rounds: how often each question is asked; one of them in a new place each time.
        seed: of chance.

    Returns:
        For each question the 95th percentile in milliseconds, with the least and the most.

    Raises:
        DatabaseUnavailable: no server answers.
    """
    with connect(dsn, "reader") as connection:
        asked = questions(connection, ledger, Random(seed))  # noqa: S311  # places to look at, no secrets
        times: dict[str, list[float]] = {name: [] for name in asked}
        for number in range(rounds + 1):
            for name, asks in asked.items():
                began = time.perf_counter()
                asks[number % len(asks)](connection, ledger)
                if number:  # in the first round caches fill
                    times[name].append((time.perf_counter() - began) * 1_000)
    return [
        Figure(f"query/{name}", p95(each), "ms (p95)", "aim", AIM, p95(each) / AIM, min(each), max(each), len(each))
        for name, each in times.items()
    ]


def p95(times: Sequence[float]) -> float:
    """What nineteen of twenty do not exceed."""
    return quantiles(times, n=20)[18] if len(times) > 1 else times[0]


def questions(connection: Connection, ledger: str, chance: Random) -> dict[str, list[Ask]]:
    """The questions by name, each in several places of the ledger."""
    streams = _sample(connection, "SELECT stream, last_on FROM views.files WHERE ledger = %s AND kind = 'case'", ledger)
    clocks = _sample(
        connection,
        "SELECT latest, stream, deadline FROM views.deadlines WHERE ledger = %s AND state = 'running'",
        ledger,
    )
    organs = _sample(
        connection, "SELECT DISTINCT subject, regime FROM views.files WHERE ledger = %s AND kind = 'case'", ledger
    )
    people = _sample(connection, "SELECT DISTINCT person FROM views.duties WHERE ledger = %s", ledger)
    person = [chance.choice(people)[0] if people else "nobody" for _ in range(PLACES)]
    ((size,),) = connection.execute("SELECT size FROM ledger.ledgers WHERE ledger = %s", [ledger]).fetchall()
    positions = [chance.randrange(size) for _ in range(PLACES)]
    last = max(day for _, day in streams)
    places = [(day, stream.partition("/")[2]) for stream, day in (chance.choice(streams) for _ in range(PLACES))]
    clock = [chance.choice(clocks or [(last, "case/none", "none")]) for _ in range(PLACES)]
    organ = [chance.choice(organs) for _ in range(PLACES)]
    mine = [(name, "nobody") for name, _ in organ]
    tally = partial(counting.tallies, day=last, limit=PAGE)
    times = partial(counting.times, since=last - YEAR, until=last)
    cases = partial(files.newest, kind="case", limit=PAGE)
    worklist = partial(deadlines.open_ones, limit=PAGE)
    return {
        "cases": [cases],
        "cases/after": [partial(cases, after=place) for place in places],
        "cases/of-an-organ": [partial(cases, who=who) for who in mine],
        "cases/of-an-organ/after": [
            partial(cases, who=who, after=place) for who, place in zip(mine, places, strict=True)
        ],
        "clocks": [worklist],
        "clocks/after": [partial(worklist, after=place) for place in clock],
        "clocks/of-an-organ": [partial(worklist, who=who) for who in mine],
        "clocks/of-a-regime": [partial(worklist, which=Which(regime=regime)) for _, regime in organ],
        "clocks/of-a-file": [partial(deadlines.of_file, stream=f"case/{id_}") for _, id_ in places],
        "acts/of-a-person": [partial(acts.of_person, person=who, limit=PAGE) for who in person],
        "acts/of-a-person/after": [
            partial(acts.of_person, person=who, limit=PAGE, after=(place, ""))
            for who, place in zip(person, positions, strict=True)
        ],
        "acts/of-an-organ": [partial(acts.of_organ, organ=name, limit=PAGE) for name, _ in organ],
        "acts/of-an-organ/after": [
            partial(acts.of_organ, organ=name, limit=PAGE, after=(place,))
            for (name, _), place in zip(organ, positions, strict=True)
        ],
        "duties/of-a-person": [partial(acts.duties_of, person=who, limit=PAGE) for who in person],
        **_registers(connection, ledger, chance, mine),
        **_searches(connection, ledger, chance, mine),
        "clocks/tallied-by-holder": [partial(tally, by="holder")],
        "clocks/tallied-by-person": [partial(tally, by="person")],
        "clocks/tallied-by-person/discreetly": [partial(tally, by="person", told_to=AUDITOR)],
        "clocks/of-a-person/discreetly": [
            partial(worklist, which=Which(person=who), told_to=AUDITOR) for who in person
        ],
        "counts/of-a-holder/discreetly": [
            partial(counting.counts, day=last, which=Which(holder=name), told_to=AUDITOR) for name, _ in organ
        ],
        "names/that-a-page-withholds": [partial(withheld, told_to=AUDITOR, streams=_page(streams, chance))],
        "clocks/by-day": [partial(counting.by_day, since=last.replace(day=1), until=last.replace(day=28))],
        "times/of-stages": [partial(stages.times, since=last - YEAR, until=last)],
        "times/of-holders": [times],
        "times/of-holders/discreetly": [partial(times, told_to=AUDITOR)],
        "times/of-holders/of-an-organ": [partial(times, holder=name, who=(name, who)) for name, who in mine],
        "counts": [partial(counting.counts, day=last)],
        "counts/of-an-organ": [partial(counting.counts, day=last, who=who) for who in mine],
    }


def _page(streams: list[Any], chance: Random) -> list[str]:
    return [stream for stream, _ in (chance.choice(streams) for _ in range(PAGE))]


def _registers(
    connection: Connection, ledger: str, chance: Random, mine: list[tuple[str, str]]
) -> dict[str, list[Ask]]:
    """Every register at its beginning, far down, and within the scope of an organ; documents by what they are asked."""
    found: dict[str, list[Ask]] = {}
    for register in registers.REGISTERS:
        rows = _sample(
            connection,
            f"SELECT {register.day}, stream, {register.item} FROM views.{register.table} WHERE ledger = %s",
            ledger,
        )
        places = [chance.choice(rows) for _ in range(PLACES)] if rows else []
        page = partial(registers.page, register=register, limit=PAGE)
        found[f"{register.table}"] = [page]
        found[f"{register.table}/of-an-organ"] = [partial(page, who=who) for who in mine]
        if places:
            found[f"{register.table}/after"] = [partial(page, after=place) for place in places]
    page = partial(registers.page, register=registers.DOCUMENTS, limit=PAGE)
    kinds = _sample(connection, "SELECT DISTINCT instrument FROM views.documents WHERE ledger = %s", ledger)
    days = _sample(connection, "SELECT DISTINCT issued_on FROM views.documents WHERE ledger = %s", ledger)
    if kinds and days:
        asked = [(chance.choice(kinds)[0], chance.choice(days)[0]) for _ in range(PLACES)]
        found["documents/of-a-kind-in-a-year"] = [
            partial(page, asked={"instrument": kind, "year": day.year}) for kind, day in asked
        ]
        found["documents/in-effect-on-a-day"] = [partial(page, asked={"in_effect_on": day}) for _, day in asked]
    return found


def _searches(connection: Connection, ledger: str, chance: Random, mine: list[tuple[str, str]]) -> dict[str, list[Ask]]:
    """A document's number, a word that every file has, and one that none has."""
    numbers = _sample(connection, "SELECT DISTINCT number FROM views.documents WHERE ledger = %s", ledger)
    asked = {
        "rare": [chance.choice(numbers)[0] if numbers else "none" for _ in range(PLACES)],
        "common": ["organ"],
        "absent": ["zzzzzz"],
    }
    found: dict[str, list[Ask]] = {}
    for name, each in asked.items():
        folded = [blind.words(word) for word in each]
        asks = [partial(words.find, words=word, runs=sorted(blind.sought(word)), limit=PAGE) for word in folded]
        found[f"search/{name}"] = list(asks)
        found[f"search/{name}/of-an-organ"] = [partial(asks[at % len(asks)], who=who) for at, who in enumerate(mine)]
    return found


def _sample(connection: Connection, statement: str, ledger: str) -> list[Any]:
    return sorted(connection.execute(statement.encode(), [ledger]).fetchall())
