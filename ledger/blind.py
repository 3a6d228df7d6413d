"""The blind index (盲索引): words of sealed texts as keyed digests, which tell nothing without the key. Pure.

A text is folded (NFKC, case), and taken apart into its runs of two and of three characters: Chinese is written without
spaces, and most of its words have two characters. Of every run the index keeps the first 8 bytes of an HMAC-SHA-256
under a key of its ledger, which HKDF (RFC 5869) derives from the master key.
"""

from __future__ import annotations

import hmac
import unicodedata
from collections.abc import Iterable
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

LEAST: Final = 2
"""A word that is looked for has at least so many characters."""
_SIZES: Final = (2, 3)
_TOKEN: Final = 8  # bytes: two runs of a million have the same token once in 18 million such ledgers


def folded(text: str) -> str:
    """The text as it is compared: compatible characters alike (１２ as 12), upper and lower case alike.

    This is NFKC with case folding as Unicode (definition D145) compares: folding it again changes nothing.
    """
    once = unicodedata.normalize("NFKC", unicodedata.normalize("NFD", text).casefold())
    return unicodedata.normalize("NFKC", once.casefold())


def words(text: str) -> tuple[str, ...]:
    """The words of a question: what stands between its spaces, folded."""
    return tuple(dict.fromkeys(folded(text).split()))


def runs(text: str) -> frozenset[str]:
    """The runs of two and of three characters of a folded text, spaces being in none."""
    parts = text.split()
    return frozenset(part[at : at + size] for part in parts for size in _SIZES for at in range(len(part) - size + 1))


def sought(asked: Iterable[str]) -> frozenset[str]:
    """The runs that a text must have in which folded words occur: the longest there are, which fewer texts have."""
    return frozenset(
        word[at : at + size]
        for word in asked
        for size in (min(len(word), max(_SIZES)),)
        for at in range(len(word) - size + 1)
    )


def contains(text: str, asked: Iterable[str]) -> bool:
    """Whether all words, folded, occur in a folded text."""
    return all(word in text for word in asked)


def index_key(master: bytes, ledger: str) -> bytes:
    """The key under which the words of a ledger's texts are digested."""
    return HKDF(SHA256(), 32, salt=None, info=b"caseledger search\n" + ledger.encode()).derive(master)


def tokens(key: bytes, these: Iterable[str]) -> list[int]:
    """The tokens of runs, in the order of their values: which run came first is not told."""
    return sorted({_token(key, run) for run in these})


def _token(key: bytes, run: str) -> int:
    return int.from_bytes(hmac.digest(key, run.encode(), "sha256")[:_TOKEN], signed=True)
