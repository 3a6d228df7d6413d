"""What an auditor or an operator meets when something is wrong: both languages, a code, an exit code, no traceback."""

from __future__ import annotations

import re
import sqlite3
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from ledger import canonical
from ledger.bundle import FORMAT, Bundle
from ledger.postgres.connect import open_ledger
from ledger.postgres.migrate import upgrade
from ledger.proof.chain import Chain
from ledger.proof.checkpoint import Checkpoint, origin
from ledger.proof.merkle import Frontier
from ledger.proof.note import COSIGNS, SIGNS, Note, SigningKey
from ledger.sealing.record import RecordError, Sealed, SealRecord
from tests.cli.terminal import Said, caseledger
from tests.conftest import NewDatabase
from tests.ledger.sealing.office import KEY, LEDGER
from tests.ledger.verify.test_bundle import Office

OTHER = "cn-000009"
WITNESS = SigningKey("witness.example/superior", COSIGNS, bytes(range(1, 33)))


def told(said: Said, exit_: int, code: str, *words: str) -> str:
    """The one line of a fault: Chinese, English, its code."""
    assert said.code == exit_, said.out + said.err
    assert "Traceback" not in said.err
    (line,) = said.err.splitlines()
    zh, slash, en = line.partition(" / ")
    assert re.search(r"[一-鿿]", zh), line
    assert slash
    assert not re.search(r"[一-鿿]", en), line
    assert en.endswith(f"[{code}]"), line
    for word in words:
        assert word in line
    return line


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    made = Office(tmp_path_factory.mktemp("office"))
    made.seal()
    return made


@pytest.fixture
def case(office: Office, tmp_path: Path) -> Path:
    """A bundle on an auditor's desk, whose entries are of nobody's law: it is read and checked, and not replayed."""
    path = tmp_path / "case.zip"
    office.bundle().write(path)
    return path


def verify(path: Path, *words: str | Path) -> Said:
    return caseledger("verify", path, *(words or ("--key", str(KEY.verifier))))


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-30])


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def foldered(path: Path) -> None:
    path.unlink()
    path.mkdir()


def gone(path: Path) -> None:
    path.unlink()


def with_file(name: str, content: bytes = b"x") -> Callable[[Path], None]:
    def add(path: Path) -> None:
        with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, content)

    return add


