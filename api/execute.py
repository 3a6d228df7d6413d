"""The one place that calls deciders: from a step that was asked for to facts in the log.

Time, ids and chance come in through `Sources` and go no further. Everything else is read from the log: the law that
the ledger has adopted, the state of the file, the register of numbers. A step is decided on what was read, and the
append refuses it if that has moved meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final, cast

from api.asking import PLACE, Ask, Read, Receipt, Sources, as_recorded, content, failure, happening, legal_day, scoped
from api.drawing import Drawn, Numbered, Prepared, item_of, request_of
from api.failures import (
    Busy,
    KeyReused,
    MomentAhead,
    NothingToRecord,
    NotSimulated,
    NotYetThere,
    StaleCase,
    TimeGoesBack,
    UnknownCase,
)
from api.identity.demonstration import SYSTEM
from api.lawstore import STREAM, Lawstore
from api.links import Links
from api.steps import fill
from api.vault import Committed, Vault
from api.vouching import vouched
from domain.catalogue import short_name
from domain.errors import LawNotAdopted, LawRepealed, Refusal
from domain.identity import Actor
from domain.kinds import KINDS, kind_of
from domain.lawbook import decider as lawbook
from domain.procedure import commands
from domain.procedure.commands import Asked, Command
from domain.procedure.decider import decide
from domain.procedure.facts import Issued
from domain.procedure.kind import Kind
from domain.procedure.situation import concerned, instrument_of, thing_kind
from domain.procedure.state import File, evolve
from domain.procedure.view import Replay, replay
from domain.regime.conditions import AUTHORITIES
from domain.regime.law import Law
from domain.register import decider as register
from domain.register.decider import Register
from domain.register.events import NumberAssigned
from ledger import canonical
from ledger.codec import codec
from ledger.hashing import digest
from ledger.log import Log
from ledger.mapper import LATE_REASON, Envelope
from ledger.requests import Appended, ClockWrong, Malformed, Outcome, Request, Stale
from ledger.requests import KeyReused as Reused

LONG: Final = timedelta(seconds=1)  # for what a step reads
AGAIN: Final = 20  # times a step is decided again because only what nobody looked at had moved


class Desk:
    """Takes steps in the files of one ledger (办案席)."""

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
        kind, entries = _kind(stream), [as_recorded(entry) for entry in log]
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

    # --- taking steps ----------------------------------------------------------------------------------------------

    def take(self, ask: Ask) -> Receipt:
        """Take one step: read, decide, append.

        Raises:
            Refusal: the law or the order of the file refuses it.
            Failure: `StaleCase`, `KeyReused`, `EntryTooLarge`, `ClockWrong`, `NotSimulated`, `TimeGoesBack`,
                `NothingToRecord`, `Malformed`, `Busy`.
        """
        if ask.at is not None and not self.log.simulated:
            raise NotSimulated
        prepared = self.prepare(ask)
        first = self._known(ask, prepared)
        if first is not None:
            return first
        for _ in range(AGAIN):
            try:
                drawn = self.draw(ask, prepared.command)
            except Refusal:
                first = self._known(ask, prepared)  # the same request, sent twice, may have overtaken this one
                if first is None:
                    raise
                return first
            if drawn.vouched.moved(self.log):
                continue
            outcome = self.log.append([request_of(self.log, self.vault, ask, drawn, prepared)], drawn.now)[0]
            match outcome:
                case Appended(replayed=True):
                    return self._first_answer(ask, outcome)
                case Appended():
                    return self._receipt(ask, prepared, drawn, outcome)
                case Stale(stream) if stream != ask.stream or ask.seen is None:
                    continue  # nobody looked at what has moved: read again and decide again
                case Malformed("sealed value"):
                    continue  # its key was destroyed meanwhile: an erasure was quicker
                case ClockWrong() if ask.at is None and self.now() - drawn.now > LONG:
                    continue  # the database was away while the file was read: the moment is an old one by now
                case ClockWrong() if ask.at is not None and ask.at < (last := self.log.last_recorded_at() or ask.at):
                    raise TimeGoesBack(at=ask.at.isoformat(), last=last.isoformat())
                case _:
                    raise failure(outcome)
        raise Busy

    def found(
        self,
        command: lawbook.LawbookCommand,
        *texts: bytes,
        at: datetime | None = None,
        actor: Actor = SYSTEM,
        said: Mapping[str, Committed] | None = None,
        pen: Callable[[Request, datetime], Outcome] | None = None,
    ) -> Appended:
        """Record what befalls the ledger itself: its opening, its law, a recovery.

        Args:
            command: what is to be recorded.
            *texts: the law texts that the ledger is to keep.
            at: the moment; None for now.
            actor: who records it, where it is a person's to say.
            said: free texts in the command, by the field that holds them.
            pen: what appends the request; the log, where nothing else has to happen in the same transaction.

        Raises:
            Refusal: of the lawbook.
            Failure: `StaleCase`, something else came there meanwhile; `EntryTooLarge`, `ClockWrong`, `Malformed`.
        """
        entries = self.laws.entries()
        facts = lawbook.decide(command, self.laws.book())
        now = at or self.now()
        envelopes = [Envelope(STREAM, len(entries) + n, fact, legal_day(now), actor) for n, fact in enumerate(facts, 1)]
        key = digest(f"ledger\n{len(entries)}".encode())
        data_key, new_keys = self.vault.key(self.log, STREAM) if said else (None, ())
        items = []
        for envelope in envelopes:
            item = item_of(self.log, envelope, key)
            if said and data_key is not None:
                version = envelope.originator_version
                sealed = self.vault.seal(said, data_key, ledger=self.log.ledger, stream=STREAM, version=version)
                item = replace(item, sealed=sealed)
            items.append(item)
        request = Request(
            key, digest(b"".join(item.body for item in items)), tuple(items), data_keys=new_keys, law_texts=texts
        )
        outcome = pen(request, now) if pen is not None else self.log.append([request], now)[0]
        if isinstance(outcome, Reused):  # the key says the place in the stream: somebody else has put something there
            raise StaleCase(expected=len(entries), actual=len(self.laws.entries()))
        if not isinstance(outcome, Appended):
            raise failure(outcome)
        return outcome

    # --- the parts of a step ---------------------------------------------------------------------------------------

    def prepare(self, ask: Ask) -> Prepared:
        """A step as filled in; `MalformedStep` or `NoSuchStep` where it is filled in badly."""
        filled = fill(_kind(ask.kind), ask.step, ask.data, self.sources.new_id)
        texts = {name: self.vault.commit(text) for name, text in filled.texts.items()}
        command = filled.make({name: text.sealed for name, text in texts.items()})
        if ask.late_reason is not None:
            texts[LATE_REASON] = self.vault.commit(ask.late_reason)
        asked = self.vault.fingerprint(canonical.encode(content(ask)))
        return Prepared(command, scoped(ask.actor, ask.key), asked, texts, filled.new_id)

    def _known(self, ask: Ask, prepared: Prepared) -> Receipt | None:
        known = self.log.known(prepared.key)
        if known is not None and known.digest != prepared.asked:
            raise KeyReused
        return self._first_answer(ask, known.appended) if known is not None else None

    def draw(self, ask: Ask, command: Command) -> Drawn:
        """Decide a step on what is there now; a `Refusal`, or `NothingToRecord`, where nothing follows from it."""
        now = ask.at or self.now()
        today = legal_day(now)
        file = self.file(ask.stream)
        if ask.seen is not None and ask.seen != file.version:
            raise StaleCase(expected=ask.seen, actual=file.version)
        law = self.laws.law(file.regime_digest) if file.opened else self.laws.adopted(ask.regime, ask.on or today)
        on = _legal_date(command, file, ask.on or today)
        numbered = self._number(ask, command, file, law, on)
        rule, row = law.rules(ask.kind).steps.get(ask.step), file.kind.steps[ask.step]
        beside = vouched(rule, row, ask.kind, command, self.file)
        asked = Asked(
            ask.id,
            ask.step,
            command,
            ask.actor,
            on,
            today,
            number=numbered.fact.number if numbered else None,
            done_before=ask.done_before,
            late_reason=ask.late_reason is not None,
            officers=beside.officers,
            other=beside.other[1] if beside.other is not None else None,
            target=self._target(command.regime, law, file.kind, on)
            if isinstance(command, commands.MigrateRegime)
            else None,
            earlier=self.laws.before(file) if isinstance(command, commands.CorrectEntry) else (),
        )
        drawn = Drawn(now, on, file.version, decide(asked, file, law), law, numbered, beside)
        assert rule is not None, "the decider refuses a step that the law does not have"
        basis = (rule.on(thing_kind(concerned(asked, file), file)).cite,)
        if not drawn.facts:
            raise NothingToRecord(*basis)
        return replace(drawn, basis=basis, there=tuple(file.kind.there(asked, file)))

    def file(self, stream: str) -> File:
        """The state of a file; of one that is to be opened, without a fact."""
        file = File(_kind(stream))
        for entry in self.log.read(stream):
            file = evolve(file, happening(entry))
        return file

    def register(self, stream: str) -> tuple[Register, int]:
        """The state of a register of document numbers, and its version."""
        entries = self.log.read(stream)
        state = register.INITIAL
        for entry in entries:
            state = register.evolve(state, entry.fact)
        return state, len(entries)

    def _target(self, regime: str, law: Law, kind: Kind, on: date) -> Law:
        """The law that a file is to be moved to on a day."""
        try:
            return self.laws.adopted(regime, on)
        except (LawNotAdopted, LawRepealed) as refusal:
            rule = law.rules(kind.name).steps.get("migrate-regime")
            raise type(refusal)(rule.cite if rule is not None else None, **refusal.facts) from None

    def _number(self, ask: Ask, command: Command, file: File, law: Law, on: date) -> Numbered | None:
        """The next number of the organ whose document it is."""
        code = instrument_of(file.kind.steps[ask.step], lambda name: getattr(command, name, None))
        if code is None or file.opened is None or code not in law.regime.instruments:
            return None
        instrument = law.regime.instruments[code]
        own = instrument.issued_by in AUTHORITIES or ask.actor.organ in file.organs("agent")
        organ = ask.actor.organ if own else file.opened.supervisor
        stream = f"register/{organ}/{code}/{on.year}"
        state, version = self.register(stream)
        document = str(getattr(command, "document", ""))
        (fact,) = register.decide(register.AssignNumber(instrument.word, on.year, document, ask.stream), state)
        assert isinstance(fact, NumberAssigned)
        return Numbered(stream, version, fact)

    def _receipt(self, ask: Ask, prepared: Prepared, drawn: Drawn, outcome: Appended) -> Receipt:
        return Receipt(
            ledger=self.log.ledger,
            kind=ask.kind,
            id=ask.id,
            position=outcome.first,
            version=drawn.version + len(drawn.facts),
            leaves=tuple(leaf.hex() for leaf in outcome.leaves),
            recorded_at=outcome.recorded_at[0],
            facts=tuple(short_name(fact) for fact in drawn.facts),
            created=prepared.created,
            number=drawn.numbered.fact.number if drawn.numbered else None,
        )

    def _first_answer(self, ask: Ask, outcome: Appended) -> Receipt:
        """The first answer again, read back from what was recorded."""
        leaves = set(outcome.leaves)
        entries = [entry for entry in self.log.read(ask.stream) if entry.leaf in leaves]
        creates = KINDS[ask.kind].steps[ask.step].creates
        made = [getattr(entry.fact, creates, None) for entry in entries] if creates else []
        return Receipt(
            ledger=self.log.ledger,
            kind=ask.kind,
            id=ask.id,
            position=outcome.first,
            version=max(entry.originator_version for entry in entries),
            leaves=tuple(leaf.hex() for leaf in outcome.leaves),
            recorded_at=outcome.recorded_at[0],
            facts=tuple(short_name(entry.fact) for entry in entries),
            created=next((id_ for id_ in made if id_), None),
            number=next((entry.fact.number for entry in entries if isinstance(entry.fact, Issued)), None),
            replayed=True,
        )


def _kind(stream: str) -> Kind:
    kind = kind_of(stream)
    if kind is None:
        raise UnknownCase(case=stream)
    return kind


def _legal_date(command: Command, file: File, day: date) -> date:
    """A correction takes the legal date of what it corrects."""
    if isinstance(command, commands.CorrectEntry):
        return next((h.on for h in file.log if h.version == command.version), day)
    return day
