"""Sealed fields (密封字段): text kept outside the log, to which an entry holds a salted commitment. Pure.

The text and its salt lie encrypted (AES-256-GCM, NIST SP 800-38D) under a data key of their person or case; the data
key lies wrapped (RFC 3394) under a master key that the database never sees. Whoever destroys the key has erased text
and salt in every copy, and every hash still checks: a salt that outlived its text would let anybody try guesses of the
text against the commitment. Keys, nonces and salts come from the caller: nothing here is random.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from domain.identity import Sealed
from ledger import canonical, hashing

KEY_SIZE: Final = 32
NONCE_SIZE: Final = 12
SALT_SIZE: Final = 16
"""Lengths in bytes of a master or data key, of a nonce and of a salt."""


class SealError(ValueError):
    """The seal does not open: wrong key, wrong place, or not what was committed to."""


@dataclass(frozen=True, slots=True)
class DataKey:
    """The key of one person's or case's texts (数据密钥), and the id under which the database keeps it wrapped."""

    key_id: bytes
    key: bytes


@dataclass(frozen=True, slots=True)
class SealedValue:
    """What the database keeps of one sealed field, beside the entry that commits to it."""

    field: str
    key_id: bytes
    nonce: bytes
    ciphertext: bytes
    salt: bytes | None = None  # of a value sealed by an earlier version, beside and not within the ciphertext


def commitment(text: str, salt: bytes) -> Sealed:
    """What a fact holds in place of a text: SHA-256 of the salt and the text as a string of canonical JSON, in NFC.

    Raises:
        SealError: the salt is not 16 bytes long: of one as long as one likes, a part of the text could be given out as
            salt, and the rest of it as the text.
        CanonicalError: the text is not Unicode.
    """
    if len(salt) != SALT_SIZE:
        raise SealError(f"a salt has {SALT_SIZE} bytes")
    return Sealed(hashing.commit(salt, _content(text)).hex())


def seal(
    text: str, *, data_key: DataKey, salt: bytes, nonce: bytes, ledger: str, stream: str, version: int, field: str
) -> tuple[Sealed, SealedValue]:
    """Seal a text into the field of the entry that will be version `version` of `stream`.

    Args:
        text: kept in NFC.
        data_key: of the person or case whom the text is about.
        salt: 16 random bytes, used for this text alone.
        nonce: 12 random bytes, used once with this key.
        ledger: of the entry; with its other coordinates it ties the ciphertext to its place, and opens nowhere else.
        stream: of the entry.
        version: of the entry.
        field: of the fact.

    Returns:
        What the fact holds, and what travels beside it in the append.

    Raises:
        SealError: a length is wrong.
        CanonicalError: the text is not Unicode.
    """
    if (len(data_key.key), len(nonce)) != (KEY_SIZE, NONCE_SIZE):
        raise SealError(f"a seal needs a key of {KEY_SIZE} bytes and a nonce of {NONCE_SIZE}")
    held = commitment(text, salt)
    ciphertext = AESGCM(data_key.key).encrypt(nonce, salt + _content(text), _place(ledger, stream, version, field))
    return held, SealedValue(field, data_key.key_id, nonce, ciphertext)


def unseal(
    value: SealedValue, held: Sealed, *, data_key: bytes, ledger: str, stream: str, version: int
) -> tuple[str, bytes]:
    """The text of a sealed field, and the salt of the commitment to it.

    Args:
        value: what the database kept.
        held: what the entry holds in its place.
        data_key: the key itself, unwrapped.
        ledger: of the entry.
        stream: of the entry.
        version: of the entry.

    Raises:
        SealError: wrong key, another place, or a text other than the one committed to.
    """
    try:
        content = AESGCM(data_key).decrypt(value.nonce, value.ciphertext, _place(ledger, stream, version, value.field))
    except (InvalidTag, ValueError) as error:
        raise SealError(f"{value.field} of {stream} version {version} does not open with this key") from error
    salt, content = (value.salt, content) if value.salt is not None else (content[:SALT_SIZE], content[SALT_SIZE:])
    if not hmac.compare_digest(hashing.commit(salt, content).hex(), held.commitment):
        raise SealError(f"{value.field} of {stream} version {version} is not what its entry commits to")
    text = canonical.decode(content)
    assert isinstance(text, str)  # the commitment holds, and `seal` commits to nothing else
    return text, salt


def wrap(master_key: bytes, data_key: bytes) -> bytes:
    """A data key as the database may keep it.

    Raises:
        SealError: a key is not 32 bytes long.
    """
    if (len(master_key), len(data_key)) != (KEY_SIZE, KEY_SIZE):
        raise SealError(f"keys are {KEY_SIZE} bytes long")
    return aes_key_wrap(master_key, data_key)


def unwrap(master_key: bytes, wrapped: bytes) -> bytes:
    """The data key that was wrapped.

    Raises:
        SealError: wrapped under another master key, or damaged.
    """
    try:
        return aes_key_unwrap(master_key, wrapped)
    except (InvalidUnwrap, ValueError) as error:
        raise SealError("the data key does not unwrap with this master key") from error


def _content(text: str) -> bytes:
    return canonical.encode(canonical.nfc(text))


def _place(ledger: str, stream: str, version: int, field: str) -> bytes:
    """The associated data that ties a ciphertext to its entry."""
    return f"{ledger}\n{stream}\n{version}\n{field}".encode()
