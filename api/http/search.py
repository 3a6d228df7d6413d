"""Searching files by their words (检索). Hits are files, never texts."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.http import cursors, problems
from api.http.lists import Since, caught_up
from api.http.routes import PREFIX, AccountDep, Cursor, LedgerName, Limit, ServiceDep
from api.projecting import TEXTS
from api.searching import MOST_WORDS, Hit, search, words_of

router = APIRouter(prefix=f"{PREFIX}/ledgers/{{ledger}}", responses=problems.DESCRIBED)

Words = Annotated[
    str, Query(max_length=MOST_WORDS, pattern=r"^[^\x00]*$", description="words of two characters or more (检索词)")
]


@router.get("/search")
def search_files(
    service: ServiceDep,
    who: AccountDep,
    ledger: LedgerName,
    q: Words,
    response: Response,
    cursor: Cursor = None,
    limit: Limit = 50,
    position: Since = None,
) -> list[Hit]:
    """Files in which all the words occur. The next page is in the `Link` header.

    Sealed texts are looked through for those who may unseal them, which is put down like every other reading of them.
    """
    words = words_of(q)
    name = f"search {words}"
    after = cursors.read(cursor, name, str)
    here = caught_up(service, ledger, position, "files", "search", TEXTS)
    hits = search(service, who, here, words, limit=limit, after=after[0] if after else "")
    if len(hits) == limit:
        response.headers["Link"] = cursors.link(name, limit, hits[-1].stream, q=q)
    return hits
