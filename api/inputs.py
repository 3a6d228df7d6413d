"""What people bring along to a proof, read from the files they name: keys, notes, policies. Every fault names its file.

Nothing here loads a database or a web framework: whoever checks a bundle reads the same files.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

from ledger.faults import Fault, FileFault
from ledger.proof.note import Note, SigningKey, VerifierKey
from ledger.proof.policy import Policy

T = TypeVar("T")


class InputError(Fault):
    """A command of the proof was asked wrongly."""


_LARGEST: Final = 1 << 20
"""Most bytes that are read of such a file: a device, or a film, is none."""


def verifier_key(text: str) -> VerifierKey:
    """A key for checking, as given or in the file that is named.

    Raises:
        FileFault: the file cannot be used.
        KeyFormError: the text is no key.
    """
    if "+" in text and not _is_file(text):
        return VerifierKey.parse(text)
    return _read(Path(text), lambda content: VerifierKey.parse(content.decode()))


def signing_key_in(path: Path) -> SigningKey:
    """The signing key in a file; `FileFault` where there is none."""
    return _read(path, lambda content: SigningKey.parse(content.decode()))


def note_in(path: Path) -> Note:
    """The note in a file; `FileFault` where there is none."""
    return _read(path, Note.parse)


def policy_in(path: Path) -> Policy:
    """The policy in a file; `FileFault` where there is none."""
    return _read(path, Policy.parse)


def _is_file(text: str) -> bool:
    try:
        return Path(text).is_file()
    except (OSError, ValueError):  # longer than any name, as keys may be
        return False


def _read(path: Path, parse: Callable[[bytes], T]) -> T:
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
        if not content:
            raise FileFault("empty-file")
        if len(content) > _LARGEST:
            raise FileFault("file-too-large", most=_LARGEST)
        return parse(content)
    except Fault as error:
        raise FileFault("in-file", file=path, why=error) from error
    except (OSError, UnicodeError) as error:
        raise FileFault("in-file", file=path, why=FileFault.of(error)) from error
