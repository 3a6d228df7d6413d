"""Asking witnesses for cosignatures (请求见证), as C2SP tlog-witness says a log does."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Final
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from ledger.faults import Fault
from ledger.proof.merkle import consistency_proof
from ledger.proof.note import Note, NoteError, Signature, SignatureError, VerifierKey
from ledger.sealing.site import Site
from ledger.sealing.witness import SIZE_TYPE, request

SECONDS: Final = 5.0
"""How long a witness may take; a ledger does not wait for one that is away."""
_LONGEST: Final = 64 * 1024
_CONFLICT: Final = 409
LOG: Final = logging.getLogger("caseledger.seal")


class WitnessAwayError(Fault):
    """A witness did not cosign: it is away, or it has seen another history."""


class AddressError(Fault):
    """The address of a witness is none."""


@dataclass(slots=True)
class RemoteWitness:
    """One witness: where it is asked, the key that counts, the size it has cosigned last as far as is known."""

    url: str
    key: VerifierKey
    size: int = 0

    def __post_init__(self) -> None:
        """Refuse an address that is not one of the web: AddressError."""
        if not self.url.startswith(("http://", "https://")):
            raise AddressError("not-an-address", url=self.url)

    def cosign(self, note: Note, size: int, site: Site) -> Signature:
        """Its cosignature under a checkpoint of this size.

        Raises:
            WitnessAwayError: it gave none.
        """
        for _ in range(2):  # once with the size last known, once with the one it answers
            path = consistency_proof(self.size, size, site.nodes(size)) if self.size <= size else []
            status, kind, answer = self._post(request(self.size, path, note))
            if status == _CONFLICT and kind == SIZE_TYPE and answer.strip().isdecimal() and int(answer) != self.size:
                self.size = int(answer)
                continue
            break
        if status != 200:  # noqa: PLR2004  # what HTTP calls success
            raise WitnessAwayError("witness-answers", name=self.key.name, status=status, answer=answer.strip())
        return self._own(answer, note, size)

    def _own(self, answer: str, note: Note, size: int) -> Signature:
        try:
            signatures = [Signature.parse(line) for line in answer.splitlines()]
            own = [each for each in signatures if (each.name, each.key_id) == (self.key.name, self.key.id)]
            Note(note.text, tuple(own)).checked([self.key])
        except (NoteError, SignatureError) as error:
            raise WitnessAwayError("witness-unreadable", name=self.key.name, why=error) from error
        if not own:
            raise WitnessAwayError("witness-other-key", name=self.key.name)
        self.size = size
        return own[0]

    def _post(self, body: bytes) -> tuple[int, str, str]:
        asked = Request(f"{self.url.rstrip('/')}/add-checkpoint", body, method="POST")  # noqa: S310  # see __post_init__
        try:
            with urlopen(asked, timeout=SECONDS) as answer:  # noqa: S310  # see __post_init__
                return (
                    answer.status,
                    answer.headers.get_content_type(),
                    answer.read(_LONGEST).decode("utf-8", "replace"),
                )
        except HTTPError as error:
            with error:
                return error.code, error.headers.get_content_type(), error.read(_LONGEST).decode("utf-8", "replace")
        except (OSError, HTTPException) as error:
            raise WitnessAwayError("witness-silent", name=self.key.name, detail=error) from error


@dataclass(slots=True)
class Witnesses:
    """The witnesses of one ledger, asked side by side. One that is away is said in the log of the process."""

    site: Site
    remote: Sequence[RemoteWitness]
    away: set[str] = field(default_factory=set)

    def __call__(self, note: Note, size: int) -> Note:
        """The checkpoint under the cosignatures that there are."""
        if not self.remote:
            return note
        with ThreadPoolExecutor(len(self.remote)) as pool:
            found = list(pool.map(lambda one: self._asked(one, note, size), self.remote))
        return Note(note.text, (*note.signatures, *(each for each in found if each is not None)))

    def _asked(self, one: RemoteWitness, note: Note, size: int) -> Signature | None:
        try:
            made = one.cosign(note, size, self.site)
        except WitnessAwayError as error:
            if one.key.name not in self.away:
                LOG.warning("未见证 not witnessed: %s", error.line)
            self.away.add(one.key.name)
            return None
        self.away.discard(one.key.name)
        return made
