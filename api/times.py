"""Days and moments as they are handed in: as ISO 8601 writes them, and nothing guessed from another type."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any, Final

from pydantic import BeforeValidator

YEARS: Final = range(1900, 2061)  # to the end of the festival dates on record; what lies outside is a slip of the pen


def day(value: Any) -> date:
    """A day, `2024-02-29`; ValueError for anything else, a moment or a number included."""
    try:
        found = date.fromisoformat(value) if isinstance(value, str) else value
        if type(found) is date and found.year in YEARS and value in (found, found.isoformat()):
            return found
    except ValueError:
        pass
    raise ValueError(f"a day is written 2024-02-29, and lies in the years {YEARS[0]} to {YEARS[-1]}")


def moment(value: Any) -> datetime:
    """A moment in UTC, from `2024-02-29T09:00:00+08:00`; ValueError where it is none or does not name its zone.

    Other spellings of ISO 8601 are taken as well, as programs write them.
    """
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else value
        if isinstance(found, datetime) and found.tzinfo is not None and found.year in YEARS:
            return found.astimezone(UTC)
    except ValueError:
        pass
    raise ValueError(f"a moment is written 2024-02-29T09:00:00+08:00, in the years {YEARS[0]} to {YEARS[-1]}")


Day = Annotated[date, BeforeValidator(day)]
Moment = Annotated[datetime, BeforeValidator(moment)]
