"""`caseledger regimes`: looking at regulations, holding scenarios against them, and one beside the other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # it ships no types

from api.cli import compare, regimes
from api.cli.output import UsageError
from api.cli.regime_text import as_text
from api.scenario import ScenarioError, of_regime
from domain.kinds import KINDS
from domain.regime.loader import PACKAGED, load, packaged
from domain.regime.yamlfile import read_yaml
from tests.cli.terminal import together

EXAMPLE = Path(__file__).parents[2] / "docs/examples/compare-late-objection.yaml"
FOUR = ["luoyang-2022", "zhumadian-2024", "karamay-2022", "jincheng-2021"]
FILES = sorted(PACKAGED.glob("*/*.yaml"))


@pytest.fixture(scope="module")
def compared() -> dict[str, Any]:
    return compare.compare(compare.read(EXAMPLE))


def outcomes(compared: dict[str, Any], variant: str, title: str) -> dict[str, tuple[str, str | None, str | None]]:
    (rows,) = (each["steps"] for each in compared["variants"] if each["variant"] == variant)
    (row,) = (each for each in rows if each["en"] == title)
    return {id_: (came["outcome"], came["code"], came["article"]) for id_, came in row["under"].items()}


def test_an_objection_on_the_fifth_working_day_is_taken_by_two_cities_of_four(compared: dict[str, Any]) -> None:
    came = outcomes(compared, "objection-on-the-fifth-working-day", "an objection on the fifth working day")
    assert came == {
        "luoyang-2022": ("recorded", None, "art.22.2"),
        "zhumadian-2024": ("no-such-step", "no-such-step", None),
        "karamay-2022": ("recorded", None, "art.30.2"),
        "jincheng-2021": ("refused", "wrong-kind", "art.10.2"),
    }


def test_an_objection_on_the_sixth_working_day_is_filed_and_not_accepted(compared: dict[str, Any]) -> None:
    came = outcomes(compared, "objection-on-the-sixth-working-day", "an objection on the sixth working day")
    assert came["luoyang-2022"] == ("filed", "right-lapsed", "art.22.2")
    assert came["karamay-2022"] == ("filed", "right-lapsed", "art.30.2")
    assert [came[id_][0] for id_ in ("zhumadian-2024", "jincheng-2021")] == ["no-such-step", "refused"]


def test_who_decides_when_nothing_is_corrected_differs_from_city_to_city(compared: dict[str, Any]) -> None:
    variant = "nothing-is-corrected-after-ten-working-days"
    by_supervisor = outcomes(compared, variant, "the supervisor decides on the eleventh working day")
    assert [by_supervisor[id_][:2] for id_ in FOUR] == [
        ("refused", "not-yours"),
        ("refused", "not-recorded"),
        ("recorded", None),
        ("recorded", None),
    ]
    by_government = outcomes(compared, variant, "the government decides")
    assert [by_government[id_][0] for id_ in FOUR] == ["recorded", "refused", "refused", "refused"]


def test_the_decision_itself_is_open_to_objection_in_one_city_only(compared: dict[str, Any]) -> None:
    title = "an objection to the decision on the fifth working day"
    came = outcomes(compared, "nothing-is-corrected-after-a-month", title)
    assert [came[id_][0] for id_ in FOUR] == ["refused", "no-such-step", "refused", "recorded"]


def test_days_are_counted_for_each_regulation_by_the_calendar_of_its_own_year(compared: dict[str, Any]) -> None:
    ends = {
        (id_, end["deadline"]): end["due"]
        for variant in compared["variants"]
        for id_, all_ in variant["deadlines"].items()
        for end in all_
    }
    assert ends["karamay-2022", "opinion-correct:X1"] == "2024-10-14"
    assert ends["zhumadian-2024", "opinion-correct:X1"] == "2024-10-25"
    assert ends["jincheng-2021", "notice-limit:X1"] == "2022-10-13"
    assert compared["regimes"][3]["shift"] == -730


def test_the_comparison_for_reading_marks_where_they_part_and_quotes_the_article(compared: dict[str, Any]) -> None:
    lines = list(compare.as_text(compared))
    assert "2. 第六个工作日提出异议  an objection on the sixth working day  ≠" in lines
    assert "1. 责令改正的文书送达  the document that orders correction is received" in lines
    assert any("right-lapsed  art.22.2  行政执法部门对《行政执法监督意见书》有异议的" in line for line in lines)
    past = [line for line in lines if "running 已过 past  对《行政执法监督意见书》申请复查" in line]
    assert {line.split()[0] for line in past} == {"luoyang-2022", "karamay-2022"}


@pytest.mark.parametrize(
    ("old", "new", "error", "why"),
    [
        ("after: decided}", "after: never}", ScenarioError, "no step before it is known as 'never'"),
        ("request-review:", "ask-nicely:", ScenarioError, "there is no step 'ask-nicely'"),
        ("shift: -730", "shift: 0", UsageError, "jincheng-2021: before, step 1 .open.: not-in-force"),
        ("shift: -730", "shift: soon", ScenarioError, r"regimes\.jincheng-2021\.shift: "),
        (
            "comparison: late-objection",
            "comparison: late-objection\ncomparison: x",
            ScenarioError,
            ":10: duplicate key",
        ),
    ],
)
def test_a_comparison_that_cannot_be_made_says_where_and_why(
    tmp_path: Path, old: str, new: str, error: type[Exception], why: str
) -> None:
    file = tmp_path / "facts.yaml"
    text = EXAMPLE.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(error, match=why):
        compare.compare(compare.read(file))


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_every_packaged_file_fits_the_schema_that_editors_are_given(file: Path) -> None:
    part = None if file.stem == "regime" else file.stem
    data = json.loads(json.dumps(read_yaml(file), default=str))
    if part is not None or "builds_on" in data or "every" in data or not data.get("complete", True):
        Draft202012Validator(regimes.schema(part)).validate(data)


def test_the_schema_refuses_an_operator_that_is_not_known() -> None:
    schema = regimes.schema("case")
    step = {
        "cite": "art.1",
        "by": "supervisor",
        "modality": "may",
        "requires": [{"cite": "art.1", "guard": {"smells": 1}}],
    }
    assert [error.json_path for error in Draft202012Validator(schema).iter_errors({"steps": {"open": step}})]
    Draft202012Validator.check_schema(regimes.schema(None))


def test_there_is_a_schema_of_every_kind_of_proceeding_and_of_nothing_else() -> None:
    assert all(regimes.schema(kind)["title"] == "Procedure" for kind in KINDS)
    with pytest.raises(UsageError, match="a regime has no part 'chapter'; it has: case, lead, "):
        regimes.schema("chapter")


@pytest.mark.parametrize("id_", packaged())
def test_a_regime_is_shown_with_every_part_it_has(id_: str) -> None:
    regime, text = load(id_).regime, "\n".join(as_text(id_))
    parts = (regime.instruments, regime.lists, regime.obligations, regime.ladders, regime.duties, regime.open_points)
    for kind, rules in regime.procedures.items():
        assert f" {kind}：步骤 steps" in text
        assert all(f"  {name}  " in text for name in (*rules.steps, *rules.deadlines))
    assert all(f"  {name}  " in text for part in parts for name in part)
    assert all(oddity.note.zh in text for oddity in regime.oddities)


def test_a_regime_is_shown_for_one_kind_of_proceeding_or_says_which_there_are() -> None:
    lines = as_text("karamay-2022", "case")
    assert not any("待定事项 open points" in line for line in lines)
    assert any(line.startswith("  request-review  ") for line in lines)
    with pytest.raises(UsageError, match="karamay-2022 has no proceedings 'marriage'; it has: "):
        as_text("karamay-2022", "marriage")


def test_histories_of_one_ledger_come_out_as_they_do_alone() -> None:
    branches = [branch for scenario in of_regime("karamay-2022") for branch in scenario.branches()][:8]
    together_ = {played.id: played for _, played in regimes._play_together(branches)}
    for branch in branches[::3]:
        (alone,) = regimes.play_in_memory([branch])
        shared = together_[branch.id]
        assert [fact["fact"] for fact in alone.facts] == [fact["fact"] for fact in shared.facts]
        assert (alone.failed, alone.state["deadlines"]) == (shared.failed, shared.state["deadlines"])


def test_the_commands_answer_in_text_and_json_and_fail_where_something_is_wrong(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("id: wrong-2020\nid: wrong-2021\n", encoding="utf-8")
    story = tmp_path / "story.yaml"
    story.write_text(
        "scenario: a-story\ntitle: {zh: 情景, en: A story}\nregime: karamay-2022\nledger: x-demo\n"
        "organs: {supervisor: organ-justice, subject: organ-urban}\nsteps:\n"
        "  - {on: 2024-05-15, open: {supervisor: organ-justice, subject: organ-urban, origin: inspection, matter: x}}\n"
        "expect: {stage: closed}\n",
        encoding="utf-8",
    )
    lint, played, coverage, compared, nothing = together(
        [
            ["regimes", "lint", wrong],
            ["regimes", "test", story],
            ["regimes", "coverage", "zhumadian-2024", "--json"],
            ["regimes", "compare", EXAMPLE, "--json"],
            ["regimes", "coverage", "nowhere-2020"],
        ]
    )
    assert (lint.code, lint.out) == (1, "wrong.yaml:2: duplicate key 'id', which is in line 1 already\n")
    assert played.code == 1
    assert played.out.splitlines() == [
        "karamay-2022        0 passed, 1 failed",
        "  ✗ a-story, at the end: stage is opened, expected closed",
        "0 passed, 1 failed",
    ]
    assert {"rows", "covered", "uncovered", "by_document", "by_kind"} <= set(coverage.json)
    assert coverage.json["rows"] == 77
    assert [regime["id"] for regime in compared.json["regimes"]] == FOUR
    assert (nothing.code, nothing.out) == (2, "")
