"""Playing written histories at a desk: in the order in which the ledger learns of things, each step checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from api.asking import PLACE, Ask, legal_day, scoped
from api.execute import Desk
from api.failures import UnknownCase
from api.founding import adopt_calendars, adopt_notice, adopt_regime, adopt_superiors, amend_regime, open_ledger
from api.scenario import Branch, Expected, ExpectedDeadline, Move, amended, notice
from domain.calendar import published
from domain.errors import NoSuchStep, Refusal
from domain.identity import Actor, OrganId, PersonId
from domain.kinds import KINDS
from domain.procedure.deadline import Deadline
from domain.procedure.offers import offers
from domain.procedure.stage import stage
from domain.regime.loader import load
from domain.regime.model import Regime

MORNING: Final = time(9, tzinfo=PLACE)
PERSONS: Final = {"supervisor": ("person-a", "handler"), "system": ("system-clock", "system")}


@dataclass
class Played:
    """What came of a history: facts recorded, refusals met, where it differs from what was expected."""

    id: str
    facts: list[dict[str, Any]] = field(default_factory=list)
    refusals: list[dict[str, Any]] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    state: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Turn:
    """A move of a history where it stands among the moves of all; `day` is when the ledger learns of it."""

    day: date
    branch: Branch
    number: int
    move: Move

    @property
    def key(self) -> str:
        """What it is asked under: the same in every play."""
        return f"{self.branch.id}/{self.number}"


def play(branches: Iterable[Branch], desk: Desk, regime: Regime | None = None) -> list[Played]:
    """Play histories together in one simulated ledger, each as a case of its own.

    The ledger's time only goes forward, so the moves of all of them are taken by the day on which they were recorded.
    Opens the ledger, adopts each regulation (`regime` in the place of the packaged one of its id, if given), and each
    holiday notice on the day it was published. After an interruption it goes on where it stopped.
    """
    branches = list(branches)
    results = {branch.id: Played(branch.id) for branch in branches}
    if not branches:
        return []
    turns = unplayed(branches, desk)
    first = min(branch.moves[0].recorded for branch in branches)
    found(desk, first, sorted({branch.scenario.regime for branch in branches}), regime)
    for turn in turns:
        adopt_calendars(desk, published(), turn.move.recorded)
        adopt_superiors(desk, turn.move.recorded)
        _move(turn, desk, results[turn.branch.id])
    for branch in branches:
        last = max(move.recorded for move in branch.moves if move.do != "expect")
        _expect(branch.expect, branch, desk, last, results[branch.id], f"{branch.id}, at the end")
        results[branch.id].state = _state(branch, desk)
    return list(results.values())


def found(desk: Desk, day: date, regimes: Sequence[str], own: Regime | None = None) -> None:
    """Open a ledger for histories that begin on `day`, under the law of that day."""
    open_ledger(desk, "simulated", at=_morning(day - timedelta(days=1)))
    adopt_calendars(desk, published(), day)
    for id_ in regimes:
        adopt_regime(desk, own if own is not None and own.id == id_ else load(id_).regime, day)


def unplayed(branches: Sequence[Branch], desk: Desk) -> list[Turn]:
    """The moves that are left after an interruption, in order; none where playing them is done or cannot go on.

    It can where the ledger holds every move up to some one and nothing of a later day: no move is taken out of turn,
    and histories written since then, or steps that people took, stand in the way.
    """
    turns, last = _in_order(branches), desk.log.last_recorded_at()
    if last is None:
        return turns
    taken = [_taken(turn, desk) for turn in turns]
    begun = max((number for number, done in enumerate(taken, 1) if done), default=0)
    gaps = any(_records(turn) and not done for turn, done in zip(turns[:begun], taken, strict=False))
    days = [turn.day for turn in turns[begun:] if _records(turn)]
    return turns[begun:] if days and not gaps and legal_day(last) <= days[0] else []


def _taken(turn: Turn, desk: Desk) -> bool:
    if turn.move.do == "adopt-notice":
        return notice(turn.move.data).id in desk.laws.book().notices
    if turn.move.do == "amend-law":
        held = _law(turn, desk)
        return held is not None and amended(held, turn.move.data) == held
    return turn.move.do != "expect" and desk.log.known(scoped(_actor(turn.branch, turn.move), turn.key)) is not None


def _records(turn: Turn) -> bool:
    return turn.move.do != "expect" and turn.move.refused is None


def _in_order(branches: Sequence[Branch]) -> list[Turn]:
    """All moves by the day recorded; within a case in their own order."""
    turns = []
    for branch in branches:
        day = date.min
        for number, move in enumerate(branch.moves):
            day = max(day, move.recorded_on or move.on or day)
            dated = move if move.do != "expect" else move.model_copy(update={"on": move.on or day})
            turns.append(Turn(day, branch, number, dated))
    return sorted(turns, key=lambda turn: (turn.day, turn.branch.id, turn.number))


def ask_of(turn: Turn, desk: Desk) -> Ask:
    """A move as it is asked of a desk."""
    branch, move = turn.branch, turn.move
    kind, _ = branch.place(move)
    return Ask(
        stream=branch.stream(move),
        step=move.do,
        data=branch.data(move),
        actor=_actor(branch, move),
        key=turn.key,
        on=move.on,
        at=_at(desk, move.recorded),
        done_before=move.done_before,
        late_reason=move.late_reason,
        regime=branch.scenario.regime if move.do == KINDS[kind].opening else None,
    )


def _move(turn: Turn, desk: Desk, played: Played) -> None:
    branch, move = turn.branch, turn.move
    where = f"{branch.id}, step {turn.number + 1} ({move.do})"
    if move.do == "expect":
        _expect(Expected.model_validate(move.data), branch, desk, move.recorded, played, where, move)
        return
    if move.do in ("adopt-notice", "amend-law"):
        try:
            _amend(turn, desk)
        except Refusal as refusal:
            played.failed.append(f"{where}: refused {refusal.code}: {refusal.sentence_en}")
        return
    try:
        receipt = desk.take(ask_of(turn, desk))
    except Refusal as refusal:
        article = _short(refusal.article)
        played.refusals.append(
            {
                "step": move.do,
                "on": str(move.on),
                "code": refusal.code,
                "article": article,
                "zh": refusal.sentence_zh,
                "en": refusal.sentence_en,
            }
        )
        wanted = move.refused
        if wanted is None or (wanted.code, wanted.article) != (refusal.code, wanted.article and article):
            played.failed.append(f"{where}: refused {refusal.code} {article}: {refusal.sentence_en}")
        return
    played.facts.extend({"on": str(move.on), "fact": name} for name in receipt.facts)
    if move.refused is not None:
        played.failed.append(f"{where}: expected refusal {move.refused.code}, was recorded")
    if move.facts is not None and move.facts != receipt.facts:
        played.failed.append(f"{where}: expected {move.facts}, got {receipt.facts}")
    if move.defects is not None:
        recorded = desk.history(branch.stream(move))[-len(receipt.facts) :]
        got = {defect.code for entry in recorded for defect in getattr(entry.fact, "defects", ())}
        if got != set(move.defects):
            played.failed.append(f"{where}: expected defects {move.defects}, got {sorted(got)}")
    if move.not_accepted is not None:
        _not_accepted(branch, move, desk, played, where)


def _amend(turn: Turn, desk: Desk) -> None:
    """The law of the ledger becomes another: one more holiday notice, or the law of the history in another version."""
    move, held = turn.move, _law(turn, desk)
    if move.do == "adopt-notice":
        adopt_notice(desk, notice(move.data), at=_at(desk, move.recorded))
    elif held is not None:
        amend_regime(desk, amended(held, move.data), move.recorded)


def _law(turn: Turn, desk: Desk) -> Regime | None:
    """The law of a history as its ledger holds it."""
    adopted = desk.laws.book().regimes.get(turn.branch.scenario.regime)
    return desk.laws.regime(adopted.digest) if adopted is not None else None


def _not_accepted(branch: Branch, move: Move, desk: Desk, played: Played, where: str) -> None:
    wanted = move.not_accepted
    assert wanted is not None
    fact = desk.read(branch.stream(move)).file.log[-1].fact
    got = (getattr(fact, "code", None), _short(getattr(fact, "article", None)))
    if got != (wanted.code, wanted.article or got[1]):
        played.failed.append(f"{where}: expected to be filed and not accepted {wanted.code}, got {got}")
    else:
        played.refusals.append({"step": move.do, "on": str(move.on), "code": got[0], "article": got[1], "filed": True})


def _expect(
    wanted: Expected, branch: Branch, desk: Desk, day: date, played: Played, where: str, move: Move | None = None
) -> None:
    try:
        read = desk.read(branch.stream(move))
    except UnknownCase:
        if wanted != Expected():
            played.failed.append(f"{where}: it was not opened")
        return
    file, regime = read.file, read.law.regime
    if wanted.stage is not None and stage(file, regime).stage != wanted.stage:
        played.failed.append(f"{where}: stage is {stage(file, regime).stage}, expected {wanted.stage}")
    for id_, deadline in wanted.deadlines.items():
        clock = file.deadlines.get(id_)
        if clock is None:
            played.failed.append(f"{where}: there is no deadline {id_}")
        else:
            played.failed.extend(f"{where}: {id_}: {why}" for why in _differences(deadline, clock))
    if wanted.allowed or wanted.refused:
        judged = offers(file, read.law, _actor(branch, None), wanted.on or day)
        codes: dict[str, str | None] = {}
        for offer in judged:  # of a decision any kind will do
            code = offer.refusal.code if offer.refusal else None
            codes[offer.step] = None if code is None else codes.get(offer.step, code)
        met = {step: codes.get(step, NoSuchStep.code) for step in (*wanted.allowed, *wanted.refused)}
        played.failed.extend(f"{where}: {step} is refused ({met[step]})" for step in wanted.allowed if met[step])
        played.failed.extend(
            f"{where}: {step} meets {met[step]}, expected {code}"
            for step, code in wanted.refused.items()
            if met[step] != code
        )


def _differences(wanted: ExpectedDeadline, clock: Deadline) -> Iterator[str]:
    reckoned = clock.reckoned
    got = {
        "due": reckoned.due,
        "nominal": reckoned.nominal,
        "earliest": reckoned.earliest,
        "latest": reckoned.latest,
        "status": "provisional" if reckoned.provisional else "firm",
        "state": clock.state,
        "met_on": clock.met_on,
        "late": clock.late,
        "lapsed": clock.lapsed,
    }
    for name in wanted.model_fields_set:
        if getattr(wanted, name) != got[name]:
            yield f"{name} is {got[name]}, expected {getattr(wanted, name)}"


def _state(branch: Branch, desk: Desk) -> dict[str, Any]:
    try:
        read = desk.read(branch.stream())
    except UnknownCase:
        return {"stage": None, "version": 0, "closed": False, "deadlines": {}, "documents": {}}
    return {
        "stage": stage(read.file, read.law.regime).stage,
        "version": read.file.version,
        "closed": read.file.closed,
        "deadlines": {
            id_: {"due": str(clock.reckoned.due), "state": clock.state, "late": clock.late}
            for id_, clock in read.file.deadlines.items()
        },
        "documents": {id_: document.issued.number for id_, document in read.file.documents.items()},
    }


def _actor(branch: Branch, move: Move | None) -> Actor:
    by = move.by if move is not None else "supervisor"
    organs = branch.scenario.organs
    person, role = PERSONS.get(by, (f"person-of-{by}", "liaison"))
    organ = "system" if by == "system" else organs.get(by, organs["supervisor"])
    return Actor(PersonId((move and move.person) or person), OrganId(organ), role)


def _at(desk: Desk, day: date) -> datetime:
    """The morning of the day, or a little after the ledger's last entry if that day has begun."""
    last = desk.log.last_recorded_at()
    morning = _morning(day)
    return morning if last is None or last < morning else last + timedelta(seconds=1)


def _morning(day: date) -> datetime:
    return datetime.combine(day, MORNING)


def _short(article: str | None) -> str | None:
    return article.rpartition(":")[2] if article else None
