"""Signed notes (签名文本): text that lines of signatures follow. C2SP signed-note v1.0.0 and tlog-cosignature v1.0.0.

Ed25519 only: type 0x01 signs the text itself, as the sealer does; type 0x04 signs it with the time, as a witness does.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ledger import hashing
from ledger.faults import Fault

SIGNS: Final = 0x01
"""The type of a key that signs the text of a note."""
COSIGNS: Final = 0x04
"""The type of a key that signs the text of a checkpoint and the time."""

LIMIT: Final = 64 * 1024
"""Length of the longest note read, in bytes: room for hundreds of signatures."""

_NAME: Final = r"[^\s+]+"
_VKEY: Final = re.compile(rf"({_NAME})\+([0-9a-f]{{8}})\+([A-Za-z0-9+/=]+)")
_SKEY: Final = re.compile(rf"PRIVATE\+KEY\+({_NAME})\+([0-9a-f]{{8}})\+([A-Za-z0-9+/=]+)")
_SIGNATURE: Final = re.compile(rf"— ({_NAME}) ([A-Za-z0-9+/=]+)")
_KEY_SIZE: Final = 32
_SIGNATURE_SIZE: Final = 64


class NoteError(Fault):
    """The bytes are not a signed note, or not one of this kind."""


class KeyFormError(Fault):
    """The text is not a key of the form that signed notes use."""


class SignatureError(Fault):
    """A signature that was asked for is missing, or is not what its key would have made."""


def b64(content: bytes) -> str:
    """Standard Base64, RFC 4648, section 4."""
    return base64.b64encode(content).decode()


def unb64(text: str) -> bytes:
    """The bytes of a text in standard Base64; each content has one spelling, any other is refused.

    Raises:
        NoteError: it is not Base64, or not the one spelling.
    """
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NoteError("not-base64", text=text) from error
    if b64(content) != text:
        raise NoteError("base64-spelling", text=text)
    return content


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """Who signs, and how to check it; as text `name+id+key`, which is handed to whoever is to check."""

    name: str
    type: int
    public: bytes

    @classmethod
    def parse(cls, text: str) -> Self:
        """A key from its text.

        Raises:
            KeyFormError: it is not of the form, of a type not used here, or its id is not that of the key.
        """
        if _SKEY.fullmatch(text.strip()):
            raise KeyFormError("secret-in-place-of-key")
        parts = _key_parts(_VKEY.fullmatch(text.strip()))
        if parts is None:
            raise KeyFormError("not-a-key")
        name, type_, public = parts
        key = cls(name, type_, public)
        if text.strip() != str(key):
            raise KeyFormError("key-misspelt", name=name)
        return key

    @property
    def id(self) -> bytes:
        """The four bytes by which a signature names it: SHA-256(name || LF || type || key)[:4]."""
        return hashing.digest(self.name.encode() + b"\n" + bytes([self.type]) + self.public)[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{b64(bytes([self.type]) + self.public)}"

    def check(self, text: bytes, signature: bytes) -> int | None:
        """Check a signature of this key over the text of a note.

        Returns:
            The time of a cosignature, in seconds since 1970; None for a signature, which has no time.

        Raises:
            SignatureError: it is not a signature of this key over this text.
        """
        time, made = None, signature
        if self.type == COSIGNS:
            time, made = int.from_bytes(signature[:8]), signature[8:]
            text = _cosigned(text, time)
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(made, text)
        except (InvalidSignature, ValueError) as error:
            raise SignatureError("signature-false", name=self.name) from error
        return time


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key that signs; as text `PRIVATE+KEY+name+id+key`, which stays where it was made."""

    name: str
    type: int
    seed: bytes

    @classmethod
    def parse(cls, text: str) -> Self:
        """A key from its text.

        Raises:
            KeyFormError: it is not of the form. The text itself is not repeated.
        """
        parts = _key_parts(_SKEY.fullmatch(text.strip()))
        if parts is None:
            raise KeyFormError("not-a-signing-key")
        name, type_, seed = parts
        key = cls(name, type_, seed)
        if text.strip() != key.secret():
            raise KeyFormError("signing-key-misspelt", name=name)
        return key

    @property
    def verifier(self) -> VerifierKey:
        """What its signatures are checked with."""
        public = Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw()
        return VerifierKey(self.name, self.type, public)

    def secret(self) -> str:
        """Its text; for a file that nobody else reads."""
        return f"PRIVATE+KEY+{self.name}+{self.verifier.id.hex()}+{b64(bytes([self.type]) + self.seed)}"

    def __repr__(self) -> str:
        return f"SigningKey({self.name!r})"

    def sign(self, text: bytes, time: int | None = None) -> Signature:
        """Sign the text of a note; a key that cosigns needs the time, in seconds since 1970."""
        if (self.type == COSIGNS) != (time is not None):
            raise ValueError("a cosignature has a time, a signature has none")
        stamp = b"" if time is None else time.to_bytes(8)
        message = text if time is None else _cosigned(text, time)
        made = Ed25519PrivateKey.from_private_bytes(self.seed).sign(message)
        return Signature(self.name, self.verifier.id, stamp + made)


