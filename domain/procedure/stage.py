"""At which stage a file is (办理阶段): derived from its facts by its regulation, kept nowhere."""

from __future__ import annotations

from collections.abc import Sequence

from domain.catalogue import short_name
from domain.glossary import en, zh
from domain.procedure.patterns import matches
from domain.procedure.state import File, in_effect
from domain.regime.conditions import Label, Pattern
from domain.regime.model import Regime, Stage


def stage(file: File, regime: Regime) -> Stage:
    """The last stage in the regime's list that the file has entered and not left.

    Where a law lists none, as one that a file was moved to may not, the file is at its opening or its closing.
    """
    stages = reversed(regime.rules(file.kind.name).stages)
    entered = (stage for stage in stages if not stage.after or _within(stage, file))
    return next(entered, None) or _unlisted(file)


def _unlisted(file: File) -> Stage:
    name = "closed" if file.closed else short_name(file.log[0].fact)
    term = f"{file.kind.name}.{name}"
    return Stage(stage=name, title=Label(zh=zh(term), en=en(term)))


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
