"""Who has signed a note: the ledger's own key, the witnesses that a policy asks for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from ledger.proof.checkpoint import origin
from ledger.proof.note import COSIGNS, Note, SignatureError, VerifierKey
from ledger.proof.policy import Policy
from ledger.verify.verdict import Verdict, Wrong


def sealed(note: Note, ledger: str, policy: Policy, verdict: Verdict, not_before: datetime | None = None) -> int:
    """A checkpoint is signed by the key of its ledger and cosigned as the policy asks, not before a time if one is set.

    The newest times are put down in the verdict.

    Returns:
        How many signatures count.

    Raises:
        Wrong: it is not.
    """
    signed = by_log(note, ledger, policy)
    cosigned = _checked(note, policy.witness_keys)
    if not policy.witnessed(cosigned):
        names = ", ".join(sorted(key.name for key in cosigned))
        raise Wrong("not-witnessed", names=names) if names else Wrong("witnessed-by-nobody")
    verdict.sealed_at, verdict.witnessed_at = _newest(signed), _newest(cosigned)
    newest = verdict.witnessed_at if policy.witnesses else verdict.sealed_at
    if not_before is not None and newest is None:
        raise Wrong("signature-undated", asked=not_before)
    if not_before is not None and newest is not None and newest < not_before:
        raise Wrong("signature-stale", newest=newest, asked=not_before)
    return len(signed) + len(cosigned)


def by_log(note: Note, ledger: str, policy: Policy) -> Mapping[VerifierKey, int | None]:
    """The signatures of a ledger's keys, plain and with the time; one at least is plain.

    Raises:
        Wrong: no key of this ledger has signed, or a signature was not made with its key.
    """
    keys = [key for key in policy.logs if key.name == origin(ledger)]
    if not keys:
        names = ", ".join(key.name for key in policy.logs)
        raise Wrong("key-of-another", names=names, origin=origin(ledger))
    found = _checked(note, [*keys, *(VerifierKey(key.name, COSIGNS, key.public) for key in keys)])
    if not any(key in found for key in keys):
        first = note.text.split(b"\n", 1)[0].decode()
        raise Wrong("not-signed", origin=first)
    return found


def _checked(note: Note, keys: Iterable[VerifierKey]) -> dict[VerifierKey, int | None]:
    try:
        return note.checked(keys)
    except SignatureError as error:
        raise Wrong(error.code, **error.facts) from error


def _newest(signed: Mapping[VerifierKey, int | None]) -> datetime | None:
    times = [time for time in signed.values() if time is not None]
    try:
        return datetime.fromtimestamp(max(times), UTC) if times else None
    except (OverflowError, ValueError, OSError) as error:
        raise Wrong("signature-no-time", second=max(times)) from error
