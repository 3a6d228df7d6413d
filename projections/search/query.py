"""Questions to the words that are not sealed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import psycopg

from projections.scope import VISIBLE

_HIT: Final = (
    "NOT EXISTS (SELECT FROM unnest(%(words)s::text[]) AS q (word) WHERE NOT EXISTS"
    " (SELECT FROM unnest(w.terms) AS t (term) WHERE position(q.word IN t.term) > 0))"
)
_ALL: Final = (
    "SELECT w.stream, w.terms FROM views.words AS w WHERE w.ledger = %(ledger)s AND w.stream > %(after)s"
    f" AND w.runs @> %(runs)s::text[] AND {_HIT} ORDER BY w.stream LIMIT %(limit)s"
)
# By way of the files that somebody finds, and not of the index: how long it takes must not tell of others.
_MINE: Final = (
    "WITH mine AS MATERIALIZED (SELECT DISTINCT p.stream FROM views.parties AS p WHERE p.party = ANY (%(who)s)"
    f" AND p.stream > %(after)s AND {VISIBLE}) SELECT w.stream, w.terms FROM mine CROSS JOIN LATERAL"
    # The offset keeps the planner from going the other way, through every file's words to those of `mine`.
    " (SELECT * FROM views.words WHERE ledger = %(ledger)s AND stream = mine.stream OFFSET 0) AS w"
    f" WHERE {_HIT} ORDER BY w.stream LIMIT %(limit)s"
)


def find(
    connection: psycopg.Connection[Any],
    ledger: str,
    words: Sequence[str],
    runs: Sequence[str],
    *,
    limit: int,
    after: str = "",
    who: Sequence[str] | None = None,
) -> list[tuple[str, list[str]]]:
    """Files in whose terms all words occur, by name, each with its terms.

    Args:
        connection: may read.
        ledger: its id.
        words: folded as the terms are.
        runs: that a file with these words has.
        limit: at most so many.
        after: the last file already seen.
        who: somebody's organ and person, for files that they may read; None for all.
    """
    values: dict[str, Any] = {
        "ledger": ledger, "words": list(words), "runs": list(runs), "limit": limit, "after": after,
    }  # fmt: skip
    if who is not None:
        values |= {"who": list(who), "organ": who[0]}
    return connection.execute(_ALL if who is None else _MINE, values).fetchall()
