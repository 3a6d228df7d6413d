"""The bytes of every stored event type, for ever: what was written once is still written and read the same.

A golden file holds the body of one entry. A new type gets a new file (`python -m tests.test_golden`); a file that is
there is never changed, because ledgers hold such bytes.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from eventsourcing.persistence import StoredEvent

from domain.catalogue import TYPES
from domain.identity import Actor, OrganId, PersonId, Sealed
from ledger.entry import Header, encode
from ledger.hashing import NO_LEAF, leaf_hash
from ledger.mapper import Envelope, LawUsed, LedgerMapper, Seen

GOLDEN = Path(__file__).parent / "golden"
MAPPER = LedgerMapper(TYPES)
ADDED = ("in_writing", "to", "article", "holder", "nature", "approver")  # what types of `golden/before` got later
DAY = date(2024, 2, 5)
AT = datetime(2024, 2, 5, 1, 2, 3, 4, tzinfo=UTC)


def sample(hint: Any, name: str = "") -> Any:
    """A value of a type, the same every time; every optional value is there."""
    if get_origin(hint) is UnionType:
        return sample(next(part for part in get_args(hint) if part is not type(None)), name)
    if get_origin(hint) is tuple:
        return (sample(get_args(hint)[0], name),)
    if hint is Sealed:
        return Sealed("ab" * 32)
    if is_dataclass(hint) and isinstance(hint, type):
        hints = get_type_hints(hint)
        return hint(**{field.name: sample(hints[field.name], field.name) for field in fields(hint)})
    return {str: f"{name}-值", int: 7, bool: True, date: DAY}[hint]


def stream(name: str) -> str:
    return f"{name.partition('.')[0]}/golden"


def envelope(name: str) -> Envelope:
    return Envelope(
        originator_id=stream(name),
        originator_version=1,
        fact=sample(TYPES[name]),
        occurred_on=DAY,
        actor=Actor(PersonId("person-a"), OrganId("organ-justice"), "handler", "certificate-1"),
        basis=("some-2020:art.1.2",),
        law=LawUsed("some-2020", "01" * 32, "cn-2023-10-25", "02" * 32),
        seen=(Seen("register/organ-justice/notice/2024", 3),),
        occurred_at=AT,
        late_reason=Sealed("cd" * 32),
        request="ef" * 32,
    )


def path(name: str) -> Path:
    return GOLDEN / f"{name.replace('/', '@')}.json"


@pytest.mark.parametrize("name", TYPES)
def test_a_fact_is_written_as_it_always_was(name: str) -> None:
    assert MAPPER.to_stored_event(envelope(name)).state == path(name).read_bytes()


@pytest.mark.parametrize("name", TYPES)
def test_a_fact_written_long_ago_is_read_as_what_it_was(name: str) -> None:
    entry = encode(Header("cn-000000-demo", 0, stream(name), 1, name, AT, NO_LEAF), path(name).read_bytes())
    read = MAPPER.to_domain_event(StoredEvent(stream(name), 1, name, entry))
    assert read.fact == sample(TYPES[name])
    assert read.leaf == leaf_hash(entry)
    assert (read.actor, read.law, read.late_reason) == (
        envelope(name).actor,
        envelope(name).law,
        envelope(name).late_reason,
    )


@pytest.mark.parametrize("file", sorted((GOLDEN / "before").iterdir()), ids=lambda file: file.stem)
def test_a_fact_written_before_it_got_another_field_is_read_without_it(file: Path) -> None:
    name = file.stem.replace("@", "/")
    entry = encode(Header("cn-000000-demo", 0, stream(name), 1, name, AT, NO_LEAF), file.read_bytes())
    read, now = MAPPER.to_domain_event(StoredEvent(stream(name), 1, name, entry)).fact, sample(TYPES[name])
    added = {field.name for field in fields(now) if getattr(read, field.name) != getattr(now, field.name)}
    assert added == {field.name for field in fields(now) if field.name in ADDED}
    assert all(getattr(read, field) is None for field in added)


def test_no_golden_file_is_left_without_its_type() -> None:
    names: Mapping[str, type] = TYPES
    assert {file.stem for file in GOLDEN.glob("*@*.json")} == {name.replace("/", "@") for name in names}


if __name__ == "__main__":  # write what is new, never over what is there
    for new in TYPES:
        if not path(new).exists():
            path(new).write_bytes(MAPPER.to_stored_event(envelope(new)).state)
            sys.stdout.write(f"{path(new).name}\n")
