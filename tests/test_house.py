"""The walls of the house hold, and nothing lies in a room where it does not belong."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("domain", "ledger", "projections", "api")
CODE = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
LISTS = {"commands.py", "errors.py", "events.py", "facts.py", "glossary.py"}  # long because they are lists
CITIES = re.compile(r"karamay|luoyang|zhumadian|jincheng|克拉玛依|洛阳|驻马店|晋城", re.IGNORECASE)
DAYS = re.compile(r"\bdays=(?!1\b)\d")  # a day more or less is arithmetic; a number of them is law
ARTICLE = re.compile(r"""["']([a-z]+-[a-z0-9]+:)?art\.\d""")
MACHINE = re.compile(r"(?<![\w.])/(work|farm|root|home/[a-z]+)/|--(extra-)?index-url|https?://\S+/(simple|packages)/")


def committed() -> list[Path]:
    git = ["git", "-c", "safe.directory=*"]  # the checkout may be another user's
    listed = subprocess.run([*git, "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    return [ROOT / name for name in listed.decode().split("\0") if name]


def test_imports_go_one_way() -> None:
    lint = str(Path(sys.executable).with_name("lint-imports"))
    found = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_city_no_article_and_no_number_of_days_stands_in_code(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not CITIES.search(text)
    assert not ARTICLE.search(text)
    assert not DAYS.search(text)


def test_no_file_does_too_much() -> None:
    long = {str(path.relative_to(ROOT)): n for path in CODE if (n := len(path.read_text().splitlines())) > 350}
    assert {name for name in long if Path(name).name not in LISTS} == set()


def test_nothing_committed_names_a_machine_or_an_index() -> None:
    texts = [path for path in committed() if path.suffix not in {".png", ".svg"} and path.name != "test_house.py"]
    found = [str(path.relative_to(ROOT)) for path in texts if MACHINE.search(path.read_text(encoding="utf-8"))]
    assert found == []


def test_an_installed_package_has_its_data(tmp_path: Path) -> None:
    source = tmp_path / "source"  # setuptools builds in place, and what an earlier build left would pass for packaged
    for room in ROOMS:
        shutil.copytree(ROOT / room, source / room, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    build = [sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--quiet", "--no-deps"]
    subprocess.run([*build, "--no-index", "--no-build-isolation", "-w", tmp_path, source], cwd=tmp_path, check=True)
    (wheel,) = tmp_path.glob("*.whl")
    inside = set(zipfile.ZipFile(wheel).namelist())
    kept = {".py", ".yaml", ".json", ".sql", ".html", ".css", ".js", ".svg", ".toml"}
    there = {str(path.relative_to(ROOT)) for room in ROOMS for path in (ROOT / room).rglob("*") if path.suffix in kept}
    assert there - inside == set()
