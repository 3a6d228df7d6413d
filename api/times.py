"""Days and moments as they are handed in: one spelling each of ISO 8601, and nothing guessed from another type."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any

from pydantic import BeforeValidator


def day(value: Any) -> date:
    """A day, `2024-02-29`; ValueError for anything else, a moment or a number included."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    found = date.fromisoformat(value) if isinstance(value, str) else None
    if found is None or found.isoformat() != value:
        raise ValueError("a day is written 2024-02-29")
    return found


def moment(value: Any) -> datetime:
    """A moment in UTC, from `2024-02-29T09:00:00+08:00`; ValueError where it is none or does not name its zone."""
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    if not isinstance(found, datetime) or found.tzinfo is None:
        raise ValueError("a moment is written 2024-02-29T09:00:00+08:00")
    try:
        return found.astimezone(UTC)
    except OverflowError:
        raise ValueError("a moment lies within the years 1 to 9999") from None


Day = Annotated[date, BeforeValidator(day)]
Moment = Annotated[datetime, BeforeValidator(moment)]
