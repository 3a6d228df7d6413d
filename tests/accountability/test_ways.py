"""The lawful ways from which random histories start are lawful to their ends, on every ladder of every regulation."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.procedure import commands as p
from tests.accountability.test_any_history import PATIENCE, WAYS, AnyHistory


@pytest.mark.parametrize(("regime", "name", "n"), WAYS)
def test_every_rung_is_reached_in_the_lawful_way(regime: str, name: str, n: int) -> None:
    machine = AnyHistory()
    machine.open(regime, name)
    for command, actor in machine.way_up(machine.rung(n)):
        machine.office.ask(machine.today, command, actor)
        machine.today += timedelta(days=PATIENCE if isinstance(command, p.OrderCorrection) else 0)
