"""Timestamps of an authority: kept beside the notes of a size, handed out with a bundle, checked by openssl."""

from __future__ import annotations

import logging
import os
import shlex
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from ledger.export import export
from ledger.sealing import stamp
from ledger.sealing.record import SealRecord
from ledger.sealing.sealer import Sealer
from ledger.sealing.site import STAMP, Site
from ledger.sealing.stamp import Stamp
from tests.ledger.sealing.office import LEDGER, MORNING, Entries, sealer

CONFIG = """
[tsa]
default_tsa = one
[one]
dir = .
serial = ./serial
signer_cert = ./authority.pem
signer_key = ./authority.key
default_policy = 1.2.3.4.1
digests = sha256
signer_digest = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
"""


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an authority that is run by openssl."""
    folder = tmp_path_factory.mktemp("authority")
    (folder / "tsa.cnf").write_text(CONFIG)
    (folder / "serial").write_text("01\n")
    words = (
        "openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=authority -days 3650 -keyout authority.key"
        " -out authority.pem -addext extendedKeyUsage=critical,timeStamping"
    )
    subprocess.run(words.split(), cwd=folder, check=True, capture_output=True)
    (folder / "stamp").write_text(
        f"cd {shlex.quote(str(folder))} && openssl ts -query -sha256 -cert -data /dev/stdin -out query.tsq"
        " && openssl ts -reply -config tsa.cnf -queryfile query.tsq -out answer.tsr && cat answer.tsr\n"
    )
    return folder


@pytest.fixture
def work(tmp_path: Path) -> Iterator[tuple[Sealer, Entries]]:
    entries = Entries()
    entries.append("ledger", "case/a")
    with SealRecord(tmp_path / "sealer.db") as record:
        yield sealer(entries, tmp_path / "site", record, simulated=True), entries


def verified(folder: Path, authority: Path, files: dict[str, bytes]) -> bool:
    """Whether openssl accepts the timestamp, by the command in HOW-TO-CHECK.md."""
    for name, content in files.items():
        (folder / name).write_bytes(content)
    (folder / "authority.pem").write_bytes((authority / "authority.pem").read_bytes())
    told = files["HOW-TO-CHECK.md"].decode()
    command = " ".join(told.partition("`sed '/^$/,$d'")[2].partition("`")[0].split())
    return (
        subprocess.run(
            ["sh", "-c", f"sed '/^$/,$d' {command}"], cwd=folder, capture_output=True, check=False
        ).returncode
        == 0
    )


def test_a_timestamp_is_handed_out_with_the_bundle_and_accepted_by_openssl(
    work: tuple[Sealer, Entries], authority: Path, tmp_path: Path
) -> None:
    here, entries = work
    here.stamp = Stamp(("sh", str(authority / "stamp")))
    here.round(MORNING, with_heads=True)
    bundle = export(LEDGER, "case/a", entries, here.site)
    files = {name: bundle.files[name] for name in ("checkpoint", STAMP, "HOW-TO-CHECK.md")}
    assert verified(tmp_path, authority, files)
    assert not verified(
        tmp_path, authority, {**files, "checkpoint": files["checkpoint"].replace(b"\n2\n", b"\n3\n", 1)}
    )


def test_a_ledger_is_sealed_though_no_timestamp_is_to_be_had_and_that_is_said_once(
    work: tuple[Sealer, Entries], caplog: pytest.LogCaptureFixture
) -> None:
    here, entries = work
    for n, command in enumerate((("none-such-command",), ("false",), ("echo", "no"), ("echo", "no"))):
        here.stamp = Stamp(command) if n < 3 else here.stamp
        entries.append("case/a")
        with caplog.at_level(logging.WARNING):
            here.round(MORNING + timedelta(minutes=n), with_heads=True)
    assert [record.message.count("not timestamped by") for record in caplog.records] == [1, 1, 1]
    assert Site(here.site.folder).stamp(6) is None
    assert STAMP not in export(LEDGER, "case/a", entries, here.site).files


def test_of_a_command_that_is_given_up_no_process_stays_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stamp, "SECONDS", 0.5)
    open_there = tmp_path / "fifo"  # read to its end when nobody has it open any more, which "late" would come before
    os.mkfifo(open_there)
    reader = os.open(open_there, os.O_RDONLY | os.O_NONBLOCK)
    assert Stamp(("sh", "-c", f"(sleep 20; echo late) > {open_there} & wait"))(b"text") is None
    os.set_blocking(reader, True)
    assert os.read(reader, 1) == b""
    os.close(reader)


def test_a_timestamp_goes_with_the_notes_of_its_size(work: tuple[Sealer, Entries], authority: Path) -> None:
    here, entries = work
    here.stamp = Stamp(("sh", str(authority / "stamp")))
    here.round(MORNING, with_heads=True)
    assert here.site.stamp(2) is not None
    entries.append("case/a")
    here.round(MORNING + timedelta(minutes=2), with_heads=True)
    here.site.drop(2)
    assert here.site.stamp(2) is None
    assert here.site.stamp(3) is not None
