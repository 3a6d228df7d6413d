"""Which keys count, and how many witnesses have to have signed (检查点策略). C2SP tlog-policy.

log <key> [<url>]
witness <name> <key> [<url>]
group <name> all|any|<k> <name>...
quorum <name>|none
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final, Self

from ledger.faults import Fault
from ledger.proof.note import COSIGNS, SIGNS, KeyFormError, VerifierKey

NONE: Final = "none"
_CONTROL: Final = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]")
_MOST_LINES: Final = 1_000


class PolicyError(Fault):
    """The text is no policy: one sentence says which line and why."""


@dataclass(frozen=True, slots=True)
class WitnessLine:
    """A witness: its key, and where it is asked if that is known."""

    key: VerifierKey
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """The logs that are accepted, the witnesses, and who of them makes a quorum.

    `groups` are names with how many of which members they take; a member is a witness or an earlier group.
    """

    logs: tuple[VerifierKey, ...]
    witnesses: dict[str, WitnessLine]
    groups: dict[str, tuple[int, tuple[str, ...]]]
    quorum: str = NONE

    @classmethod
    def of(cls, logs: Iterable[VerifierKey], witnesses: Iterable[VerifierKey] = ()) -> Self:
        """The plain policy: any of these logs, and every one of these witnesses."""
        named = {f"witness{number}": WitnessLine(key) for number, key in enumerate(witnesses, 1)}
        if not named:
            return cls(tuple(logs), {}, {})
        return cls(tuple(logs), named, {"all": (len(named), tuple(named))}, "all")

    @classmethod
    def parse(cls, content: bytes) -> Self:
        """A policy from its text.

        Raises:
            PolicyError: a line cannot be read, names something twice or not yet named, or there is no quorum.
        """
        if _CONTROL.search(content):
            raise PolicyError("policy-controls")
        lines = content.decode("utf-8", "surrogateescape").split("\n")
        if len(lines) > _MOST_LINES:
            raise PolicyError("policy-too-long", most=_MOST_LINES)
        reader = _Reader()
        for number, line in enumerate(lines, 1):
            words = re.split(r"[ \t]+", line.strip(" \t"))
            if words != [""] and not words[0].startswith("#"):
                try:
                    reader.line(words)
                except (KeyFormError, PolicyError) as error:
                    raise PolicyError("policy-line", number=number, why=error) from error
        if reader.quorum is None:
            raise PolicyError("quorum-missing")
        return cls(tuple(reader.logs), reader.witnesses, reader.groups, reader.quorum)

    @property
    def witness_keys(self) -> tuple[VerifierKey, ...]:
        """The keys of all witnesses."""
        return tuple(line.key for line in self.witnesses.values())

    def witnessed(self, signed: Collection[VerifierKey]) -> bool:
        """Whether those who have cosigned make a quorum."""
        holds = {NONE: True} | {name: line.key in signed for name, line in self.witnesses.items()}
        for name, (least, members) in self.groups.items():
            holds[name] = sum(holds[member] for member in members) >= least
        return holds[self.quorum]


class _Reader:
    """The lines of a policy so far."""

    def __init__(self) -> None:
        self.logs: list[VerifierKey] = []
        self.witnesses: dict[str, WitnessLine] = {}
        self.groups: dict[str, tuple[int, tuple[str, ...]]] = {}
        self.quorum: str | None = None
        self._taken: set[str] = set()

    def line(self, words: list[str]) -> None:
        match words:
            case ["log", key, *url] if len(url) <= 1:
                self.logs.append(self._key(key, SIGNS, [log.public for log in self.logs]))
            case ["witness", name, key, *url] if len(url) <= 1:
                self._name(name)
                others = [line.key.public for line in self.witnesses.values()]
                self.witnesses[name] = WitnessLine(self._key(key, COSIGNS, others), next(iter(url), None))
            case ["group", name, least, *members] if members:
                self._members(members)
                self._name(name)
                self.groups[name] = _least(least, len(members)), tuple(members)
            case ["quorum", name]:
                if self.quorum is not None:
                    raise PolicyError("quorum-twice")
                if name != NONE:
                    self._known(name)
                self.quorum = name
            case _:
                raise PolicyError("policy-word", line=" ".join(words))

    def _key(self, text: str, type_: int, others: Collection[bytes]) -> VerifierKey:
        key = VerifierKey.parse(text)
        if key.type != type_:
            raise PolicyError("key-type", name=key.name, found=f"{key.type:#04x}", wanted=f"{type_:#04x}")
        if key.public in others:
            raise PolicyError("key-twice", name=key.name)
        return key

    def _name(self, name: str) -> None:
        if name == NONE or name in self.witnesses or name in self.groups:
            raise PolicyError("name-taken", name=name)

    def _known(self, name: str) -> None:
        if name not in self.witnesses and name not in self.groups:
            raise PolicyError("name-unknown", name=name)

    def _members(self, members: list[str]) -> None:
        for member in members:
            self._known(member)
            if member in self._taken:
                raise PolicyError("member-twice", name=member)
            self._taken.add(member)


def _least(word: str, count: int) -> int:
    if word in ("all", "any"):
        return count if word == "all" else 1
    if not re.fullmatch(r"[1-9][0-9]{0,5}", word, re.ASCII) or int(word) > count:
        raise PolicyError("group-least", count=count, word=word)
    return int(word)
