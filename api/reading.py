"""Who may read a file (查阅): whose ledger it is, whoever has a part in the file, auditors. To others it is not there.

A refusal that said more than that there is no such file would say that there is one: who was complained about would
learn of the complaint. So reading, and taking a step, in a file that one has no part in is answered like a file that
does not exist. Free text stays sealed to all but those who keep the file, and so does who complained.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from api.execute import Desk
from api.failures import UnknownCase
from api.identity.demonstration import Account
from domain.case.events import CaseAbsorbed
from domain.case.kind import CASE
from domain.lead.events import LeadLinked
from domain.lead.kind import LEAD
from domain.procedure.relations import KEEPERS, has_part, heard
from domain.procedure.state import File
from projections.scope import parties

AUDITOR: Final = "auditor"


def may_read(who: Account, file: File) -> bool:
    """Whether somebody may read a file, in all its versions."""
    return who.oversees or who.actor.role == AUDITOR or has_part(who.actor, file)


def may_unseal(who: Account, file: File) -> bool:
    """Whether somebody may read the free text of a file: no auditor may, and no party."""
    return who.oversees or any(who.actor.organ in file.organs(keeper) for keeper in KEEPERS)


def nameless(desk: Desk, who: Account | None, stream: str) -> frozenset[object]:
    """Whom a file does not name to `who`: who complained, but to those who keep it and to themselves.

    That is who complained in it, and in whatever it came from, where an organ keeps both: who keeps the one only does
    not decide what the other withholds. A source that is no file of this ledger is free text, which may name anybody.
    The command line is nobody in particular, and is not told either.
    """
    if who is not None and may_unseal(who, desk.read(stream).file):
        return frozenset()
    names: set[object] = set()
    seen: set[str] = set()
    ahead: list[tuple[str, set[str] | None]] = [(stream, None)]
    while ahead:
        here, keepers = ahead.pop()
        try:
            file = desk.read(here).file
        except UnknownCase:
            names |= {here, here.removeprefix(f"{LEAD.name}/")}
            continue
        own = {party for party, standing in parties(file).items() if standing in KEEPERS}
        if here in seen or (keepers is not None and not keepers & own):
            continue
        seen.add(here)
        names |= heard(file)
        ahead += [(each, own) for each in _came_from(desk, here, file) if each not in seen]
    return frozenset(names - {who.actor.person, who.actor.organ} if who is not None else names)


def _came_from(desk: Desk, stream: str, file: File) -> Iterator[str]:
    """The files that a file came from: its source, the cases that go on in it, the leads that were linked to it."""
    source: str | None = getattr(file.opened, "source", None)
    if source is not None:
        yield source if "/" in source else f"{LEAD.name}/{source}"
    yield from (f"{CASE.name}/{h.fact.case}" for h in file.log if isinstance(h.fact, CaseAbsorbed))
    yield from desk.links.leads_of(stream) if file.kind is CASE else ()


def of_lists(who: Account) -> tuple[str, str] | None:
    """The organ and the person whose files are in the lists that somebody sees; None for all."""
    return None if who.oversees or who.actor.role == AUDITOR else (who.actor.organ, who.actor.person)


def told_to(who: Account) -> tuple[str, str] | None:
    """The organ and the person of whoever lists do not name everybody to; None for the authority whose ledger it is."""
    return None if who.oversees else (who.actor.organ, who.actor.person)


def readable(desk: Desk, who: Account, stream: str) -> File:
    """The file as it stands now; `UnknownCase` if there is none that `who` may read."""
    file = desk.read(stream).file
    through = who.actor.role == AUDITOR or may_unseal(who, file)
    if not may_read(who, file) or (not through and who.actor.organ in _led_to(desk, file)):
        raise UnknownCase(case=stream)
    return file


def _led_to(desk: Desk, file: File) -> Iterator[str | None]:
    """The departments that a lead was followed up against, in cases of this ledger: it is as good as about them."""
    for case in (h.fact.case for h in file.log if isinstance(h.fact, LeadLinked)):
        with suppress(UnknownCase):
            opened = desk.read(f"{CASE.name}/{case}").file.opened
            yield opened.subject if opened is not None else None
