"""Evidence in a store that speaks S3 (对象存储). An object appears when its upload is complete, and not before."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from ledger.evidence.checking import BLOCK
from ledger.evidence.errors import EvidenceError, StoreDown

if TYPE_CHECKING:  # they are there for type checkers alone
    from obstore.store import S3Config

PART: Final = 8 << 20
"""Bytes of one part of an upload; S3 takes 10,000 parts of a file."""

_AT_ONCE: Final = 2  # parts of a file on their way: what is in memory
_CODE: Final = re.compile(r"<Code>([A-Za-z]{1,60})</Code>")
_GONE: Final = "<Code>NoSuchBucket</Code>"
_STATUS: Final = re.compile(r"status code: (\d{3})")


@dataclass(frozen=True, slots=True)
class Bucket:
    """Where to find the store: `s3://bucket/prefix`, the endpoint of what is not Amazon's, the region.

    The keys are in a file of two lines, id and secret, or in the environment as AWS_ACCESS_KEY_ID,
    AWS_SECRET_ACCESS_KEY; neither is ever told.
    """

    url: str
    endpoint: str | None = None
    region: str = "us-east-1"
    credentials: Path | None = None


class S3Shelf:
    """A bucket of evidence, or a prefix in one. What comes in is spooled on a local disk until its digest is known."""

    def __init__(self, bucket: Bucket, spool: Path) -> None:
        """Open it; nothing is asked of it yet.

        Raises:
            EvidenceError: the address or the file of the keys is none.
            OSError: the file of the keys cannot be read.
        """
        self.spool = spool
        self._store = _store(bucket)

    def keep(self, file: BinaryIO, path: Path, name: str) -> None:
        """See `Shelf.keep`. The store answers when it has the object, which is as durable as the store is."""
        file.flush()
        with _answers():
            obstore.put(self._store, name, path, chunk_size=PART, max_concurrency=_AT_ONCE)

    def size(self, name: str) -> int:
        """See `Shelf.size`."""
        with _answers():
            try:
                return obstore.head(self._store, name)["size"]
            except FileNotFoundError:  # of an object or of the whole bucket: only the answer to a GET says which
                return obstore.get(self._store, name).meta["size"]

    def blocks(self, name: str) -> Iterator[bytes]:
        """See `Shelf.blocks`."""
        with _answers():
            for block in obstore.get(self._store, name).stream(min_chunk_size=BLOCK):
                yield bytes(block)

    def names(self, under: str = "") -> Iterator[tuple[str, int]]:
        """See `Shelf.names`."""
        with _answers():
            for portion in obstore.list(self._store, prefix=under or None):
                yield from ((each["path"], each["size"]) for each in portion)


def _store(bucket: Bucket) -> S3Store:
    address = urlsplit(bucket.url)
    if address.scheme != "s3" or not address.netloc:
        raise EvidenceError("not-a-bucket", url=bucket.url)
    config: S3Config = {"region": bucket.region, "checksum_algorithm": "SHA256"}
    if bucket.endpoint is not None:
        config["endpoint"] = bucket.endpoint
    if bucket.credentials is not None:
        config["access_key_id"], config["secret_access_key"] = _keys(bucket.credentials)
    return S3Store(
        address.netloc,
        prefix=address.path.strip("/") or None,
        config=config,
        # No bound on a whole request, which may carry a gigabyte over a slow line; but nobody waits for a silent store.
        client_options={
            "allow_http": (bucket.endpoint or "").startswith("http://"),
            "connect_timeout": "5s",
            "read_timeout": "30s",
            "timeout": "24h",
        },
        retry_config={"max_retries": 3, "retry_timeout": timedelta(seconds=30)},
    )


def _keys(path: Path) -> tuple[str, str]:
    lines = path.read_text(encoding="ascii").split()
    if len(lines) != 2:  # noqa: PLR2004  # id and secret
        raise EvidenceError("not-a-store-key", file=path)
    return lines[0], lines[1]


@contextmanager
def _answers() -> Iterator[None]:
    """What goes wrong there in a sentence of ours: theirs quote requests at length."""
    try:
        yield
    except FileNotFoundError as error:
        if _GONE not in str(error):
            raise FileNotFoundError from None
        raise _down(error) from None
    except BaseError as error:
        raise _down(error) from None


def _down(error: Exception) -> StoreDown:
    said = _CODE.search(str(error)) or _STATUS.search(str(error))
    what = said[1] if said else type(error).__name__.removesuffix("Error")
    return StoreDown("store-down", what=what)
