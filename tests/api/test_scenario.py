"""Written histories: what can be read is played, and what cannot is refused with file, place and reason."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from api.scenario import Move, Scenario, ScenarioError, of_regime, parse, read
from domain.regime.loader import SCENARIOS
from tests.api.office import KARAMAY, OPENING

OPEN: dict[str, Any] = {"on": date(2024, 1, 8), "open": dict(OPENING)}
WHOLE: dict[str, Any] = {
    "scenario": "s",
    "title": {"zh": "情景", "en": "a history"},
    "regime": KARAMAY,
    "ledger": "cn-000000-demo",
    "organs": {"supervisor": "organ-justice", "subject": "organ-urban"},
    "steps": [OPEN],
}


def scenario(*steps: Any, **more: Any) -> Scenario:
    return parse({**WHOLE, "steps": [OPEN, *steps], **more}, "s.yaml")


def test_a_history_without_variants_is_one_branch() -> None:
    (branch,) = scenario({"on": "2024-01-09", "assign-handlers": {"persons": ["person-a"]}}).branches()
    assert (branch.id, branch.ledger) == ("s", "cn-000000-demo")
    assert [(move.do, move.recorded) for move in branch.moves] == [
        ("open", date(2024, 1, 8)),
        ("assign-handlers", date(2024, 1, 9)),
    ]


def test_a_branch_plays_the_readings_decided_in_it_then_the_common_steps_then_its_own() -> None:
    more = {"on": "2024-01-09", "hear-statement": {"by": "organ-urban"}}
    found = scenario(
        {"on": "2024-01-08", "assign-handlers": {"persons": ["person-a"]}},
        points={"one": "a", "two": "a"},
        variants={
            "as-it-is": {},
            "otherwise": {"points": {"two": "b"}, "then": [more], "ledger": "cn-000001-demo", "expect": {"stage": "x"}},
        },
    )
    as_it_is, otherwise = found.branches()
    assert [move.do for move in as_it_is.moves] == ["open", "decide-open-point", "decide-open-point", "assign-handlers"]
    assert [move.do for move in otherwise.moves][-2:] == ["assign-handlers", "hear-statement"]
    assert [move.data["option"] for move in otherwise.moves if move.do == "decide-open-point"] == ["a", "b"]
    assert (as_it_is.id, as_it_is.ledger) == ("s.as-it-is", "cn-000000-demo")
    assert (otherwise.id, otherwise.ledger, otherwise.expect.stage) == ("s.otherwise", "cn-000001-demo", "x")


def test_what_was_learned_later_is_recorded_later() -> None:
    move = Move.model_validate({"on": "2024-01-09", "recorded_on": "2024-01-12", "assign-handlers": {"persons": ["a"]}})
    assert (move.on, move.recorded) == (date(2024, 1, 9), date(2024, 1, 12))


@pytest.mark.parametrize(
    ("step", "why"),
    [
        ({"on": "2024-01-09", "burn-file": {}}, "steps.1: there is no step 'burn-file'"),
        ({"on": "2024-01-09"}, "does exactly one thing, not []"),
        ({"on": "2024-01-09", "transfer": {}, "close": {}}, "does exactly one thing, not ['transfer', 'close']"),
        ({"assign-handlers": {"persons": ["person-a"]}}, "assign-handlers: on which day?"),
        ({"on": "2024-02-30", "assign-handlers": {}}, "steps.1.on: a day is written 2024-02-29"),
        ({"on": 20240109, "assign-handlers": {}}, "steps.1.on: a day is written 2024-02-29"),
        ({"on": "2024-01-09", "assign-handlers": ["person-a"]}, "assign-handlers: fields with their values"),
        ({"on": "2024-01-09", "by": "mayor", "assign-handlers": {}}, "steps.1.by"),
        ({"on": "2024-01-09", "late_reason": "", "assign-handlers": {}}, "steps.1.late_reason"),
        ({"on": "2024-01-09", "refused": {"cod": "x"}, "assign-handlers": {}}, "steps.1.refused"),
        ({"expect": {"stag": "opened"}}, "steps.1"),
        ({"expect": {"deadlines": {"d:1": {"due": "soon"}}}}, "steps.1"),
        ({"on": "2024-01-09", "adopt-notice": {"id": "2025"}}, "steps.1: "),
        ({"on": "2024-01-09", "amend-law": {"id": "another-2024"}}, "of a law there may be amended"),
        ({"on": "2024-01-09", "amend-law": {}}, "of a law there may be amended"),
        ("close", "a step of a scenario is a mapping"),
    ],
)
def test_a_step_that_cannot_be_read_is_refused_with_its_place(step: Any, why: str) -> None:
    with pytest.raises(ScenarioError) as error:
        scenario(step)
    assert str(error.value).startswith("s.yaml: steps.1")
    assert why in str(error.value)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"scenario": "A history"}, "s.yaml: scenario"),
        ({"ledger": "cn-650200"}, "s.yaml: ledger"),
        ({"ledger": None}, "s.yaml: ledger"),
        ({"organs": {"subject": "organ-urban"}}, "names the organ that is the supervisor"),
        ({"steps": []}, "s.yaml: steps"),
        ({"steps": [{"on": "2024-01-08", "close": {"outcome": "done"}}]}, "begins with the step open"),
        ({"variants": {"../a": {}}}, "s.yaml: variants"),
        ({"title": {"fr": "histoire"}}, "s.yaml: title"),
        ({"cast": []}, "s.yaml: cast"),
    ],
)
def test_a_history_that_cannot_be_read_is_refused_with_its_place(change: dict[str, Any], why: str) -> None:
    with pytest.raises(ScenarioError) as error:
        parse({**WHOLE, **change}, "s.yaml")
    assert why in str(error.value)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"scenario: [", "s.yaml:1"),
        (b"- 1\n", "s.yaml"),
        (b"scenario: s\nscenario: t\n", "s.yaml:2"),
        (b"\xff", "s.yaml"),
    ],
)
def test_a_file_that_is_no_scenario_is_refused_by_its_name(tmp_path: Path, content: bytes, why: str) -> None:
    path = tmp_path / "s.yaml"
    path.write_bytes(content)
    with pytest.raises(ScenarioError) as error:
        read(path)
    assert "s.yaml" in str(error.value)
    assert why in str(error.value)
    with pytest.raises(ScenarioError, match=r"absent\.yaml"):
        read(tmp_path / "absent.yaml")


def test_every_packaged_history_is_found_and_no_two_cases_have_one_name() -> None:
    found = [scenario for folder in SCENARIOS.iterdir() for scenario in of_regime(folder.name)]
    assert len(found) == len(list(SCENARIOS.glob("*/*.yaml")))
    names = [(branch.ledger, branch.id) for scenario in found for branch in scenario.branches()]
    assert len(names) == len(set(names)) > len(found)
