"""From the ledger to an auditor's desk, in real processes: keys, sealing, witnessing, a zip, and what it says there."""

from __future__ import annotations

import json
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.bundle import Bundle
from ledger.postgres.embedded import Server
from ledger.proof.note import Note
from tests.cli.terminal import Pages, caseledger, environment, serving

LEDGER = "cn-650200-demo"
CASE = "b-the-whole-way.as-shipped"


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The keys of ledger and witness, made at the command line."""
    folder = tmp_path_factory.mktemp("keys")
    for words in ((LEDGER,), ("--witness", "witness.example/superior")):
        made = caseledger("keys", "new", *words, "--keys", folder)
        assert made.code == 0, made.err
        assert made.out.strip() in {path.read_text("ascii").strip() for path in folder.glob("*.vkey")}
    return folder


@pytest.fixture(scope="module")
def sealed(data: Path, keys: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of what is published, after a round that a witness has cosigned."""
    folder = tmp_path_factory.mktemp("sealed")
    key, log = keys / "witness.example_superior.key", keys / f"{LEDGER}.vkey"
    words = ("witness", "--key", key, "--log", log, "--record", folder / "witness.db", "--port", free_port())
    with serving(*words) as witness:
        policy = folder / "policy"
        policy.write_text(
            f"log {log.read_text('ascii')}witness superior {key.with_suffix('.vkey').read_text('ascii').strip()}"
            f" {at(witness)}\nquorum superior\n"
        )
        said = caseledger("seal", "--once", "--json", "--policy", policy, "--data", data, **settings(keys, folder))
    assert said.json[LEDGER]["size"] > 1_000
    return folder


def at(witness: Pages) -> str:
    return witness.address.removesuffix("/add-checkpoint")


def free_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return str(free.getsockname()[1])


def settings(keys: Path, folder: Path) -> dict[str, str | Path]:
    return {"KEYS": keys, "SITE": folder / "site", "SEAL_RECORD": folder / "sealed.db"}


@pytest.fixture(scope="module")
def bundle(data: Path, keys: Path, sealed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("auditor") / "case.zip"
    said = caseledger("export", CASE, "--ledger", LEDGER, "-o", path, "--data", data, **settings(keys, sealed))
    assert said.code == 0, said.err
    assert "entries, as of exactly" in said.out
    return path


def test_a_bundle_is_checked_with_the_zip_and_the_keys_alone(bundle: Path, sealed: Path) -> None:
    said = caseledger("verify", bundle, "--policy", sealed / "policy", "--json")
    assert (said.json["ok"], said.json["exit"], said.json["first_bad"]) == (True, 0, None)
    assert said.json["witnessed_at"] is not None
    assert said.json["state"]["stage"] == "closed"
    text = caseledger("verify", bundle, "--policy", sealed / "policy").out
    assert "核验通过 everything checks" in text
    assert "模拟账本 a simulated ledger" in text


def test_the_process_that_checks_loads_no_database_and_no_web_framework(bundle: Path, sealed: Path) -> None:
    script = (
        "import sys; from api.cli.entry import main\n"
        "try: main()\n"
        "except SystemExit as end: print(end.code)\n"
        "loaded = {name.partition('.')[0] for name in sys.modules}\n"
        "print(sorted(loaded & {'psycopg', 'psycopg_pool', 'fastapi', 'starlette', 'uvicorn', 'alembic'}))"
    )
    words = [sys.executable, "-c", script, "verify", str(bundle), "--policy", str(sealed / "policy")]
    done = subprocess.run(words, capture_output=True, text=True, env=environment(), check=True, timeout=60)
    assert done.stdout.splitlines()[-2:] == ["0", "[]"], done.stderr


def test_a_changed_bundle_is_named_with_its_exit_code(bundle: Path, sealed: Path, tmp_path: Path) -> None:
    read = Bundle.read(bundle)
    changed = {name: content.replace(b"A1", b"A2") for name, content in read.files.items() if name.startswith("entr")}
    path = tmp_path / "changed.zip"
    Bundle(read.ledger, read.stream, read.size, {**read.files, **changed}).write(path)
    said = caseledger("verify", path, "--policy", sealed / "policy", "--json")
    assert said.code == 10
    found = json.loads(said.out)
    assert (found["ok"], found["exit"], found["first_bad"]["stream"]) == (False, 10, f"case/{CASE}")
    assert "does not check (10)" in caseledger("verify", path, "--policy", sealed / "policy").out


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ((), "name the key of the ledger with --key"),
        (("--key", "key"), "key: No such file"),
        (("--key", "a+b+c"), "not a key for checking"),
        (("--not-before", "soon"), "is not a time"),
        (("--since", "none"), "none: No such file"),
    ],
)
def test_what_is_asked_wrongly_is_said_in_a_sentence(
    bundle: Path, keys: Path, words: tuple[str, ...], why: str
) -> None:
    more = () if "--key" in words or not words else ("--key", str(keys / f"{LEDGER}.vkey"))
    said = caseledger("verify", bundle, *words, *more)
    assert said.code == 2
    assert why in said.err
    assert "Traceback" not in said.err


