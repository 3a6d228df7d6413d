"""The ladders as data: sound in every regulation, and what is wrong with a bad one is said."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from domain.regime.coverage import coverage
from domain.regime.lint import lint
from domain.regime.loader import PACKAGED, load, read
from tests.accountability.office import REGIMES


@pytest.mark.parametrize("id_", REGIMES)
def test_every_ladder_has_grounds_and_begins_at_its_first_rung(id_: str) -> None:
    regime = load(id_).regime
    assert regime.ladders
    for ladder in regime.ladders.values():
        assert regime.lists[ladder.grounds].items
        assert [rung.n for rung in ladder.rungs] == list(range(1, len(ladder.rungs) + 1))


@pytest.mark.parametrize("id_", REGIMES)
def test_every_paragraph_on_responsibility_is_covered(id_: str) -> None:
    regime = load(id_).regime
    articles = {ladder.cite.split("art.")[1].split(".")[0] for ladder in regime.ladders.values()}
    rows = [each for each in coverage(regime) if each.row.cite.split(".")[1] in articles]
    assert rows
    assert [each.row.cite for each in rows if not each.became] == []


@pytest.mark.parametrize("id_", REGIMES)
def test_a_sanction_that_needs_a_missed_order_has_an_order_below_it(id_: str) -> None:
    for ladder in load(id_).regime.ladders.values():
        for rung in ladder.rungs:
            if any(rule.guard.overdue for rule in rung.requires):
                assert "ordered" in {below.taken for below in ladder.rungs[: rung.n - 1]}


@pytest.mark.parametrize(
    ("file", "old", "new", "why"),
    [
        ("ladders", "    - n: 2\n", "    - n: 4\n", "leaves a gap"),
        ("ladders", "grounds: organ-grounds", "grounds: any-grounds", "there is no list any-grounds"),
        ("ladders", "{overdue: order-limit}", "{overdue: other-limit}", "there is no deadline other-limit"),
        ("ladders", "{field: {name: circumstances}}", "{field: {name: written}}", "a proposal has no field written"),
        ("ladders", "responsible-person-named", "person-blamed", "there is no fact person-blamed"),
        ("accountability", "  order-correction:\n", "  suspend:\n", "there is no step order-correction"),
        ("accountability", None, None, "together, or neither"),
    ],
)
def test_lint_says_what_is_wrong_with_a_ladder(
    tmp_path: Path, file: str, old: str | None, new: str | None, why: str
) -> None:
    folder = tmp_path / "karamay-2022"
    shutil.copytree(PACKAGED / "karamay-2022", folder)
    path = folder / f"{file}.yaml"
    if old is None or new is None:
        path.unlink()
    else:
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
    found = lint(read(folder).regime)
    assert any(why in sentence for sentence in found), found
