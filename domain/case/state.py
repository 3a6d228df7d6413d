"""The state of a case, folded from its facts: what happened, never a status field. Its regime says its stage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, Literal, assert_never

from domain.case import events
from domain.case.events import CaseFact, Issued, Limit, Paused, Reckoned
from domain.case.happening import CREATES, Happening, corrected


@dataclass(frozen=True, slots=True)
class Thing:
    """Something in the case that has an id: its kind (an instrument, `order`, ...), what it is about, since when."""

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

    requested: events.ReviewRequested
    outcome: str | None = None  # of the decision, or "withdrawn-request"

    @property
    def pending(self) -> bool:
        """Accepted, and neither withdrawn nor decided."""
        return self.requested.accepted and self.outcome is None


@dataclass(frozen=True, slots=True)
class Deadline:
    """A clock of the case (期限). `latest` is the day by which it counts as overdue, in the holder's favour."""

    id: str
    name: str
    about: str
    holder: str
    nature: str
    article: str
    trigger_on: date
    limit: Limit
    reckoned: Reckoned
    pauses: tuple[Paused, ...] = ()
    points: tuple[str, ...] = ()
    met_on: date | None = None
    lapsed: bool = False
    cancelled: str | None = None
    cancelled_on: date | None = None

    @property
    def latest(self) -> date:
        """The latest day on which the period may end."""
        return self.reckoned.latest

    @property
    def late(self) -> bool:
        """Settled after its end: a breach that stays visible."""
        ended = self.met_on or self.cancelled_on
        return ended is not None and ended > self.latest

    @property
    def settled(self) -> bool:
        """Met or cancelled: nobody waits for it any more."""
        return self.met_on is not None or self.cancelled is not None

    @property
    def suspended(self) -> bool:
        """Stopped for now."""
        return not self.settled and bool(self.pauses) and self.pauses[-1].until is None

    @property
    def running(self) -> bool:
        """Started, and neither suspended, met nor cancelled."""
        return not self.settled and not self.suspended

    @property
    def state(self) -> Literal["running", "suspended", "met", "cancelled"]:
        """In one word, for people and tables."""
        if self.met_on is not None:
            return "met"
        if self.cancelled is not None:
            return "cancelled"
        return "suspended" if self.suspended else "running"

    def overdue(self, day: date) -> bool:
        """Not met, and `day` is after the latest possible end. Due today is not overdue."""
        return self.running and day > self.latest


@dataclass(frozen=True, slots=True)
class Case:
    """A supervision case (监督案件). `log` holds every fact, corrected values in place; the rest are indexes of it."""

    log: tuple[Happening, ...] = ()
    opened: events.CaseOpened | None = None
    documents: Mapping[str, Document] = field(default_factory=dict)
    reviews: Mapping[str, Review] = field(default_factory=dict)
    deadlines: Mapping[str, Deadline] = field(default_factory=dict)
    points: Mapping[str, str] = field(default_factory=dict)
    things: Mapping[str, Thing] = field(default_factory=dict)  # every id of the case
    closed: bool = False

    @property
    def doubts(self) -> tuple[events.Doubt, ...]:
        """The steps that stand in doubt since the last correction."""
        fixes = [h.fact for h in self.log if isinstance(h.fact, events.EntryCorrected)]
        return fixes[-1].doubts if fixes else ()

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
        """The organs that stand in `relation` to the case."""
        assert self.opened is not None
        match relation:
            case "supervisor":
                return frozenset({self.opened.supervisor})
            case "subject":
                return frozenset({self.opened.subject})
            case "assisting":
                asked = (h.fact for h in self.log if isinstance(h.fact, events.AssistanceRequested))
                return frozenset(fact.of for fact in asked)
            case "receiver":
                passed = (h.fact for h in self.log if isinstance(h.fact, events.Transferred))
                return frozenset(fact.to for fact in passed)
            case _:
                return frozenset()


INITIAL: Final = Case()


def evolve(case: Case, happening: Happening) -> Case:
    """Fold one fact. A correction puts the right value in the place of the wrong one and folds the log again."""
    if isinstance(happening.fact, events.EntryCorrected):
        log = (*case.log, happening)
        return fold(corrected(log, happening.fact))
    return _apply(case, happening)


def fold(log: Iterable[Happening]) -> Case:
    """Fold facts whose corrections are already in place."""
    case = INITIAL
    for happening in log:
        case = _apply(case, happening)
    return case


def ids_of(fact: CaseFact) -> tuple[str, ...]:
    """The ids that a fact names, the thing it speaks of first."""
    names = (*CREATES, "about")
    return tuple(value for name in names if isinstance(value := getattr(fact, name, None), str))


def concerns(case: Case, fact: CaseFact) -> frozenset[str]:
    """Everything that a fact speaks of: the ids it names and what these are about in turn."""
    return frozenset(id_ for named in ids_of(fact) for id_ in case.chain(named))