def test_what_is_no_bundle_is_said_to_be_none(keys: Path, tmp_path: Path) -> None:
    (tmp_path / "none.zip").write_bytes(b"PK")
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("letter.txt", "hello")
    for name, why in (("none.zip", "cannot be read as a zip"), ("other.zip", "has no place"), ("no.zip", "cannot be")):
        said = caseledger("verify", tmp_path / name, "--key", keys / f"{LEDGER}.vkey")
        assert said.code == 2
        assert why in said.err


def test_the_whole_ledger_is_audited_and_goes_on_from_what_was_kept(
    data: Path, keys: Path, sealed: Path, tmp_path: Path
) -> None:
    words = ("audit", "--ledger", LEDGER, "--policy", sealed / "policy", "--data", data, "--record", tmp_path / "a.db")
    first = caseledger(*words, "--json", **settings(keys, sealed)).json
    assert (first["ok"], first["entries"]) == (True, first["size"])
    again = caseledger(*words, "--json", **settings(keys, sealed)).json
    assert (again["ok"], again["entries"]) == (True, 0)
    text = caseledger(*words[:-2], **settings(keys, sealed)).out
    assert "全账逐条" in text
    assert "a second" in text


def test_what_an_audit_has_found_it_finds_again_where_it_goes_on(
    data: Path, keys: Path, sealed: Path, tmp_path: Path
) -> None:
    copied = tmp_path / "copied"
    shutil.copytree(sealed, copied)
    tile = min((copied / "site" / LEDGER / "tile" / "0").iterdir())
    tile.write_bytes(bytes(32) + tile.read_bytes()[32:])
    words = ("audit", "--ledger", LEDGER, "--policy", sealed / "policy", "--data", data, "--record", tmp_path / "a.db")
    for _ in range(2):
        answer = caseledger(*words, "--json", **settings(keys, copied))
        assert (answer.code, json.loads(answer.out)["first_bad"]["position"]) == (13, 0)


def test_a_key_is_kept_to_its_owner_and_never_overwritten(keys: Path) -> None:
    path = keys / f"{LEDGER}.key"
    assert path.stat().st_mode & 0o077 == 0
    before = path.read_bytes()
    said = caseledger("keys", "new", LEDGER, "--keys", keys)
    assert (said.code, path.read_bytes()) == (2, before)
    assert "never overwritten" in said.err
    assert before.decode().strip() not in said.err + said.out


def test_a_witness_without_an_address_of_the_web_is_refused(data: Path, keys: Path, tmp_path: Path) -> None:
    vkey = (keys / "witness.example_superior.vkey").read_text("ascii").strip()
    (tmp_path / "policy").write_text(f"witness w {vkey} ftp://x\nquorum w\n")
    words = ("seal", "--once", "--policy", tmp_path / "policy", "--data", data)
    said = caseledger(*words, KEYS=keys, SITE=tmp_path, SEAL_RECORD=tmp_path / "s")
    assert (said.code, "is not the address of a witness" in said.err) == (2, True)


def test_without_a_key_nothing_is_sealed(data: Path, tmp_path: Path) -> None:
    said = caseledger(
        "seal", "--once", "--data", data, KEYS=tmp_path / "none", SITE=tmp_path, SEAL_RECORD=tmp_path / "s"
    )
    assert said.code == 2
    assert "caseledger keys new" in said.err


def test_a_sealer_at_work_seals_what_an_export_waits_for_and_stops_when_told(
    data: Path, keys: Path, tmp_path: Path
) -> None:
    here = settings(keys, tmp_path)
    with serving("seal", "--data", data, **here) as work:
        said = caseledger(
            "export", CASE, "--ledger", LEDGER, "-o", tmp_path / "x.zip", "--wait", "30", "--data", data, **here
        )
        assert said.code == 0, said.err
        assert work.stop() == (0, "")
    note = Note.parse(Bundle.read(tmp_path / "x.zip").files["checkpoint"])
    assert len(note.signatures) == 2


