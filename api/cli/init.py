"""`caseledger init`: opening a ledger under the law of today."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Annotated, Final

import typer

from api.cli.answers import answers
from api.cli.ledgers import service_of
from api.cli.options import Data
from api.cli.output import OUT, UsageError
from api.founding import adopt_calendars, adopt_regime, adopt_superiors, open_ledger
from api.projecting import project
from api.service import Service
from api.sweep import sweep
from domain.calendar import published
from domain.regime.lint import adoptable
from domain.regime.model import Regime

LONGEST_NAME: Final = 64


@answers
def init(
    ledger: Annotated[str, typer.Argument(metavar="LEDGER", help="cn- and the code of its place; -demo: simulated")],
    regime: Annotated[list[str] | None, typer.Option(metavar="ID", help="regulation to adopt; may be repeated")] = None,
    data: Data = None,
) -> None:
    """Open a ledger and adopt the law of today.

    The published holiday schedules and the regulations named become facts of the ledger. Repeating it adopts what is
    new since, and harms nothing.
    """
    adopting = founding(ledger, regime or [])
    with service_of(data) as service:
        for line in initialise(service, ledger, adopting):
            OUT.print(line)


def founding(ledger: str, regimes: Sequence[str]) -> list[Regime]:
    """What a ledger to be opened is to adopt; a bad name, of it or of a regulation, is told before anything is done."""
    if len(ledger) > LONGEST_NAME or not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", ledger):
        raise UsageError(f"{ledger!r} is no name for a ledger: small letters, digits and hyphens, such as cn-000000")
    return [adoptable(id_) for id_ in regimes]


def initialise(service: Service, ledger: str, adopting: Sequence[Regime]) -> Iterator[str]:
    """Open a ledger and adopt today's law; says what it did. Repeating it adopts what is new since."""
    service.create(ledger)
    desk = service.desk(ledger)
    open_ledger(desk, "simulated" if desk.log.simulated else "wall")
    before = set(desk.laws.book().notices) | set(desk.laws.book().regimes)
    adopt_calendars(desk, published(), desk.today())
    adopt_superiors(desk, desk.today())
    for regime in adopting:
        adopt_regime(desk, regime, desk.today())
    for _ in sweep(desk):
        pass
    project(service, [ledger])
    book = desk.laws.book()
    yield f"{ledger}: open, time is {'simulated' if desk.log.simulated else 'real'}"
    for name in [*book.notices, *book.regimes]:
        if name not in before:
            yield f"{ledger}: adopted {name}"
