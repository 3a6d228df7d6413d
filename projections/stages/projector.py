"""How long files were at each of their stages (各阶段用时): one row a stay."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Final

from projections.reading import ALL_KINDS
from projections.room import Folded, Row

STAYS: Final = (
    "version", "kind", "regime", "supervisor", "subject", "stage", "stage_zh", "stage_en", "since", "until",
)  # fmt: skip


class Stages:
    """Projection `stages`."""

    name = "stages"
    version = 1
    kinds = ALL_KINDS
    tables: ClassVar = {"stays": STAYS}

    def rows(self, folded: Folded) -> Iterator[Row]:
        """A row for each stage that the file came to. A stay ends where the next begins, and no earlier than it began.

        The last stage of a closed file is no stay: the file is done.
        """
        opened = folded.file.opened
        assert opened is not None
        found = folded.stays
        for stay, following in zip(found, (*found[1:], None), strict=True):
            if following is None and folded.file.closed:
                continue
            label = stay.stage.title
            yield "stays", (
                stay.version, folded.kind, folded.regime.id, opened.supervisor, opened.subject, stay.stage.stage,
                label.zh, label.en, stay.since, max(following.since, stay.since) if following is not None else None,
            )  # fmt: skip
