"""Who may stand in which relation to a file (相关机关的地位).

What an authority does is recorded by its own people. So nobody becomes an authority over itself, and no relation is
given that the regulation does not build on.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, get_args

from domain import errors
from domain.glossary import en, zh
from domain.identity import Actor
from domain.procedure.commands import Asked, NameAuthority
from domain.procedure.facts import Fact
from domain.procedure.state import File
from domain.regime import model
from domain.regime.conditions import AUTHORITIES, ByPoint, Relation
from domain.regime.law import Law

NEVER_NAMED: Final = frozenset({"supervisor", "subject", "anyone", "system", "decider", "addressee"})
"""Who these are follows from the opening, from a ladder or from a referral."""
KEEPERS: Final = ("supervisor", "agent")
ABOVE: Final = AUTHORITIES - {"government", "agent"}
"""What no keeper of a file is to it. A government may be the supervisor; under which regulation, its data say."""


def nameable(file: File, law: Law) -> tuple[str, ...]:
    """The relations that the regulation builds on in proceedings of this kind and that are there to be named."""
    used = frozenset(_used(file, law))
    return tuple(relation for relation in get_args(Relation) if relation in used - NEVER_NAMED)


def _used(file: File, law: Law) -> Iterator[str]:
    rules, by_ladder = law.rules(file.kind.name), False
    for step in rules.steps.values():
        yield step.by
        by_ladder |= step.by == "decider"
        for instead in step.instead:
            yield from _either(instead.by)
        guards = (part for rule in step.requires for part in rule.guard.parts())
        yield from (relation for guard in guards if guard.certificate for relation in guard.certificate.by)
    for clock in rules.deadlines.values():
        yield clock.holder
    issuing = [row for name, row in file.kind.steps.items() if row.creates == "document" and name in rules.steps]
    for instrument in law.regime.instruments.values() if issuing else ():
        yield from (instrument.issued_by, instrument.to)
    for rung in (rung for ladder in law.regime.ladders.values() for rung in ladder.rungs if by_ladder):
        yield from _either(rung.decided_by)


def _either(by: str | ByPoint[Relation]) -> tuple[str, ...]:
    return tuple(by.options.values()) if isinstance(by, ByPoint) else (by,)


def refuse_misplaced(asked: Asked, file: File, rule: model.Step) -> None:
    """Refuse a step that makes an organ an authority over itself.

    Raises:
        Refusal: `WrongRelation`.
    """
    relation, organ = _placed(asked, file)
    named = isinstance(asked.command, NameAuthority)
    if organ is None or not (named or relation in AUTHORITIES) or relation not in get_args(Relation):
        return  # a word that is no relation is refused as such
    bars = ["subject"]
    bars += KEEPERS if relation in ABOVE else ()
    bars += ["supervisor", *sorted(ABOVE)] if relation == "agent" else ()
    for bar in bars:
        if organ in file.organs(bar):
            raise errors.WrongRelation(
                rule.cite, organ=organ, now=zh(bar), now_en=en(bar), who=zh(relation), who_en=en(relation)
            )


def _placed(asked: Asked, file: File) -> tuple[str, str | None]:
    """The relation that a step brings an organ into, and the organ."""
    command = asked.command
    if isinstance(command, NameAuthority):
        return command.relation, command.organ
    relation, name = getattr(file.kind.steps[asked.step].becomes, "RELATES", ("", ""))
    return relation, getattr(command, name, None)


def has_part(actor: Actor, file: File) -> bool:
    """Whether somebody has a part in a file: whose organ stands in a relation to it, or whom its opening `HEARS`.

    Whom its opening names among the `KEPT_OUT` has none, unless it is their own file.
    """
    if actor.organ in file.organs("supervisor"):
        return True
    themselves = {actor.organ, actor.person}
    return not themselves & barred(file) and (actor.organ in file.organs("anyone") or bool(themselves & heard(file)))


def heard(file: File) -> frozenset[object]:
    """Whom the opening of a file `HEARS`: the complainant, where one is known."""
    return _opened(file, "HEARS") - {None}


def barred(file: File) -> frozenset[object]:
    """Whom the opening of a file keeps out of it (`KEPT_OUT`): who is complained about, until a case is opened."""
    return _opened(file, "KEPT_OUT") - {None}


def _opened(file: File, which: str) -> frozenset[object]:
    return frozenset(getattr(file.opened, name) for name in getattr(file.opened, which, ()))


def the_one(relation: str, file: File, cite: str, meant: str | None = None) -> str | None:
    """The organ in a relation where a step names none; None if there is none.

    It is `meant` if that one stands in it, else the one of the opening, else the only one.

    Raises:
        Refusal: `SeveralOrgans`.
    """
    organs = file.organs(relation)
    if meant in organs:
        return meant
    found = file.organ(relation)
    if found is None and organs:
        raise errors.SeveralOrgans(cite, who=zh(relation), who_en=en(relation), organs=", ".join(sorted(organs)))
    return found


def holder(relation: str, starts: Fact, file: File) -> str:
    """Whose clock it is: the organ that the fact brings into the relation, else that of the opening, else the only one.

    Where nobody is named, or several are, it is the relation itself: no one of them by chance.
    """
    brought, name = getattr(starts, "RELATES", (None, ""))
    if brought == relation:
        return str(getattr(starts, name))
    return file.organ(relation) or relation