def test_nothing_sealed_is_said_and_not_exported(data: Path, keys: Path, tmp_path: Path) -> None:
    words = ("export", CASE, "--ledger", LEDGER, "-o", tmp_path / "x.zip", "--wait", "0", "--data", data)
    said = caseledger(*words, **settings(keys, tmp_path))
    assert said.code == 1
    assert "nothing of cn-650200-demo is sealed yet" in said.err
    assert not (tmp_path / "x.zip").exists()


@pytest.fixture(scope="module")
def own() -> Iterator[Path]:
    """The data of an installation whose ledgers these tests may write into; the demonstration's are others' as well."""
    with tempfile.TemporaryDirectory(prefix="caseledger-") as path, Server(Path(path) / "postgres"):
        for ledger in ("cn-000001-demo", "cn-000002-demo"):
            made = caseledger("init", ledger, "--regime", "karamay-2022", "--data", path)
            assert made.code == 0, made.err
        yield Path(path)


def test_a_sealer_that_refuses_goes_on_after_a_recovery_with_two_names(own: Path, tmp_path: Path) -> None:
    ledger, data = "cn-000001-demo", own
    assert caseledger("keys", "new", ledger, "--keys", tmp_path).code == 0
    words, here = ("seal", "--once", "--ledger", ledger, "--data", data), settings(tmp_path, tmp_path)
    assert caseledger(*words, **here).code == 0
    with sqlite3.connect(tmp_path / "sealed.db") as record:  # as if the sealer had signed what is not there any more
        record.execute("UPDATE sealed SET last_leaf = x'00'")
    refused = caseledger(*words, **here)
    assert refused.code == 1
    found = re.search(r"position (\d+): .*; signed last: (\d+) ([0-9a-f]{64})", refused.err)
    assert found, refused.err
    told = ("--position", found[1], "--size", found[2], "--root", found[3], "--organ", "organ-justice")
    why = ("--reason", "从备份恢复后核对无误", "--person", "person-a", "--data", data)
    alone = caseledger("recover", ledger, *told, *why, "--approver", "person-a")
    assert (alone.code, "own-approval" in alone.err) == (1, True)
    assert caseledger(*words, **here).code == 1
    assert caseledger("recover", ledger, *told, *why, "--approver", "person-h").code == 0
    after = caseledger(*words, "--json", **here).json[ledger]
    assert after["size"] == int(found[2]) + 1
    assert (tmp_path / "site" / f"{ledger}.until-{found[2]}").is_dir()


def test_a_key_is_changed_and_the_earlier_one_still_checks(own: Path, tmp_path: Path) -> None:
    ledger, data = "cn-000002-demo", own
    assert caseledger("keys", "new", ledger, "--keys", tmp_path).code == 0
    here, vkey = settings(tmp_path, tmp_path), tmp_path / f"{ledger}.vkey"
    who = ("--person", "person-a", "--organ", "organ-justice", "--data", data)
    refused = caseledger("keys", "rotate", ledger, "--approver", "person-a", *who, **here)
    assert (refused.code, len(list(tmp_path.glob("*.key")))) == (1, 1)
    seal = ("seal", "--once", "--ledger", ledger, "--data", data)
    assert caseledger(*seal, **here).code == 0
    assert caseledger("keys", "rotate", ledger, "--approver", "person-h", *who, **here).code == 0
    assert sorted(path.name for path in tmp_path.glob("*.key")) == [f"{ledger}.2.key", f"{ledger}.key"]
    assert caseledger(*seal, **here).code == 0
    (tmp_path / f"{ledger}.key").rename(tmp_path / "put-away")
    entry = ("--size", "1", "--root", "0" * 64, "--position", "0", "--reason", "演练", "--approver", "person-h")
    assert caseledger("recover", ledger, *entry, *who).code == 0  # one entry more, for the next key to seal alone
    before = caseledger("audit", "--ledger", ledger, "--key", vkey, "--json", "--data", data, **here)
    assert before.json["unsealed"] == 1
    assert caseledger(*seal, **here).code == 0
    audited = caseledger("audit", "--ledger", ledger, "--key", vkey, "--json", "--data", data, **here)
    assert audited.json["ok"], audited.out
    assert audited.json["unsealed"] == 0
    assert caseledger("keys", "rotate", ledger, "--approver", "person-h", *who, **here).code == 0
    assert sorted(path.name for path in tmp_path.glob("*.key")) == [f"{ledger}.2.key", f"{ledger}.3.key"]
    (tmp_path / "site" / ledger / "checkpoint").write_bytes(b"no note")
    damaged = caseledger("audit", "--ledger", ledger, "--key", vkey, "--data", data, **here)
    assert (damaged.code, "cannot be read" in damaged.err, "Traceback" in damaged.err) == (2, True, False)
