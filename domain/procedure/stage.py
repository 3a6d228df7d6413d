"""At which stage a case is (办案阶段): derived from its facts by its regulation, kept nowhere."""

from __future__ import annotations

from collections.abc import Sequence

from domain.procedure.patterns import matches
from domain.procedure.state import File, in_effect
from domain.regime.conditions import Pattern
from domain.regime.model import Regime, Stage


def stage(file: File, regime: Regime) -> Stage:
    """The last stage in the regime's list that the file has entered and not left."""
    return next(
        stage for stage in reversed(regime.procedures[file.kind.name].stages) if not stage.after or _within(stage, file)
    )


def _within(stage: Stage, file: File) -> bool:
    entered = _newest(stage.after, file)
    return entered > 0 and entered > _newest(stage.until, file)


def _newest(patterns: Sequence[Pattern], file: File) -> int:
    return max(
        (
            happening.version
            for happening in file.log
            if any(matches(pattern, happening.fact, file) for pattern in patterns) and in_effect(file, happening.fact)
        ),
        default=0,
    )