def lying(path: Path) -> None:
    """A bomb whose directory says that it is small."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("checkpoint", b"\0" * (65 << 20))
    content = bytearray(path.read_bytes())
    at = content.rindex(b"PK\1\2")
    content[at + 24 : at + 28] = struct.pack("<I", 10)
    path.write_bytes(content)


def flipped(path: Path) -> None:
    """Bytes of a packed file changed, so that it does not unpack."""
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo("HOW-TO-CHECK.md")
    content = bytearray(path.read_bytes())
    at = info.header_offset + 30 + len(info.filename)
    content[at : at + 40] = b"\xff" * 40
    path.write_bytes(content)


def manifested(**members: object) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        told = {"format": FORMAT, "ledger": LEDGER, "stream": "case/a", "size": 8} | members
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("manifest.json", canonical.encode(told))

    return write


@pytest.mark.parametrize(
    ("spoilt", "code"),
    [
        (cut, "not-a-zip"),
        (emptied, "not-a-zip"),
        (foldered, "not-a-zip"),
        (gone, "not-a-zip"),
        (flipped, "not-a-zip"),
        (lying, "not-a-zip"),
        (with_file("law/" + "0" * 64 + ".json", b"\0" * (65 << 20)), "unpacks-too-large"),
        (with_file("../../climbs/out"), "no-place"),
        (with_file("/etc/absolute"), "no-place"),
        (with_file("C:\\windows\\path"), "no-place"),
        (with_file("\x1b[2Jscreen"), "no-place"),
        (manifested(format="caseledger-bundle/2"), "other-format"),
        (manifested(ledger="No Ledger"), "manifest-incomplete"),
        (manifested(), "part-missing"),
    ],
)
def test_a_file_that_is_no_bundle_is_said_to_be_none(case: Path, spoilt: Callable[[Path], None], code: str) -> None:
    spoilt(case)
    said = verify(case)
    told(said, 2, code)
    assert "\x1b" not in said.err


def test_a_bundle_of_another_ledger_does_not_pass_for_this_one(case: Path) -> None:
    read = Bundle.read(case)
    Bundle(OTHER, read.stream, read.size, read.files).write(case)
    said = verify(case, "--key", str(SigningKey(origin(OTHER), SIGNS, KEY.seed).verifier))
    assert said.code == 14
    assert "[checkpoint-of-another]" in said.out
    assert "检查点属于caseledger/cn-000000" in said.out
    assert "the checkpoint is of caseledger/cn-000000 at 8" in said.out


def test_two_checkpoints_of_one_size_with_different_roots_are_two_histories(case: Path, tmp_path: Path) -> None:
    other = tmp_path / "checkpoint"
    other.write_bytes(bytes(Note(Checkpoint(origin(LEDGER), 8, bytes(32)).text()).signed(KEY)))
    for option in ("--checkpoint", "--since"):
        said = caseledger("verify", case, "--key", str(KEY.verifier), option, other, "--json")
        assert said.code == 15, said.out
        assert '"why_zh": "' in said.out
    assert "roots-differ" in caseledger("verify", case, "--key", str(KEY.verifier), "--checkpoint", other).out


def test_what_is_found_is_said_in_text_and_to_tools_with_its_code(case: Path) -> None:
    read = Bundle.read(case)
    name = "entries/000002.entry"
    changed = {**read.files, name: read.files[name].replace(b'"n":3', b'"n":4')}
    Bundle(read.ledger, read.stream, read.size, changed).write(case)
    said = verify(case, "--key", str(KEY.verifier), "--json")
    found = canonical.decode(said.out.encode())
    assert (said.code, found["ok"], found["exit"]) == (10, False, 10)
    assert found["first_bad"] == {
        "position": 3,
        "stream": "case/a",
        "code": "entry-altered",
        "why": "version 2 is not the entry that was sealed",
        "why_zh": "第2步不是封存时的那一条",
    }
    text = verify(case).out
    assert "核验未通过 does not check (10)  [entry-altered]" in text
    assert "位置3，case/a：第2步不是封存时的那一条" in text
    assert "position 3, case/a: version 2 is not the entry that was sealed" in text


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "empty-file"),
        ("a letter", "not-a-key"),
        (f"{KEY.secret()}\n", "secret-in-place-of-key"),
        (str(KEY.verifier).replace("000000", "000001"), "key-misspelt"),
        (b"\xff\xfe", "file-not-text"),
        ("x" * (2 << 20), "file-too-large"),
    ],
    ids=["empty", "letter", "secret", "misspelt", "binary", "film"],
)
def test_a_key_in_the_wrong_form_is_named_with_its_file(
    case: Path, tmp_path: Path, content: str | bytes, code: str
) -> None:
    key = tmp_path / "ledger.vkey"
    key.write_bytes(content.encode() if isinstance(content, str) else content)
    line = told(verify(case, "--key", key), 2, "in-file", str(key))
    assert KEY.secret() not in line
    for place in (tmp_path, tmp_path / "none"):
        told(verify(case, "--key", place), 2, "in-file", str(place))
    assert code in (Path(__file__).parents[2] / "docs/faults.md").read_text("utf-8")


def test_a_key_that_windows_has_saved_is_read(case: Path, tmp_path: Path) -> None:
    key = tmp_path / "ledger.vkey"
    key.write_bytes(f"{KEY.verifier}\r\n".encode())
    assert "✓  检查点签名" in verify(case, "--key", key).out


@pytest.mark.parametrize(
    ("policy", "zh", "en"),
    [
        (f"log {KEY.verifier}\r\nquorum none\r\n", "Windows 换行", "line ends changed to those of Windows"),
        (
            f"log {KEY.verifier}\nthreshold 3\n",
            "第2行：不是策略文件的写法",
            "line 2: not a line of a policy: 'threshold 3'",
        ),
        (f"log {KEY.verifier}\n", "应有一行 quorum", "has a quorum line"),
        (f"log {WITNESS.verifier}\nquorum none\n", "类型为0x04，应为0x01", "is of type 0x04, not 0x01"),
        ("log secret\nquorum none\n", "不是核验公钥", "not a key for checking"),
    ],
    ids=["windows", "word", "quorum", "type", "key"],
)
def test_a_policy_in_the_wrong_form_is_named_with_its_line(
    case: Path, tmp_path: Path, policy: str, zh: str, en: str
) -> None:
    path = tmp_path / "policy"
    path.write_bytes(policy.encode())
    told(verify(case, "--policy", path), 2, "in-file", zh, en)


@pytest.mark.parametrize("content", [b"", b"no note", b"\xff", b"a\r\n\r\nb\r\n"])
def test_a_checkpoint_brought_along_that_is_none_is_named(case: Path, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "checkpoint"
    path.write_bytes(content)
    told(verify(case, "--key", str(KEY.verifier), "--since", path), 2, "in-file", str(path))


def test_a_witness_is_not_started_with_what_is_no_key_of_its_own(tmp_path: Path) -> None:
    vkey, key, record = tmp_path / "w.vkey", tmp_path / "w.key", tmp_path / "seen.db"
    vkey.write_text(f"{WITNESS.verifier}\n")
    key.write_text(f"{WITNESS.secret()}\r\n")
    (tmp_path / "log.key").write_text(f"{KEY.secret()}\n")
    ask = ("witness", "--log", str(KEY.verifier), "--record")
    told(caseledger(*ask, record, "--key", vkey), 2, "in-file", "signing key")
    told(caseledger(*ask, record, "--key", tmp_path / "log.key"), 2, "key-type")
    told(caseledger(*ask, tmp_path, "--key", key), 2, "record-unusable")
    record.write_bytes(b"no database at all, and longer than its header")
    told(caseledger(*ask, record, "--key", key), 2, "record-unusable")


# --- the database


@pytest.fixture
def keys(tmp_path: Path) -> dict[str, str | Path]:
    """An operator's settings with a key of a ledger."""
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / f"{LEDGER}.key").write_text(KEY.secret())
    return {"KEYS": tmp_path / "keys", "SITE": tmp_path / "site", "SEAL_RECORD": tmp_path / "sealed.db"}


