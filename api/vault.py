"""Keys and sealed texts at the desk (密封与开封): commits to texts, seals them for their entries, opens them again.

One data key a case. It is made with the case's first text and travels in the same append; two steps that make one at
the same moment leave the case with two, and both are its.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkstemp
from typing import Final

from domain.identity import Sealed
from ledger import blind, sealed
from ledger.log import Log
from ledger.mapper import LATE_REASON, Envelope
from ledger.requests import WrappedKey
from ledger.sealed import DataKey, SealedValue, SealError

Chance = Callable[[int], bytes]
KEY_ID_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Committed:
    """A text on its way into the ledger: committed to, and not yet sealed, because its place is not known yet."""

    text: str
    salt: bytes
    nonce: bytes
    sealed: Sealed


@dataclass(frozen=True, slots=True)
class Shut:
    """A sealed text: of which entry and field."""

    position: int
    version: int
    field: str

    @property
    def name(self) -> str:
        """The field within its stream, `3.reason`."""
        return f"{self.version}.{self.field}"


@dataclass(frozen=True, slots=True)
class Opened(Shut):
    """A sealed text that was opened, and the salt of the commitment to it."""

    salt: bytes
    text: str


class Vault:
    """Holds the master key of the installation; everything else it needs lies with the ledger."""

    def __init__(self, master: bytes, chance: Chance) -> None:
        self._master = master
        self._chance = chance
        self._index_keys: dict[str, bytes] = {}

    def tokens(self, ledger: str, runs: Iterable[str]) -> list[int]:
        """The tokens of runs of characters in a ledger: what the index over its sealed texts holds in their place."""
        if ledger not in self._index_keys:
            self._index_keys[ledger] = blind.index_key(self._master, ledger)
        return blind.tokens(self._index_keys[ledger], runs)

    def commit(self, text: str) -> Committed:
        """Commit to a text under a fresh salt."""
        salt = self._chance(sealed.SALT_SIZE)
        return Committed(text, salt, self._chance(sealed.NONCE_SIZE), sealed.commitment(text, salt))

    def fingerprint(self, content: bytes) -> bytes:
        """Tells whether two requests say the same. Keyed: a plain digest of a text would outlive the text's erasure."""
        return hmac.digest(self._master, b"caseledger request\n" + content, "sha256")

    def key(self, log: Log, subject: str) -> tuple[DataKey, tuple[WrappedKey, ...]]:
        """The data key of a subject; a new one, to be appended with what it seals, if there is none."""
        for key_id, wrapped in log.data_keys(subject):
            return DataKey(key_id, sealed.unwrap(self._master, wrapped)), ()
        made, new = self._made(subject)
        return made, (new,)

    def seal(
        self, texts: Mapping[str, Committed], key: DataKey, *, ledger: str, stream: str, version: int
    ) -> tuple[SealedValue, ...]:
        """Seal committed texts into the fields of the entry that will be `version` of `stream`."""
        return tuple(
            sealed.seal(
                text.text,
                data_key=key,
                salt=text.salt,
                nonce=text.nonce,
                ledger=ledger,
                stream=stream,
                version=version,
                field=field,
            )[1]
            for field, text in texts.items()
        )

    def open(self, log: Log, entries: Sequence[Envelope]) -> list[Opened]:
        """The texts of sealed fields of entries that were read, in their order: not what is erased or has no key.

        Raises:
            SealError: one does not open.
        """
        return [
            self._open(log, entry, wrapped, value)
            for entry, wrapped, value in _kept(log, entries)
            if wrapped is not None
        ]

    def look(self, log: Log, entries: Sequence[Envelope]) -> tuple[list[Opened], list[Shut]]:
        """As `open`, and beside them those that nobody can open: the key is lost, or something is damaged."""
        opened, shut = [], []
        for entry, wrapped, value in _kept(log, entries):
            try:
                opened.append(self._open(log, entry, wrapped, value))
            except SealError:
                assert entry.position is not None  # it was read
                shut.append(Shut(entry.position, entry.originator_version, value.field))
        return opened, shut

    def _open(self, log: Log, entry: Envelope, wrapped: bytes | None, value: SealedValue) -> Opened:
        if wrapped is None:
            raise SealError("there is no key to it")
        held = entry.late_reason if value.field == LATE_REASON else getattr(entry.fact, value.field)
        assert held is not None  # a sealed value commits with the entry that commits to it
        assert entry.position is not None  # it was read
        text, salt = sealed.unseal(
            value,
            held,
            data_key=sealed.unwrap(self._master, wrapped),
            ledger=log.ledger,
            stream=entry.originator_id,
            version=entry.originator_version,
        )
        return Opened(entry.position, entry.originator_version, value.field, salt, text)

    def renew(self, log: Log, stream: str, texts: Sequence[Opened]) -> tuple[list[tuple[int, SealedValue]], WrappedKey]:
        """Texts of a stream sealed anew, by position, under another data key; their commitments stay what they are."""
        made, wrapped = self._made(stream)
        anew = []
        for text in texts:
            held = sealed.commitment(text.text, text.salt)
            again = Committed(text.text, text.salt, self._chance(sealed.NONCE_SIZE), held)
            (value,) = self.seal({text.field: again}, made, ledger=log.ledger, stream=stream, version=text.version)
            anew.append((text.position, value))
        return anew, wrapped

    def _made(self, subject: str) -> tuple[DataKey, WrappedKey]:
        made = DataKey(self._chance(KEY_ID_BYTES), self._chance(sealed.KEY_SIZE))
        return made, WrappedKey(made.key_id, subject, sealed.wrap(self._master, made.key))


def _kept(log: Log, entries: Sequence[Envelope]) -> Iterator[tuple[Envelope, bytes | None, SealedValue]]:
    by_position = {entry.position: entry for entry in entries if entry.position is not None}
    for position, wrapped, value in log.sealed_values(sorted(by_position)):
        yield by_position[position], wrapped, value


def master_key(path: Path, chance: Chance) -> bytes:
    """The master key in a file readable by its owner alone; made on first use. ValueError if it is not one."""
    if not path.exists():
        _make(path, chance(sealed.KEY_SIZE))
    key = path.read_bytes()
    if len(key) != sealed.KEY_SIZE:
        raise ValueError(f"{path.name} does not hold a key of {sealed.KEY_SIZE} bytes")
    return key


def _make(path: Path, key: bytes) -> None:
    """Put a key at `path` whole or not at all; of several who do so at once, the first one's stays.

    A crash on the way leaves a file of another name behind, which nobody reads.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = mkstemp(dir=path.parent, prefix=f".{path.name}.")  # for its owner alone
    made = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(made, path)
    finally:
        made.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
