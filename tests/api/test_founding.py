"""Opening a ledger and adopting law into it: law is a fact of the ledger, kept there, and read from nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from api.founding import adopt_calendars, adopt_notice, adopt_regime, adopt_superiors, open_ledger
from api.lawstore import Lawstore
from domain.calendar import as_known_on, published
from domain.errors import CalendarGoesBack, LawAlreadyAdopted, LawNotAdopted, LedgerAlreadyOpen
from domain.lawbook.decider import OpenLedger
from domain.regime.loader import load
from domain.regime.periods import FixedPeriod
from ledger import canonical
from ledger.hashing import digest
from ledger.log import Log
from ledger.mapper import Envelope
from ledger.memory import MemoryLog
from tests.api.office import DAY, KARAMAY, OPENING, AtDesk, memory_desk

SUPERIOR = load("cn-2026").regime


def test_the_first_entry_opens_the_ledger_and_says_which_time_it_keeps() -> None:
    desk = memory_desk(regimes=())
    open_ledger(desk, "simulated")
    (entry,) = desk.laws.entries()
    assert (entry.type, entry.position, entry.fact.clock) == ("ledger.opened/1", 0, "simulated")


def test_a_ledger_opens_once() -> None:
    desk = memory_desk()
    before = len(desk.laws.entries())
    open_ledger(desk, "simulated")
    assert len(desk.laws.entries()) == before
    with pytest.raises(LedgerAlreadyOpen):
        desk.found(OpenLedger("simulated"))


def test_law_is_kept_in_the_ledger_by_its_digest() -> None:
    desk = memory_desk()
    book = desk.laws.book()
    for held in (book.calendar_digest, book.regimes[KARAMAY].digest):
        assert held is not None
        text = desk.log.law_text(bytes.fromhex(held))
        assert text is not None
        assert digest(text).hex() == held
        assert canonical.encode(canonical.decode(text)) == text
    assert desk.laws.regime(book.regimes[KARAMAY].digest) == load(KARAMAY).regime
    assert book.calendar_digest is not None
    assert desk.laws.calendar(book.calendar_digest).to_data() == as_known_on(date(2024, 1, 8)).to_data()


def test_a_text_that_the_ledger_does_not_keep_is_no_law() -> None:
    with pytest.raises(LawNotAdopted):
        memory_desk().laws.regime("00" * 32)


def test_adopting_again_changes_nothing() -> None:
    desk = memory_desk()
    before = len(desk.laws.entries())
    adopt_calendars(desk, published(), date(2024, 1, 8))
    adopt_regime(desk, load(KARAMAY).regime, date(2024, 1, 8))
    assert len(desk.laws.entries()) == before
    with pytest.raises(LawAlreadyAdopted):
        adopt_notice(desk, next(iter(published())))


def test_what_is_not_yet_published_is_not_adopted() -> None:
    desk = memory_desk()
    assert SUPERIOR.published_on is not None
    adopt_superiors(desk, SUPERIOR.published_on - timedelta(days=1))
    assert SUPERIOR.id not in desk.laws.book().regimes
    adopt_superiors(desk, SUPERIOR.published_on)
    assert desk.laws.book().regimes[SUPERIOR.id].superior
    notices = desk.laws.book().notices
    assert {notice.id for notice in published() if notice.notified_on <= date(2024, 1, 8)} == set(notices)


def test_a_calendar_never_goes_back() -> None:
    desk = memory_desk()
    first = published()[0]
    early = replace(first, id="found-in-a-drawer", year=2017, days_off={date(2017, 1, 1): "元旦"}, working={})
    with pytest.raises(CalendarGoesBack):
        adopt_notice(desk, early)


def test_a_case_is_opened_under_the_only_regulation_without_naming_it_and_never_under_a_superior_one() -> None:
    desk = memory_desk()
    adopt_regime(desk, SUPERIOR, date(2026, 2, 1))
    assert desk.laws.adopted(None).regime.id == KARAMAY
    assert [law.id for law in desk.laws.adopted(None).superiors] == [SUPERIOR.id]
    for name in (SUPERIOR.id, "karamay-1822"):
        with pytest.raises(LawNotAdopted):
            desk.laws.adopted(name)
    other = load(KARAMAY).regime.model_copy(update={"id": "karamay-2023"})
    adopt_regime(desk, other, date(2026, 2, 1))
    with pytest.raises(LawNotAdopted):
        desk.laws.adopted(None)
    assert desk.laws.adopted("karamay-2023").regime == other


def test_nothing_is_decided_before_a_calendar_is_adopted() -> None:
    desk = memory_desk(regimes=())
    open_ledger(desk, "simulated")
    adopt_regime(desk, load(KARAMAY).regime, DAY)
    with pytest.raises(LawNotAdopted):
        AtDesk(desk).take("open", **OPENING)


def test_a_case_stands_under_the_law_of_its_ledger_and_not_under_that_of_the_package() -> None:
    packaged = load(KARAMAY).regime
    objection = packaged.procedures["case"].deadlines["opinion-objection"]
    assert objection.period == FixedPeriod(count=5, unit="working_day")
    longer = objection.model_copy(update={"period": FixedPeriod(count=8, unit="working_day")})
    rules = packaged.procedures["case"]
    changed = rules.model_copy(update={"deadlines": {**rules.deadlines, "opinion-objection": longer}})
    own = packaged.model_copy(update={"procedures": {"case": changed}})
    ends = []
    for regime in (packaged, own):
        desk = memory_desk(regimes=())
        open_ledger(desk, "simulated", at=desk.at(date(2024, 1, 7)))
        adopt_calendars(desk, published(), date(2024, 1, 8))
        adopt_regime(desk, regime, date(2024, 1, 8))
        AtDesk(desk).walk("opinion-served")
        ends.append(desk.read("case/c1").file.deadlines["opinion-objection:O1"].reckoned.due)
    assert ends == [date(2024, 2, 18), date(2024, 2, 21)]


def test_the_law_as_known_at_a_moment_is_the_law_adopted_by_then() -> None:
    desk = memory_desk()
    before = desk.log.last_recorded_at()
    assert before is not None
    adopt_calendars(desk, published(), date(2024, 12, 1))
    regime = desk.laws.book().regimes[KARAMAY].digest
    old, new = desk.laws.law(regime, before).calendar, desk.laws.law(regime).calendar
    assert (old.version, new.version) == ("cn-2023-10-25", "cn-2024-11-12")
    assert desk.laws.calendar_named(old.version) == old
    assert desk.laws.calendar_named(new.version) == new


class _Swapped(MemoryLog):
    """A log behind which another database may come to lie."""

    def __init__(self, log: Log) -> None:
        assert isinstance(log, MemoryLog)
        vars(self).update(vars(log))
        self.read_of_the_ledger: list[int] = []

    def read(self, stream: str, since: int = 0) -> Sequence[Envelope]:
        found = super().read(stream, since)
        self.read_of_the_ledger.append(len(found))
        return found


def test_the_law_is_read_once_and_again_only_from_its_last_entry_on() -> None:
    desk = memory_desk()
    log = _Swapped(desk.log)
    laws = Lawstore(log)
    book = laws.book()
    whole = log.read_of_the_ledger.pop()
    assert whole > 3
    assert laws.book() is book
    assert log.read_of_the_ledger == [1]
    adopt_regime(desk, load("luoyang-2022").regime, DAY)
    assert laws.book().regimes != book.regimes
    assert sum(log.read_of_the_ledger[1:]) < whole


def test_a_database_that_was_put_back_to_an_earlier_day_is_not_taken_for_what_it_was_before() -> None:
    before, after = memory_desk(seed="one"), memory_desk(seed="two")
    adopt_regime(after, load("luoyang-2022").regime, DAY)
    log = _Swapped(after.log)
    laws = Lawstore(log)
    assert laws.book() == after.laws.book()
    vars(log).update(vars(before.log))
    assert laws.book() == before.laws.book() != after.laws.book()
    assert list(laws.entries()) == list(before.laws.entries())
