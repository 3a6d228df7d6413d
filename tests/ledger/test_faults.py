"""Every fault of the proof is said in Chinese and in English under a code of its own, and nothing else is said."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from ledger.faults import FAULTS, Fault, FaultAt, FileFault, table
from ledger.sealing.sealer import SealRefused

ROOT = Path(__file__).parents[2]
PROOF = [
    *(ROOT / "ledger/proof").glob("*.py"),
    *(ROOT / "ledger/verify").glob("*.py"),
    *(ROOT / "ledger/sealing").glob("*.py"),
    *(
        ROOT / "ledger" / f"{name}.py"
        for name in ("access", "audit", "bundle", "entry", "erased", "export", "export_many", "faults", "packed")
    ),
    ROOT / "ledger/postgres/connect.py",
    *(
        ROOT / "api" / f"{name}.py"
        for name in ("auditing", "exporting", "inputs", "replay", "reporting", "sealing", "settings")
    ),
    ROOT / "api/cli/verify.py",
    ROOT / "api/cli/proof.py",
]
CODE = sorted(path for room in ("ledger", "projections", "api") for path in (ROOT / room).rglob("*.py"))
OTHERS = {
    "ValueError",  # a function was called wrongly; no file and no ledger leads there
    "DatabaseUnavailable",  # the command line says it as it says it of every command
    "Exit",  # how typer ends a command
    "unusable",  # makes a RecordError
    "_broken",  # makes a BrokenLog
    "_refusal",  # makes NotMigrated or RoleDenied
}


def classes() -> set[str]:
    """The names of all faults, as they are written."""
    bases = {
        node.name: {ast.unparse(base) for base in node.bases}
        for path in CODE
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ClassDef)
    }
    found = {"Fault"}
    while more := {name for name, above in bases.items() if found & above} - found:
        found |= more
    return found


NAMES = classes()


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Every place of a file at which a fault is made."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in NAMES:
            yield f"{path.relative_to(ROOT)}:{node.lineno}", node


def names(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


@pytest.mark.parametrize("code", FAULTS)
def test_a_fault_is_said_in_both_languages_of_the_same_facts(code: str) -> None:
    said = FAULTS[code]
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code)
    assert re.search(r"[一-鿿]", said.zh)
    assert not re.search(r"[一-鿿]", said.en)
    assert re.search(r"[A-Za-z]{2}", said.en)
    assert names(said.zh) == names(said.en)
    assert not (said.zh + said.en).endswith((".", "。"))
    assert said.exit in {1, 2, *range(10, 20)}


def test_codes_stand_once_in_the_table_and_no_two_say_the_same() -> None:
    told = (ROOT / "ledger/faults.toml").read_text("utf-8")
    assert sorted(re.findall(r"^\[(.+)\]$", told, re.MULTILINE)) == sorted(tomllib.loads(told))
    for language in ("zh", "en"):
        sentences = [getattr(said, language) for said in FAULTS.values()]
        assert sorted(sentences) == sorted(set(sentences))


def test_every_fault_is_made_of_a_code_and_of_the_facts_its_sentences_speak_of() -> None:
    used, wrong = set(), []
    for path in CODE:
        for place, call in calls(path):
            first = call.args[0] if call.args else None
            if isinstance(first, ast.Attribute) and first.attr == "code":
                continue  # the same fault, of another class
            code = str(first.value) if isinstance(first, ast.Constant) else ""
            if code not in FAULTS:
                wrong.append(f"{place}: no code")
                continue
            used.add(code)
            if {word.arg for word in call.keywords} != names(FAULTS[code].en):
                wrong.append(f"{place}: other facts than {code} speaks of")
    assert wrong == []
    assert set(FAULTS) - used == set(), "codes that nothing uses"


def test_in_the_rooms_of_the_proof_nothing_is_raised_but_faults() -> None:
    """So no sentence reaches a screen that is not in the table."""
    found = []
    for path in PROOF:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Raise) or not isinstance(node.exc, ast.Call):
                continue
            name = ast.unparse(node.exc.func).rpartition(".")[2]
            if name not in NAMES | OTHERS:
                found.append(f"{path.relative_to(ROOT)}:{node.lineno}: {name}")
    assert found == []


def test_the_page_of_codes_is_made_from_the_table() -> None:
    page = (ROOT / "docs/faults.md").read_text("utf-8")
    assert page == table(), "python -m ledger.faults > docs/faults.md"


def test_a_fault_says_where_and_what_lies_underneath_in_each_language() -> None:
    deep = FaultAt("no-entry-here", 4, "case/a", why=Fault("entry-not-ascii"))
    assert deep.en == str(deep) == "position 4, case/a: what stands here is no entry: the header of an entry is ASCII"
    assert deep.zh == "位置4，case/a：此处的内容不是条目：条目首部应为 ASCII 字符"
    assert deep.line == f"{deep.zh} / {deep.en} [no-entry-here]"
    assert FaultAt("entry-gone").en == "the entry is gone"
    refused = SealRefused("entry-gone-counted", "cn-000000", 3, count=9)
    refused.signed = "9 ab"
    assert refused.en == "cn-000000, position 3: the entry is gone; the database counts 9; signed last: 9 ab"
    assert refused.zh == "cn-000000，位置3：该条已不存在，而数据库计有9条；最后签名的规模与根：9 ab"


def test_what_others_have_written_neither_steers_a_terminal_nor_fills_the_screen() -> None:
    said = Fault("no-place", name="\x1b[2J\u202eevil\n" + "x" * 10_000)
    for sentence in (said.why, said.why_zh):
        assert sentence.isprintable()
        assert "\\x1b[2J\\u202eevil\\n" in sentence
        assert len(sentence) < 500
    assert Fault("witness-silent", name="w", detail=OSError("two\nlines")).why == "w does not answer: two lines"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (FileNotFoundError(2, "No such file"), "file-missing"),
        (IsADirectoryError(21, "Is a directory"), "file-is-folder"),
        (PermissionError(13, "Permission denied"), "file-closed"),
        (OSError(28, "No space left on device"), "system-refuses"),
    ],
)
def test_what_the_system_says_of_a_file_is_said_in_both_languages(error: OSError, code: str) -> None:
    assert FileFault.of(error).code == code
