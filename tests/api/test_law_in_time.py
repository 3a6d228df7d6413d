"""Law in time: adopted, amended and repealed by facts; a file keeps its version until somebody moves it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from api.asking import Ask
from api.execute import Desk
from api.founding import adopt_notice, adopt_regime, amend_regime, insist, repeal_regime
from api.sweep import sweep
from domain.calendar import Notice
from domain.errors import LawAlreadyAdopted, LawAlreadyRepealed, LawNotAdopted, LawRepealed, Refusal
from domain.procedure.deadline import Deadline
from domain.regime.loader import load
from domain.regime.model import Regime
from domain.regime.periods import FixedPeriod
from tests.api.office import CLOCK, HANDLER, KARAMAY, OPENING, AtDesk, memory_desk

OBJECTION = "opinion-objection:O1"


def with_longer_objection(regime: Regime) -> Regime:
    """The regulation as it might be amended: eight working days to object."""
    rules = regime.procedures["case"]
    longer = rules.deadlines["opinion-objection"].model_copy(
        update={"period": FixedPeriod(count=8, unit="working_day")}
    )
    changed = rules.model_copy(update={"deadlines": {**rules.deadlines, "opinion-objection": longer}})
    return regime.model_copy(update={"procedures": {**regime.procedures, "case": changed}})


def with_objection(regime: Regime, **update: str) -> Regime:
    """The regulation with something else said of the objection, and the same time for it."""
    rules = regime.procedures["case"]
    changed = rules.deadlines["opinion-objection"].model_copy(update=update)
    case = rules.model_copy(update={"deadlines": {**rules.deadlines, "opinion-objection": changed}})
    return regime.model_copy(update={"procedures": {**regime.procedures, "case": case}})


def objection(desk: Desk, case: str) -> Deadline:
    return desk.read(f"case/{case}").file.deadlines[OBJECTION]


def test_a_running_case_keeps_its_version_and_a_new_one_takes_the_amended_one() -> None:
    desk = memory_desk()
    people = AtDesk(desk)
    people.walk("opinion-served", case="c1")
    before = objection(desk, "c1").reckoned.due
    amend_regime(desk, with_longer_objection(load(KARAMAY).regime), desk.today())
    people.take("register-evidence", kind="document", title="材料")
    assert objection(desk, "c1").reckoned.due == before
    people.walk("opinion-served", case="c2")
    assert objection(desk, "c2").reckoned.due > before


def test_moving_a_case_to_the_amended_law_takes_a_person_and_a_reason_and_reckons_its_clocks_again() -> None:
    desk = memory_desk()
    people = AtDesk(desk)
    people.walk("opinion-served")
    old = desk.read("case/c1")
    amend_regime(desk, with_longer_objection(load(KARAMAY).regime), desk.today())
    with pytest.raises(Refusal) as refused:
        desk.take(Ask("case/c1", "migrate-regime", {"regime": KARAMAY}, HANDLER, key="m1"))
    assert refused.value.article == "cn-default:art.4.1"
    moving = {"regime": KARAMAY, "reason": "经局长办公会同意"}
    receipt = desk.take(Ask("case/c1", "migrate-regime", moving, HANDLER, key="m2"))
    assert receipt.facts[:2] == ("regime-migrated", "deadline-recomputed")
    moved = desk.read("case/c1")
    fact = desk.history("case/c1")[-len(receipt.facts)].fact
    assert (fact.was_digest, fact.regime_digest, fact.by) == (old.law.digest, moved.law.digest, HANDLER.person)
    assert moved.file.deadlines[OBJECTION].reckoned.due > old.file.deadlines[OBJECTION].reckoned.due


@pytest.mark.parametrize(
    ("said", "value", "now"),
    [
        ("cite", "karamay-2022:art.1", ("karamay-2022:art.1", "organ-urban", "right")),
        ("holder", "supervisor", (None, "organ-justice", "right")),
        ("nature", "duty", (None, "organ-urban", "duty")),
    ],
)
def test_a_clock_of_equal_length_is_of_the_law_that_the_case_was_moved_to(
    said: str, value: str, now: tuple[str | None, str, str]
) -> None:
    desk = memory_desk()
    AtDesk(desk).walk("opinion-served")
    old = objection(desk, "c1")
    settled = {id_: c for id_, c in desk.read("case/c1").file.deadlines.items() if c.settled}
    amend_regime(desk, with_objection(load(KARAMAY).regime, **{said: value}), desk.today())
    moving = {"regime": KARAMAY, "reason": "经局长办公会同意"}
    receipt = desk.take(Ask("case/c1", "migrate-regime", moving, HANDLER, key="m2"))
    assert receipt.facts == ("regime-migrated", "deadline-recomputed")
    new = objection(desk, "c1")
    assert (new.article, new.holder, new.nature) == (now[0] or old.article, *now[1:])
    assert (new.limit, new.reckoned) == (old.limit, old.reckoned)
    fact = desk.history("case/c1")[-1].fact
    told = {name for name in ("article", "holder", "nature") if getattr(fact, name) is not None}
    assert told == {{"cite": "article"}.get(said, said)}
    assert settled.items() <= desk.read("case/c1").file.deadlines.items()


def test_a_repealed_regulation_opens_nothing_after_its_last_day_and_what_is_open_finishes() -> None:
    desk = memory_desk()
    people = AtDesk(desk)
    people.take("open", **OPENING)
    repeal_regime(desk, KARAMAY, desk.today())
    late = desk.today() + timedelta(days=1)
    with pytest.raises(LawRepealed):
        people.take("open", case="c2", **OPENING, regime=KARAMAY, at=desk.at(late))
    people.take("assign-handlers", persons=["person-a"], at=desk.at(late))
    assert desk.read("case/c1").file.version == 2


def test_law_is_adopted_once_amended_only_by_another_content_and_repealed_once() -> None:
    desk = memory_desk()
    with pytest.raises(LawAlreadyAdopted):
        amend_regime(desk, load(KARAMAY).regime, desk.today())
    with pytest.raises(LawNotAdopted):
        amend_regime(desk, load("cn-2026").regime.model_copy(update={"id": "cn-2030"}), desk.today())
    adopt_regime(desk, load(KARAMAY).regime, desk.today())
    assert [*desk.laws.book().regimes] == [KARAMAY]
    repeal_regime(desk, KARAMAY, desk.today())
    with pytest.raises(LawAlreadyRepealed):
        repeal_regime(desk, KARAMAY, desk.today())


def test_what_was_repealed_is_neither_amended_nor_adopted_again_and_a_new_version_is_adopted_beside_it() -> None:
    desk = memory_desk()
    regime = load(KARAMAY).regime
    repeal_regime(desk, KARAMAY, desk.today())
    before = len(desk.laws.entries())
    for adopt in (amend_regime, insist):
        for text in (regime, with_longer_objection(regime)):
            with pytest.raises(LawAlreadyRepealed):
                adopt(desk, text, desk.today())
    assert not adopt_regime(desk, regime, desk.today()), "whoever only makes sure that it is there changes nothing"
    assert len(desk.laws.entries()) == before
    assert insist(desk, regime.model_copy(update={"id": "karamay-2030"}), desk.today())
    assert [*desk.laws.book().regimes] == [KARAMAY, "karamay-2030"]


def test_the_sweep_reckons_every_open_deadline_again_and_does_nothing_the_second_time() -> None:
    desk = memory_desk()
    people = AtDesk(desk)
    for case in ("c1", "c2", "c3"):
        people.walk("notice-served", case=case)
    day = desk.today()
    notice = Notice(
        "test-extra", "测试用调整", day, day.year, {day + timedelta(days=2): "测试"}, {}, amends=_newest(desk)
    )
    adopt_notice(desk, notice, at=desk.at(day))
    first = next(sweep(desk))
    assert set(first.facts) == {"deadline-recomputed"}
    assert [receipt.id for receipt in sweep(desk)] == ["c2", "c3"]
    assert list(sweep(desk)) == []
    book = desk.laws.book()
    clocks = desk.read("case/c3").file.deadlines.values()
    assert all(clock.reckoned.calendar == book.calendar for clock in clocks if not clock.settled)


def _newest(desk: Desk) -> str:
    year = desk.today().year
    book = desk.laws.book()
    assert book.calendar_digest is not None
    notices = desk.laws.calendar(book.calendar_digest).notices
    return next(notice.id for notice in notices if notice.year == year and notice.amends is None)


def test_an_amendment_of_the_calendar_replays_as_it_was_known_on_each_day() -> None:
    desk = memory_desk()
    people = AtDesk(desk)
    people.walk("notice-served")
    before = {id_: clock.reckoned for id_, clock in desk.read("case/c1").file.deadlines.items()}
    known = desk.now()
    day = desk.today()
    notice = Notice(
        "test-extra", "测试用调整", day, day.year, {day + timedelta(days=2): "测试"}, {}, amends=_newest(desk)
    )
    adopt_notice(desk, notice, at=desk.at(day))
    people.desk.take(Ask("case/c1", "recompute-deadlines", {}, CLOCK, key="again"))
    after = {id_: clock.reckoned for id_, clock in desk.read("case/c1").file.deadlines.items()}
    assert before != after
    earlier = desk.read("case/c1", known_at=known).file.deadlines
    assert {id_: clock.reckoned for id_, clock in earlier.items()} == before
