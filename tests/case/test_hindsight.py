"""Looking back after a correction (更正之后的回看): what it touches is in doubt, and nothing else is."""

from __future__ import annotations

from datetime import date

from domain.calendar import as_known_on
from domain.case import commands as c
from domain.penalty_filing import commands as f
from domain.penalty_filing.kind import PENALTY_FILING
from domain.procedure import clocks, hindsight
from domain.procedure import commands as p
from domain.procedure.facts import Limit
from domain.procedure.state import File, apply
from domain.regime.conditions import Guard, Rule
from domain.regime.law import Law
from domain.regime.model import Extension, Regime, Step
from domain.regime.periods import FixedPeriod
from tests.case.office import REGIME, SUPERIOR, Office, opened, opined
from tests.lead.office import Office as FilingOffice
from tests.strategies import CLOCK, HANDLER, JUSTICE, LIAISON, NOTE, URBAN

CITE = "karamay-2022:art.30.1"


def correction(version: int, field: str, was: str, now: str) -> p.CorrectEntry:
    return p.CorrectEntry(version, field, was, now, "person-h", NOTE)


def version_of(file: File, name: str) -> int:
    return next(h.version for h in file.log if type(h.fact).__name__ == name)


def doubted(file: File) -> list[tuple[str, str]]:
    """The steps in doubt, by their facts, and why."""
    facts = {h.version: type(h.fact).__name__ for h in file.log}
    return [(facts[doubt.version], doubt.code) for doubt in file.doubts]


def closed_after_a_lapse() -> FilingOffice:
    """A question of 14 May about a penalty, five days to answer it, no answer, and the filing is closed."""
    office = FilingOffice(PENALTY_FILING)
    office.on("2025-05-12", f.FilePenalty(JUSTICE, URBAN, "major-penalty", date(2025, 5, 6), "urban-2025-31"), LIAISON)
    office.on("2025-05-14", f.PutQuestion("Q1", Limit(5, "calendar_day"), NOTE))
    office.on("2025-05-14", f.ExamineFiling("X1", "no-objection", ("person-a",)))
    office.on("2025-05-20", p.RecordLapse("question-answer:Q1"), CLOCK)
    office.on("2025-05-21", p.Close("done"))
    return office


def test_a_period_that_had_lapsed_keeps_no_step_in_doubt_after_an_unrelated_correction() -> None:
    office = closed_after_a_lapse()
    office.on("2025-05-22", correction(1, "decided_on", "2025-05-06", "2025-05-07"))
    assert doubted(office.file) == []


def test_a_closing_that_is_recorded_for_a_day_before_the_lapse_rests_on_the_lapse_all_the_same() -> None:
    office = closed_after_a_lapse()
    office.on("2025-05-22", p.Reopen())
    office.take(date(2025, 5, 19), p.Close("done"), HANDLER, date(2025, 5, 22))
    office.on("2025-05-23", correction(1, "decided_on", "2025-05-06", "2025-05-07"))
    assert doubted(office.file) == []


def test_a_lapse_that_the_right_day_shows_to_be_none_puts_the_closing_in_doubt() -> None:
    office = closed_after_a_lapse()
    asked = version_of(office.file, "FilingQuestioned")
    moved = correction(asked, "occurred_on", "2025-05-14", "2025-05-16")
    office.take(date(2025, 5, 14), moved, HANDLER, date(2025, 5, 22))
    assert doubted(office.file) == [("Closed", "deadlines-open")]
    office.on("2025-05-22", p.Reopen())
    office.on("2025-05-22", f.AnswerQuestion("Q1"), LIAISON)
    assert office.on("2025-05-22", p.Close("done")) == ["closed"]


class Extending(Office):
    """An office whose law lets five more working days be granted for an objection."""

    def law(self, today: date) -> Law:
        rules = REGIME.procedures["case"]
        more = Extension(cite=CITE, period=FixedPeriod(count=5, unit="working_day"))
        objection = rules.deadlines["opinion-objection"].model_copy(update={"extension": more})
        rules = rules.model_copy(
            update={
                "deadlines": {**rules.deadlines, "opinion-objection": objection},
                "steps": {**rules.steps, "extend-deadline": Step(cite=CITE, by="supervisor", modality="may")},
            }
        )
        return Law(with_case_rules(rules), "d" * 64, as_known_on(today), "c" * 64, (SUPERIOR,))


