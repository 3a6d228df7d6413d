"""The conditions of the law, evaluated (条件判断).

The same evaluation serves the one who decides and the one who asks "what may I do, what not, and why": asked without
a filled-in step, a condition on a field of the step answers `Asks` instead of yes or no.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from domain import errors
from domain.glossary import en, zh
from domain.regime.conditions import FieldIs, Guard, Rule
from domain.regime.situation import UNKNOWN, Asks, Situation, Verdict


def first_failure(rules: Sequence[Rule], situation: Situation) -> errors.Refusal | None:
    """The refusal of the first rule that refuses, or None."""
    return next((verdict for verdict in failures(rules, situation)), None)


def failures(rules: Sequence[Rule], situation: Situation) -> Iterator[errors.Refusal]:
    """The refusals of all rules that are in force for the step and do not hold, in the order of the file."""
    for rule in rules:
        if rule.when is not None and check(rule.when, situation, rule.cite) is not None:
            continue
        verdict = check(rule.guard, situation, rule.cite)
        if isinstance(verdict, errors.Refusal):
            yield verdict


def asked_for(rules: Sequence[Rule], situation: Situation) -> tuple[str, ...]:
    """The fields on which the rules turn, for a step that nobody has filled in yet."""
    may_apply = (r for r in rules if r.when is None or not isinstance(check(r.when, situation, r.cite), errors.Refusal))
    verdicts = (check(rule.guard, situation, rule.cite) for rule in may_apply)
    return tuple(dict.fromkeys(verdict.field for verdict in verdicts if isinstance(verdict, Asks)))


def check(guard: Guard, at: Situation, cite: str) -> Verdict:
    """Evaluate one guard.

    Args:
        guard: the condition.
        at: the case and the step.
        cite: citation of the rule, which a refusal names.

    Returns:
        None when the condition holds, a `Refusal` when it does not, `Asks` when the step would have to say.
    """
    match guard.operator:
        case "all":
            return _all([check(part, at, cite) for part in guard.all or ()])
        case "any":
            return _any([check(part, at, cite) for part in guard.any or ()])
        case "not_":
            assert guard.not_ is not None
            return _negated(guard.not_, check(guard.not_, at, cite), at, cite)
        case "point":
            assert guard.point is not None
            undecided = at.undecided(guard.point.point)
            return undecided or check(guard.point.options[at.option(guard.point.point)], at, cite)
        case "recorded" | "recorded_here" | "followed":
            return _recorded(guard, at, cite)
        case "started":
            title = at.rules.deadlines[guard.started or ""].title
            running = at.clock(guard.started or "") is not None
            return None if running else errors.PeriodNotRunning(cite, title=title.zh, title_en=title.en)
        case "overdue" | "within":
            return _clock(guard, at, cite)
        case "missed":
            return _missed(guard.missed or "", at, cite)
        case "each":
            return _each(guard, at, cite)
        case "rung":
            return at.rung(guard.rung or (), cite)
        case _:
            return _simple(guard, at, cite)


def _each(guard: Guard, at: Situation, cite: str) -> Verdict:
    each = guard.each
    assert each is not None
    found = [(kind, id_) for kind, id_, there in at.each(each.of) if check(each.guard, there, cite) is not None]
    if not found:
        return None
    named = [(at.regime.term(kind), id_) for kind, id_ in found]
    return errors.Outstanding(
        cite,
        things="、".join(f"{term.zh}“{id_}”" for term, id_ in named),
        things_en=", ".join(f"{term.en} “{id_}”" for term, id_ in named),
    )


def _all(verdicts: list[Verdict]) -> Verdict:
    refusals = [verdict for verdict in verdicts if isinstance(verdict, errors.Refusal)]
    return next(iter(refusals), None) or next((v for v in verdicts if v is not None), None)


def _any(verdicts: list[Verdict]) -> Verdict:
    if any(verdict is None for verdict in verdicts):
        return None
    return next((v for v in verdicts if isinstance(v, Asks)), None) or verdicts[0]


def _negated(part: Guard, verdict: Verdict, at: Situation, cite: str) -> Verdict:
    if isinstance(verdict, errors.Refusal):
        return None
    if isinstance(verdict, Asks):
        return verdict
    pattern = part.recorded or part.recorded_here or part.followed
    if part.differs is not None:
        name, whom = f"field.{part.differs.field}", f"field.{part.differs.from_}"
        return errors.MustBe(cite, field=zh(name), field_en=en(name), other=zh(whom), other_en=en(whom))
    if pattern is None:
        return errors.ConditionFails(cite, what=part.operator)
    return errors.AlreadyRecorded(cite, fact=zh(at.name_of(pattern.fact)), fact_en=en(at.name_of(pattern.fact)))


def _recorded(guard: Guard, at: Situation, cite: str) -> Verdict:
    pattern = guard.recorded or guard.recorded_here or guard.followed
    assert pattern is not None
    if at.followed(pattern) if guard.followed else at.recorded(pattern, here=guard.recorded_here is not None):
        return None
    return errors.NotRecorded(cite, fact=zh(at.name_of(pattern.fact)), fact_en=en(at.name_of(pattern.fact)))


def _clock(guard: Guard, at: Situation, cite: str) -> Verdict:
    name = guard.overdue or (guard.within.deadline if guard.within else "")
    title = at.rules.deadlines[name].title
    clock = at.clock(name)
    superseded = {pattern.fact for pattern in at.rules.deadlines[name].superseded_by}
    if guard.overdue and clock is not None and clock.late and clock.cancelled in superseded:
        return None  # the breach was followed by the next step, and stays a breach
    usable = clock is not None and (clock.running or (guard.within is not None and clock.cancelled is None))
    if clock is None or not usable:  # a right once used is not used up when what was asked for is withdrawn
        return errors.PeriodNotRunning(cite, title=title.zh, title_en=title.en)
    facts = {"title": title.zh, "title_en": title.en, "latest": clock.latest}
    if guard.overdue:
        return None if at.day > clock.latest else errors.NotOverdue(cite, day=at.day, **facts)
    assert guard.within is not None
    day = at.field(guard.within.date)
    if day is UNKNOWN:
        return Asks(guard.within.date) if at.day <= clock.latest else errors.RightLapsed(cite, day=at.day, **facts)
    if not isinstance(day, date):
        return _missing(cite, guard.within.date)
    if at.field("proof") is None:
        day = at.day  # a day of sending counts only on proof, else it is the day of arrival
    return None if day <= clock.latest else errors.RightLapsed(cite, day=day, **facts)


def _missed(name: str, at: Situation, cite: str) -> Verdict:
    title, clock = at.rules.deadlines[name].title, at.clock(name)
    if clock is None:
        return errors.PeriodNotRunning(cite, title=title.zh, title_en=title.en)
    if clock.late or (clock.running and at.day > clock.latest):
        return None
    return errors.NotOverdue(cite, title=title.zh, title_en=title.en, latest=clock.latest, day=at.day)


def _simple(guard: Guard, at: Situation, cite: str) -> Verdict:
    match guard.operator:
        case "field":
            assert guard.field is not None
            return _field(guard.field, at.field(guard.field.name), cite)
        case "opened":
            assert guard.opened is not None
            return _field(guard.opened, at.opening(guard.opened.name), cite)
        case "differs":
            return _differs(guard, at, cite)
        case "has":
            assert guard.has is not None
            values = at.field(guard.has.field)
            if values is UNKNOWN:
                return Asks(guard.has.field)
            held = isinstance(values, tuple) and guard.has.value in values
            return None if held else _missing(cite, guard.has.field, f" {guard.has.value}")
        case "min_persons":
            persons = at.field("persons")
            if persons is UNKNOWN:
                return Asks("persons")
            given = len(set(persons)) if isinstance(persons, tuple) else 0
            assert guard.min_persons is not None
            if given >= guard.min_persons:
                return None
            return errors.TooFewPersons(cite, wanted=guard.min_persons, given=given)
        case "kind_in":
            assert guard.kind_in is not None
            if at.found()[0] & set(guard.kind_in):
                return None
            labels = [at.rules.codes["finding-kinds"][kind] for kind in guard.kind_in]
            return errors.KindNotFound(
                cite, kinds="、".join(label.zh for label in labels), kinds_en=", ".join(label.en for label in labels)
            )
        case "ground":
            return _ground(guard, at, cite)
        case "sealed":
            if at.field("seal") is UNKNOWN:
                return Asks("seal")
            seal = at.seal()
            return None if seal is None else errors.SealMissing(cite, seal=seal.zh, seal_en=seal.en)
        case "in_effect":
            return None if at.in_effect() else errors.NotInEffect(cite)
        case "served":
            return None if at.served() else errors.NotInEffect(cite)
        case "in_force" | "acts_in_force":
            verdict = at.in_force() if guard.in_force else at.acts_in_force()
            return None if verdict is None else type(verdict)(verdict.article or cite, **verdict.facts)
        case "acts_within":
            acts, within = at.field("acts"), at.acts_of()
            if acts is UNKNOWN:
                return Asks("acts") if within else None
            beyond = set(acts) - set(within) if isinstance(acts, tuple) and within else ()
            return errors.ActsBeyond(cite, acts=", ".join(sorted(beyond))) if beyond else None
        case "certificate" | "unrecused" | "approved" | "not_handler" | "approver":
            return _people(guard, at, cite)
        case _:
            titles = at.unsettled()
            if not titles:
                return None
            return errors.DeadlinesOpen(
                cite, titles="、".join(title.zh for title in titles), titles_en=", ".join(title.en for title in titles)
            )


def _differs(guard: Guard, at: Situation, cite: str) -> Verdict:
    assert guard.differs is not None
    field, other = guard.differs.field, guard.differs.from_
    value = at.field(field)
    if value is UNKNOWN:
        return Asks(field)
    if value is None or value != at.opening(other):
        return None
    name, whom = f"field.{field}", f"field.{other}"
    return errors.MustDiffer(cite, field=zh(name), field_en=en(name), other=zh(whom), other_en=en(whom))


def _people(guard: Guard, at: Situation, cite: str) -> Verdict:
    if guard.approved:
        return None if at.approved() else errors.NotApproved(cite)
    if guard.not_handler:
        return errors.OwnApproval(cite) if at.handled() else None
    if guard.approver:
        other = at.approver_asked()
        return None if other is None else errors.NotApprover(cite, approver=other)
    recused = at.recused() if guard.unrecused else ()
    if recused:
        return errors.Recused(cite, persons=", ".join(recused))
    if at.field("persons") is UNKNOWN:
        return Asks("persons")
    without, unvouched = at.uncertified(guard.certificate) if guard.certificate else ((), ())
    if without:
        return errors.NoCertificate(cite, persons=", ".join(without))
    house = at.regime.refusals.get(errors.OwnRegister.code, cite)
    return errors.OwnRegister(house, persons=", ".join(unvouched)) if unvouched else None


def _field(wanted: FieldIs, value: object, cite: str) -> Verdict:
    if value is UNKNOWN:
        return Asks(wanted.name)
    if wanted.in_:
        allowed = value in wanted.in_
    elif wanted.is_ is not None:
        allowed = value == wanted.is_
    else:
        allowed = value not in (None, "", ())
    if allowed:
        return None
    if wanted.is_ is True or (wanted.is_ is None and not wanted.in_):
        return _missing(cite, wanted.name)
    shown = "/".join(wanted.in_) if wanted.in_ else str(wanted.is_)
    name = f"field.{wanted.name}"
    return errors.FieldNotAllowed(cite, field=zh(name), field_en=en(name), wanted=shown)


def _missing(cite: str, name: str, more: str = "") -> errors.FieldMissing:
    return errors.FieldMissing(cite, field=zh(f"field.{name}") + more, field_en=en(f"field.{name}") + more)


def _ground(guard: Guard, at: Situation, cite: str) -> Verdict:
    assert guard.ground is not None
    grounds = at.field("grounds")
    if grounds is UNKNOWN:
        return Asks("grounds")
    if not isinstance(grounds, tuple) or not grounds:
        return _missing(cite, "grounds")
    name, ladder = guard.ground.list, at.ladder()
    if name is None and ladder is not None:
        name, cite = ladder.grounds, ladder.cite
    outside = set(grounds) - set(at.regime.lists[name].items if name is not None else ())
    if outside:
        return errors.GroundNotAllowed(cite, grounds=", ".join(sorted(outside)))
    unfound = set(grounds) - at.found()[1] if guard.ground.found else set()
    if unfound:
        return errors.GroundNotFound(cite, grounds=", ".join(sorted(unfound)))
    return None