def in_effect(case: Case, fact: CaseFact) -> bool:
    """Whether the law may build on a fact: neither it nor the document it speaks of was recorded as defective."""
    document = case.documents.get(getattr(fact, "document", "") or "")
    return not getattr(fact, "defects", ()) and not (document is not None and document.issued.defects)


def _apply(case: Case, happening: Happening) -> Case:
    fact = happening.fact
    case = replace(case, log=(*case.log, happening), things=_with_ids(case, happening))
    match fact:
        case events.CaseOpened():
            return replace(case, opened=fact)
        case Issued(document=id_):
            return replace(case, documents={**case.documents, id_: Document(fact, happening.on)})
        case events.DocumentServed(document, addressee, _, _, defects):
            if defects:
                return case
            return _document(case, document, received={addressee: happening.on})
        case events.OpinionAmended(document):
            return _document(case, document, ended="opinion-amended")
        case events.OpinionWithdrawn(document):
            return _document(case, document, ended="opinion-withdrawn")
        case events.DocumentWithdrawn(document):
            return _document(case, document, ended="document-withdrawn")
        case events.DecisionRevoked(document):
            return _document(case, document, ended="decision-revoked")
        case events.ReviewRequested(review=id_):
            return replace(case, reviews={**case.reviews, id_: Review(fact)})
        case events.ReviewWithdrawn(review=id_):
            return _review(case, id_, "withdrawn-request")
        case events.ReviewDecided(review=id_, outcome=outcome):
            return _review(case, id_, outcome)
        case events.OpenPointDecided(point, option):
            return replace(case, points={**case.points, point: option})
        case events.Closed():
            return replace(case, closed=True)
        case events.Reopened():
            return replace(case, closed=False)
        case _:
            return _deadline(case, fact)


def _deadline(case: Case, fact: CaseFact) -> Case:
    if isinstance(fact, events.DeadlineSet):
        new = Deadline(
            fact.deadline, fact.name, fact.about, fact.holder, fact.nature, fact.article, fact.trigger_on, fact.limit,
            fact.reckoned, points=fact.points,
        )  # fmt: skip
    elif isinstance(fact, events.DeadlineFact):
        old = case.deadlines.get(fact.deadline)
        if old is None:  # a view may leave out where it was set
            return case
        new = _moved(old, fact)
    else:
        return case  # a fact that only the log needs
    return replace(case, deadlines={**case.deadlines, fact.deadline: new})


def _moved(old: Deadline, fact: events.DeadlineFact) -> Deadline:
    match fact:
        case events.DeadlineSet():
            return old
        case events.DeadlineSuspended(_, from_, _, points):
            return replace(old, pauses=(*old.pauses, Paused(from_)), points=points)
        case events.DeadlineResumed(_, until, True, reckoned, points):
            return replace(old, trigger_on=until, pauses=(), reckoned=reckoned, points=points)
        case events.DeadlineResumed(_, until, _, reckoned, points):
            pauses = (*old.pauses[:-1], *(replace(pause, until=until) for pause in old.pauses[-1:]))
            return replace(old, reckoned=reckoned, pauses=pauses, points=points)
        case events.DeadlineRecomputed(_, _, trigger_on, limit, reckoned, pauses, points, met_on):
            return replace(
                old,
                trigger_on=trigger_on,
                limit=limit,
                reckoned=reckoned,
                pauses=pauses,
                points=points,
                met_on=met_on,
                cancelled=None,
                cancelled_on=None,
            )
        case events.DeadlineMet(_, on):
            return replace(old, met_on=on)
        case events.DeadlineLapsed():
            return replace(old, lapsed=True)
        case events.DeadlineLapseWithdrawn():
            return replace(old, lapsed=False)
        case events.DeadlineCancelled(_, why, on):
            return replace(old, cancelled=why, cancelled_on=on)
        case _:
            assert_never(fact)


def _document(case: Case, id_: str, received: Mapping[str, date] | None = None, ended: str | None = None) -> Case:
    old = case.documents.get(id_)
    if old is None:  # a view may leave out its issue
        return case
    new = replace(old, receipts={**old.receipts, **(received or {})}, ended=ended or old.ended)
    return replace(case, documents={**case.documents, id_: new})


def _review(case: Case, id_: str, outcome: str) -> Case:
    old = case.reviews.get(id_)
    return case if old is None else replace(case, reviews={**case.reviews, id_: replace(old, outcome=outcome)})


def _with_ids(case: Case, happening: Happening) -> Mapping[str, Thing]:
    fact = happening.fact
    about = getattr(fact, "about", None) or getattr(fact, "act", None)
    kind = fact.instrument if isinstance(fact, Issued) else None
    new = {
        id_: Thing(kind or name.removeprefix("new_"), about if id_ != about else None, happening.on)
        for name in CREATES
        if isinstance(id_ := getattr(fact, name, None), str) and id_ not in case.things
    }
    return {**case.things, **new} if new else case.things