def with_case_rules(rules: object) -> Regime:
    return REGIME.model_copy(update={"procedures": {**REGIME.procedures, "case": rules}})


def test_an_objection_within_a_period_that_was_extended_stays_accepted_after_an_unrelated_correction() -> None:
    office = opined(Extending())
    office.on("2024-09-26", p.ExtendDeadline("opinion-objection:O1", "person-h", NOTE))
    review = p.RequestReview("V1", "O1", date(2024, 10, 11), written=True, reasoned=True)
    office.on("2024-10-11", review, LIAISON)
    assert office.case.reviews["V1"].pending
    office.on("2024-10-12", correction(version_of(office.case, "ActRegistered"), "kind", "coercion", "permit"))
    assert doubted(office.case) == []


class Moved(Office):
    """An office whose law is amended under it: from `amended` on, an opinion takes two persons."""

    amended = False

    def law(self, today: date) -> Law:
        return self.new(today) if self.amended else super().law(today)

    def earlier(self, today: date) -> tuple[Law, ...]:
        return (super().law(today),) if self.amended else ()

    def new(self, today: date) -> Law:
        rules = REGIME.procedures["case"]
        opinion = rules.steps["issue-opinion"]
        two = Rule(cite=CITE, guard=Guard(min_persons=2))
        opinion = opinion.model_copy(update={"requires": (*opinion.requires, two)})
        rules = rules.model_copy(update={"steps": {**rules.steps, "issue-opinion": opinion}})
        return Law(with_case_rules(rules), "e" * 64, as_known_on(today), "c" * 64, (SUPERIOR,))

    def target(self, today: date) -> Law:
        return self.new(today)


def migrated() -> Moved:
    office = Moved()
    opined(office)
    office.on("2024-09-26", p.MigrateRegime("karamay-2022", NOTE))
    office.amended = True
    return office


def test_a_step_taken_before_the_file_was_moved_is_not_judged_by_the_new_law() -> None:
    office = migrated()
    office.on("2024-09-27", correction(version_of(office.case, "ActRegistered"), "kind", "coercion", "permit"))
    assert doubted(office.case) == []


def test_a_step_taken_before_the_file_was_moved_is_still_judged_by_the_law_it_was_taken_under() -> None:
    office = migrated()
    finding = version_of(office.case, "FindingRecorded")
    office.on(
        "2024-08-05", correction(finding, "kind", "unlawful", "beyond-remit"), recorded="2024-09-27", late_reason=True
    )
    assert ("CorrectionOrdered", "kind-not-found") in doubted(office.case)
    alone = hindsight.doubts(office.case, office.law(date(2024, 9, 27)))
    assert alone == (), "without the law they were taken under, nobody can say"


def test_a_step_taken_after_the_file_was_moved_is_judged_by_the_new_law() -> None:
    office = migrated()
    office.on("2024-09-27", p.WithdrawOpinion("O1", NOTE))
    office.on("2024-09-27", p.IssueOpinion("O2", about="N1", persons=("person-a", "person-b")))
    opinion = next(h for h in office.case.log if getattr(h.fact, "document", "") == "O2")
    law = office.law(date(2024, 9, 27))
    (judged,) = [at for happening, _, at in hindsight._steps(office.case, law, ()) if happening == opinion]
    assert judged.law is law


def test_clocks_followed_fact_by_fact_are_at_each_fact_those_that_follow_from_all_before() -> None:
    office = opined()
    office.on("2024-09-27", p.NameAuthority("assisting", JUSTICE + "-above"))
    review = p.RequestReview("V1", "O1", date(2024, 9, 27), written=True, reasoned=True)
    office.on("2024-09-27", review, LIAISON)
    office.on("2024-09-27", p.DecideOpenPoint("review-suspension-mode", "restart", NOTE))
    law = office.law(date(2024, 9, 27))
    following, file = clocks.Following(), File(office.case.kind)
    for happening in office.case.log:
        file = apply(file, happening)
        following.take(file, law)
        assert following.standing(law) == clocks.derive(file, law)


