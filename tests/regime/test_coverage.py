"""Every paragraph of the texts is accounted for, and a paragraph that is not is named."""

from __future__ import annotations

import pytest

from api.cli import regime_coverage
from api.cli.output import UsageError
from domain.regime.checklist import checklist, ids
from domain.regime.coverage import Covered, coverage, summary
from domain.regime.loader import load
from domain.regime.model import Oddity, Regime

KARAMAY = load("karamay-2022").regime


def became(regime: Regime) -> dict[str, tuple[str, ...]]:
    return {each.row.cite: each.became for each in coverage(regime)}


def without(regime: Regime, **parts: object) -> Regime:
    return regime.model_copy(update=parts)


@pytest.mark.parametrize("id_", ids())
def test_every_row_of_every_text_is_covered(id_: str) -> None:
    assert [row.row.cite for row in coverage(load(id_).regime) if not row.became] == []


@pytest.mark.parametrize("id_", ids())
def test_no_regime_cites_a_place_that_does_not_exist(id_: str) -> None:
    assert regime_coverage.as_json(regime_coverage.covered([id_]))["unresolved"] == []


def test_a_row_says_what_its_paragraph_became() -> None:
    rows = became(KARAMAY)
    assert "deadline" in rows["art.30.1"]
    assert "rule" in rows["art.30.2"]
    assert "code list" in rows["art.32.1.3"]
    assert rows["art.1.1"] == ("static text",)
    assert "open point" in rows["art.30.3"]


def test_a_paragraph_that_nothing_cites_any_more_is_left_over() -> None:
    says = {
        what: tuple(cite for cite in cites if not cite.endswith(":art.1.1")) for what, cites in KARAMAY.says.items()
    }
    assert became(without(KARAMAY, says=says))["art.1.1"] == ()


def test_a_remark_on_the_source_accounts_for_nothing() -> None:
    remark = Oddity.model_validate({"cite": "karamay-2022:art.1.1", "note": {"zh": "注", "en": "note"}})
    bare = without(KARAMAY, says={}, oddities=(*KARAMAY.oddities, remark))
    assert became(bare)["art.1.1"] == ()


def test_the_lead_in_of_a_list_does_not_account_for_its_items() -> None:
    lists = dict(KARAMAY.lists)
    lists["void-grounds"] = lists["void-grounds"].model_copy(update={"items": ()})
    rows = became(without(KARAMAY, lists=lists))
    assert (rows["art.34.1.2"], rows["art.34.1"] != ()) == ((), True)


def test_the_summary_adds_up() -> None:
    rows = checklist("karamay-2022")[:3]
    found = {
        "karamay-2022": (Covered(rows[0], ("rule", "deadline")), Covered(rows[1], ()), Covered(rows[2], ("rule",)))
    }
    assert summary(found) == {
        "rows": 3,
        "covered": 2,
        "in_part": [],
        "uncovered": [f"karamay-2022:{rows[1].cite}"],
        "by_document": {"karamay-2022": {"rows": 3, "covered": 2, "in_part": 0}},
        "by_kind": {"deadline": 1, "rule": 2},
    }


def test_all_texts_together_have_a_row_for_each_paragraph_and_item() -> None:
    found = regime_coverage.as_json(regime_coverage.covered([]))
    assert found["rows"] == sum(len(checklist(id_)) for id_ in ids()) == 483
    assert set(found["by_document"]) == set(ids())


def test_a_row_is_shown_with_its_wording_and_with_what_was_wrong_in_the_checklist() -> None:
    lines = list(regime_coverage.as_text(regime_coverage.covered(["karamay-2022"]), rows=True))
    (row,) = (line for line in lines if " art.30.1 " in line)
    assert "✓" in row
    assert "行政执法主体" in row
    assert "the paragraph holds two duties" in row


def test_a_paragraph_that_is_made_something_of_in_part_is_not_shown_as_whole() -> None:
    found = regime_coverage.covered(["karamay-2022"])
    assert regime_coverage.as_json(found)["in_part"] == ["karamay-2022:art.20.2"]
    lines = list(regime_coverage.as_text(found, rows=True))
    (row,) = (line for line in lines if " art.20.2 " in line)
    assert "◐" in row
    assert "✓" not in row
    assert any(line.startswith("karamay-2022") and line.endswith("in part: 1") for line in lines)


def test_a_paragraph_that_nothing_cites_is_not_covered_in_part_either() -> None:
    (row,) = (each for each in checklist("karamay-2022") if each.in_part)
    assert not Covered(row, ()).in_part


def test_a_text_without_a_checklist_is_told() -> None:
    with pytest.raises(UsageError, match="there is no checklist of nowhere-2020; there are: jincheng-2021, "):
        regime_coverage.covered(["nowhere-2020"])
