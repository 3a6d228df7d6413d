"""All checks of a bundle but what its entries say of the case: that is replayed by who knows the facts."""

from __future__ import annotations

from ledger.bundle import Bundle
from ledger.verify import entries, signed
from ledger.verify.parts import Parts
from ledger.verify.verdict import Trust, Verdict


def verify(bundle: Bundle, trust: Trust) -> Verdict:
    """Check a bundle.

    Raises:
        BundleError: a part of it is missing or cannot be read.
        NoteError: a note or proof in it cannot be read.
    """
    verdict = Verdict(bundle.ledger, bundle.stream, bundle.size)
    parts = Parts(bundle, trust)
    verdict.run("checkpoint", lambda: signed.checkpoint(parts, trust, verdict))
    verdict.run("entries", lambda: entries.follow(parts))
    verdict.run("inclusion", lambda: entries.included(parts))
    verdict.run("time", lambda: entries.in_time(parts))
    verdict.run("completeness", lambda: signed.complete(parts))
    if trust.since is not None or trust.checkpoint is not None:
        verdict.run("consistency", lambda: signed.consistent(parts, trust))
    verdict.run("law", lambda: entries.laws(parts))
    verdict.run("evidence", lambda: entries.evidence(parts, verdict))
    verdict.run("disclosed", lambda: entries.disclosed(parts))
    return verdict
