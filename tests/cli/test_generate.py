"""A simulated ledger of any size at the command line: written, sealed, audited, in real processes."""

from __future__ import annotations

from pathlib import Path

from tests.cli.terminal import caseledger

LEDGER = "cn-4-demo"


def test_what_was_generated_can_be_sealed_audited_and_projected(data: Path, tmp_path: Path) -> None:
    words = ("generate", LEDGER, "--seed", "3", "--data", data)
    made = caseledger(*words, "--events", "600", "--json").json
    assert made["entries"] >= 600
    assert sum(row["count"] for row in made["files"]) > 10
    key = caseledger("keys", "new", LEDGER, "--keys", tmp_path).out.strip()
    kept = {name: tmp_path / file for name, file in (("KEYS", ""), ("SITE", "site"), ("SEAL_RECORD", "sealed.db"))}
    sealed = caseledger("seal", "--once", "--json", "--data", data, **kept).json
    assert sealed[LEDGER]["size"] == made["entries"]
    audited = caseledger("audit", "--ledger", LEDGER, "--key", key, "--json", "--data", data, **kept).json
    assert (audited["ok"], audited["entries"]) == (True, made["entries"])
    assert f"files: {made['entries']} positions" in caseledger("rebuild", "--ledger", LEDGER, "--data", data).out
    again = caseledger(*words, "--events", "600")
    assert (again.code, again.out) == (2, "")
    assert "a ledger of its own" in again.err


def test_what_cannot_be_generated_is_said_in_a_sentence(data: Path) -> None:
    for words, why in (
        (("cn-5", "--events", "10"), "ends in -demo"),
        (("cn-5-demo", "--events", "10", "--from", "2001-01-01"), "before the last published schedule"),
        (("cn-5-demo", "--events", "10", "--from", "tomorrow"), "is not a day"),
        (("cn-5-demo", "--events", "0"), "events"),
    ):
        said = caseledger("generate", *words, "--seed", "1", "--data", data)
        assert (said.code, said.out) == (2, "")
        assert why in said.err
        assert "Traceback" not in said.err
