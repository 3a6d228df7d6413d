"""The faults of the proof (故障): what a check, an export or a sealer finds wrong, said to a program and to people.

An exception carries a code and the facts; the sentences stand in `faults.toml`, in Chinese and in English, and are made
where they are shown. What refuses a step is law, and is said in `domain.errors`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

_LONGEST: Final = 300  # of a fact in a sentence: names and lines may have been written by anybody


@dataclass(frozen=True, slots=True)
class Sentences:
    """What a code says in each language, with the names of facts in braces, and the exit code of a command."""

    exit: int
    zh: str
    en: str


def _read() -> Mapping[str, Sentences]:
    told = tomllib.loads(files("ledger").joinpath("faults.toml").read_text("utf-8"))
    return MappingProxyType({code: Sentences(**parts) for code, parts in told.items()})


FAULTS: Final = _read()
"""Every fault by its code."""


class Fault(Exception):  # noqa: N818  # it names what was found
    """Base of the faults.

    Args:
        code: one of `FAULTS`.
        facts: what its sentences speak of: plain values, or what went wrong underneath, a fault or any exception.
    """

    def __init__(self, code: str, /, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts

    @property
    def exit(self) -> int:
        """The exit code of the command that ends with it."""
        return FAULTS[self.code].exit

    @property
    def why(self) -> str:
        """What is wrong, in English."""
        return FAULTS[self.code].en.format_map({name: _shown(fact, "why") for name, fact in self.facts.items()})

    @property
    def why_zh(self) -> str:
        """What is wrong, in Chinese."""
        return FAULTS[self.code].zh.format_map({name: _shown(fact, "why_zh") for name, fact in self.facts.items()})

    @property
    def en(self) -> str:
        """What is wrong and where, in English."""
        return self.why

    @property
    def zh(self) -> str:
        """What is wrong and where, in Chinese."""
        return self.why_zh

    @property
    def line(self) -> str:
        """The fault in one line: in both languages, with its code."""
        return f"{self.zh} / {self.en} [{self.code}]"

    def __str__(self) -> str:
        return self.en


class FaultAt(Fault):
    """A fault with its place: a position in the ledger and a stream, as far as they are known."""

    def __init__(self, code: str, position: int | None = None, stream: str | None = None, /, **facts: Any) -> None:
        super().__init__(code, **facts)
        self.position = position
        self.stream = stream

    @property
    def en(self) -> str:
        """What is wrong and where, in English."""
        return self.why if self.position is None else f"position {self.position}, {self.stream or '–'}: {self.why}"

    @property
    def zh(self) -> str:
        """What is wrong and where, in Chinese."""
        return self.why_zh if self.position is None else f"位置{self.position}，{self.stream or '–'}：{self.why_zh}"


class FileFault(Fault):
    """A file that was named cannot be used."""

    @staticmethod
    def of(error: OSError | UnicodeError) -> FileFault:
        """What the system says of a file, without its name."""
        match error:
            case FileNotFoundError() | NotADirectoryError():
                return FileFault("file-missing")
            case IsADirectoryError():
                return FileFault("file-is-folder")
            case PermissionError():
                return FileFault("file-closed")
            case UnicodeError():
                return FileFault("file-not-text")
            case _:
                return FileFault("system-refuses", detail=error.strerror or error)


def _shown(fact: object, language: str) -> str:
    """A fact as it stands in a sentence: in the language where it is a fault, and never what steers a terminal."""
    if isinstance(fact, Fault):
        return str(getattr(fact, language))
    text = " ".join(str(fact).split()) if isinstance(fact, Exception) else str(fact)
    text = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)


def table() -> str:
    """All faults as a page of the documentation."""
    lines = [
        "# 故障代码 Fault codes",
        "",
        "`caseledger verify`, `audit`, `export`, `evidence`, `erase`, `access`, `seal`, `witness`, `recover` and",
        "`keys` name what is wrong by these codes, in both languages; so do other commands of a day, a file, a ledger",
        "that they cannot use. With `--json`, `verify` and `audit` give `code`, `why` and `why_zh`. Made from",
        "`ledger/faults.toml`.",
        "",
        "| 代码 code | 退出码 exit | 中文 | English |",
        "|---|---|---|---|",
    ]
    for code, said in sorted(FAULTS.items(), key=lambda row: (row[1].exit, row[0])):
        lines.append(f"| `{code}` | {said.exit} | {said.zh} | {said.en} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(table(), end="")  # noqa: T201  # into the page
