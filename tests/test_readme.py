"""The READMEs say what is so: their commands run, their links lead somewhere, and both languages say the same."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.cli.terminal import environment

ROOT = Path(__file__).parents[1]
READMES = ("README.md", "README.zh-CN.md")
CLEAN = "trap 'kill %1 2>/dev/null || true' EXIT"  # a command that fails leaves no service behind


def blocks(readme: str, kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", (ROOT / readme).read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def test_both_languages_give_the_same_commands() -> None:
    english, chinese = ([blocks(readme, kind) for kind in ("console", "sh")] for readme in READMES)
    assert english == chinese
    assert all(english)


def test_every_command_runs_in_the_order_given() -> None:
    with tempfile.TemporaryDirectory(prefix="caseledger-") as folder, socket.create_server(("127.0.0.1", 0)) as free:
        shutil.copytree(ROOT / "docs", Path(folder) / "docs")
        port = str(free.getsockname()[1])
        free.close()
        done = subprocess.run(
            [
                "bash",
                "-euo",
                "pipefail",
                "-c",
                "\n".join([CLEAN, *blocks(READMES[0], "sh"), "wait"]).replace("8000", port),
            ],
            cwd=folder,
            env=environment() | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"},
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    for promised in (
        "2024-10-14",
        "right-lapsed art.30.2",
        "晋城市行政执法监督暂行办法",
        "截至 as of 2024-10-25",
        '"facts":["opened"]',
    ):
        assert promised in done.stdout


@pytest.mark.parametrize("task", [line.removeprefix("make ") for line in blocks(READMES[0], "console")[0].splitlines()])
def test_the_tasks_exist(task: str) -> None:
    said = subprocess.run(["make", "-n", task], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert {"demo": "caseledger demo", "test": "pytest"}[task] in said


@pytest.mark.parametrize("text", [*READMES, "CONTRIBUTING.md", "CHANGELOG.md"])
def test_what_is_pointed_at_is_there(text: str) -> None:
    said = (ROOT / text).read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#:]+)\)", said)
    rooms = re.findall(r"`((?:api|docs|domain|ledger|projections|tests|docker)/[\w./-]*)`", said)
    assert [path for path in [*links, *rooms] if not (ROOT / path).exists()] == []
