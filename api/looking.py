"""Looking into one ledger (阅卷): its files, registers and moments. Nothing here writes."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, cast

from api.asking import PLACE, Read, Sources, as_recorded, happening, legal_day, scoped
from api.failures import MomentAhead, NotYetThere, UnknownCase
from api.lawstore import Lawstore
from api.links import Links
from api.vault import Vault
from domain.identity import Actor
from domain.kinds import kind_of
from domain.procedure.kind import Kind
from domain.procedure.state import File, recorded
from domain.procedure.view import Replay, replay
from domain.register import decider as register
from domain.register.decider import Register
from ledger.codec import codec
from ledger.log import Log
from ledger.mapper import LATE_REASON, Envelope


class Looking:
    """Whoever looks into a ledger: what they see is what the log says."""

    def __init__(self, log: Log, sources: Sources, vault: Vault) -> None:
        self.log = log
        self.sources = sources
        self.vault = vault
        self.laws = Lawstore(log)
        self.links = Links(log)

    # --- reading ---------------------------------------------------------------------------------------------------

    def read(self, stream: str, as_of: date | None = None, known_at: datetime | None = None) -> Read:
        """A file, as of a legal day and with the knowledge of a moment.

        Raises:
            Failure: `UnknownCase`, there is no such file; `NotYetThere`, there was none then; `MomentAhead`.
        """
        return self.read_of(self.replay(stream, as_of, known_at), known_at)

    def read_of(self, then: Replay, known_at: datetime | None = None) -> Read:
        """A replayed file with the law that it stood under, as known at a moment."""
        file = then.file
        return Read(file, self.laws.law(file.regime_digest, known_at), self.laws.before(file, known_at))

    def replay(self, stream: str, as_of: date | None = None, known_at: datetime | None = None) -> Replay:
        """A file in both times, with the entries that it is made of; raises what `read` does."""
        return self._replay(stream, self.log.read(stream), as_of, known_at)

    def _replay(self, stream: str, log: Sequence[Envelope], as_of: date | None, known_at: datetime | None) -> Replay:
        kind, entries = kind_named(stream), [as_recorded(entry) for entry in log]
        if not entries:
            raise UnknownCase(case=stream)
        if known_at is not None and known_at > (now := self.now()):
            raise MomentAhead(at=known_at.isoformat(), now=now.isoformat())
        then = replay(kind, entries, as_of, known_at, self.laws.calendar_named)
        if then.file.opened is None:
            raise NotYetThere(case=stream, on=entries[0].on, at=entries[0].recorded_at.isoformat())
        return then

    def history(self, stream: str, as_of: date | None = None, known_at: datetime | None = None) -> list[Envelope]:
        """The entries, as they were recorded, of which the file is made in both times."""
        log = self.log.read(stream)
        versions = {entry.version for entry in self._replay(stream, log, as_of, known_at).entries}
        return [entry for entry in log if entry.originator_version in versions]

    def plain(self, entry: Envelope) -> tuple[dict[str, Any], list[str]]:
        """The fact of an entry as plain data, and the names of its sealed fields."""
        data, sealed = codec(cast("Hashable", type(entry.fact))).encode(entry.fact)
        late = [LATE_REASON] if entry.late_reason is not None else []
        return data, [*sealed, *late]

    def now(self) -> datetime:
        """The moment of this ledger: the real one, or in a simulated ledger never before its last entry."""
        now = self.sources.now()
        last = self.log.last_recorded_at() if self.log.simulated else None
        return now if last is None else max(now, last)

    def id_for(self, actor: Actor, key: str) -> str:
        """The id of a file that is opened without one: the same when the request is sent again."""
        return scoped(actor, key).hex()[:12]

    def today(self) -> date:
        """The legal day of this ledger's moment."""
        return legal_day(self.now())

    def at(self, day: date) -> datetime | None:
        """In a simulated ledger the morning of a day, or a little after the last entry if that is later."""
        if not self.log.simulated:
            return None
        last = self.log.last_recorded_at()
        morning = datetime.combine(day, time(9, tzinfo=PLACE))
        return morning if last is None or last < morning else last + timedelta(seconds=1)

    def file(self, stream: str) -> File:
        """The state of a file; of one that is to be opened, without a fact."""
        return recorded(kind_named(stream), map(happening, self.log.read(stream)))

    def register(self, stream: str) -> tuple[Register, int]:
        """The state of a register of document numbers, and its version."""
        entries = self.log.read(stream)
        state = register.INITIAL
        for entry in entries:
            state = register.evolve(state, entry.fact)
        return state, len(entries)


def kind_named(stream: str) -> Kind:
    """The kind of a stream; `UnknownCase` where it is none of a proceeding."""
    kind = kind_of(stream)
    if kind is None:
        raise UnknownCase(case=stream)
    return kind
