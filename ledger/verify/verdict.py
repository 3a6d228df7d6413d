"""What a reader brings along to a check, and what comes out. The exit codes are those of the faults."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from ledger.faults import FaultAt
from ledger.proof.note import Note
from ledger.proof.policy import Policy


class Wrong(FaultAt):
    """Something does not check: why, and where as far as that is known."""


@dataclass(frozen=True, slots=True)
class Trust:
    """What the reader brings along: the keys that count, and what they have seen before.

    `since` is a checkpoint that the ledger must have grown from;
    `checkpoint` one that the reader got elsewhere, in the place of the bundle's; `not_before` how old the newest
    signature with a time may be.
    """

    policy: Policy
    since: Note | None = None
    checkpoint: Note | None = None
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One check: what was checked, whether it holds, of how many things."""

    name: str
    ok: bool
    count: int


@dataclass(slots=True)
class Verdict:
    """What came out. `sealed_at` and `witnessed_at` are the newest times with a signature, None where there is none.

    `left_out` are the digests of evidence that the entries name and that is not handed over with them.

    Each check stands on its own, so that one that fails does not hide what the others say; `wrong` is what the first
    that failed has found.
    """

    ledger: str
    stream: str | None
    size: int
    checks: list[Check] = field(default_factory=list)
    wrong: Wrong | None = None
    sealed_at: datetime | None = None
    witnessed_at: datetime | None = None
    left_out: list[str] = field(default_factory=list)

    @property
    def exit(self) -> int:
        """The exit code: 0 if everything checks."""
        return self.wrong.exit if self.wrong is not None else 0

    def run(self, name: str, check: Callable[[], int]) -> None:
        """Do one check, which answers how many things it looked at, and put down what comes out."""
        try:
            count = check()
        except Wrong as wrong:
            self.checks.append(Check(name, ok=False, count=0))
            self.wrong = self.wrong or wrong
        else:
            self.checks.append(Check(name, ok=True, count=count))
