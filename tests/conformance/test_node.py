"""The same as in `test_python`, by software for Node: the verifier of npm's own provenance, `@sigstore/verify`."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.conformance.conftest import CHANGES, flipped
from tests.ledger.sealing.office import KEY

FOLDER = Path(__file__).parent / "node"


@pytest.fixture(scope="module", autouse=True)
def _installed() -> None:
    """The packages of the lock file; `make test` has installed them before the tests run side by side."""
    assert shutil.which("node"), "Node is missing: on Debian, apt-get install nodejs npm"
    assert (FOLDER / "node_modules/@sigstore/verify").is_dir(), "run: make test, which installs it with npm"


def accepted(asked: Iterable[tuple[bytes, bytes]]) -> list[bool]:
    """Whether each entry is taken as being in the ledger, by its proof, under a checkpoint of its key."""

    def b64(content: bytes) -> str:
        return base64.b64encode(content).decode()

    entries = [{"entry": b64(entry), "proof": b64(proof)} for entry, proof in asked]
    question = json.dumps({"key": str(KEY.verifier), "entries": entries})
    done = subprocess.run(
        ["node", "check.js"], cwd=FOLDER, input=question, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    answers: list[bool] = json.loads(done.stdout)
    return answers


def test_every_entry_of_a_bundle_is_accepted(files: dict[str, bytes]) -> None:
    numbers = [name[8:14] for name in files if name.startswith("entries/")]
    found = accepted((files[f"entries/{n}.entry"], files[f"proofs/{n}.tlog-proof"]) for n in numbers)
    assert len(found) > 3
    assert all(found)


def test_whatever_was_changed_is_rejected(files: dict[str, bytes]) -> None:
    entry, proof = files["entries/000001.entry"], files["proofs/000001.tlog-proof"]
    changed = [(entry, change(proof)) for change in CHANGES]
    assert all(other != proof for _, other in changed)
    changed += [(flipped(entry, place), proof) for place in range(0, len(entry), 7)]
    first, *rest = accepted([(entry, proof), *changed])
    assert first
    assert not any(rest)
