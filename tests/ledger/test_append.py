"""What becomes of a request: each outcome by itself, and many in one call."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

import psycopg
import pytest

from ledger import entry, hashing
from ledger.application import LedgerApplication
from ledger.mapper import Envelope, Seen
from ledger.postgres.connect import open_ledger
from ledger.requests import Appended, Item, KeyReused, Malformed, Outcome, Request, Stale, TooLarge
from tests.ledger.conftest import NewLedger
from tests.ledger.office import MAPPER, NOON, CaseOpened, envelope, item, new_key, opening, request


@dataclass(frozen=True)
class Folded:
    id: str
    version: int
    subject: str


def fold(state: Folded | None, entries: Iterable[Envelope]) -> Folded | None:
    for e in entries:
        state = Folded(e.originator_id, e.originator_version, e.fact.subject)
    return state


def ask(log: LedgerApplication, *requests: Request) -> tuple[Outcome, ...]:
    return log.append(requests, NOON)


def test_a_request_is_recorded_whole_and_its_entries_stand_together(demo: LedgerApplication) -> None:
    (outcome,) = ask(demo, request(item("case/1", 0), item("case/1", 1), item("register/a/b/2024", 0)))
    assert isinstance(outcome, Appended)
    assert (outcome.first, len(outcome.leaves), outcome.replayed) == (1, 3, False)
    stored = demo.recorder.select_notifications(None, 10)
    assert [(n.id, n.originator_id, n.originator_version) for n in stored][1:] == [
        (2, "case/1", 1),
        (3, "case/1", 2),
        (4, "register/a/b/2024", 1),
    ]
    assert [hashing.leaf_hash(n.state) for n in stored[1:]] == list(outcome.leaves)
    assert [entry.parse(n.state).header.recorded_at for n in stored[1:]] == list(outcome.recorded_at)


def test_a_known_key_with_the_same_digest_gets_the_first_answer_again(demo: LedgerApplication) -> None:
    first = request(item("case/1", 0), item("case/1", 1))
    (recorded,) = ask(demo, first)
    ask(demo, request(item("case/1", 2)))
    assert isinstance(recorded, Appended)
    assert ask(demo, replace(first, items=(item("case/9", 7),))) == (replace(recorded, replayed=True),)
    known = demo.known(first.key)
    assert known is not None
    assert (known.digest, known.appended) == (first.digest, replace(recorded, replayed=True))
    assert demo.known(new_key()) is None
    assert demo.recorder.max_notification_id() == 4


def test_a_known_key_with_another_digest_is_reused(demo: LedgerApplication) -> None:
    first = request(item("case/1", 0))
    ask(demo, first)
    assert ask(demo, request(item("case/2", 0), key=first.key, asked=b"something else")) == (KeyReused(),)


def test_who_saw_an_older_version_is_told_the_actual_one(demo: LedgerApplication) -> None:
    ask(demo, request(item("case/1", 0), item("case/1", 1)))
    assert ask(demo, request(item("case/1", 1))) == (Stale("case/1", 1, 2),)
    assert ask(demo, request(item("case/1", 3))) == (Stale("case/1", 3, 2),)
    assert ask(demo, request(item("case/2", 1))) == (Stale("case/2", 1, 0),)


def test_an_entry_has_65535_bytes_at_most(demo: LedgerApplication) -> None:
    (small,) = ask(demo, request(item("case/1", 0, note="")))
    assert isinstance(small, Appended)
    room = entry.LIMIT - len(demo.recorder.select_events("case/1")[0].state)
    (fits, too_large) = ask(
        demo, request(item("case/2", 0, note="x" * room)), request(item("case/3", 0, n="x" * room * 2))
    )
    assert isinstance(fits, Appended)
    assert too_large == TooLarge()
    assert len(demo.recorder.select_events("case/2")[0].state) == entry.LIMIT
    assert ask(demo, request(item("case/3", 0, note="x" * (room + 1)))) == (TooLarge(),)


def test_what_is_malformed_is_named(demo: LedgerApplication) -> None:
    good = item("case/1", 0)
    cases = {
        "items": request(),
        "stream": request(replace(good, stream="case/1 2")),
        "type": request(replace(good, type="case.opened")),
        "body": request(replace(good, body=b"[1]")),
        "opening": request(item("ledger", 1, "ledger.opened/1", clock="simulated")),
        "key": replace(request(good), key=b""),
        "item": request(replace(good, body=b'{"a":"\xff"}')),
    }
    assert ask(demo, *cases.values()) == tuple(Malformed(why) for why in cases)
    for stream in ("Case/1", "case/", "case//1", "case/1\n", "case/案", "/case", "", "case/" + "x" * 196, "case/\0"):
        (outcome,) = ask(demo, request(replace(good, stream=stream)))
        assert isinstance(outcome, Malformed), stream
    for body in (b"", b'{"a":1}\n', b"{\n}", b" {}", b'{"a":"\0"}'):
        (outcome,) = ask(demo, request(replace(good, body=body)))
        assert isinstance(outcome, Malformed), body
    for type_ in ("case.opened/0", "case.opened/01", "case/1", "Case.opened/1", "case.opened/1 ", "a.b.c/1"):
        (outcome,) = ask(demo, request(replace(good, type=type_)))
        assert isinstance(outcome, Malformed), type_
    assert demo.recorder.max_notification_id() == 1


def test_the_first_entry_opens_the_ledger_and_says_which_clock_it_keeps(dsn: str) -> None:
    open_ledger(dsn, "cn-first-demo", "simulated")
    with LedgerApplication(dsn, "cn-first-demo", MAPPER) as log:
        for not_opening in (request(item("case/1", 0)), opening("wall"), request(item("x", 0, "ledger.opened/1"))):
            assert ask(log, not_opening) == (Malformed("opening"),)
        opened, case, again = ask(log, opening("simulated"), request(item("case/1", 0)), opening("simulated"))
        assert isinstance(opened, Appended)
        assert isinstance(case, Appended)
        assert again == Malformed("opening")
    with LedgerApplication(dsn, "cn-nowhere-demo", MAPPER) as nowhere:
        assert ask(nowhere, opening("simulated")) == (Malformed("ledger"),)


def test_requests_in_one_call_fare_as_if_they_had_come_one_after_another(demo: LedgerApplication) -> None:
    first, second = request(item("case/1", 0)), request(item("case/1", 1))
    outcomes = ask(
        demo,
        first,
        request(item("case/1", 0)),  # lost against the first
        second,
        request(item("case/2", 0), item("case/1", 1)),  # lost with its second item, so it is not recorded at all
        request(item("case/2", 0), item("case/2", 1), item("case/1", 2)),
        first,
        replace(second, digest=b"something else"),
        request(item("case/2", 2, note="x" * 70_000)),
        request(item("case/2", 2)),
    )
    assert [o.first if isinstance(o, Appended) else o for o in outcomes] == [
        1,
        Stale("case/1", 0, 1),
        2,
        Stale("case/1", 1, 2),
        3,
        1,
        KeyReused(),
        TooLarge(),
        6,
    ]
    assert isinstance(outcomes[0], Appended)
    assert outcomes[5] == replace(outcomes[0], replayed=True)
    assert demo.recorder.max_notification_id() == 7


def test_a_key_that_was_refused_stands_for_nothing(demo: LedgerApplication) -> None:
    key = new_key()
    outcomes = ask(demo, request(item("case/1", 5), key=key), request(item("case/1", 0), key=key, asked=b"other"))
    assert outcomes[0] == Stale("case/1", 5, 0)
    assert isinstance(outcomes[1], Appended)


@pytest.mark.parametrize("count", [1, 3])
def test_arrays_that_do_not_fit_together_fail_as_a_whole(
    demo: LedgerApplication, admin: psycopg.Connection, count: int
) -> None:
    two_items = "ARRAY['case/1', 'case/2'], '{0, 0}', ARRAY['a.b/1', 'a.b/1'], ARRAY['{}', '{}']"
    with pytest.raises(psycopg.errors.ArraySubscriptError):
        admin.execute(f"SELECT ledger.append('{demo.ledger}', now(), '{{k}}', '{{d}}', '{{{count}}}', {two_items})")
    assert demo.recorder.max_notification_id() == 1


def test_the_chain_of_every_stream_and_the_leaf_of_every_entry_can_be_recomputed(
    new_ledger: NewLedger, admin: psycopg.Connection
) -> None:
    log = new_ledger("simulated")
    versions = dict.fromkeys(("case/1", "case/2", "case/3"), 0)
    for n in range(40):
        stream = f"case/{n * n % 3 + 1}"
        log.append([request(item(stream, versions[stream], n=n))], NOON + timedelta(minutes=n))
        versions[stream] += 1
    heads: dict[str, tuple[int, str]] = {}
    rows = admin.execute("SELECT * FROM ledger.entries WHERE ledger = %s ORDER BY position", [log.ledger]).fetchall()
    last = None
    for place, (ledger, position, stream, version, type_, recorded_at, leaf, stored) in enumerate(rows):
        header = entry.parse(stored).header
        before = heads.get(stream, (0, hashing.NO_LEAF))
        assert leaf == hashing.leaf_hash(stored)
        assert header == entry.Header(ledger, position, stream, version, type_, recorded_at, before[1])
        assert (position, version) == (place, before[0] + 1)
        assert last is None or recorded_at > last
        heads[stream], last = (version, leaf.hex()), recorded_at
    stored_heads = admin.execute("SELECT stream, version, leaf FROM ledger.heads WHERE ledger = %s", [log.ledger])
    assert {stream: (version, leaf.hex()) for stream, version, leaf in stored_heads} == heads


def test_the_library_reads_envelopes_and_folds_them(demo: LedgerApplication) -> None:
    written = envelope("case/1", 1, CaseOpened("organ-b"), basis=("some-regime:art.1",), seen=(Seen("ledger", 1),))
    stored = MAPPER.to_stored_event(written)
    (outcome,) = ask(demo, request(Item("case/1", 0, stored.topic, stored.state)))
    assert isinstance(outcome, Appended)
    (read,) = demo.read("case/1")
    assert read == replace(
        written, type="case.opened/1", position=1, recorded_at=outcome.recorded_at[0], leaf=outcome.leaves[0]
    )
    folded: Folded = demo.repository.get("case/1", projector_func=fold)
    assert folded == Folded("case/1", 1, "organ-b")
    assert demo.read("case/2") == ()
