"""From a step as decided to the request that the log is sent: which entry says what, and what is sealed beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from api.asking import Ask
from api.vault import Committed, Vault
from api.vouching import Vouched
from domain.procedure.commands import Command
from domain.procedure.facts import Fact
from domain.regime.law import Law
from domain.register.events import NumberAssigned
from ledger.log import Log
from ledger.mapper import LATE_REASON, Envelope, LawUsed, Seen
from ledger.requests import Item, Request


@dataclass(frozen=True, slots=True)
class Numbered:
    """A document number drawn from its register, and the version of the register it was drawn at."""

    stream: str
    version: int
    fact: NumberAssigned


@dataclass(frozen=True, slots=True)
class Drawn:
    """A step as decided, ready to be appended."""

    now: datetime
    on: date
    version: int
    facts: tuple[Fact, ...]
    law: Law
    numbered: Numbered | None
    vouched: Vouched
    basis: tuple[str, ...] = ()  # the provision that the step rests on
    there: tuple[Fact, ...] = ()  # what it says in the other file that it names


@dataclass(frozen=True, slots=True)
class Prepared:
    """A step as filled in.

    `key` is what it is known under, scoped by who asks; `asked` the digest of what was asked; `texts` the free texts in
    it, committed to, by the field that holds them; `created` the id of what it creates.
    """

    command: Command
    key: bytes
    asked: bytes
    texts: Mapping[str, Committed]
    created: str | None


def request_of(log: Log, vault: Vault, ask: Ask, drawn: Drawn, prepared: Prepared) -> Request:
    """The request of a step: its entries, the number it draws and what it says in another file, or nothing of it.

    Args:
        log: that it goes to.
        vault: where its texts are sealed.
        ask: the step as it was asked for.
        drawn: the step as it was decided.
        prepared: the step as it was filled in.
    """
    stream, key, texts = ask.stream, prepared.key, prepared.texts
    used = LawUsed(drawn.law.regime.id, drawn.law.digest, drawn.law.calendar.version, drawn.law.calendar_digest)
    base = Envelope(stream, 0, None, drawn.on, ask.actor, law=used, basis=drawn.basis)
    numbers = (Seen(drawn.numbered.stream, drawn.numbered.version),) if drawn.numbered is not None else ()
    base = replace(base, seen=(*numbers, *drawn.vouched.seen))
    data_key, new_keys = vault.key(log, stream) if texts else (None, ())
    items = []
    for version, fact in enumerate(drawn.facts, drawn.version + 1):
        envelope = replace(base, originator_version=version, fact=fact)
        mine = {name: text for name, text in texts.items() if getattr(fact, name, None) == text.sealed}
        if version == drawn.version + 1 and LATE_REASON in texts:
            mine[LATE_REASON] = texts[LATE_REASON]
            envelope = replace(envelope, late_reason=texts[LATE_REASON].sealed)
        item = item_of(log, envelope, key)
        if data_key is not None and mine:
            sealed = vault.seal(mine, data_key, ledger=log.ledger, stream=stream, version=version)
            item = replace(item, sealed=sealed)
        items.append(item)
    items.extend(item_of(log, envelope, key) for envelope in _elsewhere(base, drawn))
    return Request(key, prepared.asked, tuple(items), data_keys=new_keys)


def item_of(log: Log, envelope: Envelope, key: bytes) -> Item:
    """One entry of the request under this key."""
    stored = log.mapper.to_stored_event(replace(envelope, request=key.hex()))
    return Item(str(stored.originator_id), stored.originator_version - 1, stored.topic, stored.state)


def _elsewhere(base: Envelope, drawn: Drawn) -> Iterator[Envelope]:
    """What the step records in other streams: the register that it draws a number from, the other file it names."""
    base = replace(base, seen=(Seen(str(base.originator_id), drawn.version),))
    if drawn.numbered is not None:
        stream, version = drawn.numbered.stream, drawn.numbered.version + 1
        yield replace(base, originator_id=stream, originator_version=version, fact=drawn.numbered.fact)
    if drawn.vouched.other is not None:
        elsewhere, other = drawn.vouched.other
        for version, fact in enumerate(drawn.there, other.version + 1):
            yield replace(base, originator_id=elsewhere, originator_version=version, fact=fact)