@dataclass(frozen=True, slots=True)
class Signature:
    """A line under a note: whose key it names, and what that key is said to have made."""

    name: str
    key_id: bytes
    made: bytes

    def __str__(self) -> str:
        return f"— {self.name} {b64(self.key_id + self.made)}"

    @classmethod
    def parse(cls, line: str) -> Self:
        """A signature from its line, without the line feed.

        Raises:
            NoteError: it is not of the form.
        """
        match = _SIGNATURE.fullmatch(line)
        content = unb64(match[2]) if match else b""
        if match is None or len(content) <= 4:  # noqa: PLR2004  # the key's id comes first
            raise NoteError("not-a-signature", line=line)
        return cls(match[1], content[:4], content[4:])


@dataclass(frozen=True, slots=True)
class Note:
    """A text, with its last line feed, and the signatures under it."""

    text: bytes
    signatures: tuple[Signature, ...] = ()

    @classmethod
    def parse(cls, content: bytes) -> Self:
        """A note from its bytes.

        Raises:
            NoteError: it is not a signed note, or longer than `LIMIT`.
        """
        if len(content) > LIMIT:
            raise NoteError("note-too-long", most=LIMIT, length=len(content))
        try:
            whole = content.decode()
        except UnicodeDecodeError as error:
            raise NoteError("note-not-utf8") from error
        if any(ord(each) < ord(" ") and each != "\n" for each in whole):
            raise NoteError("note-controls")
        text, blank, lines = whole.rpartition("\n\n")
        if not blank or not lines.endswith("\n"):
            raise NoteError("note-form")
        return cls(text.encode() + b"\n", tuple(Signature.parse(line) for line in lines[:-1].split("\n")))

    def __bytes__(self) -> bytes:
        return self.text + b"\n" + "".join(f"{signature}\n" for signature in self.signatures).encode()

    def signed(self, key: SigningKey, time: int | None = None) -> Self:
        """The same note with one signature more."""
        return type(self)(self.text, (*self.signatures, key.sign(self.text, time)))

    def checked(self, keys: Iterable[VerifierKey]) -> dict[VerifierKey, int | None]:
        """The keys that have signed it, each with the time of its cosignature. Signatures of other keys say nothing.

        Raises:
            SignatureError: a signature names one of the keys and was not made with it.
        """
        known = {(key.name, key.id): key for key in keys}
        found: dict[VerifierKey, int | None] = {}
        for signature in self.signatures:
            key = known.get((signature.name, signature.key_id))
            if key is not None:
                found[key] = key.check(self.text, signature.made)
        return found


def _cosigned(text: bytes, time: int) -> bytes:
    """What a cosignature signs: tlog-cosignature v1.0.0, "Ed25519 signed message"."""
    return b"cosignature/v1\ntime %d\n" % time + text


def _key_parts(match: re.Match[str] | None) -> tuple[str, int, bytes] | None:
    """Name, type and key in a text of the form; None where it is not of the form, or not of a type used here."""
    try:
        content = unb64(match[3]) if match else b""
    except NoteError:
        content = b""
    if match is None or len(content) != 1 + _KEY_SIZE or content[0] not in (SIGNS, COSIGNS):
        return None
    return match[1], content[0], content[1:]
