"""Erasing sealed texts (依法删除): which go and which stay. The entry and the destruction are one transaction."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from api.execute import AGAIN, Desk
from api.failures import Busy, ErasureUnsure, NoSuchText, StaleCase, UnknownCase
from domain.identity import Actor
from domain.lawbook.decider import PerformErasure
from ledger.postgres.connect import DatabaseUnavailable
from ledger.requests import Appended, Erasure, Outcome, Request

Eraser = Callable[[Request, Erasure, datetime], Outcome]
"""Records an erasure and performs it; `ledger.erasure.erase` does so in the database."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What was destroyed, and the entry that says so."""

    fields: tuple[str, ...]
    entry: Appended
    shut: tuple[str, ...] = ()  # what stays and cannot be opened any more, as before


def erase(
    desk: Desk,
    eraser: Eraser,
    actor: Actor,
    stream: str,
    fields: Collection[str] | None,
    legal_basis: str,
    approver: str,
) -> Erased:
    """Destroy sealed texts of a file with every data key they were ever under.

    What stays is sealed anew under another key, so that no copy of the database from an earlier day, which would hold
    what went, can be opened with a key that is still there.

    Args:
        desk: of the ledger.
        eraser: performs it.
        actor: the named person.
        stream: the file.
        fields: which, each as version and field, `3.reason`; None for all that there are.
        legal_basis: the law and its article, 《…》第…条.
        approver: another person.

    Raises:
        UnknownCase: there is no such file.
        NoSuchText: a field is not sealed in it, or erased already.
        Refusal: `OwnApproval`, `NoLegalBasis`, `NothingToErase`.
        ErasureUnsure: no server answers; it may have been done.
        RoleDenied: the login may not erase.
    """
    for _ in range(AGAIN):
        entries = desk.log.read(stream)
        if not entries:
            raise UnknownCase(case=stream)
        texts, shut = desk.vault.look(desk.log, entries)
        every = sorted([*texts, *shut], key=lambda text: (text.position, text.field))
        for missing in sorted(set(fields or ()) - {text.name for text in every}):
            raise NoSuchText(stream=stream, field=missing)
        names = tuple(text.name for text in every if fields is None or text.name in fields)
        kept = [text for text in texts if text.name not in names]
        stays, key = desk.vault.renew(desk.log, stream, kept) if kept else ([], None)
        erasure = Erasure(
            stream,
            tuple((text.position, text.field) for text in every if text.name in names),
            tuple(stays),
            tuple((text.position, text.field) for text in shut if text.name not in names),
            key,
        )
        command = PerformErasure(stream, names, legal_basis, actor.person, approver)
        try:
            entry = desk.found(command, actor=actor, pen=partial(_perform, eraser, erasure))
        except StaleCase:
            continue  # a text came or went meanwhile, or the ledger's own stream moved on
        except DatabaseUnavailable as error:
            raise ErasureUnsure from error
        return Erased(names, entry, tuple(text.name for text in shut if text.name not in names))
    raise Busy


def _perform(eraser: Eraser, erasure: Erasure, request: Request, now: datetime) -> Outcome:
    return eraser(request, erasure, now)
