"""What may be asked of the clocks, and by whom: the conditions that lists and counts of them share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from projections import names
from projections.scope import found


@dataclass(frozen=True, slots=True)
class Which:
    """Which of the running clocks: those that end between two days, of a regulation, held by an organ or a person."""

    since: date | None = None
    until: date | None = None
    regime: str | None = None
    holder: str | None = None
    person: str | None = None
    article: str | None = None
    subject: str | None = None
    supervisor: str | None = None
    kind: str | None = None


ANY: Final = Which()


WHICH: Final = {
    "since": "{0}.latest >= %(since)s",
    "until": "{0}.latest <= %(until)s",
    "regime": "d.regime = %(regime)s",
    "holder": "d.holder = %(holder)s",
    "person": "%(person)s = ANY (d.persons)",
    "article": "d.article = %(article)s",
    "subject": "d.subject = %(subject)s",
    "supervisor": "d.supervisor = %(supervisor)s",
    "kind": "d.kind = %(kind)s",
}


PARTIES: Final = ("supervisor", "subject")
"""Whom a file names to everybody that may read it."""


def named(which: Which) -> dict[str, Any]:
    """What is asked for, by name."""
    return {name: value for name in WHICH if (value := getattr(which, name)) is not None}


def wanted(named: Iterable[str], told_to: Sequence[str] | None) -> str:
    """What is asked for, as conditions on a clock `d`, told to somebody; see `projections.names`."""
    clauses = [WHICH[name].format("d") for name in named]
    if told_to is not None:
        clauses += tells(named)
    return "".join(f" AND {clause}" for clause in clauses)


def tells(named: Iterable[str]) -> list[str]:
    """Where clocks are asked for by who holds them: that their files tell that name."""
    return [names.told("d", f"%({name})s", *PARTIES) for name in named if name in {"holder", "person"}]


def mine(who: Sequence[str] | None) -> str:
    """The clocks that somebody finds; nothing where they find all."""
    if who is None:
        return ""
    return (
        " AND (d.stream, d.deadline) IN (SELECT w.stream, w.deadline FROM views.watches AS w"
        f" WHERE w.ledger = %(ledger)s AND w.watcher = ANY (%(who)s) AND {found('w', 'w.watcher')})"
    )


def scope(ledger: str, who: Sequence[str] | None, told_to: Sequence[str] | None) -> dict[str, Any]:
    """What the conditions on who asks are asked with."""
    parties = {} if who is None else {"who": list(who)} | dict(zip(("organ", "oneself"), who, strict=True))
    return {"ledger": ledger, **parties, **({} if told_to is None else names.values(ledger, told_to))}
