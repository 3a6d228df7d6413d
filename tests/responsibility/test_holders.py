"""Who held a duty on a day: assigned to the case, else by their post; and nobody where nobody is known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import event, given

from domain.case.events import CaseOpened
from domain.case.kind import CASE
from domain.officer.events import ActingAppointed, PostAssigned, PostEnded
from domain.procedure.facts import (
    DeadlineMet,
    DeadlineSet,
    DeadlineSuspended,
    Fact,
    HandlersAssigned,
    Limit,
    OfficerRecused,
    Reckoned,
    RecusalDecided,
    RecusalRequested,
)
from domain.procedure.recorded import Recorded
from domain.procedure.view import Replay, replay
from projections.accountability.holders import Holding, held_posts, holdings
from projections.accountability.overdue import Line, overdue, overdue_days
from tests.responsibility.registers import FIRST, entries, officer, registers
from tests.strategies import JUSTICE, URBAN, WHOLE_HISTORIES
from tests.timeline.histories import histories

DAY = date(2026, 1, 20)
DUE = date(2025, 10, 10)
ASKED = date(2025, 10, 20)


def clock(holder: str = JUSTICE, nature: str = "duty") -> DeadlineSet:
    """A clock of the case from the first of October, due on the tenth."""
    due = Reckoned(DUE, DUE, DUE, DUE, provisional=False, calendar="c")
    return DeadlineSet("reply:file", "reply", "file", holder, nature, "x:art.1", FIRST, Limit(9, "calendar_day"), due)


def case(*facts: tuple[date, Fact]) -> Replay:
    opened = CaseOpened("karamay-2022", "d" * 64, JUSTICE, URBAN, "inspection", against_act=True)
    return replay(CASE, entries("case/K", ((FIRST, opened), *facts), register=9))


def on(day: int, month: int = 10) -> date:
    return date(2025, month, day)


def told(lines: Sequence[Line]) -> list[tuple[int, int, int, list[tuple[str, str]]]]:
    return [
        (line.since.day, line.until.day, line.days, [(person.person, person.role) for person in line.persons])
        for line in lines
    ]


def late(then: Replay, *officers: Replay, day: date = ASKED) -> list[tuple[int, int, int, list[tuple[str, str]]]]:
    return told(overdue(then.file, holdings(then, officers), day))


def test_the_handlers_of_a_case_held_its_duty_until_they_were_recused() -> None:
    then = case(
        (FIRST, clock()),
        (on(2), HandlersAssigned(("person-a", "person-b"))),
        (on(13), OfficerRecused("person-a")),
        (on(16), HandlersAssigned(("person-c",))),
    )
    idle = officer("person-d", (FIRST, PostAssigned("J1", "handler", JUSTICE, FIRST)))
    assert late(then, idle) == [
        (11, 12, 2, [("person-a", "handler"), ("person-b", "handler")]),
        (13, 15, 3, [("person-b", "handler")]),
        (16, 20, 5, [("person-b", "handler"), ("person-c", "handler")]),
    ]


def test_whose_recusal_is_asked_for_holds_no_duty_until_it_is_refused() -> None:
    then = case(
        (FIRST, clock()),
        (on(2), HandlersAssigned(("person-a",))),
        (on(12), RecusalRequested("R1", "person-a", URBAN)),
        (on(15), RecusalDecided("R1", granted=False, by="person-h")),
        (on(16), RecusalRequested("R2", "person-a", URBAN)),
        (on(16), RecusalDecided("R2", granted=False, by="person-h")),
        (on(18), RecusalRequested("R3", "person-a", URBAN)),
        (on(19), RecusalDecided("R3", granted=True, by="person-h")),
        (on(19), OfficerRecused("person-a")),
    )
    head = officer("person-h", (FIRST, PostAssigned("J2", "head", JUSTICE, FIRST)))
    assert late(then, head) == [
        (11, 11, 1, [("person-a", "handler")]),
        (12, 14, 3, [("person-h", "head")]),
        (15, 17, 3, [("person-a", "handler")]),
        (18, 20, 3, [("person-h", "head")]),
    ]


def test_where_nobody_was_assigned_whoever_held_the_post_held_the_duty_and_after_them_the_acting_head() -> None:
    then = case((FIRST, clock()))
    desk = officer("person-d", (FIRST, PostAssigned("J1", "handler", JUSTICE, FIRST)), (on(3), PostEnded("J1", on(12))))
    head = officer("person-h", (FIRST, PostAssigned("J2", "head", JUSTICE, FIRST, on(14))))
    acting = officer("person-i", (on(14), ActingAppointed("J3", "head", JUSTICE, on(15), None, "person-h")))
    assert late(then, desk, head, acting) == [
        (11, 12, 2, [("person-d", "handler")]),
        (13, 14, 2, [("person-h", "head")]),
        (15, 20, 6, [("person-i", "head")]),
    ]
    (last,) = holdings(then, (desk, head, acting))[-1].persons
    assert (last.acting, last.instead_of) == (True, "person-h")


def test_where_nobody_is_known_the_organ_stands_alone() -> None:
    elsewhere = officer("person-d", (FIRST, PostAssigned("J1", "handler", URBAN, FIRST)))
    lawyer = officer("person-e", (FIRST, PostAssigned("J1", "legal-officer", JUSTICE, FIRST)))
    (line,) = overdue((then := case((FIRST, clock()))).file, holdings(then, (elsewhere, lawyer)), on(20))
    assert (line.organ, line.persons, line.days) == (JUSTICE, (), 10)


def test_a_duty_of_the_department_is_held_by_its_own_people_and_not_by_the_handlers() -> None:
    then = case((FIRST, clock(URBAN)), (on(2), HandlersAssigned(("person-a",))))
    liaison = officer("person-x", (FIRST, PostAssigned("J1", "liaison", URBAN, on(12))))
    head = officer("person-y", (FIRST, PostAssigned("J1", "head", URBAN, FIRST)))
    assert late(then, liaison, head) == [(11, 11, 1, [("person-y", "head")]), (12, 20, 9, [("person-x", "liaison")])]


def test_what_was_done_two_days_late_was_overdue_on_two_days() -> None:
    assert late(case((FIRST, clock()), (on(12), DeadlineMet("reply:file", on(12), late=True)))) == [(11, 12, 2, [])]
    assert late(case((FIRST, clock()), (on(10), DeadlineMet("reply:file", on(10), late=False)))) == []


def test_due_today_is_not_overdue() -> None:
    then = case((FIRST, clock()))
    assert late(then, day=DUE) == []
    assert late(then, day=on(11)) == [(11, 11, 1, [])]


def test_days_on_which_a_clock_stands_still_are_not_overdue() -> None:
    then = case((FIRST, clock()), (on(13), DeadlineSuspended("reply:file", on(13), "x:art.2")))
    assert late(then) == [(11, 12, 2, [])]


def test_a_right_that_nobody_used_is_nobodys_delay() -> None:
    assert late(case((FIRST, clock(nature="right")))) == []


def test_posts_that_touch_or_overlap_are_held_as_one() -> None:
    found = held_posts(
        officer(
            "person-h",
            (FIRST, PostAssigned("J1", "head", JUSTICE, on(1), on(9))),
            (FIRST, ActingAppointed("J2", "head", JUSTICE, on(10), on(12))),
            (FIRST, PostAssigned("J3", "head", JUSTICE, on(20))),
        )
    )
    assert [(post.since, post.until, len(post.rests_on)) for post in found] == [(on(1), on(12), 2), (on(20), None, 1)]


# --- of any history ----------------------------------------------------------------------------------------------


@WHOLE_HISTORIES
@given(histories(), registers())
def test_every_overdue_day_of_every_clock_is_in_one_line_and_no_other_day_is(
    history: tuple[Recorded, ...], officers: tuple[Replay, ...]
) -> None:
    then = replay(CASE, history)
    lines = overdue(then.file, holdings(then, officers), DAY)
    event("overdue" if lines else "in time")
    found: dict[str, list[date]] = defaultdict(list)
    for line in lines:
        days = [line.since + timedelta(days=n) for n in range((line.until - line.since).days + 1)]
        assert line.days == len(days)
        found[line.deadline] += days
    for id_, each in then.file.deadlines.items():
        settled = each.met_on or each.cancelled_on or DAY
        wanted = []
        day = each.trigger_on
        while day <= DAY:
            stands = any(p.from_ <= day and (p.until is None or day <= p.until) for p in each.pauses)
            if each.nature != "right" and each.latest < day <= settled and not stands:
                wanted.append(day)
            day += timedelta(days=1)
        assert sorted(found[id_]) == list(overdue_days(each, DAY))
        assert [d for d in found[id_] if d >= each.trigger_on] == wanted


@WHOLE_HISTORIES
@given(histories(), registers())
def test_a_duty_has_one_holding_on_each_day_of_its_life_and_a_person_one_span_in_a_role(
    history: tuple[Recorded, ...], officers: tuple[Replay, ...]
) -> None:
    then = replay(CASE, history)
    spans = defaultdict(list)
    for holding in holdings(then, officers):
        spans[holding.deadline].append(holding)
    for id_, found in spans.items():
        each = then.file.deadlines[id_]
        assert (found[0].since, found[-1].until) == (each.trigger_on, each.met_on or each.cancelled_on)
        for one, following in pairwise(found):
            assert one.until is not None
            assert following.since == one.until + timedelta(days=1)
            assert (one.organ, one.persons) != (following.organ, following.persons)
    for holding in (span for found in spans.values() for span in found):
        people = [(person.person, person.role) for person in holding.persons]
        assert len(people) == len(set(people))
        assert all(person.on(day) for person in holding.persons for day in days_of(holding))
    for officer_ in officers:
        posts = held_posts(officer_)
        for post in posts:
            others = [each for each in posts if each != post and (each.role, each.organ) == (post.role, post.organ)]
            assert not any(each.on(post.since) for each in others)


def days_of(holding: Holding) -> list[date]:
    return [holding.since, *([holding.until] if holding.until is not None else [])]


@WHOLE_HISTORIES
@given(histories(), registers())
def test_who_held_a_duty_as_known_at_a_moment_depends_on_nothing_recorded_later(
    history: tuple[Recorded, ...], officers: tuple[Replay, ...]
) -> None:
    middle = history[len(history) // 2]
    then, before = replay(CASE, history, None, middle.recorded_at), replay(CASE, history[: middle.version])
    assert holdings(then, officers) == holdings(before, officers)
