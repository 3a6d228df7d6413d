"""What happens in a file beside its plot (办案中的其他事项): evidence, statements, measures, recusal, corrections.

A step is filled in at random from the file and the law's own tables. Whether it may be taken is for the decider.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from random import Random
from types import MappingProxyType
from typing import Any, Final

from api.generating.plots import Cast
from domain.procedure import facts
from domain.procedure.entry import codes_of
from domain.procedure.happening import as_text
from domain.procedure.state import File
from domain.regime.law import Law

WEIGHTS: Final[Mapping[str, int]] = MappingProxyType(
    {
        "register-evidence": 30,
        "hear-statement": 16,
        "take-measure": 12,
        "end-measure": 8,
        "register-act": 3,
        "request-assistance": 3,
        "answer-assistance": 3,
        "refuse-assistance": 1,
        "record-obstruction": 1,
        "attempt-service": 3,
        "request-recusal": 3,
        "decide-recusal": 4,
        "recuse-officer": 1,
        "assign-handlers": 2,
        "extend-deadline": 2,
        "correct-entry": 2,
        "record-training": 4,
        "show-certificate": 6,
        "file-report": 1,
        "publish-information": 1,
    }
)
"""How often each is tried, of those that the law has for the kind of proceeding."""

TEXTS: Final = (
    "调取执法案卷一册",
    "询问执法人员，记录在卷",
    "当事人陈述已经口头说明",
    "现场检查未见公示牌",
    "执法记录仪视频一段",
    "被监督机关补充提交材料",
    "经核实，告知程序缺失",
    "复印件与原件核对无误",
    "电话联系，约定面谈时间",
    "送达时无人在场",
    "材料不齐，要求补正",
    "与相关科室核对台账",
)
_WAYS: Final = ("direct", "left", "post", "electronic")
_SOME: Final = 0.4  # how often a note is written where none is asked for


@dataclass(frozen=True, slots=True)
class Scene:
    """A file on a day, and who plays in it."""

    file: File
    law: Law
    cast: Cast
    day: date
    chance: Random
    vain: frozenset[str] = frozenset()  # steps that were refused in this matter


def incident(scene: Scene) -> tuple[str, str, dict[str, Any], str | None] | None:
    """A step to be tried: its name, whose it is, its fields, by whom; None where chance found nothing to fill in."""
    steps = scene.law.rules(scene.file.kind.name).steps
    there = [step for step in WEIGHTS if step in steps and step in scene.file.kind.steps and step not in scene.vain]
    if not there:
        return None
    step = scene.chance.choices(there, [WEIGHTS[step] for step in there])[0]
    data = _correction(scene) if step == "correct-entry" else _filled(step, scene)
    if data is None:
        return None
    by = steps[step].by if steps[step].by not in ("anyone", "decider") else "supervisor"
    person = scene.cast.others[2] if step == "decide-recusal" else None
    return step, by, data, person


def text(chance: Random) -> str:
    """A note."""
    return chance.choice(TEXTS)


def _filled(step: str, scene: Scene) -> dict[str, Any] | None:
    row = scene.file.kind.steps[step]
    about = scene.law.rules(scene.file.kind.name).steps[step].about
    data: dict[str, Any] = {}
    for field in fields(row.command):
        name, needed = field.name, field.default is field.default_factory  # both MISSING
        if name == row.creates:
            value: Any = f"{name[0].upper()}x{len(scene.file.log) + 1}"
        elif name in row.codes:
            codes = codes_of(row.codes[name], scene.file, scene.law)
            value = scene.chance.choice(codes) if codes else None if codes is not None else "other"
            value = [value] if value and name.endswith("s") else value
        elif name == "about":
            value = _thing(scene, *about)
        elif name in _FILLED:
            value = _FILLED[name](scene)
        else:
            value = _thing(scene, name) if needed else None
        if value is None and needed:
            return None
        if value is not None and value != []:
            data[name] = value
    return data


def _thing(scene: Scene, *kinds: str) -> str | None:
    there = [id_ for id_, thing in scene.file.things.items() if thing.kind in kinds]
    return scene.chance.choice(there) if there else None


def _document(scene: Scene) -> str | None:
    there = [id_ for id_, document in scene.file.documents.items() if not document.receipts and not document.ended]
    return there[-1] if there else None


def _deadline(scene: Scene) -> str | None:
    rules = scene.law.rules(scene.file.kind.name).deadlines
    there = [
        clock.id
        for clock in scene.file.deadlines.values()
        if clock.running and clock.name in rules and rules[clock.name].extension is not None
    ]
    return scene.chance.choice(there) if there else None


def _party(scene: Scene) -> str | None:
    return getattr(scene.file.opened, "subject", None) or scene.cast.organs.get("subject")


def _other(scene: Scene) -> str:
    return scene.cast.others[scene.chance.randrange(2)]


def _two(scene: Scene) -> list[str]:
    return [scene.cast.person("person-a"), scene.cast.person("person-b")]


def _said(scene: Scene) -> str:
    return text(scene.chance)


def _note(scene: Scene) -> str | None:
    return text(scene.chance) if scene.chance.random() < _SOME else None


_FILLED: Final[Mapping[str, Callable[[Scene], Any]]] = MappingProxyType(
    {
        "persons": _two,
        "person": _other,
        "approver": _other,
        "by": _party,
        "of": _party,
        "addressee": _party,
        "target": _party,
        "organ": _party,
        "document": _document,
        "deadline": _deadline,
        "mode": lambda scene: scene.chance.choice(_WAYS),
        "kind": lambda scene: scene.chance.choice(("document", "photo", "video", "record")),
        "granted": lambda scene: scene.chance.random() < _SOME,
        "on_site": lambda scene: scene.chance.random() < _SOME,
        "note": _note,
        "title": _said,
        "reason": _said,
        "made_on": lambda scene: scene.day - timedelta(days=scene.chance.randrange(20, 90)),
        "year": lambda scene: scene.day.year,
        "hours": lambda scene: scene.chance.randrange(4, 60),
        "passed": lambda _: True,
        "matter": lambda scene: f"inspection-{scene.chance.randrange(1, 99)}",
    }
)


def _correction(scene: Scene) -> dict[str, Any] | None:
    """A slip of the pen: something was seen or heard a day before it says."""
    slips = [h for h in scene.file.log if isinstance(h.fact, facts.EvidenceRegistered | facts.StatementHeard)]
    if not slips:
        return None
    slip = scene.chance.choice(slips)
    return {
        "version": slip.version,
        "field": "occurred_on",
        "was": as_text(slip.on),
        "now": as_text(slip.on - timedelta(days=1)),
        "approver": scene.cast.others[2],
        "reason": "日期笔误",
    }
