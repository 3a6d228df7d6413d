"""The test of the design: a further regulation is a folder of data, and nothing outside it changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.cli.regimes import memory_desk
from api.play import play
from api.scenario import Branch
from api.scenario import read as scenario
from domain.regime.lint import lint
from domain.regime.loader import packaged, read

HERE = Path(__file__).parent / "invented"
REGIME = read(HERE).regime
BRANCHES = [branch for file in sorted((HERE / "scenarios").glob("*.yaml")) for branch in scenario(file).branches()]


def test_it_is_sound_without_being_packaged() -> None:
    assert lint(REGIME) == ()
    assert REGIME.id not in packaged()
    assert REGIME.quote("art.2").text.endswith("延长以一次为限。")


@pytest.mark.parametrize("branch", BRANCHES, ids=lambda branch: branch.id)
def test_its_histories_end_as_expected(branch: Branch) -> None:
    (played,) = play([branch], memory_desk(branch.ledger), REGIME)
    assert played.failed == []


def test_its_documents_are_called_what_its_text_calls_them() -> None:
    assert (REGIME.term("inquiry").zh, REGIME.term("inquiry").en) == ("行政执法监督协查函", "letter of inquiry")
    assert REGIME.term("finding").zh == "调查认定"
    assert REGIME.term("of-a-law-that-the-file-left").zh == "文书"


def test_every_step_of_its_own_is_taken() -> None:
    taken = {(branch.place(move)[0], move.do) for branch in BRANCHES for move in branch.moves if not move.refused}
    own = {
        (kind, step)
        for kind, rules in REGIME.procedures.items()
        for step, rule in rules.steps.items()
        if rule.cite.startswith(f"{REGIME.id}:")
    }
    assert own <= taken


def test_it_has_what_the_four_cities_have_not() -> None:
    rules = REGIME.procedures["case"]
    assert rules.deadlines["investigate"].extension is not None
    assert "inquiry" in REGIME.instruments
    assert [duty.due.each_year is not None for duty in REGIME.obligations.values()] == [True, True]
