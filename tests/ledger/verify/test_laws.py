"""The law that a ledger has adopted is kept as it was: whoever alters it beside the log is found out by an audit."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ledger import laws
from ledger.hashing import digest
from ledger.postgres.connect import connect
from ledger.sealing.source import DatabaseSource
from ledger.verify.verdict import Wrong
from tests.ledger.sealing.office import Entries

LAW = b'{"regime":"a law"}'
NAME = digest(LAW).hex()


@pytest.fixture
def entries() -> Entries:
    made = Entries(laws={NAME: LAW})
    made.append("ledger")
    made.append("ledger", type_="ledger.regime-adopted/1", facts={"digest": NAME})
    return made


def kept(entries: Entries) -> int:
    return laws.check(entries.typed("ledger.regime-adopted/1"), entries)


def altered(entries: Entries) -> None:
    entries.laws[NAME] = LAW + b" "


def taken_away(entries: Entries) -> None:
    entries.laws.clear()


def unnamed(entries: Entries) -> None:
    entries.append("ledger", type_="ledger.regime-adopted/1", facts={})
    del entries.rows[1]


def test_law_that_is_as_it_was_is_counted(entries: Entries) -> None:
    assert kept(entries) == 1


@pytest.mark.parametrize(("done", "place"), [(altered, 1), (taken_away, 1), (unnamed, 2)])
def test_law_that_is_not_as_it_was_is_named(entries: Entries, done: Callable[[Entries], None], place: int) -> None:
    done(entries)
    with pytest.raises(Wrong) as wrong:
        kept(entries)
    assert (wrong.value.code, wrong.value.exit, wrong.value.position) == ("law-not-kept", 18, place)


@pytest.mark.parametrize("name", ["no digest at all", "ab" * 32])
def test_a_database_has_no_law_under_a_name_that_is_none(dsn: str, name: str) -> None:
    with connect(dsn, "reader") as reader:
        assert DatabaseSource(reader, "cn-1").law(name) is None
