"""The lawful ways from which random histories start are lawful to their ends."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from domain.case.commands import OpenCase
from domain.procedure.commands import Command
from tests.case.office import Office
from tests.case.test_any_history import WAYS
from tests.strategies import JUSTICE, URBAN


@pytest.mark.parametrize("way", WAYS, ids=("straight", "review", "direct"))
def test_every_step_of_a_lawful_way_is_taken(way: tuple[tuple[int, Command], ...]) -> None:
    office, today = Office(), date(2025, 11, 3)
    office.on(today.isoformat(), OpenCase(JUSTICE, URBAN, "inspection"))
    for days, command in way:
        today += timedelta(days=days)
        office.on(today.isoformat(), command)
