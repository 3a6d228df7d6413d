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
from ledger.verify.verdict import ALTERED, Verdict, Wrong


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
            raise Wrong(ALTERED, "the file does not begin with its opening", stream=bundle.stream)
        now = stage(file, from_content(law))
        found.update(version=file.version, stage=now.stage, stage_zh=now.title.zh, stage_en=now.title.en)
        return file.version

    verdict.run("replay", replay)
    return found or None


def _folded(bundle: Bundle) -> File:
    kind = kind_of(bundle.stream)
    if kind is None:
        raise BundleError(f"{bundle.stream} is no file that this version of the software can replay")
    mapper, file = LedgerMapper(TYPES), File(kind)
    for entry in bundle.below("entries").values():
        header = parse(entry).header
        try:
            envelope = mapper.to_domain_event(StoredEvent(header.stream, header.version, header.type, entry))
        except UnknownFact as error:
            raise BundleError(f"{error}: a later version of the software may know it") from error
        except (EntryError, CodecError, ValueError) as error:
            raise Wrong(ALTERED, f"version {header.version}: {error}", header.position, header.stream) from error
        file = evolve(file, Happening(header.version, envelope.occurred_on, envelope.fact))
    return file
