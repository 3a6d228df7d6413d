"""The desk: from a step that was asked for to facts in the log, and what stands in the way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from api import failures
from api.asking import legal_day
from api.execute import Desk
from api.founding import adopt_regime, open_ledger
from api.showing import case_out, history_out
from domain import errors
from domain.procedure.state import File
from domain.regime.loader import load
from ledger.memory import MemoryLog
from ledger.requests import ClockWrong, Known, Outcome, Request, Stale
from tests.api.office import CLOCK, DAY, HANDLER, KARAMAY, LIAISON, MORNING, OPENING, AtDesk, memory_desk, sources

LIMIT = {"count": 5, "unit": "working_day"}


@pytest.fixture
def people() -> AtDesk:
    return AtDesk(memory_desk())


def case(people: AtDesk, id_: str = "c1") -> File:
    return people.desk.read(f"case/{id_}").file


# --- what is recorded --------------------------------------------------------------------------------------------


def test_a_receipt_says_where_the_facts_lie(people: AtDesk) -> None:
    people.walk("finding")
    size = len(log(people).entries)
    receipt = people.take("order-correction", persons=["person-a", "person-b"], limit=LIMIT)
    assert receipt.facts == ("correction-ordered", "deadline-set")
    assert (receipt.position, receipt.version, receipt.created) == (size, 5, "id1")
    assert (receipt.state, receipt.replayed) == ("recorded", False)
    recorded = people.desk.history("case/c1")[-2:]
    assert [entry.position for entry in recorded] == [size, size + 1]
    assert tuple(entry.leaf.hex() for entry in recorded if entry.leaf) == receipt.leaves
    assert recorded[0].recorded_at == receipt.recorded_at


def test_an_entry_says_who_did_it_when_under_which_law_and_on_which_request(people: AtDesk) -> None:
    people.walk("notice")
    law = people.desk.laws.adopted(None)
    entry = people.desk.history("case/c1")[-2]
    assert (entry.type, entry.actor, entry.occurred_on) == ("case.notice-issued/1", HANDLER, DAY)
    assert entry.law is not None
    assert (entry.law.regime, entry.law.regime_digest) == (KARAMAY, law.digest)
    assert (entry.law.calendar, entry.law.calendar_digest) == (law.calendar.version, law.calendar_digest)
    assert entry.basis == (law.regime.procedures["case"].steps["issue-notice"].cite,)
    assert [(seen.stream, seen.version) for seen in entry.seen] == [("register/organ-justice/notice/2024", 0)]
    assert entry.request is not None
    (number,) = people.desk.log.read("register/organ-justice/notice/2024")
    assert (number.fact.number, number.request) == (entry.fact.number, entry.request)
    assert [seen.stream for seen in number.seen] == ["case/c1"]


def test_the_legal_day_is_that_of_the_place() -> None:
    assert legal_day(datetime.fromisoformat("2024-02-04T15:59:59Z")) == date(2024, 2, 4)
    assert legal_day(datetime.fromisoformat("2024-02-04T16:00:00Z")) == date(2024, 2, 5)


def test_a_correction_takes_the_legal_day_of_what_it_corrects(people: AtDesk) -> None:
    people.take("open", **OPENING, on=date(2024, 2, 2))
    people.take("register-act", act="A1", kind="penalty", on=date(2024, 2, 2))
    people.take("correct-entry", version=2, field="kind", was="penalty", now="permit", approver="person-h", reason="错")
    entries = people.desk.history("case/c1")
    assert [entry.occurred_on for entry in entries] == [date(2024, 2, 2)] * 3
    assert entries[2].recorded_at is not None
    assert legal_day(entries[2].recorded_at) == DAY


def test_documents_are_numbered_by_organ_kind_and_the_year_of_issue(people: AtDesk) -> None:
    for id_ in ("c1", "c2"):
        people.walk("refusal", id_, on=date(2024, 2, 5))
    numbers = [people.take("issue-notice", case=id_, about="R1", limit=LIMIT).number for id_ in ("c1", "c2")]
    assert numbers == ["执监通〔2024〕1号", "执监通〔2024〕2号"]
    at = datetime.fromisoformat("2025-01-06T09:00:00+08:00")
    people.walk("refusal", "c3", at=at)
    assert people.take("issue-notice", case="c3", about="R1", limit=LIMIT, at=at).number == "执监通〔2025〕1号"


def test_a_step_that_is_refused_takes_no_number(people: AtDesk) -> None:
    people.walk("order")
    with pytest.raises(errors.Refusal):
        people.take("issue-notice", about="R1", limit=LIMIT)
    people.take("record-correction-refusal", about="R1", actor=LIAISON)
    assert people.take("issue-notice", about="R1", limit=LIMIT).number == "执监通〔2024〕1号"


# --- what stands in the way --------------------------------------------------------------------------------------


def refused(people: AtDesk, why: type[errors.Refusal], take: Callable[[], object]) -> None:
    before = list(log(people).entries)
    with pytest.raises(why):
        take()
    assert log(people).entries == before


def log(people: AtDesk) -> MemoryLog:
    assert isinstance(people.desk.log, MemoryLog)
    return people.desk.log


def test_a_case_that_is_not_there_cannot_be_read(people: AtDesk) -> None:
    with pytest.raises(failures.UnknownCase):
        people.desk.read("case/nobody")
    with pytest.raises(failures.UnknownCase):
        people.desk.history("case/nobody")
    people.take("open", **OPENING, on=DAY)
    with pytest.raises(failures.UnknownCase):
        people.desk.read("case/c1", as_of=DAY - timedelta(days=1))
    with pytest.raises(failures.UnknownCase):
        people.desk.read("case/c1", known_at=MORNING - timedelta(days=1))


def test_a_step_that_does_not_exist_is_refused(people: AtDesk) -> None:
    refused(people, errors.NoSuchStep, lambda: people.take("burn-file"))
    refused(people, errors.CaseNotOpen, lambda: people.take("assign-handlers", persons=["person-a"]))


def test_who_saw_another_version_is_told_so(people: AtDesk) -> None:
    people.walk("act")
    refused(people, failures.StaleCase, lambda: people.take("assign-handlers", persons=["person-a"], seen=1))
    refused(people, failures.StaleCase, lambda: people.take("assign-handlers", persons=["person-a"], seen=3))
    assert people.take("assign-handlers", persons=["person-a"], seen=2).version == 3


def test_an_entry_over_65535_bytes_is_refused(people: AtDesk) -> None:
    people.walk("act")
    burdened = replace(HANDLER, certificate="c" * 65_000)
    crowd = [f"{n:0>120}" for n in range(50)]
    refused(people, failures.EntryTooLarge, lambda: people.take("assign-handlers", persons=crowd, actor=burdened))


def test_a_clock_that_goes_back_is_refused(people: AtDesk) -> None:
    people.walk("act", at=MORNING)
    back = MORNING - timedelta(seconds=6)
    refused(people, failures.TimeGoesBack, lambda: people.take("assign-handlers", persons=["person-a"], at=back))
    assert people.take("assign-handlers", persons=["person-a"], at=MORNING - timedelta(seconds=4)).version == 3


@pytest.mark.parametrize(("seconds", "asked"), [(10, 2), (0, 1)], ids=["the database was away", "the clock is wrong"])
def test_a_step_whose_reading_took_long_is_decided_again_with_the_time_of_now(
    people: AtDesk, monkeypatch: pytest.MonkeyPatch, seconds: int, asked: int
) -> None:
    """A moment told before the database went away is an old one when it is back; a clock that is wrong stays wrong."""
    people.take("open", **OPENING)
    append, told = log(people).append, list[datetime]()

    def away(requests: Sequence[Request], now: datetime) -> Sequence[Outcome]:
        told.append(now)
        later = MORNING + timedelta(seconds=seconds)
        people.desk.sources = replace(people.desk.sources, now=lambda: later)
        return [ClockWrong()] if len(told) == 1 else append(requests, now)

    monkeypatch.setattr(log(people), "append", away)
    if seconds:
        assert people.take("assign-handlers", persons=["person-a"]).version == 2
        assert told[1] == MORNING + timedelta(seconds=seconds)
    else:
        refused(people, failures.ClockWrong, lambda: people.take("assign-handlers", persons=["person-a"]))
    assert len(told) == asked


def test_only_a_simulated_ledger_lets_anybody_say_when_something_was_recorded(people: AtDesk) -> None:
    log(people).simulated = False
    refused(people, failures.NotSimulated, lambda: people.take("open", **OPENING, at=MORNING))
    assert people.desk.at(DAY) is None
    assert people.desk.now() == MORNING


def test_the_time_of_a_simulated_ledger_is_never_before_its_last_entry(people: AtDesk) -> None:
    assert people.desk.now() == MORNING
    people.take("open", **OPENING, at=MORNING + timedelta(days=30))
    assert people.desk.now() == MORNING + timedelta(days=30)
    assert people.desk.today() == DAY + timedelta(days=30)
    assert people.take("assign-handlers", persons=["person-a"]).version == 2


def test_a_step_that_changes_nothing_records_nothing(people: AtDesk) -> None:
    people.walk("order")
    refused(people, failures.NothingToRecord, lambda: people.take("recompute-deadlines", actor=CLOCK))


def test_a_period_beyond_the_festival_dates_on_record_is_refused_with_a_reason(people: AtDesk) -> None:
    at = datetime.fromisoformat("2060-12-22T09:00:00+08:00")
    people.walk("finding", at=at)
    refused(people, errors.OutsideCalendar, lambda: people.take("order-correction", persons=["a", "b"], limit=LIMIT))


# --- the same request, and what moves meanwhile ------------------------------------------------------------------


def test_a_key_stands_for_one_request_of_one_person(people: AtDesk) -> None:
    first = people.take("open", **OPENING, key="k")
    assert people.take("open", **OPENING, key="k") == replace(first, replayed=True)
    refused(people, failures.KeyReused, lambda: people.take("open", **OPENING, case="c2", key="k"))
    refused(people, failures.KeyReused, lambda: people.take("open", **OPENING, matter="另一内容", key="k"))
    refused(people, failures.KeyReused, lambda: people.take("open", **OPENING, on=date(2024, 2, 2), key="k"))
    assert (
        people.take("open", case="c2", **OPENING, actor=replace(HANDLER, person=LIAISON.person), key="k").version == 1
    )


def test_a_replayed_answer_is_the_first_answer_whatever_came_after(people: AtDesk) -> None:
    people.walk("refusal")
    notice = people.ask("issue-notice", about="R1", limit=LIMIT, note="限期答复")
    first = people.desk.take(notice)
    people.take("serve-document", document=first.created, addressee="organ-urban", mode="direct", proof="E1")
    assert people.desk.take(notice) == replace(first, replayed=True)


@dataclass
class Overtaken(MemoryLog):
    """A log in which the twin of a request is recorded after the request has looked for its key, `late` times."""

    late: int = 1

    def known(self, key: bytes) -> Known | None:
        self.late -= 1
        return None if self.late >= 0 else super().known(key)


@pytest.mark.parametrize("seen", [None, 5])
def test_two_copies_of_one_request_on_their_way_at_once_get_one_answer(seen: int | None) -> None:
    people = AtDesk(memory_desk())
    people.walk("order")
    register = people.ask("register-evidence", kind="photo", title="照片", seen=seen)
    first = people.desk.take(register)
    elsewhere = replace(sources("late"), new_id=lambda: "an id of its own")
    late = AtDesk(Desk(_copy(log(people), Overtaken), elsewhere, people.desk.vault))
    assert late.desk.take(register) == replace(first, replayed=True)
    assert late.desk.history("case/c1") == people.desk.history("case/c1")


def test_a_copy_that_finds_its_work_done_gets_the_answer_and_no_refusal() -> None:
    people = AtDesk(memory_desk())
    opening = people.ask("open", **OPENING)
    first = people.desk.take(opening)
    late = AtDesk(Desk(_copy(log(people), Overtaken), sources("late"), people.desk.vault))
    assert late.desk.take(opening) == replace(first, replayed=True)
    refused(late, errors.CaseAlreadyOpen, lambda: late.take("open", key="another", **OPENING))


@dataclass
class Moving(MemoryLog):
    """A log in which the register of numbers moves on before an append, `times` times."""

    times: int = 0
    meanwhile: Callable[[], object] = lambda: None

    def append(self, requests: Sequence[Request], now: datetime) -> Sequence[Outcome]:
        registers = [item.stream for item in requests[0].items if item.stream.startswith("register/")]
        if registers and self.times:
            self.times -= 1
            return [Stale(registers[0], 0, 1)]
        return super().append(requests, now)


def _copy(log: MemoryLog, kind: type[MemoryLog], **more: Any) -> MemoryLog:
    parts: dict[str, Any] = {name: getattr(log, name) for name in MemoryLog.__dataclass_fields__}
    return kind(**parts, **more)


@pytest.mark.parametrize("times", [1, 19])
def test_a_register_that_moves_meanwhile_is_read_again(people: AtDesk, times: int) -> None:
    people.walk("refusal")
    moving = AtDesk(Desk(_copy(log(people), Moving, times=times), people.desk.sources, people.desk.vault))
    receipt = moving.take("issue-notice", about="R1", limit=LIMIT, seen=case(people).version, key="again and again")
    assert receipt.number == "执监通〔2024〕1号"


def test_a_register_that_never_stands_still_is_given_up(people: AtDesk) -> None:
    people.walk("refusal")
    moving = AtDesk(Desk(_copy(log(people), Moving, times=1_000), people.desk.sources, people.desk.vault))
    refused(moving, failures.Busy, lambda: moving.take("issue-notice", about="R1", limit=LIMIT, key="for ever"))


# --- reading -----------------------------------------------------------------------------------------------------


def test_a_case_is_read_as_of_a_day_and_as_known_at_a_moment(people: AtDesk) -> None:
    people.take("open", **OPENING, on=date(2024, 2, 1))
    known = people.take("register-act", act="A1", kind="penalty", on=date(2024, 2, 2)).recorded_at
    people.take("register-act", act="A2", kind="penalty", on=date(2024, 2, 1))
    read = people.desk.read
    assert set(read("case/c1").file.things) == {"A1", "A2"}
    assert set(read("case/c1", as_of=date(2024, 2, 1)).file.things) == {"A2"}
    assert set(read("case/c1", known_at=known).file.things) == {"A1"}
    assert set(read("case/c1", as_of=date(2024, 2, 1), known_at=known).file.things) == set()
    assert len(people.desk.history("case/c1", as_of=date(2024, 2, 1), known_at=known)) == 1


def corrected_day(people: AtDesk) -> tuple[datetime, datetime]:
    """An act of the second day of February, first recorded as of the fifth: the moments before and after."""
    people.take("open", **OPENING, on=date(2024, 2, 1))
    before = people.take("register-act", act="A1", kind="penalty", on=date(2024, 2, 5)).recorded_at
    fix = {"version": 2, "field": "occurred_on", "was": "2024-02-05", "now": "2024-02-02"}
    return before, people.take("correct-entry", **fix, approver="person-h", reason="笔误").recorded_at


def test_the_history_as_of_a_day_goes_by_the_corrected_day_as_it_was_known(people: AtDesk) -> None:
    before, after = corrected_day(people)
    between = date(2024, 2, 3)
    views = {
        (as_of, known_at): [entry.originator_version for entry in people.desk.history("case/c1", as_of, known_at)]
        for as_of in (between, DAY)
        for known_at in (before, after)
    }
    assert views == {
        (between, before): [1],
        (between, after): [1, 2, 3],
        (DAY, before): [1, 2],
        (DAY, after): [1, 2, 3],
    }


def test_an_entry_stands_as_it_was_recorded_beside_the_corrections_known_by_then(people: AtDesk) -> None:
    before, after = corrected_day(people)
    then, now = (
        history_out(people.desk, people.desk.history("case/c1", known_at=moment), ()) for moment in (before, after)
    )
    assert [entry.corrections for entry in then] == [(), ()]
    assert [len(entry.corrections) for entry in now] == [0, 1, 0]
    assert now[1].occurred_on == DAY
    assert now[1].corrections[0].model_dump() == {
        "field": "occurred_on",
        "was": "2024-02-05",
        "now": "2024-02-02",
        "version": 3,
    }


def test_overdue_and_allowed_are_judged_on_the_day_looked_at_else_that_of_the_knowledge_else_today(
    people: AtDesk,
) -> None:
    people.walk("opinion-served", at=MORNING)
    known = MORNING.replace(month=2, day=18)
    people.take("hear-statement", by="organ-urban", at=known.replace(month=3))

    def judged(**view: Any) -> tuple[bool, str | None]:
        shown = case_out(people.desk, "case/c1", people.desk.read("case/c1", **view), LIAISON, (), **view)
        (objection,) = [clock for clock in shown.deadlines if clock.deadline == "opinion-objection:O1"]
        (review,) = [offer for offer in shown.allowed_steps if offer.step == "request-review"]
        return objection.overdue, review.code

    in_time, late = (False, None), (True, "right-lapsed")
    assert judged(as_of=date(2024, 2, 18)) == in_time
    assert judged() == late
    assert judged(known_at=known) == in_time
    assert judged(known_at=known, as_of=date(2024, 2, 19)) == late


def test_a_second_regulation_must_be_named_and_a_case_keeps_its_own(people: AtDesk) -> None:
    people.take("open", **OPENING)
    other = load(KARAMAY).regime.model_copy(update={"id": "karamay-2023"})
    adopt_regime(people.desk, other, DAY)
    refused(people, errors.LawNotAdopted, lambda: people.take("open", case="c2", **OPENING))
    people.take("open", case="c2", **OPENING, regime="karamay-2023")
    assert [people.desk.read(f"case/{id_}").law.regime.id for id_ in ("c1", "c2")] == [KARAMAY, "karamay-2023"]


def test_a_ledger_that_is_not_open_takes_no_step() -> None:
    people = AtDesk(memory_desk(regimes=()))
    refused(people, errors.LawNotAdopted, lambda: people.take("open", **OPENING))
    open_ledger(people.desk, "simulated")
    refused(people, errors.LawNotAdopted, lambda: people.take("open", **OPENING))
