"""Processes that are made in no time: forked from one that has imported what they need, and nothing else at work."""

from __future__ import annotations

import multiprocessing
from typing import Final

PROCESSES: Final = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.ledger.crash.rounds", "tests.ledger.soak.writer"])
