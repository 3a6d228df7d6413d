"""Figures: what was measured, beside what limits it, on which machine. Never a pass or a fail."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any, Final

import psycopg

SETTINGS: Final = ("fsync", "synchronous_commit", "shared_buffers", "server_version")


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: the median of its rounds with the least and the most, and the median of what limits it.

    `ratio` is `value / limit_value`.
    """

    name: str
    value: float
    unit: str
    limit: str
    limit_value: float
    ratio: float
    min: float
    max: float
    rounds: int


def figure(name: str, unit: str, limit: str, ours: Sequence[float], theirs: Sequence[float]) -> Figure:
    """A figure of values, and of values of what limits them, from rounds taken in turn."""
    value, bound = median(ours), median(theirs)
    return Figure(name, value, unit, limit, bound, value / bound, min(ours), max(ours), len(ours))


def in_turn(rounds: int, work: int, *each: Callable[[], object]) -> list[list[float]]:
    """Do one after the other, round after round, so that what slows the machine slows them all.

    Returns:
        For each of them the work done a second, by round. A first round, in which caches fill, is not counted.
    """
    rates: list[list[float]] = [[] for _ in each]
    for number in range(rounds + 1):
        for do, into in zip(each, rates, strict=True):
            began = time.perf_counter()
            do()
            if number:
                into.append(work / (time.perf_counter() - began))
    return rates


def machine(connection: psycopg.Connection[Any]) -> dict[str, Any]:
    """On what it was measured."""
    told: dict[str, Any] = {"cpus": os.cpu_count(), "python": platform.python_version()}
    for name in SETTINGS:
        row = connection.execute("SELECT current_setting(%s)", [name]).fetchone()
        told[name.replace("server_version", "postgresql")] = row[0] if row else None
    return told


def as_json(told: dict[str, Any], figures: Sequence[Figure]) -> dict[str, Any]:
    """Machine and figures, for tools."""
    return {"machine": told, "figures": [asdict(each) for each in figures]}
