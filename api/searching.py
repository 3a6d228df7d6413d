"""Searching files by their words (检索), and keeping up the index over sealed texts.

What is not sealed is looked through for everybody, within the files that they may read. Sealed texts are looked through
for those who may unseal them, and that they were is put down; a hit is a file, never a text.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import groupby, islice
from typing import Final

from api.execute import Desk
from api.failures import Malformed, UnknownCase, WordsTooShort
from api.identity.demonstration import Account
from api.projecting import asking, status
from api.reading import may_unseal, of_lists, readable, told_to
from api.service import Service
from ledger import access, blind, search_index
from projections.names import withheld
from projections.search import query

MOST_WORDS: Final = 100  # characters of a question
_BATCH: Final = 100


@dataclass(frozen=True, slots=True)
class Hit:
    """A file in which the words occur: in what is `open` of it, in one of its `sealed` texts, or in both."""

    kind: str
    id: str
    found: tuple[str, ...]

    @property
    def stream(self) -> str:
        """The file's stream, by which hits are sorted."""
        return f"{self.kind}/{self.id}"


# --- the index ------------------------------------------------------------------------------------------------------


def index(service: Service, ledger: str) -> int:
    """Give every sealed text its tokens; how many entries were looked at.

    Raises:
        DatabaseDown, DatabaseUnavailable: the database is away; nothing is half done.
    """
    desk, done = service.desk(ledger), 0
    while True:
        with service.writing() as connection:
            found = search_index.waiting(connection, ledger, service.mapper, _BATCH)
        if found is None:
            return done
        opened, _ = desk.vault.look(desk.log, found.entries)
        texts = [
            (text.position, text.field, desk.vault.tokens(ledger, blind.runs(blind.folded(text.text))))
            for text in opened
        ]
        with service.writing() as connection:
            search_index.keep(connection, ledger, found.mark, found.upto, texts)
        done += len(found.entries)


def index_anew(service: Service, ledger: str) -> int:
    """Throw the index over the sealed texts of a ledger away, and make it again; how many entries have such."""
    with service.writing() as connection:
        search_index.forget(connection, ledger)
    return index(service, ledger)


def texts_lag(service: Service) -> dict[str, int]:
    """How many positions the index over sealed texts is behind, by ledger."""
    return {row["ledger"]: row["texts_lag"] for row in status(service)}


# --- the question ---------------------------------------------------------------------------------------------------


def words_of(question: str) -> tuple[str, ...]:
    """The words of a question, as they are compared.

    Raises:
        Malformed: it is too long, or no text.
        WordsTooShort: a word has not two characters, or there is none.
    """
    try:
        question.encode()
    except UnicodeEncodeError:
        raise Malformed(why="q") from None
    if len(question) > MOST_WORDS or "\0" in question:
        raise Malformed(why=f"q: 1 … {MOST_WORDS}")
    words = blind.words(question)
    if not words or min(map(len, words)) < blind.LEAST:
        raise WordsTooShort(least=blind.LEAST)
    return words


def search(
    service: Service,
    who: Account,
    ledger: str,
    words: Sequence[str],
    *,
    limit: int,
    after: str = "",
    texts: bool = True,
) -> list[Hit]:
    """Files in which all the words occur, by name.

    All of them occur in what is open of the file, or all of them in one of its sealed texts.

    Args:
        service: of the installation.
        who: asks.
        ledger: its id.
        words: as `words_of` gives them.
        limit: at most so many.
        after: the stream of the last hit already seen.
        texts: whether sealed texts are looked through, for who may unseal them.
    """
    desk = service.desk(ledger)
    streams = [((stream, "open") for stream in _open(service, desk, who, words, after))]
    if texts:
        streams.append((stream, "sealed") for stream in _sealed(service, desk, who, words, after))
    hits = [
        Hit(stream.partition("/")[0], stream.partition("/")[2], tuple(found for _, found in group))
        for stream, group in islice(groupby(merge(*streams), key=lambda each: each[0]), limit)
    ]
    named = [hit.stream for hit in hits if "sealed" in hit.found]
    if texts and (named or who.oversees):
        desk.log.record_access("ledger", access.body(who.actor, "search", named), desk.now())
    return hits


def _open(service: Service, desk: Desk, who: Account, words: Sequence[str], after: str) -> Iterator[str]:
    """Files that `who` may read in whose open terms all words occur; a name that is not told to them is no term."""
    sought, scope, asker = sorted(blind.sought(words)), of_lists(who), told_to(who)
    while True:
        with asking(service, desk.log.ledger, who, "search") as connection:
            page = query.find(connection, desk.log.ledger, words, sought, limit=_BATCH, after=after, who=scope)
            hidden = withheld(connection, desk.log.ledger, asker, (stream for stream, _ in page)) if asker else {}
        for stream, terms in page:
            if (scope is None or _may_read(desk, who, stream)) and _told(terms, hidden.get(stream), words):
                yield stream
        if len(page) < _BATCH:
            return
        after = page[-1][0]


def _may_read(desk: Desk, who: Account, stream: str) -> bool:
    try:
        readable(desk, who, stream)
    except UnknownCase:
        return False  # the read model does not know yet that they have no part in it any more
    return True


def _told(terms: Collection[str], hidden: Collection[str] | None, words: Sequence[str]) -> bool:
    """Whether the words occur in what is told of a file, of which it is known that they occur in the terms."""
    if not hidden:
        return True
    folded = {blind.folded(name) for name in hidden}
    told = [term for term in terms if term not in folded]
    return all(any(word in term for term in told) for word in words)


def _sealed(service: Service, desk: Desk, who: Account, words: Sequence[str], after: str) -> Iterator[str]:
    """Files that `who` may unseal with a text in which all words occur: it is opened to see whether they do."""
    tokens = desk.vault.tokens(desk.log.ledger, blind.sought(words))
    organ = None if who.oversees else str(who.actor.organ)
    while True:
        with service.writing() as connection:
            page = search_index.find(connection, desk.log.ledger, tokens, limit=_BATCH, after=after, organ=organ)
        for stream, positions in page:
            if _unsealed(desk, who, stream, frozenset(positions), words):
                yield stream
        if len(page) < _BATCH:
            return
        after = page[-1][0]


def _unsealed(desk: Desk, who: Account, stream: str, positions: frozenset[int], words: Sequence[str]) -> bool:
    try:
        if not who.oversees and not may_unseal(who, readable(desk, who, stream)):
            return False
    except UnknownCase:
        return False
    entries = [entry for entry in desk.log.read(stream) if entry.position in positions]
    opened, _ = desk.vault.look(desk.log, entries)
    return any(blind.contains(blind.folded(text.text), words) for text in opened)
