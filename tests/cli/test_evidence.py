"""Evidence at the command line, in real processes: put, got, looked through, handed out with a case and checked."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from ledger.bundle import Bundle
from ledger.postgres.embedded import Server
from tests.cli.terminal import Said, caseledger, serving
from tests.ledger.evidence.s3 import BUCKET, KEYS, speaking_s3

LEDGER, ORGAN = "cn-000003-demo", "organ-justice"
PHOTO, PAPER = b"a photo of the scene" * 100_000, "0" * 64
DIGEST = sha256(PHOTO).hexdigest()


@dataclass(frozen=True, slots=True)
class Installation:
    """A ledger with a case of two pieces of evidence, one of them on paper, sealed."""

    data: Path
    settings: dict[str, str | Path]

    def says(self, *words: str | Path, **more: str | Path) -> Said:
        return caseledger(*words, "--data", self.data, **self.settings, **more)


@pytest.fixture(scope="module")
def installed() -> Iterator[Installation]:
    with tempfile.TemporaryDirectory(prefix="caseledger-") as path, Server(Path(path) / "postgres"):
        data = Path(path)
        here = Installation(data, {})
        assert here.says("init", LEDGER, "--regime", "karamay-2022").code == 0
        opening = {"supervisor": ORGAN, "subject": "organ-urban", "origin": "inspection", "matter": "检查"}
        with serving("serve", "--port", "0", "--data", data) as pages:
            api = f"{pages.address}api/v1/ledgers/{LEDGER}"
            post(f"{api}/cases", "1", opening | {"id": "c1", "regime": "karamay-2022"})
            for number, digest in enumerate((DIGEST, PAPER), 1):
                said = {"kind": "photo", "digest": digest}
                post(f"{api}/cases/c1/steps/register-evidence", f"e{number}", said, seen=number)
        assert caseledger("keys", "new", LEDGER, "--keys", data / "keys").code == 0
        assert here.says("seal", "--once").code == 0
        yield here


def post(address: str, key: str, body: object, seen: int | None = None) -> None:
    headers = {"Content-Type": "application/json", "Idempotency-Key": key}
    headers |= {"If-Match": f'"{seen}"'} if seen is not None else {}
    with urlopen(Request(address, json.dumps(body).encode(), headers), timeout=10) as answer:
        assert answer.status == 201


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.jpg"
    path.write_bytes(PHOTO)
    return path


def exported(here: Installation, path: Path, *words: str) -> Said:
    return here.says("export", "c1", "-o", path, *words)


def verified(here: Installation, path: Path) -> Said:
    return caseledger("verify", path, "--key", here.data / "keys" / f"{LEDGER}.vkey", "--json")


@pytest.fixture(params=["disk", "s3"])
def here(request: pytest.FixtureRequest, installed: Installation, tmp_path: Path) -> Iterator[Installation]:
    """The installation with an empty store, in a folder or in a bucket."""
    if request.param == "disk":
        yield Installation(installed.data, {"EVIDENCE": tmp_path / "evidence"})
        return
    (tmp_path / "keys").write_text("\n".join(KEYS), encoding="ascii")
    (tmp_path / "s3").mkdir()
    with speaking_s3(tmp_path / "s3") as address:
        key = tmp_path / "keys"
        place = f"s3://{BUCKET}/kept"
        yield Installation(installed.data, {"EVIDENCE": place, "S3_ENDPOINT": address, "S3_KEY_FILE": key})


def test_evidence_goes_with_a_case_to_the_desk_of_an_auditor(here: Installation, photo: Path, tmp_path: Path) -> None:
    put = here.says("evidence", "put", photo, "--organ", ORGAN)
    assert put.out.split() == [DIGEST, str(len(PHOTO)), "bytes"], put.err
    assert here.says("evidence", "put", photo, "--organ", ORGAN, "--json").json == {
        "digest": DIGEST,
        "size": len(PHOTO),
    }
    got = here.says("evidence", "get", DIGEST, "-o", tmp_path / "got")
    assert (got.code, (tmp_path / "got").read_bytes()) == (0, PHOTO), got.err
    none = here.says("evidence", "get", PAPER, "-o", tmp_path / "none")
    assert (none.code, (tmp_path / "none").exists(), "no evidence" in none.err) == (1, False, True)
    looked = here.says("evidence", "check", "--json").json
    assert (looked["ok"], looked["files"], looked["bytes"], looked["unnamed"]) == (True, 1, len(PHOTO), 0)
    assert looked["missing"] == [{"digest": PAPER, "organ": ORGAN, "stream": "case/c1", "version": 3}]
    said = exported(here, tmp_path / "with.zip", "--evidence")
    assert said.code == 0, said.err
    assert f"not handed over: the evidence {PAPER}, which is not in the store" in said.out
    found = verified(here, tmp_path / "with.zip").json
    assert (found["ok"], found["evidence_left_out"]) == (True, [PAPER])
    assert {"name": "evidence", "ok": True, "count": 1} in found["checks"]
    assert exported(here, tmp_path / "without.zip").code == 0
    assert verified(here, tmp_path / "without.zip").json["evidence_left_out"] == [PAPER, DIGEST]
    text = caseledger("verify", tmp_path / "with.zip", "--key", here.data / "keys" / f"{LEDGER}.vkey").out
    assert "登记而未随附的证据" in text
    assert PAPER in text


def test_a_bit_that_turned_is_found_wherever_evidence_is_read(
    installed: Installation, photo: Path, tmp_path: Path
) -> None:
    here = Installation(installed.data, {"EVIDENCE": tmp_path / "evidence"})
    assert here.says("evidence", "put", photo, "--organ", ORGAN).code == 0
    assert exported(here, tmp_path / "good.zip", "--evidence").code == 0
    path = tmp_path / "evidence" / LEDGER / ORGAN / DIGEST
    turned = bytearray(PHOTO)
    turned[1_000_000] ^= 4
    path.unlink()
    path.write_bytes(turned)
    looked = here.says("evidence", "check", "--json")
    assert (looked.code, json.loads(looked.out)["damaged"]) == (18, [f"{LEDGER}/{ORGAN}/{DIGEST}"])
    text = here.says("evidence", "check")
    assert (text.code, "损坏 damaged" in text.out) == (18, True)
    for words in (
        ("evidence", "get", DIGEST, "-o", tmp_path / "out"),
        ("export", "c1", "--evidence", "-o", tmp_path / "out"),
    ):
        said = here.says(*words)
        assert (said.code, "not what its digest says" in said.err, list(tmp_path.glob("out*"))) == (18, True, [])
        assert "Traceback" not in said.err
    whole = bytearray((tmp_path / "good.zip").read_bytes())
    whole[whole.index(PHOTO) + 7] ^= 4
    (tmp_path / "bad.zip").write_bytes(whole)
    said = verified(here, tmp_path / "bad.zip")
    found = json.loads(said.out)
    assert (said.code, found["exit"], found["first_bad"]["stream"]) == (18, 18, "case/c1")
    assert DIGEST in found["first_bad"]["why"]
    assert Bundle.read(tmp_path / "good.zip").evidence.keys() == {DIGEST}


def test_what_is_asked_wrongly_is_said_in_a_sentence(installed: Installation, photo: Path, tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("THE-ID\nnobody-reads-this\n", encoding="ascii")
    bucket = {"EVIDENCE": "s3://none/x", "S3_ENDPOINT": "http://127.0.0.1:9"}
    cases: list[tuple[int, str, tuple[str | Path, ...], dict[str, str | Path]]] = [
        (2, "No such file", ("put", tmp_path / "none.jpg", "--organ", ORGAN), {}),
        (1, "at most 1000 bytes", ("put", photo, "--organ", ORGAN), {"EVIDENCE_MOST": "1000"}),
        (2, "is no number of bytes", ("check",), {"EVIDENCE_MOST": "much"}),
        (2, "wants a key", ("check",), {**bucket}),
        (2, "cannot be used|No such file", ("check",), {**bucket, "S3_KEY_FILE": tmp_path / "none"}),
        (2, "not two lines", ("check",), {**bucket, "S3_KEY_FILE": no_keys(tmp_path)}),
        (2, "is no store", ("check",), {**bucket, "EVIDENCE": "s3:x", "S3_KEY_FILE": tmp_path / "keys"}),
        (1, "does not answer", ("check",), {**bucket, "S3_KEY_FILE": tmp_path / "keys"}),
        (1, "没有账本", ("check", "--ledger", "cn-999999"), {}),
    ]
    for code, why, words, settings in cases:
        said = caseledger("evidence", *words, "--data", installed.data, **settings)
        assert (said.code, any(part in said.err for part in why.split("|"))) == (code, True), said.err
        assert "Traceback" not in said.err
        assert "nobody-reads-this" not in said.err + said.out


def no_keys(folder: Path) -> Path:
    path = folder / "no-keys"
    path.write_text("nobody-reads-this", encoding="ascii")
    return path
