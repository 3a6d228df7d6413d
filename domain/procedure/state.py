"""The state of a file, folded from its facts: what happened, never a status field. Its regime says its stage."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, Protocol, cast

from domain.procedure import facts
from domain.procedure.deadline import Deadline, moved
from domain.procedure.facts import Fact, Issued
from domain.procedure.happening import Happening, corrected, parted, relates
from domain.procedure.kind import Kind


@dataclass(frozen=True, slots=True)
class Thing:
    """Something in the file that has an id: its kind (an instrument, `order`, ...), what it is about, since when."""

    kind: str
    about: str | None
    on: date


@dataclass(frozen=True, slots=True)
class Document:
    """An issued document (文书), the days on which it was received, and how it stands."""

    issued: Issued
    issued_on: date
    receipts: Mapping[str, date] = field(default_factory=dict)
    ended: str | None = None  # the fact that amended, withdrew or revoked it

    @property
    def in_effect(self) -> bool:
        """Issued without defect, received by its addressee, and neither amended, withdrawn nor revoked."""
        return not self.issued.defects and self.issued.to in self.receipts and self.ended is None


@dataclass(frozen=True, slots=True)
class Review:
    """A request for review (复查申请) and what became of it."""

    requested: facts.ReviewRequested
    outcome: str | None = None  # of the decision, or "withdrawn-request"

    @property
    def pending(self) -> bool:
        """Accepted, and neither withdrawn nor decided."""
        return self.requested.accepted and self.outcome is None


FILE: Final = "file"
"""The id of what is about the file as a whole."""


PARTED: Final = "parted"
"""The kind of a thing that has left the file: nothing may be about it, and its id is not given again."""


PARTIES: Final = ("supervisor", "subject")
"""The relations that the opening of a file names."""


class Opening(Protocol):
    """The fact that opens a file: under which law, by whom, about whom."""

    @property
    def regime(self) -> str:
        """The id of the regulation."""

    @property
    def regime_digest(self) -> str:
        """The digest under which the ledger keeps it."""

    @property
    def supervisor(self) -> str:
        """The organ that keeps the file."""

    @property
    def subject(self) -> str | None:
        """The organ that the file is about, if it is about one."""


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
    if isinstance(happening.fact, facts.EntryCorrected):
        log = (*file.log, happening)
        return fold(file.kind, corrected(log, happening.fact))
    return apply(file, happening)


def fold(kind: Kind, log: Iterable[Happening]) -> File:
    """Fold facts whose corrections are already in place."""
    file = File(kind)
    for happening in log:
        file = apply(file, happening)
    return file


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
    fact = happening.fact
    related = (*file.related, *relates(fact))
    file = replace(file, log=(*file.log, happening), things=_with_ids(file, happening), related=related)
    if file.opened is None and file.kind.opens(fact):
        opening = cast("Opening", fact)
        return replace(file, opened=opening, regime_digest=opening.regime_digest)
    match fact:
        case facts.RegimeMigrated(regime_digest=digest):
            return replace(file, regime_digest=digest)
        case Issued(document=id_):
            return replace(file, documents={**file.documents, id_: Document(fact, happening.on)})
        case facts.DocumentServed(document, addressee, _, _, defects):
            if defects:
                return file
            return _document(file, document, received={addressee: happening.on})
        case facts.OpinionAmended(document):
            return _document(file, document, ended="opinion-amended")
        case facts.OpinionWithdrawn(document):
            return _document(file, document, ended="opinion-withdrawn")
        case facts.DocumentWithdrawn(document):
            return _document(file, document, ended="document-withdrawn")
        case facts.DecisionAmended(document):
            return _document(file, document, ended="decision-amended")
        case facts.DecisionRevoked(document):
            return _document(file, document, ended="decision-revoked")
        case facts.ReviewRequested(review=id_):
            return replace(file, reviews={**file.reviews, id_: Review(fact)})
        case facts.ReviewWithdrawn(review=id_):
            return _review(file, id_, "withdrawn-request")
        case facts.ReviewDecided(review=id_, outcome=outcome):
            return _review(file, id_, outcome)
        case facts.DeadlineExtended(id_) if id_ in file.deadlines:
            clock = file.deadlines[id_]
            return replace(file, deadlines={**file.deadlines, id_: replace(clock, extended=clock.extended + 1)})
        case facts.OpenPointDecided(point, option):
            return replace(file, points={**file.points, point: option})
        case facts.Closed():
            return replace(file, closed=True)
        case facts.Reopened():
            return replace(file, closed=False)
        case _:
            return _deadline(file, fact)


def _deadline(file: File, fact: Fact) -> File:
    if isinstance(fact, facts.DeadlineSet):
        new = Deadline(
            fact.deadline, fact.name, fact.about, fact.holder, fact.nature, fact.article, fact.trigger_on, fact.limit,
            fact.reckoned, points=fact.points,
        )  # fmt: skip
    elif isinstance(fact, facts.DeadlineFact):
        old = file.deadlines.get(fact.deadline)
        if old is None:  # a view may leave out where it was set
            return file
        new = moved(old, fact)
    else:
        return file  # a fact that only the log needs
    return replace(file, deadlines={**file.deadlines, fact.deadline: new})


def _document(file: File, id_: str, received: Mapping[str, date] | None = None, ended: str | None = None) -> File:
    old = file.documents.get(id_)
    if old is None:  # a view may leave out its issue
        return file
    new = replace(old, receipts={**old.receipts, **(received or {})}, ended=ended or old.ended)
    return replace(file, documents={**file.documents, id_: new})


def _review(file: File, id_: str, outcome: str) -> File:
    old = file.reviews.get(id_)
    return file if old is None else replace(file, reviews={**file.reviews, id_: replace(old, outcome=outcome)})


def _with_ids(file: File, happening: Happening) -> Mapping[str, Thing]:
    fact = happening.fact
    about = getattr(fact, "about", None) or getattr(fact, "act", None)
    kind = fact.instrument if isinstance(fact, Issued) else None
    new = {
        id_: Thing(kind or name.removeprefix("new_"), about if id_ != about else None, happening.on)
        for name in file.kind.names_in(fact)
        if isinstance(id_ := getattr(fact, name), str) and id_ not in file.things
    }
    gone = {id_: replace(file.things[id_], kind=PARTED) for id_ in parted(fact) if id_ in file.things}
    return {**file.things, **new, **gone} if new or gone else file.things
