"""Envelopes and the bytes that the log keeps of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from eventsourcing.persistence import StoredEvent

from domain.catalogue import TYPES
from domain.identity import Sealed
from ledger import entry, hashing
from ledger.codec import CodecError
from ledger.entry import EntryError, Header
from ledger.mapper import Envelope, LawUsed, LedgerMapper, Seen, UnknownFact
from tests.ledger.office import MAPPER, CaseOpened, DocumentServed, DocumentServedV1, LedgerOpened, envelope

AT = datetime(2024, 2, 5, 1, 2, 3, 4, UTC)
FULL = envelope(
    "case/1",
    1,
    CaseOpened("organ-b", Sealed("1" * 64)),
    basis=("some-regime:art.1", "some-regime:art.2"),
    law=LawUsed("some-regime", "2" * 64, "cn-2024", "3" * 64),
    seen=(Seen("ledger", 4),),
    occurred_at=AT,
    late_reason=Sealed("4" * 64),
    request="5" * 64,
)


def store(mapper: LedgerMapper, written: Envelope, position: int = 7) -> StoredEvent:
    """What the log would make of an envelope."""
    stored = mapper.to_stored_event(written)
    header = Header("cn-000000", position, written.originator_id, 1, stored.topic, AT, hashing.NO_LEAF)
    return replace(stored, state=entry.encode(header, stored.state))


def test_the_body_is_canonical_and_leaves_out_what_is_not_there() -> None:
    assert MAPPER.to_stored_event(envelope("case/1", 1, CaseOpened("organ-b"))).state == (
        b'{"actor":{"organ":"organ-a","person":"person-a","role":"handler"},'
        b'"facts":{"subject":"organ-b"},"occurred_on":"2024-02-05"}'
    )


def test_the_body_holds_everything_the_envelope_says() -> None:
    ones, twos, threes, fours, fives = (str(n).encode() * 64 for n in range(1, 6))
    assert MAPPER.to_stored_event(FULL) == StoredEvent(
        "case/1",
        1,
        "case.opened/1",
        b'{"actor":{"organ":"organ-a","person":"person-a","role":"handler"},'
        b'"basis":["some-regime:art.1","some-regime:art.2"],"facts":{"subject":"organ-b"},'
        b'"law":{"calendar":"cn-2024","calendar_digest":"' + threes + b'",'
        b'"regime":"some-regime","regime_digest":"' + twos + b'"},'
        b'"occurred_at":"2024-02-05T01:02:03.000004Z","occurred_on":"2024-02-05","request":"' + fives + b'",'
        b'"sealed":{"late_reason":"' + fours + b'","matter":"' + ones + b'"},'
        b'"seen":[{"stream":"ledger","version":4}]}',
    )


@pytest.mark.parametrize("written", [FULL, envelope("case/1", 1, CaseOpened("organ-b"))], ids=["full", "bare"])
def test_an_envelope_is_read_back_with_what_the_log_adds(written: Envelope) -> None:
    stored = store(MAPPER, written)
    assert MAPPER.to_domain_event(stored) == replace(
        written, type="case.opened/1", position=7, recorded_at=AT, leaf=hashing.leaf_hash(stored.state)
    )


def test_an_old_fact_is_read_in_its_newest_form_and_written_no_more() -> None:
    old = store(
        LedgerMapper({"case.document-served/1": DocumentServedV1}), envelope("case/1", 1, DocumentServedV1("d"))
    )
    read = MAPPER.to_domain_event(old)
    assert (read.fact, read.type) == (DocumentServed("d", None), "case.document-served/1")
    with pytest.raises(UnknownFact):
        MAPPER.to_stored_event(envelope("case/1", 1, DocumentServedV1("d")))


def test_a_name_or_class_outside_the_catalogue_is_refused() -> None:
    stored = store(MAPPER, envelope("ledger", 1, LedgerOpened("wall")))
    with pytest.raises(UnknownFact, match=r"ledger\.opened/1"):
        LedgerMapper({"case.opened/1": CaseOpened}).to_domain_event(stored)
    with pytest.raises(UnknownFact, match="str"):
        MAPPER.to_stored_event(envelope("case/1", 1, "a text"))
    with pytest.raises(UnknownFact):
        MAPPER.to_stored_event(envelope("case/1", 1, CaseOpened("organ-b"), type="case.document-served/2"))


def test_a_row_that_contradicts_its_entry_is_refused() -> None:
    stored = store(MAPPER, FULL)
    for other in ({"originator_id": "case/2"}, {"originator_version": 2}, {"topic": "case.document-served/2"}):
        changed: dict[str, Any] = other
        with pytest.raises(EntryError, match="the row says"):
            MAPPER.to_domain_event(replace(stored, **changed))


@pytest.mark.parametrize(
    ("was", "now"),
    [
        (b'"role":"handler"', b'"role":"handler","more":"x"'),
        (b'"basis"', b'"bases"'),
        (b'"organ-b"', b"1"),
        (b'"late_reason"', b'"reason"'),
        (b'{"late_reason":"' + b"4" * 64 + b'","matter":"' + b"1" * 64 + b'"}', b"[]"),
    ],
)
def test_a_body_that_nobody_can_have_written_is_refused(was: bytes, now: bytes) -> None:
    stored = store(MAPPER, FULL)
    assert was in stored.state
    with pytest.raises(CodecError):
        MAPPER.to_domain_event(replace(stored, state=stored.state.replace(was, now)))


def test_a_catalogue_that_cannot_work_is_refused() -> None:
    @dataclass(frozen=True)
    class TakesAName:
        late_reason: Sealed

    TakesAName.__annotations__["late_reason"] = Sealed
    for types, upcasters in (
        ({"case.opened/1": CaseOpened, "case.opened/2": CaseOpened}, {}),
        ({"case.opened/1": TakesAName}, {}),
        ({"case.opened/1": CaseOpened}, {"case.opened/0": str}),
    ):
        with pytest.raises(ValueError, match=r"two stored names|is the envelope's|not in the catalogue"):
            LedgerMapper(types, upcasters)


def test_every_fact_of_the_domain_can_be_stored() -> None:
    assert isinstance(LedgerMapper(TYPES), LedgerMapper)
