from __future__ import annotations

from typing import Any, cast

import pytest

from domain import errors
from domain.regime import guards
from domain.regime.conditions import Guard
from domain.regime.situation import UNKNOWN, Asks, Situation

CITE = "cn-default:art.5.4"
APART = Guard.model_validate({"differs": {"field": "to", "from": "respondent"}})


class At:
    """As much of a situation as the condition asks for."""

    def __init__(self, to: object, respondent: object) -> None:
        self.to, self.respondent = to, respondent

    def field(self, _: str) -> object:
        return self.to

    def opening(self, _: str) -> object:
        return self.respondent


def check(to: object, respondent: object) -> Any:
    return guards.check(APART, cast("Situation", At(to, respondent)), CITE)


@pytest.mark.parametrize(("to", "respondent"), [("organ-a", "organ-b"), ("organ-a", None), (None, None), (None, "x")])
def test_whom_the_step_names_differs_from_another_and_from_nobody(to: object, respondent: object) -> None:
    assert check(to, respondent) is None


def test_whom_the_step_names_is_the_one_it_must_not_be() -> None:
    refusal = check("organ-a", "organ-a")
    assert isinstance(refusal, errors.MustDiffer)
    assert (refusal.article, refusal.code) == (CITE, "must-differ")
    assert "被投诉举报主体" in refusal.sentence_zh


def test_asked_before_the_step_is_filled_in_it_turns_on_the_field() -> None:
    assert check(UNKNOWN, "organ-a") == Asks("to")
