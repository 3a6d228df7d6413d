"""At which stage a case is (办案阶段): derived from its facts by its regulation, kept nowhere."""

from __future__ import annotations

from collections.abc import Sequence

from domain.case.patterns import matches
from domain.case.state import Case, in_effect
from domain.regime.model import Pattern, Regime, Stage


def stage(case: Case, regime: Regime) -> Stage:
    """The last stage in the regime's list that the case has entered and not left."""
    return next(stage for stage in reversed(regime.stages) if not stage.after or _within(stage, case))


def _within(stage: Stage, case: Case) -> bool:
    entered = _newest(stage.after, case)
    return entered > 0 and entered > _newest(stage.until, case)


def _newest(patterns: Sequence[Pattern], case: Case) -> int:
    return max(
        (
            happening.version
            for happening in case.log
            if any(matches(pattern, happening.fact, case) for pattern in patterns) and in_effect(case, happening.fact)
        ),
        default=0,
    )
