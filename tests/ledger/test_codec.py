"""Facts as plain data, and back: strict both ways."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, Literal
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.identity import PersonId, Sealed
from ledger import canonical
from ledger.codec import CodecError, codec


@dataclass(frozen=True, slots=True)
class Limit:
    count: int
    unit: str = "day"


@dataclass(frozen=True, slots=True)
class Everything:
    text: str
    person: PersonId
    flag: bool
    number: int
    day: date
    moment: datetime
    choice: Literal["upheld", "withdrawn"]
    persons: tuple[PersonId, ...]
    limits: tuple[Limit, ...]
    names: Mapping[str, str]
    secret: Sealed
    maybe: Limit | None
    reason: Sealed | None = None
    until: date | None = None
    grounds: tuple[str, ...] = ()


texts = st.text(st.characters(codec="utf-8")).map(lambda text: normalize("NFC", text))
seals = st.binary(min_size=32, max_size=32).map(lambda digest: Sealed(digest.hex()))
numbers = st.integers(-canonical.LARGEST, canonical.LARGEST)
limits = st.builds(Limit, count=numbers, unit=texts)
everything = st.builds(
    Everything,
    text=texts,
    person=texts.map(PersonId),
    flag=st.booleans(),
    number=numbers,
    day=st.dates(),
    moment=st.datetimes(timezones=st.just(UTC)),
    choice=st.sampled_from(("upheld", "withdrawn")),
    persons=st.lists(texts.map(PersonId), max_size=3).map(tuple),
    limits=st.lists(limits, max_size=3).map(tuple),
    names=st.dictionaries(st.text(st.characters(max_codepoint=127), max_size=5), texts, max_size=3),
    secret=seals,
    maybe=st.none() | limits,
    reason=st.none() | seals,
    until=st.none() | st.dates(),
    grounds=st.lists(texts, max_size=2).map(tuple),
)
SAMPLE = Everything(
    text="案卷",
    person=PersonId("person-a"),
    flag=True,
    number=-7,
    day=date(2024, 2, 29),
    moment=datetime(2024, 2, 5, 9, 2, 3, 4, timezone(timedelta(hours=8))),
    choice="upheld",
    persons=(PersonId("a"), PersonId("b")),
    limits=(Limit(3),),
    names={"zh": "名"},
    secret=Sealed("1" * 64),
    maybe=None,
)


@given(everything)
def test_a_fact_is_read_back_as_it_was_written(fact: Everything) -> None:
    facts, sealed = codec(Everything).encode(fact)
    stored = canonical.decode(canonical.encode(facts))
    assert codec(Everything).decode(stored, sealed) == fact


def test_a_fact_is_plain_data_and_its_sealed_fields_lie_apart() -> None:
    facts, sealed = codec(Everything).encode(SAMPLE)
    assert facts == {
        "text": "案卷",
        "person": "person-a",
        "flag": True,
        "number": -7,
        "day": "2024-02-29",
        "moment": "2024-02-05T01:02:03.000004Z",
        "choice": "upheld",
        "persons": ["a", "b"],
        "limits": [{"count": 3, "unit": "day"}],
        "names": {"zh": "名"},
        "grounds": [],
    }
    assert sealed == {"secret": "1" * 64}
    assert codec(Everything).sealed_fields == {"secret", "reason"}


def test_a_field_with_a_default_may_be_missing() -> None:
    facts, sealed = codec(Everything).encode(SAMPLE)
    del facts["grounds"]
    assert codec(Everything).decode(facts, sealed) == SAMPLE


def test_text_is_stored_in_nfc() -> None:
    assert codec(Limit).encode(Limit(1, "e\N{COMBINING ACUTE ACCENT}"))[0]["unit"] == "é"


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("text", None),
        ("text", 1),
        ("flag", 1),
        ("number", True),
        ("number", 1.0),
        ("number", 2**53),
        ("day", "20240229"),
        ("day", "2024-02-30"),
        ("day", "2024-W09-4"),
        ("moment", "2024-02-05T01:02:03Z"),
        ("choice", "amended"),
        ("choice", ["upheld"]),
        ("persons", "ab"),
        ("persons", [1]),
        ("limits", [{"count": 3, "unit": "day", "more": 1}]),
        ("limits", [{"unit": "day"}]),
        ("limits", [None]),
        ("names", {"zh": 1}),
        ("names", {"名": "x"}),
        ("until", None),
        ("until", ""),
        ("unknown", 1),
        ("secret", "1" * 64),  # sealed, so not among the plain members
    ],
)
def test_a_member_that_nobody_can_have_written_is_refused(member: str, value: object) -> None:
    facts, sealed = codec(Everything).encode(SAMPLE)
    with pytest.raises(CodecError, match=member):
        codec(Everything).decode(facts | {member: value}, sealed)


@pytest.mark.parametrize("sealed", [{}, {"secret": "1"}, {"secret": "A" * 64}, {"secret": "1" * 64, "text": "1" * 64}])
def test_a_commitment_that_nobody_can_have_written_is_refused(sealed: dict[str, str]) -> None:
    facts, _ = codec(Everything).encode(SAMPLE)
    with pytest.raises(CodecError):
        codec(Everything).decode(facts, sealed)


@pytest.mark.parametrize(
    "wrong",
    [
        Limit("3"),  # type: ignore[arg-type]  # the fault that is tested
        Limit(True),
        Limit(2**53),
        Limit(1, None),  # type: ignore[arg-type]  # the fault that is tested
        SAMPLE,
    ],
)
def test_a_value_of_another_type_is_not_written(wrong: Any) -> None:
    with pytest.raises(CodecError):
        codec(Limit).encode(wrong)


def test_a_time_without_its_distance_from_utc_is_not_written() -> None:
    @dataclass(frozen=True)
    class Timed:
        at: datetime

    with pytest.raises(CodecError, match=r"Timed\.at"):
        codec(Timed).encode(Timed(datetime(2024, 2, 5)))  # noqa: DTZ001  # the fault that is tested


def _types_that_cannot_be_stored() -> list[type]:
    @dataclass(frozen=True)
    class HasFloat:
        x: float

    @dataclass(frozen=True)
    class HasList:
        x: list[str]

    @dataclass(frozen=True)
    class HasUnion:
        x: str | int

    @dataclass(frozen=True)
    class HasNoneThatIsNoDefault:
        x: str | None = "a"

    @dataclass(frozen=True)
    class HasKeyword:
        x: str = field(kw_only=True)

    @dataclass(frozen=True)
    class Nested:
        x: Sealed

    @dataclass(frozen=True)
    class HasSealedInside:
        x: Nested

    # Local classes are not found by name: give the hint itself.
    HasSealedInside.__annotations__["x"] = Nested
    return [HasFloat, HasList, HasUnion, HasNoneThatIsNoDefault, HasKeyword, HasSealedInside, str]


@pytest.mark.parametrize("cls", _types_that_cannot_be_stored(), ids=lambda cls: cls.__name__)
def test_a_class_that_cannot_be_stored_is_refused_when_it_is_met(cls: type) -> None:
    with pytest.raises(CodecError):
        codec(cls)