def operator(dsn: str, keys: dict[str, str | Path], folder: Path, *ledger: str) -> list[Said]:
    """Seal, audit and export."""
    here = {**keys, "DSN": dsn, "DATA": folder}
    return [
        caseledger("seal", "--once", **here),
        caseledger("audit", "--key", str(KEY.verifier), *ledger, **here),
        caseledger("export", "a", "-o", folder / "a.zip", *ledger, **here),
    ]


def test_a_database_that_was_never_migrated_is_said_to_be_empty(
    new_database: NewDatabase, keys: dict[str, str | Path], tmp_path: Path
) -> None:
    for said in operator(new_database(), keys, tmp_path):
        told(said, 1, "not-migrated", "caseledger init", "CASELEDGER_DSN")


def test_a_ledger_that_does_not_exist_is_said_not_to(
    new_database: NewDatabase, keys: dict[str, str | Path], tmp_path: Path
) -> None:
    dsn = new_database()
    upgrade(dsn)
    seal, audit, export = operator(dsn, keys, tmp_path)
    told(seal, 1, "ledger-unknown", LEDGER, "caseledger init")
    told(audit, 1, "ledger-none", "caseledger init")
    told(export, 1, "ledger-none", "caseledger init")
    assert not (tmp_path / "site" / LEDGER).exists(), "nothing is signed of a ledger that is none"
    for ledger in (OTHER, "cn-000008"):
        open_ledger(dsn, ledger, "wall")
    for said in operator(dsn, keys, tmp_path, "--ledger", LEDGER):
        told(said, 1, "ledger-unknown", LEDGER)
    for said in operator(dsn, keys, tmp_path)[1:]:
        told(said, 2, "ledger-not-named", f"cn-000008, {OTHER}")


def test_a_login_without_the_right_is_told_which_it_lacks(
    new_database: NewDatabase, keys: dict[str, str | Path], tmp_path: Path
) -> None:
    dsn = new_database()
    upgrade(dsn)
    with psycopg.connect(dsn, autocommit=True) as admin:
        admin.execute("CREATE ROLE clerk LOGIN")
        try:
            for said in operator(make_conninfo(dsn, user="clerk"), keys, tmp_path):
                told(said, 1, "role-denied", "GRANT caseledger_reader TO clerk")
        finally:
            admin.execute("DROP ROLE clerk")


def test_a_database_that_is_away_is_said_in_both_languages(keys: dict[str, str | Path], tmp_path: Path) -> None:
    for said in operator("host=127.0.0.1 port=1", keys, tmp_path):
        assert said.code == 1
        assert "数据库暂时无法连接" in said.err
        assert "The database cannot be reached" in said.err
        assert "[database-down]" in said.err


def test_a_record_that_is_damaged_seals_nothing(keys: dict[str, str | Path], tmp_path: Path) -> None:
    record = tmp_path / "sealed.db"
    record.write_bytes(b"no database at all, and longer than its header")
    said = caseledger("seal", "--once", **keys, DSN="host=127.0.0.1 port=1", DATA=tmp_path)
    told(said, 2, "record-unusable", str(record))
    record.unlink()
    for damage in ("peaks = x'00'", "size = 7", "round_at = 'soon'", "size = 'many'", "peaks = 7"):
        with SealRecord(record) as good:
            good.advance(Sealed(Chain(LEDGER, 1), Frontier(1, [bytes(32)]), bytes(32)), {})
            assert good.of(LEDGER).chain.size == 1
        with sqlite3.connect(record) as changed:
            changed.execute(f"UPDATE sealed SET {damage}")
        with SealRecord(record) as opened, pytest.raises(RecordError) as refused:
            opened.of(LEDGER)
        assert refused.value.code == "record-damaged"
