"""Moving a file to another law (改用制度版本): what is refused, and that a file that was moved can be read for ever."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from api.asking import Ask, Receipt
from api.execute import Desk
from api.founding import adopt_regime, amend_regime, repeal_regime
from api.play import play
from api.scenario import Branch, Expected, of_regime
from api.showing import case_out, history_out, why
from domain.errors import LawAlreadyAdopted, Refusal
from domain.identity import Actor, OrganId, PersonId
from domain.kinds import KINDS
from domain.procedure import clocks
from domain.procedure.facts import Doubt, EntryCorrected
from domain.regime.loader import load, packaged
from domain.regime.model import Regime, Validity
from tests.api.office import HANDLER, KARAMAY, AtDesk, memory_desk
from tests.strategies import WHOLE_HISTORIES

FIRST = date(2022, 1, 1)
CITES = "cn-default:art.4.1"
REASON = {"reason": "经局长办公会同意"}
LAWS = [load(id_).regime for id_ in packaged() if load(id_).regime.rank != "house_rules"]
BRANCHES = [branch for id_ in packaged() for scenario in of_regime(id_) for branch in scenario.branches()]


def adopted(desk: Desk, *regimes: Regime) -> None:
    """Adopt what may not have been published by then: the day is not at issue here."""
    for regime in regimes:
        adopt_regime(desk, regime.model_copy(update={"published_on": None}), desk.today())


def amended(desk: Desk, regime: Regime) -> None:
    """Let the ledger hold this content, whether it has held another before or not."""
    adopted(desk, regime)
    with suppress(LawAlreadyAdopted):
        amend_regime(desk, regime.model_copy(update={"published_on": None}), desk.today())


def successor(id_: str = "zhumadian-2024", **update: Any) -> Regime:
    """A law that takes the place of every other, and is in force from the first."""
    regime = load(id_).regime
    others = tuple(law.id for law in LAWS)
    return regime.model_copy(update={"succeeds": others, "validity": Validity(valid_from=FIRST), **update})


def move(desk: Desk, regime: str, stream: str = "case/c1", **more: Any) -> Receipt:
    opened = desk.read(stream).file.opened
    keeper = Actor(PersonId("person-a"), OrganId(opened.supervisor if opened else "nobody"), "handler")
    return desk.take(Ask(stream, "migrate-regime", {"regime": regime, **REASON}, keeper, key=f"move/{stream}", **more))


def refusal(take: Callable[[], object]) -> tuple[str, str | None]:
    with pytest.raises(Refusal) as refused:
        take()
    assert refused.value.sentence_zh
    assert refused.value.sentence_en
    return refused.value.code, refused.value.article


def at_work(upto: str = "open") -> tuple[Desk, AtDesk]:
    desk = memory_desk()
    people = AtDesk(desk)
    people.walk(upto)
    return desk, people


def test_a_file_is_not_moved_to_a_law_that_does_not_know_its_kind_of_proceeding() -> None:
    desk, _ = at_work()
    without = {kind: rules for kind, rules in load("zhumadian-2024").regime.procedures.items() if kind != "case"}
    adopted(desk, successor(procedures=without))
    before = desk.read("case/c1")
    assert refusal(lambda: move(desk, "zhumadian-2024")) == ("no-such-procedure", CITES)
    assert desk.read("case/c1") == before


def test_a_file_is_not_moved_to_the_law_it_stands_under() -> None:
    desk, _ = at_work()
    assert refusal(lambda: move(desk, KARAMAY)) == ("same-law", CITES)


def test_a_file_is_not_moved_to_a_law_that_is_repealed_by_that_day_and_is_before() -> None:
    desk, _ = at_work()
    adopted(desk, successor())
    repeal_regime(desk, "zhumadian-2024", desk.today())
    late = desk.today() + timedelta(days=1)
    assert refusal(lambda: move(desk, "zhumadian-2024", at=desk.at(late), on=late)) == ("law-repealed", CITES)
    assert move(desk, "zhumadian-2024").facts[0] == "regime-migrated"


def test_a_file_is_not_moved_to_a_law_that_is_not_in_force_yet_or_any_more() -> None:
    desk, _ = at_work()
    day = desk.today()
    adopted(desk, successor(validity=Validity(valid_from=FIRST, valid_to=day - timedelta(days=1))))
    assert refusal(lambda: move(desk, "zhumadian-2024")) == ("not-in-force", CITES)
    amended(desk, successor(validity=Validity(valid_from=day + timedelta(days=1))))
    assert refusal(lambda: move(desk, "zhumadian-2024")) == ("not-in-force", CITES)
    amended(desk, successor(validity=Validity(valid_from=day, valid_to=day)))
    assert move(desk, "zhumadian-2024").facts[0] == "regime-migrated"


def test_a_file_is_not_moved_to_the_law_of_another_city() -> None:
    desk, _ = at_work()
    adopted(desk, successor(succeeds=None))
    assert refusal(lambda: move(desk, "zhumadian-2024")) == ("other-law", CITES)
    amended(desk, successor(succeeds=(KARAMAY,)))
    assert move(desk, "zhumadian-2024").facts[0] == "regime-migrated"


def test_a_file_is_not_moved_on_a_day_on_which_it_is_open_whether_the_law_is_in_force() -> None:
    desk, _ = at_work()
    day = desk.today()
    law = load("luoyang-2022").regime
    contested = law.validity.contested
    assert contested is not None
    days = {"order": day + timedelta(days=1), "article": day}
    open_day = law.validity.model_copy(update={"contested": contested.model_copy(update={"options": days})})
    adopted(desk, successor("luoyang-2022", validity=open_day))
    assert refusal(lambda: move(desk, "luoyang-2022")) == ("point-undecided", CITES)


def test_a_file_is_not_moved_to_a_law_that_the_ledger_has_not_adopted() -> None:
    desk, _ = at_work()
    assert refusal(lambda: move(desk, "luoyang-2022")) == ("law-not-adopted", CITES)


def test_a_file_is_not_moved_to_a_law_that_lacks_what_was_decided_in_it() -> None:
    desk, people = at_work()
    people.take("decide-open-point", point="review-suspension-mode", option="restart", reason="经研究")
    adopted(desk, successor())
    assert refusal(lambda: move(desk, "zhumadian-2024")) == ("decision-lost", CITES)
    regime = load(KARAMAY).regime
    point = regime.open_points["review-suspension-mode"]
    fewer = point.model_copy(update={"options": {k: v for k, v in point.options.items() if k != "restart"}})
    points = {**regime.open_points, "review-suspension-mode": fewer}
    adopted(desk, regime.model_copy(update={"id": "karamay-2023", "open_points": points, "succeeds": (KARAMAY,)}))
    assert refusal(lambda: move(desk, "karamay-2023")) == ("decision-lost", CITES)


def test_a_decision_on_an_option_that_the_law_lacks_is_read_as_the_option_it_ships_with() -> None:
    desk, _ = at_work("opinion-served")
    read = desk.read("case/c1")
    law = read.law.regime
    odd = replace(read.file, points=dict.fromkeys(law.open_points, "gone"))
    assert clocks.derive(odd, read.law) == clocks.derive(read.file, read.law)
    plain = case_out(desk, "case/c1", read, HANDLER, ())
    assert case_out(desk, "case/c1", replace(read, file=odd), HANDLER, ()).allowed_steps == plain.allowed_steps


def test_a_step_that_changes_nothing_is_refused_under_its_article() -> None:
    desk, _ = at_work()
    actor = Actor(PersonId("system-clock"), OrganId("system"), "system")
    again = Ask("case/c1", "recompute-deadlines", {}, actor, key="again")
    assert refusal(lambda: desk.take(again)) == ("nothing-to-record", "cn-default:art.4.2")


def test_a_doubt_is_not_shown_on_a_day_before_the_step_in_doubt() -> None:
    desk, _ = at_work("opinion-served")
    read = desk.read("case/c1")
    doubt = Doubt(99, "not-recorded", "karamay-2022:art.30.1")
    fix = EntryCorrected(1, "occurred_on", "x", "y", "person-h", None, (doubt,))
    last = read.file.log[-1]
    file = replace(read.file, log=(*read.file.log, replace(last, version=last.version + 1, fact=fix)))
    assert case_out(desk, "case/c1", replace(read, file=file), HANDLER, ()).doubts == ()


def test_what_a_file_that_was_moved_quotes_it_quotes_from_the_law_it_left() -> None:
    desk, _ = at_work("opinion-served")
    adopted(desk, successor())
    move(desk, "zhumadian-2024")
    shown = case_out(desk, "case/c1", read := desk.read("case/c1"), HANDLER, ())
    old = next(clock for clock in shown.deadlines if clock.article.startswith(KARAMAY))
    assert read.quote(old.article) == load(KARAMAY).regime.quote(old.article).text
    assert all("=" not in reading for clock in shown.deadlines for reading in clock.readings_zh)
    assert read.quote("nowhere-1999:art.1") is None


def stageless(regime: Regime) -> Regime:
    """A law that names no stages."""
    procedures = {kind: rules.model_copy(update={"stages": ()}) for kind, rules in regime.procedures.items()}
    return regime.model_copy(update={"id": "stageless-2030", "procedures": procedures})


@WHOLE_HISTORIES
@given(data=st.data())
def test_a_file_of_any_kind_that_was_moved_to_any_law_that_takes_it_can_be_read(data: st.DataObject) -> None:
    branch: Branch = data.draw(st.sampled_from(BRANCHES))
    moves = data.draw(st.integers(1, len(branch.moves)))
    desk = memory_desk(branch.ledger, regimes=())
    play([replace(branch, moves=branch.moves[:moves], expect=Expected())], desk)
    target = data.draw(st.sampled_from([*(successor(law.id) for law in LAWS), stageless(successor(KARAMAY))]))
    amended(desk, target)
    known = desk.now()
    for stream in [stream for kind in KINDS for stream in desk.log.streams(kind)]:
        try:
            move(desk, target.id, stream)
        except Refusal as refused:
            event(f"{stream.partition('/')[0]} refused: {refused.code}")
        else:
            event(f"{stream.partition('/')[0]} moved")
        first = desk.read(stream).file.log[0].on
        for as_of in (None, first, first + timedelta(days=7), date.max):
            is_read(desk, stream, as_of)
        is_read(desk, stream, None, known)


def is_read(desk: Desk, stream: str, as_of: date | None, known_at: Any = None) -> None:
    """All that the pages say of a file."""
    read = desk.read(stream, as_of, known_at)
    shown = case_out(desk, stream, read, HANDLER, (), as_of, known_at)
    assert shown.stage
    assert shown.stage_zh
    for clock in shown.deadlines:
        assert read.quote(clock.article)
    for deadline in read.file.deadlines.values():
        assert why(desk, deadline).days is not None
    entries = desk.history(stream, as_of, known_at)
    assert len(history_out(desk, entries, ())) == len(entries)
    desk.vault.open(desk.log, entries)
