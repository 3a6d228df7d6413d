"""`law`: adopting and repealing law from the command line says in one line what it did, or why not."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from api.founding import adopt_notice, amend_regime, insist, repeal_regime
from domain.calendar import Notice
from domain.errors import HouseRules, NotYetPublished, OtherContent, RepealTooEarly
from domain.regime.lint import adoptable
from domain.regime.loader import load
from tests.api.office import KARAMAY, memory_desk
from tests.cli.terminal import caseledger

LEDGER = "law-000000-demo"


@pytest.fixture
def ledger(data: Path) -> Path:
    """A ledger of its own, under no regulation."""
    assert caseledger("init", LEDGER, "--data", data).code == 0
    return data


def test_adopting_says_whether_it_did(ledger: Path) -> None:
    asked = ("law", "adopt", LEDGER, KARAMAY, "--data", ledger)
    first, again = caseledger(*asked), caseledger(*asked)
    assert (first.code, first.out) == (0, f"{LEDGER}: {KARAMAY} adopted\n")
    assert (again.code, again.out) == (0, f"{LEDGER}: {KARAMAY} was adopted before; nothing to do\n")


def test_the_house_rules_are_no_regulation_to_adopt(ledger: Path) -> None:
    said = caseledger("law", "adopt", LEDGER, "cn-default", "--data", ledger)
    assert (said.code, said.out) == (1, "")
    assert "[house-rules]" in said.err
    with pytest.raises(HouseRules):
        adoptable("cn-default")


def test_a_notice_is_a_file_with_a_notice_in_it(ledger: Path, tmp_path: Path) -> None:
    empty = tmp_path / "notice.json"
    empty.write_text("[]", encoding="utf-8")
    for given in (tmp_path, tmp_path / "nothing.json", empty):
        said = caseledger("law", "notice", LEDGER, given, "--data", ledger)
        assert (said.code, said.out) == (2, "")
        assert "Traceback" not in said.err
        assert given.name[:6] in said.err


def test_another_content_is_an_amendment_and_not_adopted_beside_the_first() -> None:
    desk, regime = memory_desk(), load(KARAMAY).regime
    assert not insist(desk, regime, desk.today())
    with pytest.raises(OtherContent):
        insist(desk, regime.model_copy(update={"number": "x"}), desk.today())


def test_what_is_not_published_yet_is_neither_adopted_nor_put_in_the_place_of_another() -> None:
    desk, regime = memory_desk(), load(KARAMAY).regime
    tomorrow = desk.today() + timedelta(days=1)
    coming = regime.model_copy(update={"published_on": tomorrow})
    notice = Notice("test-coming", "测试用通知", tomorrow, tomorrow.year + 1, {date(2025, 1, 1): "元旦"}, {})
    for adopt in (
        lambda: insist(desk, coming.model_copy(update={"id": "karamay-2030"}), desk.today()),
        lambda: amend_regime(desk, coming, desk.today()),
        lambda: adopt_notice(desk, notice, at=desk.at(desk.today())),
    ):
        before = desk.laws.book()
        with pytest.raises(NotYetPublished):
            adopt()
        assert desk.laws.book() == before


def test_a_regulation_is_not_repealed_before_its_first_day() -> None:
    desk, first = memory_desk(), load(KARAMAY).regime.validity.valid_from
    with pytest.raises(RepealTooEarly):
        repeal_regime(desk, KARAMAY, first - timedelta(days=1))
    repeal_regime(desk, KARAMAY, first)
    assert desk.laws.book().repealed == {KARAMAY: first}
