"""Forms: what may be handed in for a step, whoever hands it in, and that nothing else is."""

from __future__ import annotations

import copy
from contextlib import suppress
from dataclasses import fields, replace
from datetime import date
from typing import Any, Final, get_args, get_type_hints

import hypothesis.strategies as st
import pytest
from hypothesis import event, given

from api.execute import Desk
from api.identity.demonstration import ACCOUNTS
from api.steps import MOST_TEXT, fill, form_of
from domain.case.commands import STEPS
from domain.case.kind import CASE
from domain.errors import MalformedStep, NoSuchStep, Refusal
from domain.identity import Digest, Sealed
from domain.procedure.facts import Limit
from ledger.memory import MemoryLog
from tests.api.office import MORNING, AtDesk, memory_desk

NOTE = Sealed("0" * 64)
WORDS = ("A1", "F1", "R1", "N1", "O1", "person-a", "organ-urban", "penalty", "unlawful", "art.33.1.3", "2024-02-05")
json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates() | st.sampled_from(WORDS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


OF_A_KIND: Final[dict[Any, st.SearchStrategy[Any]]] = {
    str: st.sampled_from(WORDS),
    Digest: st.sampled_from(("a" * 64, "b" * 64, "not a digest")),
    bool: st.booleans(),
    int: st.integers(1, 20),
    date: st.dates(date(2024, 2, 1), date(2024, 2, 6)).map(date.isoformat),
    Sealed: st.text(min_size=1, max_size=20),
    Limit: st.fixed_dictionaries({"count": st.integers(1, 30), "unit": st.sampled_from(("working_day", "month"))}),
    tuple[str, ...]: st.lists(st.sampled_from(WORDS), max_size=2),
}
OF_A_NAME: Final = {
    "about": st.sampled_from(("R1", "N1", "O1", "F1")),
    "kind": st.sampled_from(("penalty", "unlawful", "improper", "art.23.1.3")),
    "persons": st.just(["person-a", "person-b"]),
    "acts": st.sampled_from(([], ["A1"])),
    "act": st.sampled_from(("A1", "A2")),
    "grounds": st.sampled_from(([], ["art.33.1.3"], ["art.34.1.2"])),
    "considered": st.just([]),
    "replaces": st.none(),
    "document": st.sampled_from(("N1", "O1", "D1")),
}
"""What fits a field by its name, so that some of what is asked is also granted."""


def filled_in(step: str) -> st.SearchStrategy[dict[str, Any]]:
    """Mostly what each field of the step is for, seldom anything at all; seldom a field that the step does not know."""
    hints = get_type_hints(STEPS[step].command)
    fit = {name: OF_A_NAME.get(name, OF_A_KIND[_kind(hint)]) for name, hint in hints.items()}
    fit = {name: _mostly(value, json) for name, value in fit.items()}
    needed = {name for name, field in form_of(CASE, step).model_fields.items() if field.is_required()}
    fitting = st.fixed_dictionaries(
        {name: value for name, value in fit.items() if name in needed},
        optional={name: value for name, value in fit.items() if name not in needed},
    )
    return _mostly(fitting, st.dictionaries(st.sampled_from([*hints, "odd"]), json, max_size=8))


def _kind(hint: Any) -> Any:
    return next(kind for kind in (hint, *get_args(hint)) if kind in OF_A_KIND)


def test_every_step_can_be_filled_in() -> None:
    assert all(filled_in(step) is not None for step in STEPS)


def _mostly(fitting: st.SearchStrategy[Any], other: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.integers(0, 15).flatmap(lambda chance: fitting if chance else other)


steps = st.sampled_from(sorted(STEPS))


def new_id() -> str:
    return "new"


@given(step=steps | st.text(), data=json)
def test_no_json_at_all_makes_a_form_fail_other_than_by_a_refusal(step: str, data: Any) -> None:
    with suppress(NoSuchStep if step not in STEPS else MalformedStep):
        fill(CASE, step, data, new_id)


@given(data=st.data(), step=steps)
def test_what_a_form_lets_through_makes_a_command(data: st.DataObject, step: str) -> None:
    try:
        filled = fill(CASE, step, data.draw(filled_in(step)), new_id)
    except MalformedStep:
        return
    command = filled.make(dict.fromkeys(filled.texts, NOTE))
    assert isinstance(command, STEPS[step].command)
    hints = get_type_hints(type(command))
    for field in fields(command):
        value = getattr(command, field.name)
        kinds = {getattr(kind, "__supertype__", kind) for kind in (hints[field.name], *get_args(hints[field.name]))}
        assert type(value) in {*kinds, tuple}, field.name
        assert not isinstance(value, str) or "\0" not in value


class Fork(MemoryLog):
    """A log that goes its own way from a point on, so that each example begins with the same case."""

    @classmethod
    def of(cls, log: MemoryLog) -> Fork:
        parts = {
            name: copy.copy(getattr(log, name)) for name in ("entries", "_headers", "_requests", "_keys", "_sealed")
        }
        streams = {name: [*positions] for name, positions in log._streams.items()}
        return cls(log.ledger, log.mapper, _streams=streams, _laws=log._laws, **parts)


@pytest.fixture(scope="module")
def led() -> Desk:
    """A desk at which a case has come as far as an opinion served."""
    desk = memory_desk()
    AtDesk(desk).walk("opinion-served")
    return desk


@given(data=st.data(), step=steps, account=st.sampled_from(("handler", "handler", "liaison")))
def test_whatever_is_asked_of_a_case_is_recorded_whole_or_refused_without_a_trace(
    led: Desk, data: st.DataObject, step: str, account: str
) -> None:
    assert isinstance(led.log, MemoryLog)
    log = Fork.of(led.log)
    desk = AtDesk(Desk(log, led.sources, led.vault))
    ask = replace(desk.ask(step, actor=ACCOUNTS[account].actor, key="this one"), data=data.draw(filled_in(step)))
    before = len(log.entries)
    try:
        receipt = desk.desk.take(ask)
    except Refusal as refusal:
        event(f"refused: {refusal.code}")
        assert len(log.entries) == before
    else:
        event("recorded")
        assert len(log.entries) == before + len(receipt.leaves)
        assert desk.desk.take(ask) == replace(receipt, replayed=True)


def test_an_id_stays_as_it_was_given_though_it_reads_like_an_article(led: Desk) -> None:
    desk = AtDesk(Desk(Fork.of(led.log), led.sources, led.vault))  # type: ignore[arg-type]  # the desk of this module
    receipt = desk.take("register-evidence", key="evidence", evidence="art.33.1.3", kind="photo")
    assert receipt.created == "art.33.1.3"
    assert desk.desk.log.read("case/c1")[-1].fact.evidence == "art.33.1.3"


@pytest.mark.parametrize("step", sorted(STEPS))
def test_a_form_asks_for_what_its_command_needs_and_for_nothing_else(step: str) -> None:
    row = STEPS[step]
    names = {field.name for field in fields(row.command)}
    assert set(form_of(CASE, step).model_fields) == names
    needed = {name for name, field in form_of(CASE, step).model_fields.items() if field.is_required()}
    without = {field.name for field in fields(row.command) if field.default is field.default_factory}
    assert needed == without - {row.creates}


def test_what_is_created_gets_an_id_unless_it_brings_one() -> None:
    assert fill(CASE, "register-act", {"kind": "penalty"}, new_id).new_id == "new"
    assert fill(CASE, "register-act", {"kind": "penalty", "act": "A1"}, new_id).new_id == "A1"
    assert fill(CASE, "assign-handlers", {"persons": ["person-a"]}, new_id).new_id is None


def test_free_text_is_kept_apart_from_the_command_until_it_is_sealed() -> None:
    filled = fill(CASE, "register-act", {"kind": "penalty", "title": "某某处罚决定", "party": "当事人"}, new_id)
    assert filled.texts == {"title": "某某处罚决定", "party": "当事人"}
    made = filled.make({"title": NOTE, "party": NOTE})
    assert (getattr(made, "title", None), getattr(made, "party", None)) == (NOTE, NOTE)


@pytest.mark.parametrize(("length", "fits"), [(1, True), (MOST_TEXT, True), (MOST_TEXT + 1, False), (0, False)])
def test_a_narrative_has_at_most_4000_characters(length: int, fits: bool) -> None:  # noqa: FBT001  # an expectation
    data = {"by": "person-a", "note": "案" * length}
    if fits:
        assert fill(CASE, "hear-statement", data, new_id).texts == {"note": "案" * length}
    else:
        with pytest.raises(MalformedStep, match="note"):
            fill(CASE, "hear-statement", data, new_id)


@pytest.mark.parametrize(
    "limit",
    [{}, {"count": 5}, {"unit": "working_day"}, {"count": 5, "unit": "working_day", "until": "2024-03-01"},
     {"unit": "working_day", "until": "2024-03-01"}, {"count": 0, "unit": "month"}, {"count": 3651, "unit": "month"}],
)  # fmt: skip
def test_a_limit_is_a_period_or_a_day_and_never_both(limit: dict[str, Any]) -> None:
    data = {"order": "R1", "persons": ["person-a"], "limit": limit}
    with pytest.raises(MalformedStep):
        fill(CASE, "order-correction", data, new_id)


def test_a_limit_reaches_the_command_as_it_was_set() -> None:
    for limit, made in (
        ({"count": 5, "unit": "working_day"}, Limit(5, "working_day")),
        ({"until": "2024-03-01"}, Limit(until=date(2024, 3, 1))),
    ):
        command = fill(CASE, "order-correction", {"persons": ["person-a"], "limit": limit}, new_id).make({})
        assert getattr(command, "limit", None) == made


@pytest.mark.parametrize("value", ["2024-02-30", "20240205", "2024-W06-1", 19758, True, MORNING, "2061-01-01"])
def test_a_day_is_a_day_and_guessed_from_nothing_else(value: Any) -> None:
    with pytest.raises(MalformedStep, match="made_on"):
        fill(CASE, "register-act", {"kind": "penalty", "made_on": value}, new_id)


def test_a_scenario_may_bring_a_day_as_yaml_reads_it() -> None:
    made = fill(CASE, "register-act", {"kind": "penalty", "made_on": date(2023, 12, 20)}, new_id).make({})
    assert getattr(made, "made_on", None) == date(2023, 12, 20)


@pytest.mark.parametrize("value", ["true", 1, None, "yes"])
def test_yes_and_no_are_guessed_from_nothing_else(value: Any) -> None:
    with pytest.raises(MalformedStep, match="written"):
        fill(CASE, "report-correction", {"about": "R1", "written": value}, new_id)
