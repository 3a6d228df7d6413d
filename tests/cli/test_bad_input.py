"""What people get wrong: one sentence on standard error, 2 for wrong usage and 1 for a refusal, never a traceback."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tests.cli.terminal import Said, caseledger, together

HISTORY = """\
scenario: a-history
title: {zh: 情景, en: A history}
regime: karamay-2022
ledger: x-demo
organs: {supervisor: organ-justice, subject: organ-urban}
steps:
  - {on: 2024-05-15, open: {supervisor: organ-justice, subject: organ-urban, origin: inspection, matter: 检查}}
  - {on: 2024-05-15, assign-handlers: {persons: [person-a, person-b]}}
"""


def told(said: Said, code: int) -> str:
    """The one sentence of a command that failed as it should."""
    assert said.code == code, said.err
    assert "Traceback" not in said.err
    lines = said.err.strip().splitlines()
    if lines[0].startswith("Usage:"):  # how the command is used, and then the sentence
        return lines[-1]
    assert len(lines) == 1, said.err
    return lines[0]


def test_a_history_that_cannot_be_read_says_where_and_why(data: Path, tmp_path: Path) -> None:
    wrong = {
        "yaml": (HISTORY + "  y: [1\n", "yaml:9: .*"),
        "step": (HISTORY.replace("assign-handlers", "assign-nobody"), "step: steps.1: .*no step 'assign-nobody'"),
        "day": (
            HISTORY.replace("2024-05-15, assign", "2024-02-31, assign"),
            "day:8: a date that is not one, 2024-02-31: .*",
        ),
        "key": (HISTORY.replace("title:", "titel:"), "key: title: .*"),
        "undated": (HISTORY.replace("on: 2024-05-15, assign", "assign"), "undated: steps.1: .*on which day.*"),
        "twice": (HISTORY + "regime: another\n", "twice:9: duplicate key 'regime', which is in line 3 already"),
        "regime": (HISTORY.replace("karamay-2022", "nowhere-2022"), "there is no regime 'nowhere-2022'; there are: .*"),
        "binary": ("\0", "binary is not YAML: .* position 0"),
        "list": ("- a list\n", "list holds no mapping"),
        "empty": ("", "empty holds no mapping"),
    }
    for name, (content, _) in wrong.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    for said, (_, sentence) in zip(
        together(["run", tmp_path / name, "--data", data] for name in wrong), wrong.values(), strict=True
    ):
        assert re.fullmatch(sentence, told(said, 2)), said.err


def test_a_history_that_cannot_be_read_starts_no_database(tmp_path: Path) -> None:
    sentence = told(caseledger("run", tmp_path / "missing.yaml", "--data", tmp_path / "data"), 2)
    assert sentence == "missing.yaml cannot be read: No such file or directory"
    assert not (tmp_path / "data").exists()


def test_a_history_that_goes_otherwise_than_written_fails_and_says_where(data: Path, tmp_path: Path) -> None:
    early = HISTORY.replace("on: 2024-05-15, assign", "on: 2024-05-16, recorded_on: 2024-05-15, assign")
    otherwise = {
        "expectation": (HISTORY + "expect: {stage: closed}\n", "at the end: stage is opened, expected closed"),
        "future": (early, "step 2 (assign-handlers): refused in-the-future art.3.1"),
        "malformed": (HISTORY.replace("persons:", "people:"), "step 2 (assign-handlers): refused malformed-step"),
    }
    for name, (content, _) in otherwise.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    for said, (_, sentence) in zip(
        together(["run", tmp_path / name, "--data", data] for name in otherwise), otherwise.values(), strict=True
    ):
        assert (said.code, said.err) == (1, "")
        assert "a-history: FAILED" in said.out
        assert sentence in said.out


def test_a_history_is_not_played_under_another_regulation_than_its_own(data: Path, tmp_path: Path) -> None:
    history = tmp_path / "history.yaml"
    history.write_text(HISTORY, encoding="utf-8")
    regime = Path(__file__).parents[2] / "domain/regime/data/cn-2026"
    sentence = told(caseledger("run", history, "--regime", regime, "--data", data), 2)
    assert sentence == "the history is played under karamay-2022, and the regime file holds cn-2026"


def test_a_command_used_wrongly_says_how_it_should_be() -> None:
    wrong = {
        "due --from 2024-02-31 --period 5 --unit month": "--from：“2024-02-31”不是日期，请写作 2024-02-05"
        " / --from: '2024-02-31' is not a day; write it as 2024-02-05 \\[not-a-day\\]",
        "due --from 2024-02-05 --period 5 --unit fortnight": "--unit is one of .*",
        "due --from 2024-02-05 --period 5": "give --period with --unit, or .*",
        "due --from 2024-02-05 --regime karamay-2022 --deadline x": "karamay-2022 has no deadline 'x'; it has: .*",
        "due --from 2024-02-05 --period 5 --unit month --known-on 1990-01-01": "--known-on: .*1990-01-01",
        "due --from 1900-02-05 --period 5 --unit working_day": "that cannot be counted: .*",
        "due --frm 2024-02-05": "Error: No such option: --frm.*",
        "nonsense": "Error: No such command 'nonsense'.",
        "serve --port 70000": "Error: Invalid value for '--port': .*",
        "regimes lint missing.yaml": "missing.yaml cannot be read: .*",
        "init Nowhere": "'Nowhere' is no name for a ledger: .*",
        "init cn-000000-demo --regime nowhere-1": "there is no regime 'nowhere-1'; there are: .*",
        "case show x --as-of yesterday": ".*不是日期.* / --as-of: 'yesterday' is not a day; .*",
        "case show x --known-at 2024-01-01T00:00:00": ".*不是时间.* / --known-at: .* is not a time; .*",
        "case difference x --other-as-of soon": ".*不是日期.* / --other-as-of: 'soon' is not a day; .*",
        "case difference x --other-known-at now": ".*不是时间.* / --other-known-at: .* is not a time; .*",
        "law repeal x y --last-day never": ".*不是日期.* / --last-day: 'never' is not a day; .*",
        "erase x --basis y --person a --organ b --approver c": "请以 --field 指明.* / say which texts with --field.*",
        "evidence put missing.jpg --organ a": "文件missing.jpg：没有这个文件.* \\[in-file\\]",
    }
    for said, sentence in zip(together(asked.split() for asked in wrong), wrong.values(), strict=True):
        assert re.fullmatch(sentence, told(said, 2)), said.err


@pytest.mark.parametrize(
    ("asked", "code", "sentence"),
    [
        ("case show x --ledger nowhere", 1, "没有账本“nowhere”。 / There is no ledger “nowhere”. [unknown-ledger]"),
        ("case show x --ledger cn-650200-demo", 1, "[unknown-case]"),
        (
            "case difference x --as-of 2024-02-06 --other-as-of 2024-02-05 --ledger cn-650200-demo",
            1,
            "[range-reversed]",
        ),
        ("case show \udcff --ledger cn-650200-demo", 2, "'case/\\udcff' is not text in UTF-8"),
        ("case show x", 2, "有几个账本，请以 --ledger 指明其一：cn-"),
        ("access list x", 2, "which ledger? --ledger is one of: cn-"),
        ("rebuild x --ledger cn-650200-demo", 2, "[malformed]"),
        ("search 法 --ledger cn-650200-demo", 1, "[words-too-short]"),
        ("search 占道 --person person-a --ledger cn-650200-demo", 2, "--person and --organ"),
        ("search 占道 --after x/1 --ledger cn-650200-demo", 2, "[malformed]"),
        (f"search {'a' * 10_000} --ledger cn-650200-demo", 2, "[malformed]"),
        ("search a\udcff --ledger cn-650200-demo", 2, "[malformed]"),
    ],
)
def test_what_does_not_exist_is_refused_by_name(asked: str, code: int, sentence: str, data: Path) -> None:
    assert sentence in told(caseledger(*asked.split(), "--data", data), code)


@pytest.mark.parametrize(
    ("settings", "code", "sentence"),
    [
        (
            {"DSN": "host=127.0.0.1 port=1"},
            1,
            "无法连接.* / The database cannot be reached; nothing was recorded. .*refused.*",
        ),
        ({"DSN": "postgresql"}, 2, "不是连接字符串.* / CASELEDGER_DSN: missing .*\\[dsn\\]"),
        (
            {"DSN": "host=x", "DSN_PASSWORD_FILE": "nowhere"},
            2,
            "无法读取.* / CASELEDGER_DSN_PASSWORD_FILE cannot be read: .*",
        ),
        ({"PORT": "http"}, 2, "不是端口.* / CASELEDGER_PORT: 'http' is not a port; .*"),
    ],
    ids=["down", "string", "password", "port"],
)
def test_a_database_or_setting_that_is_wrong_is_named(
    settings: dict[str, str], code: int, sentence: str, tmp_path: Path
) -> None:
    found = told(caseledger("status", "--data", tmp_path, **settings), code)
    assert re.search(sentence, found), found


def test_a_data_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    assert told(caseledger("status", "--data", file), 1).endswith("Not a directory.")


def test_only_the_master_key_that_sealed_the_texts_is_taken(data: Path, tmp_path: Path) -> None:
    key = tmp_path / "key"
    asked = ("status", "--data", data)
    assert told(caseledger(*asked, MASTER_KEY_FILE=key), 2).endswith("is missing [master-key-missing]")
    assert not key.exists()
    key.write_bytes(b"short")
    assert told(caseledger(*asked, MASTER_KEY_FILE=key), 2).endswith(
        "key does not hold a key of 32 bytes [master-key-length]"
    )
    key.write_bytes(os.urandom(32))
    assert told(caseledger(*asked, MASTER_KEY_FILE=key), 2).endswith("under [master-key-other]")
    key.write_bytes((data / "master.key").read_bytes())
    assert caseledger(*asked, MASTER_KEY_FILE=key).code == 0
