"""Who did what in which file, and who held which post or was assigned to what (履职记录): rows of one file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Final

from domain.procedure.view import Replay
from projections.accountability.acts import acts
from projections.accountability.holders import assigned, held_posts
from projections.reading import ALL_KINDS
from projections.room import Folded, Row

ACTS: Final = (
    "version", "position", "on_day", "type", "kind", "id", "person", "capacity", "organ", "role", "certificate",
    "articles", "supervisor", "subject",
)  # fmt: skip
DUTIES: Final = (
    "person", "organ", "role", "assigned", "since", "until", "kind", "id", "acting", "instead_of", "positions",
)  # fmt: skip


class Accountability:
    """Projection `accountability`."""

    name = "accountability"
    version = 2
    kinds = ALL_KINDS
    tables: ClassVar = {"acts": ACTS, "duties": DUTIES}

    def rows(self, folded: Folded) -> Iterator[Row]:
        """A row for each part that somebody had in an entry, and for each post held or file handled."""
        then, opened = Replay(folded.file, folded.entries), folded.file.opened
        assert opened is not None
        for act in acts(then):
            part = act.part
            yield "acts", (
                act.version, act.position, act.on, act.fact, folded.kind, folded.id, part.person, part.capacity,
                part.organ, part.role, part.certificate, list(act.articles), opened.supervisor, opened.subject,
            )  # fmt: skip
        for held in (*assigned(then), *held_posts(then)):
            yield "duties", (
                held.person, held.organ, held.role, held.assigned, held.since, held.until, folded.kind, folded.id,
                held.acting, held.instead_of, list(held.rests_on),
            )  # fmt: skip
