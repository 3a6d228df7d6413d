"""Many at once on one ledger: no position is skipped, and of those who saw the same version one wins."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import psycopg

from ledger.application import LedgerApplication
from ledger.requests import Appended, Stale
from tests.ledger.office import NOON, item, request

WRITERS, STEPS, STREAMS = 8, 30, 3


def test_positions_have_no_gap_under_eight_writers_who_race(demo: LedgerApplication, admin: psycopg.Connection) -> None:
    def write(writer: int) -> tuple[int, int]:
        appended = stale = 0
        seen = dict.fromkeys(range(STREAMS), 0)
        for step in range(STEPS):
            stream = (writer + step) % STREAMS
            match demo.append([request(item(f"case/{stream}", seen[stream]))], NOON)[0]:
                case Appended():
                    seen[stream] += 1
                    appended += 1
                case Stale(actual=actual):
                    seen[stream] = actual
                    stale += 1
        assert appended + stale == STEPS
        return appended, stale

    with ThreadPoolExecutor(WRITERS) as threads:
        results = list(threads.map(write, range(WRITERS)))
    appended = sum(won for won, _ in results)
    assert any(lost for _, lost in results)
    rows = admin.execute(
        "SELECT array_agg(position ORDER BY position), bool_and(later), max(position) + 1 = (SELECT size FROM"
        " ledger.ledgers WHERE ledger = %(ledger)s) FROM (SELECT position, recorded_at > lag(recorded_at, 1,"
        " '-infinity') OVER (ORDER BY position) AS later FROM ledger.entries WHERE ledger = %(ledger)s) AS e",
        {"ledger": demo.ledger},
    ).fetchone()
    assert rows == (list(range(appended + 1)), True, True)
    versions = admin.execute(
        "SELECT stream, array_agg(version ORDER BY position) FROM ledger.entries WHERE ledger = %s GROUP BY stream",
        [demo.ledger],
    )
    assert all(found == list(range(1, len(found) + 1)) for _, found in versions)


def test_one_request_sent_by_eight_at_once_is_recorded_once(demo: LedgerApplication) -> None:
    same = request(item("case/1", 0), item("case/1", 1))
    with ThreadPoolExecutor(WRITERS) as threads:
        outcomes = list(threads.map(lambda _: demo.append([same], NOON)[0], range(WRITERS)))
    answers = {(o.first, o.leaves, o.recorded_at) for o in outcomes if isinstance(o, Appended)}
    assert len(outcomes) == WRITERS
    assert len(answers) == 1
    assert sum(isinstance(o, Appended) and not o.replayed for o in outcomes) == 1
    assert demo.recorder.max_notification_id() == 3
