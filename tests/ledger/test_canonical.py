"""Canonical JSON: the same bytes as RFC 8785, and nothing that could be read twice."""

from __future__ import annotations

import math
import uuid
from datetime import date
from typing import Any
from unicodedata import normalize

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from ledger.canonical import LARGEST, CanonicalError, decode, encode, nfc

texts = st.text(st.characters(codec="utf-8")).map(lambda text: normalize("NFC", text))
names = st.text(st.characters(max_codepoint=127))
values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | texts,
    lambda inner: st.lists(inner) | st.dictionaries(names, inner),
    max_leaves=20,
)


@given(values)
def test_the_bytes_are_those_of_rfc_8785(value: Any) -> None:
    assert encode(value) == rfc8785.dumps(value)
    assert decode(encode(value)) == value


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        math.nan,
        LARGEST + 1,
        -LARGEST - 1,
        "e\N{COMBINING ACUTE ACCENT}",
        "\ud800",
        {"案": 1},
        {1: "one"},
        {"a": [{"b": 0.5}]},
        date(2024, 2, 5),
        uuid.UUID(int=0),
        b"bytes",
        {"a", "set"},
    ],
)
def test_what_has_no_single_spelling_is_refused(value: object) -> None:
    with pytest.raises(CanonicalError):
        encode(value)


def test_what_is_nested_too_deep_is_refused() -> None:
    deep: list[Any] = []
    for _ in range(2_000):
        deep = [deep]
    with pytest.raises(CanonicalError):
        encode(deep)


def test_text_is_brought_to_nfc_on_request() -> None:
    assert nfc("e\N{COMBINING ACUTE ACCENT}") == "é"
    assert encode(nfc("\N{CJK COMPATIBILITY IDEOGRAPH-F900}")) == '"\N{CJK UNIFIED IDEOGRAPH-8C48}"'.encode()


def test_bytes_that_are_not_json_are_refused() -> None:
    for content in (b"", b"{", b'{"a":\xff}', b"NaN"):
        with pytest.raises(CanonicalError):
            decode(content)
