"""Sealed fields: what opens them, and what does not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from domain.identity import Sealed
from ledger import canonical, hashing, sealed
from ledger.sealed import DataKey, SealedValue, SealError, commitment, seal, unseal, unwrap, wrap

KEY = DataKey(b"key-1", bytes(range(32)))
SALT, NONCE = b"salt" * 4, b"nonce-nonce-"
PLACE: dict[str, Any] = {"ledger": "cn-000000", "stream": "case/1", "version": 3}


@given(st.text(st.characters(codec="utf-8")))
def test_who_has_the_key_reads_the_text_in_nfc(text: str) -> None:
    held, value = seal(text, data_key=KEY, salt=SALT, nonce=NONCE, field="note", **PLACE)
    opened = unseal(value, held, data_key=KEY.key, **PLACE)
    assert commitment(opened[0], opened[1]) == commitment(text, SALT) == held


def test_the_salt_lies_with_the_text_and_not_beside_it() -> None:
    """A commitment hides a text that can be guessed only as long as nobody has its salt: it has to go with the key."""
    _, value = seal("当事人甲", data_key=KEY, salt=SALT, nonce=NONCE, field="note", **PLACE)
    assert not any(SALT in part for part in (value.key_id, value.nonce, value.ciphertext, value.salt or b""))


def test_a_value_sealed_by_an_earlier_version_with_its_salt_beside_it_opens() -> None:
    held, _ = seal("text", data_key=KEY, salt=SALT, nonce=NONCE, field="note", **PLACE)
    ciphertext = AESGCM(KEY.key).encrypt(NONCE, b'"text"', b"cn-000000\ncase/1\n3\nnote")
    value = SealedValue("note", KEY.key_id, NONCE, ciphertext, SALT)
    assert unseal(value, held, data_key=KEY.key, **PLACE) == ("text", SALT)
    with pytest.raises(SealError, match="commits to"):
        unseal(replace(value, salt=b"x" * 16), held, data_key=KEY.key, **PLACE)


def test_the_end_of_a_text_cannot_be_given_out_for_the_text() -> None:
    content = canonical.encode('并未"违法')
    salt = SALT + content[: content.index(b"\\") + 1]
    rest = content[len(salt) - len(SALT) :]
    assert hashing.commit(salt, rest).hex() == commitment('并未"违法', SALT).commitment
    with pytest.raises(SealError):
        commitment(str(canonical.decode(rest)), salt)


def test_the_commitment_hashes_the_salt_and_the_text_as_canonical_json() -> None:
    held, value = seal("当事人甲", data_key=KEY, salt=SALT, nonce=NONCE, field="note", **PLACE)
    assert held == Sealed(hashing.digest(SALT + '"当事人甲"'.encode()).hex())
    assert (value.field, value.key_id, value.nonce, value.salt) == ("note", b"key-1", NONCE, None)
    assert "当事人甲".encode() not in value.ciphertext
    opened = AESGCM(KEY.key).decrypt(NONCE, value.ciphertext, b"cn-000000\ncase/1\n3\nnote")
    assert opened == SALT + '"当事人甲"'.encode()


@pytest.mark.parametrize("other", [{"ledger": "cn-1"}, {"stream": "case/2"}, {"version": 4}])
def test_a_ciphertext_opens_nowhere_but_in_its_place(other: dict[str, Any]) -> None:
    held, value = seal("text", data_key=KEY, salt=SALT, nonce=NONCE, field="note", **PLACE)
    with pytest.raises(SealError, match="does not open"):
        unseal(value, held, data_key=KEY.key, **(PLACE | other))
    with pytest.raises(SealError, match="does not open"):
        unseal(replace(value, field="reason"), held, data_key=KEY.key, **PLACE)


def test_another_key_or_a_changed_ciphertext_does_not_open() -> None:
    held, value = seal("text", data_key=KEY, salt=SALT, nonce=NONCE, field="note", **PLACE)
    for key in (bytes(32), b"short"):
        with pytest.raises(SealError, match="does not open"):
            unseal(value, held, data_key=key, **PLACE)
    changed = replace(value, ciphertext=bytes([value.ciphertext[0] ^ 1]) + value.ciphertext[1:])
    with pytest.raises(SealError, match="does not open"):
        unseal(changed, held, data_key=KEY.key, **PLACE)


def test_a_text_put_in_the_place_of_another_is_not_what_the_entry_commits_to() -> None:
    held, _ = seal("text", data_key=KEY, salt=SALT, nonce=NONCE, field="note", **PLACE)
    _, exchanged = seal("another text", data_key=KEY, salt=SALT, nonce=NONCE, field="note", **PLACE)
    with pytest.raises(SealError, match="commits to"):
        unseal(exchanged, held, data_key=KEY.key, **PLACE)


def test_lengths_that_would_weaken_the_seal_are_refused() -> None:
    right: dict[str, Any] = {"data_key": KEY, "salt": SALT, "nonce": NONCE, "field": "note"} | PLACE
    for wrong in ({"salt": b"short"}, {"salt": b"x" * 17}, {"nonce": b"short"}, {"data_key": DataKey(b"k", b"x" * 16)}):
        with pytest.raises(SealError):
            seal("text", **(right | wrong))


def test_a_data_key_is_wrapped_as_rfc_3394_says() -> None:
    """RFC 3394, section 4.6: 256 bits of key data with a 256-bit KEK."""
    master = bytes.fromhex("000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F")
    data = bytes.fromhex("00112233445566778899AABBCCDDEEFF000102030405060708090A0B0C0D0E0F")
    wrapped = bytes.fromhex("28C9F404C4B810F4CBCCB35CFB87F8263F5786E2D80ED326CBC7F0E71A99F43BFB988B9B7A02DD21")
    assert wrap(master, data) == wrapped
    assert unwrap(master, wrapped) == data
    for master_key, damaged in ((bytes(32), wrapped), (master, wrapped[:-1] + b"\0"), (master, b""), (b"", wrapped)):
        with pytest.raises(SealError):
            unwrap(master_key, damaged)
    with pytest.raises(SealError):
        wrap(master, b"x" * sealed.SALT_SIZE)
