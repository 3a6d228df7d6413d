"""The packaged data: every notice since the schedule of 2018, the decrees, the festival dates; and who knew what when.

Next year's notice is one more file in `data/notices`; a ledger that cannot wait for it is given the same file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Final

from domain.calendar.bounds import longest_breaks
from domain.calendar.festivals import Decree, FestivalDates, dates_from_data, decree_from_data
from domain.calendar.schedules import Calendar, Notice, notice_from_data

_DATA = files("domain.calendar") / "data"

# The longest breaks are those of 2018 to this year, also in a calendar of an earlier day: a margin of caution may be
# wiser than its time. Later years count only once known, so that a new notice alters no calendar of the past.
_MARGIN_THROUGH: Final = 2026


@cache
def published() -> tuple[Notice, ...]:
    """The packaged notices, in the order in which they were made public."""
    found = (json.loads(file.read_text("utf-8")) for file in (_DATA / "notices").iterdir())
    return _in_order(notice_from_data(data) for data in found)


def as_known_on(day: date, extra: Sequence[Notice] = ()) -> Calendar:
    """The calendar of everybody who knew the notices made public up to and including a day.

    Args:
        day: a legal date, Asia/Shanghai.
        extra: notices that are not packaged (a schedule file of the user's); one that is packaged too must be equal.

    Returns:
        A calendar whose version is `cn-` and the day of its newest notice, and from the second of one day its number.

    Raises:
        ValueError: no notice was known by then, or the notices contradict each other.
    """
    packaged = {notice.id: notice for notice in published()}
    for notice in extra:
        if packaged.get(notice.id, notice) != notice:
            raise ValueError(f"notice {notice.id} differs from the one already known by that id")
    known = _in_order({notice for notice in (*published(), *extra) if notice.notified_on <= day})
    if not known:
        raise ValueError(f"no holiday schedule on record was public by {day}")
    newest = known[-1].notified_on
    of_that_day = sum(notice.notified_on == newest for notice in known)
    return Calendar(
        version=f"cn-{newest}" if of_that_day == 1 else f"cn-{newest}-{of_that_day}",
        notices=known,
        decrees=tuple(decree for decree in _decrees() if decree.notified_on <= day),
        dates=_dates(),
        longest=longest_breaks(_in_order({*(n for n in published() if n.year <= _MARGIN_THROUGH), *known})),
    )


def _in_order(notices: Iterable[Notice]) -> tuple[Notice, ...]:
    return tuple(sorted(notices, key=lambda notice: (notice.notified_on, notice.id)))


@cache
def _decrees() -> tuple[Decree, ...]:
    found = (decree_from_data(data) for data in _read("decrees.json"))
    return tuple(sorted(found, key=lambda decree: decree.in_force))


@cache
def _dates() -> FestivalDates:
    return dates_from_data(_read("festivals.json"))


def _read(name: str) -> Any:
    return json.loads((_DATA / name).read_text("utf-8"))
