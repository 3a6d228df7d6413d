"""Sealed texts at the command line: erased, handed out, put down who read them; and what becomes of backups."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from ledger.postgres.binaries import find_binaries
from ledger.postgres.embedded import Server
from tests.cli.terminal import Said, caseledger

ROOT = Path(__file__).parent.parent.parent
BASIS = "《中华人民共和国个人信息保护法》第四十七条"
WHO = ("--person", "person-a", "--organ", "organ-justice")
CASE = "first-case"


@dataclass(frozen=True)
class Installation:
    """A ledger with one case in which texts are sealed, a sealer for it, and the folder of everything."""

    folder: Path
    dsn: str
    bin: Path
    ledger: str

    def run(self, *words: str | Path) -> Said:
        here = {"KEYS": self.folder / "keys", "SITE": self.folder / "site", "SEAL_RECORD": self.folder / "sealed.db"}
        return caseledger(*words, "--data", self.folder, **here)

    def done(self, *words: str | Path) -> str:
        said = self.run(*words)
        assert said.code == 0, said.err
        return said.out

    def erase(self, *words: str, approver: str = "person-h", basis: str = BASIS) -> Said:
        named = ("--approver", approver, "--basis", basis, "--ledger", self.ledger)
        return self.run("erase", CASE, *WHO, *named, *words)

    def export(self, path: Path, *words: str) -> Path:
        self.done("seal", "--once", "--ledger", self.ledger)
        self.done("export", CASE, "--ledger", self.ledger, "-o", path, *words)
        return path

    def vkey(self) -> Path:
        return self.folder / "keys" / f"{self.ledger}.vkey"


@pytest.fixture
def house() -> Iterator[Installation]:
    with (
        tempfile.TemporaryDirectory(prefix="caseledger-") as path,
        Server(Path(path) / "postgres", fsync=False) as server,
    ):
        folder = Path(path)
        [played] = caseledger("run", ROOT / "docs/examples/first-case.yaml", "--json", "--data", folder).json
        assert caseledger("keys", "new", played["ledger"], "--keys", folder / "keys").code == 0
        yield Installation(folder, server.dsn, find_binaries().bin, played["ledger"])


def disclosed(path: Path) -> set[str]:
    with zipfile.ZipFile(path) as bundle:
        if "disclosed.json" not in bundle.namelist():
            return set()
        return set(re.findall(r'"text":"([^"]*)"', bundle.read("disclosed.json").decode()))


def test_a_text_is_handed_out_put_down_erased_and_every_proof_still_checks(house: Installation, tmp_path: Path) -> None:
    alone = house.run("export", CASE, "--ledger", house.ledger, "-o", tmp_path / "x.zip", "--disclose", "all")
    assert (alone.code, "--person and --organ" in alone.err) == (2, True)
    assert disclosed(house.export(tmp_path / "plain.zip")) == set()
    given = house.export(tmp_path / "given.zip", "--disclose", "1.matter", *WHO)
    assert disclosed(given) == {"执法检查"}
    both = house.export(tmp_path / "both.zip", "--disclose", "all", *WHO)
    assert disclosed(both) == {"执法检查", "不予改正"}

    assert "已依法删除 erased 1.matter" in house.done(
        "erase", CASE, "--field", "1.matter", *WHO, "--approver", "person-h", "--basis", BASIS, "--ledger", house.ledger
    )
    again = house.run(
        "export", CASE, "--ledger", house.ledger, "-o", tmp_path / "x.zip", "--disclose", "1.matter", *WHO
    )
    assert (again.code, "no-such-text" in again.err, (tmp_path / "x.zip").exists()) == (1, True, False)
    rest = house.export(tmp_path / "rest.zip", "--disclose", "all", *WHO)
    assert disclosed(rest) == {"不予改正"}

    for bundle in (given, both, rest):
        verified = caseledger("verify", bundle, "--key", house.vkey(), "--json")
        assert verified.json["ok"], verified.out
    rows = house.done("access", "list", CASE, "--ledger", house.ledger).splitlines()
    assert [re.split(r" {2,}", row)[-1].split(", ")[0] for row in rows[:2]] == ["1.matter", "1.matter"]
    assert "1.matter" not in rows[2]
    assert all("person-a · organ-justice · reader  export" in row for row in rows)
    assert "rows: 0" in house.done("access", "digest", "--ledger", house.ledger)  # the day is not over
    audited = house.run("audit", "--ledger", house.ledger, "--key", house.vkey(), "--json")
    assert audited.json["ok"], audited.out
    assert {"name": "accesses", "ok": True, "count": 0} in audited.json["checks"]


def test_an_erasure_wants_two_persons_a_law_and_to_be_told_which_texts(house: Installation) -> None:
    assert (house.erase().code, house.erase("--all", "--field", "1.matter").code) == (2, 2)
    for refused, code in (
        (house.erase("--all", approver="person-a"), "own-approval"),
        (house.erase("--all", basis="因当事人甲要求"), "no-legal-basis"),
        (house.erase("--field", "9.matter"), "no-such-text"),
    ):
        assert (refused.code, code in refused.err, "Traceback" in refused.err) == (1, True, False)
    for unknown in (("case-typo", "--ledger", house.ledger), (CASE, "--ledger", "cn-typo")):
        said = house.run("access", "list", *unknown)
        assert (said.code, "unknown-" in said.err, said.out) == (1, True, "")
    assert "1.matter" in house.erase("--all").out
    assert (house.erase("--all").code, "nothing-to-erase" in house.erase("--all").err) == (1, True)


def commands(heading: str) -> list[str]:
    """The commands below a heading of the page on backups, which says the same in both languages."""
    english, chinese = ((ROOT / "docs" / name).read_text("utf-8") for name in ("backups.md", "backups.zh-CN.md"))
    assert re.findall(r"```\n(.*?)```", english, re.DOTALL) == re.findall(r"```\n(.*?)```", chinese, re.DOTALL)
    below = english.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return "".join(re.findall(r"```\n(.*?)```", below, re.DOTALL)).splitlines()


def run_all(house: Installation, folder: Path, database: str, heading: str, dsn: str | None = None) -> None:
    there = conninfo_to_dict(dsn or house.dsn)
    environment = {
        **os.environ,
        "PATH": f"{house.bin}:{os.environ['PATH']}",
        "PGHOST": str(there["host"]),
        "PGPORT": str(there["port"]),
        "PGUSER": str(there["user"]),
        "PGDATABASE": database,
    }
    for command in commands(heading):
        subprocess.run(["sh", "-c", command], cwd=folder, env=environment, check=True, timeout=120)


def test_a_backup_of_before_an_erasure_opens_nothing_that_was_erased(house: Installation, tmp_path: Path) -> None:
    run_all(house, tmp_path, str(conninfo_to_dict(house.dsn)["dbname"]), "Making them")
    ledger_of_before = (tmp_path / "ledger.dump").read_bytes()
    assert house.erase("--field", "1.matter").code == 0
    run_all(
        house, tmp_path, str(conninfo_to_dict(house.dsn)["dbname"]), "Making them"
    )  # the newest keys alone are kept
    (tmp_path / "ledger.dump").write_bytes(ledger_of_before)
    with psycopg.connect(house.dsn, autocommit=True) as admin:
        admin.execute("CREATE DATABASE restored TEMPLATE template0")
    run_all(house, tmp_path, "restored", "Restoring them")

    dsn = re.sub(r"dbname=\S+", "dbname=restored", house.dsn)
    with psycopg.connect(dsn, autocommit=True) as admin:
        assert admin.execute(
            "SELECT count(*) FROM ledger.sealed_values AS v WHERE EXISTS"
            " (SELECT FROM ledger.data_keys AS k WHERE k.ledger = v.ledger AND k.key_id = v.key_id)"
        ).fetchone() == (0,)
        assert admin.execute("SELECT count(*) > 0 FROM ledger.sealed_values").fetchone() == (True,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            admin.execute("DELETE FROM ledger.data_keys")
    shown = caseledger("case", "show", CASE, "--ledger", house.ledger, "--data", house.folder, DSN=dsn)
    assert shown.code == 0, shown.err


@pytest.fixture
def elsewhere() -> Iterator[Server]:
    """A server that has never seen a ledger, and knows none of its roles."""
    with tempfile.TemporaryDirectory(prefix="caseledger-") as path, Server(Path(path), fsync=False) as server:
        yield server


RIGHTS = (
    "SELECT proname, proowner::regrole::text, proacl::text FROM pg_proc"
    " WHERE pronamespace = 'ledger'::regnamespace ORDER BY proname"
)


def test_a_backup_restores_what_it_was_made_of(house: Installation, elsewhere: Server, tmp_path: Path) -> None:
    house.done("seal", "--once", "--ledger", house.ledger)
    run_all(house, tmp_path, str(conninfo_to_dict(house.dsn)["dbname"]), "Making them")
    with psycopg.connect(elsewhere.dsn, autocommit=True) as admin:
        admin.execute("CREATE DATABASE restored TEMPLATE template0")
    run_all(house, tmp_path, "restored", "Restoring them", elsewhere.dsn)
    dsn = re.sub(r"dbname=\S+", "dbname=restored", elsewhere.dsn)
    with psycopg.connect(house.dsn) as before, psycopg.connect(dsn) as after:
        assert after.execute(RIGHTS).fetchall() == before.execute(RIGHTS).fetchall()
    words = ("audit", "--ledger", house.ledger, "--key", house.vkey(), "--json", "--data", house.folder)
    audited = caseledger(*words, SITE=house.folder / "site", DSN=dsn)
    assert audited.json["ok"], audited.out
    handing = ("export", CASE, "--ledger", house.ledger, "-o", tmp_path / "x.zip", "--disclose", "all", *WHO)
    done = caseledger(*handing, "--data", house.folder, SITE=house.folder / "site", DSN=dsn)
    assert done.code == 0, done.err
    assert disclosed(tmp_path / "x.zip") == {"执法检查", "不予改正"}
