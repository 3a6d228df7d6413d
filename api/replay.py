"""Playing the entries of a bundle again, with no ledger at hand: what the file says of itself at its end."""

from __future__ import annotations

from typing import Any

from eventsourcing.persistence import StoredEvent

from domain.catalogue import TYPES
from domain.kinds import kind_of
from domain.procedure.happening import Happening
from domain.procedure.stage import stage
from domain.procedure.state import File, evolve
from domain.regime.loader import from_content
from ledger.bundle import Bundle, BundleError
from ledger.codec import CodecError
from ledger.entry import EntryError, parse
from ledger.mapper import LedgerMapper, UnknownFact
from ledger.verify.verdict import Verdict, Wrong


def replayed(bundle: Bundle, verdict: Verdict) -> dict[str, Any] | None:
    """Fold the file, if its entries hold; put down in the verdict whether that can be done.

    Returns:
        Version and stage, as the regulation in the bundle names it; None where entries do not hold.

    Raises:
        BundleError: this version of the software does not know such a file or fact.
    """
    if verdict.wrong is not None:
        return None
    found: dict[str, Any] = {}

    def replay() -> int:
        file = _folded(bundle)
        law = bundle.files.get(f"law/{file.regime_digest}.json") if file.opened is not None else None
        if law is None:
            raise Wrong("no-opening", None, bundle.stream)
        try:
            regime = from_content(law)
        except ValueError as error:  # its digest is right, so whoever wrote it knew a form that we do not
            raise BundleError("law-unreadable", why=error) from error
        now = stage(file, regime)
        found.update(version=file.version, stage=now.stage, stage_zh=now.title.zh, stage_en=now.title.en)
        return file.version

    verdict.run("replay", replay)
    return found or None


def _folded(bundle: Bundle) -> File:
    kind = kind_of(bundle.stream)
    if kind is None:
        raise BundleError("kind-unknown", stream=bundle.stream)
    mapper, file = LedgerMapper(TYPES), File(kind)
    for entry in bundle.below("entries").values():
        header = parse(entry).header
        try:
            envelope = mapper.to_domain_event(StoredEvent(header.stream, header.version, header.type, entry))
        except UnknownFact as error:
            raise BundleError("fact-unknown", type=header.type) from error
        except (EntryError, CodecError, ValueError) as error:
            raise Wrong("not-a-fact", header.position, header.stream, version=header.version, why=error) from error
        file = evolve(file, Happening(header.version, envelope.occurred_on, envelope.fact))
    return file
