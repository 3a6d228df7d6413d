"""The state of a file, folded from its facts: what happened, never a status field. Its regime says its stage."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Any, Final, cast, get_args

from domain.procedure import facts
from domain.procedure.deadline import Deadline, moved
from domain.procedure.facts import Fact, Issued
from domain.procedure.happening import Happening, brings, corrected, parted, parts_with, relates
from domain.procedure.kind import Kind
from domain.procedure.things import FILE, PARTED, PARTIES, Document, Opening, Review, Thing


@dataclass(frozen=True, slots=True)
class File:
    """The file of a proceeding (案卷). `log` holds every fact, corrected values in place; the rest indexes it."""

    kind: Kind
    log: tuple[Happening, ...] = ()
    opened: Opening | None = None
    regime_digest: str = ""  # of the law it stands under now
    documents: Mapping[str, Document] = field(default_factory=dict)
    reviews: Mapping[str, Review] = field(default_factory=dict)
    deadlines: Mapping[str, Deadline] = field(default_factory=dict)
    points: Mapping[str, str] = field(default_factory=dict)
    things: Mapping[str, Thing] = field(default_factory=dict)  # every id of the file
    closed: bool = False
    related: tuple[tuple[str, str], ...] = ()  # the relations that its facts put organs in, and the organs

    def id_of(self, fact: Fact, name: str) -> str:
        """The id in a field of a fact; `file` is the file as a whole."""
        return FILE if name == FILE else str(getattr(fact, name))

    @property
    def laws(self) -> tuple[str, ...]:
        """The digests of every law that the file has stood under, the present one last."""
        moves = (h.fact for h in self.log if isinstance(h.fact, facts.RegimeMigrated))
        opened = (self.opened.regime_digest,) if self.opened is not None else ()
        return (*opened, *(move.regime_digest for move in moves))

    @property
    def doubts(self) -> tuple[facts.Doubt, ...]:
        """The steps that stand in doubt since the last correction, of those that are in the file."""
        fixes = [h.fact for h in self.log if isinstance(h.fact, facts.EntryCorrected)]
        there = {happening.version for happening in self.log}  # a view by the day may leave the step out
        return tuple(doubt for doubt in fixes[-1].doubts if doubt.version in there) if fixes else ()

    @property
    def version(self) -> int:
        """The version of the stream after its last fact."""
        return self.log[-1].version if self.log else 0

    def chain(self, id_: str | None) -> tuple[str, ...]:
        """`id_`, what it is about, what that is about, and so on."""
        found: list[str] = []
        while id_ is not None and id_ not in found:
            found.append(id_)
            id_ = self.things[id_].about if id_ in self.things else None
        return tuple(found)

    def organs(self, relation: str) -> frozenset[str]:
        """The organs that stand in `relation` to the file; in any to it, for `anyone`."""
        named = {organ for known, organ in self._related() if relation in (known, "anyone")}
        return frozenset(named)

    def organ(self, relation: str) -> str | None:
        """The organ that a relation means by itself: that of the opening, else the only one; None where several do."""
        if relation in PARTIES and (own := getattr(self.opened, relation, None)) is not None:
            return str(own)
        organs = self.organs(relation)
        return next(iter(organs)) if len(organs) == 1 else None

    def _related(self) -> Iterator[tuple[str, str]]:
        for name in PARTIES:
            if (own := getattr(self.opened, name, None)) is not None:
                yield name, own
        yield from self.related


def evolve(file: File, happening: Happening) -> File:
    """Fold one fact. A correction puts the right value in the place of the wrong one and folds the log again."""
    return recorded(file.kind, (happening,), file)


def recorded(kind: Kind, log: Iterable[Happening], file: File | None = None) -> File:
    """Fold facts as they were recorded, after those of `file` where it is given: `evolve`, one after another."""
    folding = Folding(file or File(kind))
    for happening in log:
        if isinstance(happening.fact, facts.EntryCorrected):
            folding = folded(kind, corrected((*folding.log, happening), happening.fact))
        else:
            folding.add(happening)
    return folding.file()


def fold(kind: Kind, log: Iterable[Happening]) -> File:
    """Fold facts whose corrections are already in place."""
    return folded(kind, log).file()


def folded(kind: Kind, log: Iterable[Happening]) -> Folding:
    """The same, to go on with."""
    folding = Folding(File(kind))
    for happening in log:
        folding.add(happening)
    return folding


def concerns(file: File, fact: Fact) -> frozenset[str]:
    """Everything that a fact speaks of: the ids it names and what these are about in turn."""
    named = (getattr(fact, name, None) for name in (*file.kind.names_in(fact), "about"))
    return frozenset((FILE, *(id_ for each in named if isinstance(each, str) for id_ in file.chain(each))))


def in_effect(file: File, fact: Fact) -> bool:
    """Whether the law may build on a fact: neither it nor the document it speaks of was recorded as defective."""
    document = file.documents.get(getattr(fact, "document", "") or "")
    return not getattr(fact, "defects", ()) and not (document is not None and document.issued.defects)


def apply(file: File, happening: Happening) -> File:
    """Fold one fact whose corrections are already in place."""
    folding = Folding(file)
    folding.add(happening)
    return folding.file()


class Folding:
    """A file while facts are folded into it, one after another: a part of it is copied once, when it first changes."""

    __slots__ = (
        "_own", "closed", "deadlines", "documents", "kind", "log", "opened", "points", "regime_digest", "related",
        "reviews", "things",
    )  # fmt: skip

    def __init__(self, file: File) -> None:
        self._own: set[str] = set()
        self.kind = file.kind
        self.log = list(file.log)
        self.opened = file.opened
        self.regime_digest = file.regime_digest
        self.documents = file.documents
        self.reviews = file.reviews
        self.deadlines = file.deadlines
        self.points = file.points
        self.things = file.things
        self.closed = file.closed
        self.related = list(file.related)

    def file(self) -> File:
        """The file as it stands. What is added afterwards is not in it."""
        self._own.clear()
        return File(
            self.kind,
            tuple(self.log),
            self.opened,
            self.regime_digest,
            self.documents,
            self.reviews,
            self.deadlines,
            self.points,
            self.things,
            self.closed,
            tuple(self.related),
        )

    def add(self, happening: Happening) -> None:
        """Fold one fact whose corrections are already in place."""
        fact = happening.fact
        self.log.append(happening)
        self._things(happening)
        if brings(type(fact)):
            self.related += relates(fact)
        if self.opened is None and self.kind.opens(fact):
            self.opened = cast("Opening", fact)
            self.regime_digest = self.opened.regime_digest
            return
        change = _CHANGES.get(type(fact))
        if change is not None:
            change(self, happening.on, fact)

    def put(self, part: str, id_: str, value: object) -> None:
        """Set one value in a part of the file."""
        if part not in self._own:
            setattr(self, part, dict(getattr(self, part)))
            self._own.add(part)
        getattr(self, part)[id_] = value

    def _things(self, happening: Happening) -> None:
        fact = happening.fact
        new: dict[str, str] = {}
        for name in self.kind.names_in(fact):
            id_ = getattr(fact, name)
            if isinstance(id_, str) and id_ not in self.things:
                new[id_] = name
        if new:  # most facts speak of what is known
            about = getattr(fact, "about", None) or getattr(fact, "act", None)
            kind = fact.instrument if isinstance(fact, Issued) else None
            for id_, name in new.items():
                thing = Thing(kind or name.removeprefix("new_"), about if id_ != about else None, happening.on)
                self.put("things", id_, thing)
        if parts_with(type(fact)):
            for id_ in parted(fact):
                if id_ in self.things:
                    self.put("things", id_, replace(self.things[id_], kind=PARTED))


def _migrated(folding: Folding, _: date, fact: facts.RegimeMigrated) -> None:
    folding.regime_digest = fact.regime_digest


def _issued(folding: Folding, on: date, fact: Issued) -> None:
    folding.put("documents", fact.document, Document(fact, on))


def _served(folding: Folding, on: date, fact: facts.DocumentServed) -> None:
    old = folding.documents.get(fact.document)
    if old is not None and not fact.defects:  # a view may leave out its issue
        folding.put("documents", fact.document, replace(old, receipts={**old.receipts, fact.addressee: on}))


def _ended(why: str) -> Change:
    def change(folding: Folding, _: date, fact: facts.DocumentWithdrawn) -> None:
        old = folding.documents.get(fact.document)
        if old is not None:
            folding.put("documents", fact.document, replace(old, ended=why))

    return change


def _asked(folding: Folding, _: date, fact: facts.ReviewRequested) -> None:
    folding.put("reviews", fact.review, Review(fact))


def _withdrawn(folding: Folding, _: date, fact: facts.ReviewWithdrawn) -> None:
    _outcome(folding, fact.review, "withdrawn-request")


def _decided(folding: Folding, _: date, fact: facts.ReviewDecided) -> None:
    _outcome(folding, fact.review, fact.outcome)


def _outcome(folding: Folding, id_: str, outcome: str) -> None:
    old = folding.reviews.get(id_)
    if old is not None:
        folding.put("reviews", id_, replace(old, outcome=outcome))


def _point(folding: Folding, _: date, fact: facts.OpenPointDecided) -> None:
    folding.put("points", fact.point, fact.option)


def _closed(folding: Folding, _: date, __: facts.Closed) -> None:
    folding.closed = True


def _reopened(folding: Folding, _: date, __: facts.Reopened) -> None:
    folding.closed = False


def _set(folding: Folding, _: date, fact: facts.DeadlineSet) -> None:
    new = Deadline(
        fact.deadline, fact.name, fact.about, fact.holder, fact.nature, fact.article, fact.trigger_on, fact.limit,
        fact.reckoned, points=fact.points,
    )  # fmt: skip
    folding.put("deadlines", fact.deadline, new)


def _extended(folding: Folding, _: date, fact: facts.DeadlineExtended) -> None:
    old = folding.deadlines.get(fact.deadline)
    if old is not None:
        folding.put("deadlines", fact.deadline, replace(old, extended=old.extended + 1))


def _moved(folding: Folding, _: date, fact: facts.DeadlineFact) -> None:
    old = folding.deadlines.get(fact.deadline)
    if old is not None:  # a view may leave out where it was set
        folding.put("deadlines", fact.deadline, moved(old, fact))


Change = Callable[[Folding, date, Any], None]
_CHANGES: Final[Mapping[type[Fact], Change]] = MappingProxyType(
    {
        facts.RegimeMigrated: _migrated,
        **dict.fromkeys((facts.NoticeIssued, facts.OpinionIssued, facts.DecisionIssued, facts.DocumentIssued), _issued),
        facts.DocumentServed: _served,
        facts.OpinionAmended: _ended("opinion-amended"),
        facts.OpinionWithdrawn: _ended("opinion-withdrawn"),
        facts.DocumentWithdrawn: _ended("document-withdrawn"),
        facts.DecisionAmended: _ended("decision-amended"),
        facts.DecisionRevoked: _ended("decision-revoked"),
        facts.ReviewRequested: _asked,
        facts.ReviewWithdrawn: _withdrawn,
        facts.ReviewDecided: _decided,
        facts.OpenPointDecided: _point,
        facts.Closed: _closed,
        facts.Reopened: _reopened,
        **dict.fromkeys(get_args(facts.DeadlineFact), _moved),
        facts.DeadlineSet: _set,
        facts.DeadlineExtended: _extended,
    }
)
"""What a fact changes in the file besides the log; of every other fact the log is all there is."""
