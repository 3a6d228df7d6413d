"""From an obligation of the text to the rules of the file that is kept of it (法定义务的规则).

An obligation says who owes what by when. Here that becomes what the general engine reads: a clock of its own where the
text gives a day, met when every part is done; and for each step what it may say of this duty. What has no date gets no
clock, and is on file all the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from domain.regime.conditions import Amount, Cite, FieldIs, Guard, Name, Occurrence, Pattern, Recorded, Rule
from domain.regime.duties import Obligation
from domain.regime.model import Deadline, Procedure, Validity

KIND: Final = "obligation"


def with_obligations(rules: Procedure, obligations: Mapping[Name, Obligation], validity: Validity) -> Procedure:
    """The rules of the kind `obligation` under a regime: those of the house, and what its obligations add to them."""
    if not rules.steps:
        return rules
    steps = dict(rules.steps)
    for step, more in _requires(obligations, validity).items():
        steps[step] = steps[step].model_copy(update={"requires": (*steps[step].requires, *more)})
    clocks = {name: clock for name, owed in obligations.items() if (clock := _clock(name, owed)) is not None}
    duties = {name: owed.title for name, owed in obligations.items()}
    return rules.model_copy(
        update={
            "steps": steps,
            "deadlines": {**rules.deadlines, **clocks},
            "codes": {**rules.codes, "duties": duties},
        }
    )


def _clock(name: Name, owed: Obligation) -> Deadline | None:
    if owed.due.span is None:
        return None
    return Deadline(
        title=owed.title,
        cite=owed.cite,
        holder="supervisor" if owed.holder == "supervisor" else "subject",
        nature="duty" if owed.modality == "must" else "advice",
        about="file",
        period=owed.due.span,
        starts=Occurrence(fact="arisen", where={"duty": name}, on="trigger_on"),
        met_by=tuple(_done(part, owed) for part in owed.parts),
        takes="all",
        cancelled_by=(Pattern(fact="waived"),),
    )


def _done(part: Name, owed: Obligation) -> Amount:
    where: dict[str, bool | int | str | tuple[str, ...]] = {"part": part}
    if owed.due.quantity is not None:
        return Amount(fact="fulfilled", where=where, on="done_on", at_least=owed.due.quantity.count, of="amount")
    times = owed.due.frequency.times if owed.due.frequency is not None else 1
    return Amount(fact="fulfilled", where=where, on="done_on", at_least=times)


def _requires(obligations: Mapping[Name, Obligation], validity: Validity) -> dict[str, list[Rule]]:
    found: dict[str, list[Rule]] = {"arise": [], "fulfil": [], "waive": [], "refer-miss": [], "close": []}
    if validity.cite is not None:
        found["arise"].append(Rule(cite=validity.cite, guard=Guard(in_force=True)))
    for name, owed in obligations.items():
        opened = Guard(opened=FieldIs(name="duty", is_=name))
        for step, guard in _of_the_file(name, owed):
            found[step].append(Rule(cite=owed.cite, when=opened, guard=guard))
        for part in () if owed.repeats else owed.parts:
            this = Guard(all=(opened, Guard(field=FieldIs(name="part", is_=part))))
            found["fulfil"].append(Rule(cite=owed.cite, when=this, guard=Guard(not_=_recorded(part))))
        arising = Guard(field=FieldIs(name="duty", is_=name))
        found["arise"] += [Rule(cite=cite, when=arising, guard=guard) for cite, guard in _arising(owed)]
    return found


def _of_the_file(name: Name, owed: Obligation) -> Iterator[tuple[str, Guard]]:
    yield "fulfil", Guard(field=FieldIs(name="part", in_=tuple(owed.parts)))
    if owed.due.quantity is not None:
        yield "fulfil", Guard(field=FieldIs(name="amount"))
    if owed.due.span is not None:
        yield "refer-miss", Guard(missed=name)
    if owed.grounds:
        yield "refer-miss", Guard(field=FieldIs(name="ground", in_=owed.grounds))
    if owed.ongoing:  # ends with the organ that owes it, or with the text
        yield "close", Guard(recorded=Recorded(fact="waived"))
    elif owed.due.span is None:
        done = Guard(all=tuple(map(_recorded, owed.parts)))
        yield "close", Guard(any=(done, Guard(recorded=Recorded(fact="waived"))))
    if not owed.repeats:  # what is discharged is not waived
        yield "waive", Guard(any=tuple(Guard(not_=_recorded(part)) for part in owed.parts))


def _arising(owed: Obligation) -> Iterator[tuple[Cite, Guard]]:
    if owed.holder != "supervisor":  # the keeper of the file, who owes it where nobody else is named
        yield owed.cite, Guard(field=FieldIs(name="subject"))
    if owed.due.span is not None:
        yield owed.cite, Guard(field=FieldIs(name="trigger_on"))
    if owed.occasion is not None:
        yield owed.cite, Guard(field=FieldIs(name="occasion"))
    if owed.occasions:
        yield owed.cite, Guard(field=FieldIs(name="ground", in_=owed.occasions))


def _recorded(part: Name) -> Guard:
    return Guard(recorded=Recorded(fact="fulfilled", where={"part": part}))
