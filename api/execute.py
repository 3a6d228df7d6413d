"""The one place that calls deciders: from a step that was asked for to facts in the log.

Time, ids and chance come in through `Sources` and go no further. Everything else is read from the log: the law that
the ledger has adopted, the state of the file, the register of numbers. A step is decided on what was read, and the
append refuses it if that has moved meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from api.asking import Ask, Receipt, content, failure, legal_day, scoped
from api.drawing import Drawn, Numbered, Prepared, item_of, request_of
from api.failures import (
    Busy,
    KeyReused,
    NothingToRecord,
    NotSimulated,
    StaleCase,
    TimeGoesBack,
)
from api.identity.demonstration import SYSTEM
from api.lawstore import STREAM
from api.looking import Looking, kind_named
from api.steps import fill
from api.vault import Committed
from api.vouching import vouched
from domain.catalogue import short_name
from domain.errors import LawNotAdopted, LawRepealed, Refusal
from domain.identity import Actor
from domain.kinds import KINDS
from domain.lawbook import decider as lawbook
from domain.procedure import commands
from domain.procedure.commands import Asked, Command
from domain.procedure.decider import decide
from domain.procedure.facts import Issued
from domain.procedure.kind import Kind
from domain.procedure.situation import concerned, instrument_of, thing_kind
from domain.procedure.state import File
from domain.regime.conditions import AUTHORITIES
from domain.regime.law import Law
from domain.register import decider as register
from domain.register.events import NumberAssigned
from ledger import canonical
from ledger.hashing import digest
from ledger.mapper import LATE_REASON, Envelope
from ledger.requests import Appended, ClockWrong, Malformed, Outcome, Request, Stale
from ledger.requests import KeyReused as Reused

LONG: Final = timedelta(seconds=1)  # for what a step reads
AGAIN: Final = 20  # times a step is decided again because only what nobody looked at had moved


class Desk(Looking):
    """Takes steps in the files of one ledger (办案席)."""

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
        filled = fill(kind_named(ask.kind), ask.step, ask.data, self.sources.new_id)
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


def _legal_date(command: Command, file: File, day: date) -> date:
    """A correction takes the legal date of what it corrects."""
    if isinstance(command, commands.CorrectEntry):
        return next((h.on for h in file.log if h.version == command.version), day)
    return day
