"""Timestamps of an authority (可信时间戳, RFC 3161): a seam. A command of the operator's asks for one.

It is handed the text of a checkpoint, its lines without the signatures, on standard input, and gives the answer of the
authority, a TimeStampResp in DER, on standard output. Which authority, by which way and under which policy is the
operator's to settle, and whose word counts the auditor's: `openssl ts -verify` and other people's tools check it.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

SECONDS: Final = 20.0
"""How long the command may take: a ledger does not wait for an authority that is away."""
_LONGEST: Final = 64 * 1024
_SEQUENCE: Final = b"\x30"  # how every answer begins, X.690 section 8.9
LOG: Final = logging.getLogger("caseledger.seal")


@dataclass(slots=True)
class Stamp:
    """Asks for timestamps by a command. That it failed is said once in the log of the process, until it works again."""

    command: Sequence[str]
    failed: str = ""

    def __call__(self, text: bytes) -> bytes | None:
        """The timestamp of a text; None where there is none to be had."""
        try:
            done = _run(self.command, text)
        except (OSError, subprocess.SubprocessError) as error:
            self._say(str(error))
            return None
        answer = done.stdout
        if done.returncode != 0 or not answer.startswith(_SEQUENCE) or len(answer) > _LONGEST:
            said = done.stderr.decode("utf-8", "replace").strip()[:200]
            self._say(f"it ended with {done.returncode} and {len(answer)} bytes: {said}")
            return None
        self.failed = ""
        return answer

    def _say(self, why: str) -> None:
        if why != self.failed:
            LOG.warning("没有时间戳 not timestamped by %s: %s", self.command[0], why)
        self.failed = why


def _run(command: Sequence[str], text: bytes) -> subprocess.CompletedProcess[bytes]:
    """Run a command; when it is given up, whatever it has started ends with it: most are shells with a pipeline."""
    pipe = subprocess.PIPE
    with subprocess.Popen(  # noqa: S603  # it is the operator's own command
        command, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True
    ) as process:
        try:
            out, err = process.communicate(text, SECONDS)
        except BaseException:  # also Ctrl-C: nothing that was started is left behind
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            raise
    return subprocess.CompletedProcess(command, process.returncode, out, err)
