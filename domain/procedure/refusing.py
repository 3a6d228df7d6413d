"""Refusing for a reason of the house's own."""

from __future__ import annotations

from typing import NoReturn

from domain import errors
from domain.regime import model
from domain.regime.law import Law


def refuse(refusal: type[errors.Refusal], law: Law, rule: model.Step, **facts: object) -> NoReturn:
    """Refuse for a reason of the house's own, under the paragraph the regime names for it, else that of the step."""
    raise refusal(law.regime.refusals.get(refusal.code, rule.cite), **facts)