def ordered_in_january(*, checked: str | None) -> Office:
    """Correction ordered on 30 January 2026, two days before a superior regulation came into force."""
    office = Office()
    office.on("2026-01-20", c.OpenCase(JUSTICE, URBAN, "inspection"))
    office.on("2026-01-20", c.RecordFinding("F1", "unlawful"))
    if checked is not None:
        office.on(checked, p.CheckSuperiorLaw("cn-2026", conflict=False))
    order = p.OrderCorrection("R1", ("person-a",), limit=Limit(5, "working_day"))
    office.on("2026-01-30", order, recorded="2026-02-03")
    return office


def test_an_order_that_was_given_under_a_superior_regulation_after_all_is_in_doubt_unless_somebody_checked() -> None:
    in_doubt = [("CorrectionOrdered", "superior-unchecked")]
    for checked, doubts in ((None, in_doubt), ("2026-01-30", in_doubt), ("2026-02-02", [])):
        office = ordered_in_january(checked=checked)
        order = version_of(office.case, "CorrectionOrdered")
        office.on("2026-02-03", correction(order, "occurred_on", "2026-01-30", "2026-02-02"))
        assert doubted(office.case) == doubts


def test_an_order_given_on_the_last_day_of_its_own_limit_is_in_doubt() -> None:
    office = opened()
    office.on("2024-08-02", c.RecordFinding("F1", "unlawful", "A1", ("art.33.1.3",)))
    office.on("2024-08-02", p.OrderCorrection("R1", ("person-a",), limit=Limit(until=date(2024, 8, 9))))
    order = version_of(office.case, "CorrectionOrdered")
    office.on("2024-08-12", correction(order, "occurred_on", "2024-08-02", "2024-08-08"))
    assert doubted(office.case) == []
    office.on("2024-08-12", correction(order, "occurred_on", "2024-08-08", "2024-08-09"))
    assert doubted(office.case) == [("CorrectionOrdered", "limit-unusable")]


def test_a_notice_received_on_the_last_day_that_it_leaves_for_a_reply_is_served_in_doubt() -> None:
    office = opened()
    office.on("2024-08-02", c.RecordFinding("F1", "unlawful", "A1", ("art.33.1.3",)))
    office.on("2024-08-02", p.OrderCorrection("R1", ("person-a",), limit=Limit(5, "working_day")))
    office.on("2024-08-05", p.RecordCorrectionRefusal("R1"), LIAISON)
    office.on("2024-08-12", p.IssueNotice("N1", about="R1", limit=Limit(until=date(2024, 8, 15))))
    office.on("2024-08-13", p.ServeDocument("N1", URBAN, "direct", "E1"))
    served = version_of(office.case, "DocumentServed")
    office.on("2024-08-15", correction(served, "occurred_on", "2024-08-13", "2024-08-15"))
    assert doubted(office.case) == [("DocumentServed", "limit-unusable")]


class Writing(Office):
    """An office whose law orders correction by a letter as well, and asks nothing else before it."""

    def law(self, today: date) -> Law:
        rules = REGIME.procedures["case"]
        letter = REGIME.instruments["opinion"].model_copy(update={"limit": "none", "to": "subject"})
        steps = {**rules.steps, "issue-document": Step(cite=CITE, by="supervisor", modality="may")}
        regime = with_case_rules(rules.model_copy(update={"steps": steps}))
        regime = regime.model_copy(update={"instruments": {**regime.instruments, "letter": letter}})
        return Law(regime, "d" * 64, as_known_on(today), "c" * 64, (SUPERIOR,))


def test_a_document_that_only_its_text_knows_is_judged_again_like_any() -> None:
    office = opened("2026-01-20", Writing())
    office.on("2026-01-30", p.IssueDocument("L1", instrument="letter", to=URBAN))
    letter = version_of(office.case, "DocumentIssued")
    office.on("2026-02-03", correction(letter, "occurred_on", "2026-01-30", "2026-02-02"))
    assert doubted(office.case) == [("DocumentIssued", "superior-unchecked")]
