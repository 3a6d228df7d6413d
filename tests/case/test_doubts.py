"""What deals with a step in doubt (存疑事项的处理), and what does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from domain import errors
from domain.case import commands as c
from domain.procedure import commands as p
from domain.procedure.offers import offers
from domain.procedure.state import File
from tests.case.office import Office, opened
from tests.strategies import HANDLER, NOTE

DAY = "2024-08-05"


def ordered() -> Office:
    """Two acts; correction of A1 ordered at once for a finding that should not have been entered as it was."""
    office = opened()
    office.on("2024-08-01", c.RegisterAct("A2", "coercion"))
    office.on("2024-08-02", c.RecordFinding("F1", "unlawful", "A1", ("art.33.1.3",)))
    office.on("2024-08-02", order("R1", "A1"))
    office.on(DAY, correction(version_of(office.case, "F1"), "kind", "unlawful", "none"))
    return office


def order(id_: str, *acts: str) -> p.OrderCorrection:
    return p.OrderCorrection(id_, ("person-a",), immediate=True, acts=acts)


def correction(version: int, field: str, was: str, now: str) -> p.CorrectEntry:
    return p.CorrectEntry(version, field, was, now, "person-h", NOTE)


def version_of(file: File, id_: str) -> int:
    names = file.kind.creates
    return next(h.version for h in file.log if id_ in [getattr(h.fact, name, None) for name in names])


def doubtful(office: Office) -> bool:
    """Whether closing is refused for a doubt."""
    refusal = office.refuses(DAY, p.Close("done"))
    return isinstance(refusal, errors.InDoubt)


def test_an_order_about_one_act_is_not_taken_again_by_an_order_about_another() -> None:
    office = ordered()
    office.on(DAY, c.RecordFinding("F2", "unlawful", "A2", ("art.33.1.3",)))
    office.on(DAY, order("R2", "A2"))
    assert doubtful(office)
    office.on(DAY, c.RecordFinding("F3", "unlawful", "A1", ("art.33.1.3",)))
    office.on(DAY, order("R3", "A1"))
    assert not doubtful(office)


def test_a_measure_is_not_taken_again_by_a_measure_of_another_kind() -> None:
    office = opened()
    office.on("2024-08-02", c.TakeMeasure("M1", "art.23.1.1", ("person-a",), on_site=False))
    office.on(DAY, correction(version_of(office.case, "M1"), "on_site", "false", "true"))
    two = ("person-a", "person-b")
    office.on(DAY, c.TakeMeasure("M2", "art.23.1.2", two, on_site=True))
    assert doubtful(office)
    office.on(DAY, c.TakeMeasure("M3", "art.23.1.1", two, on_site=True))
    assert office.on(DAY, p.Close("done")) == ["closed"]


def test_an_order_properly_taken_again_is_not_in_doubt_again_for_a_correction_of_something_else() -> None:
    office = ordered()
    office.on(DAY, c.RecordFinding("F2", "unlawful", "A1", ("art.33.1.3",)))
    office.on(DAY, order("R2", "A1"))
    office.on(DAY, correction(version_of(office.case, "A2"), "kind", "coercion", "penalty"))
    assert version_of(office.case, "R1") in {doubt.version for doubt in office.case.doubts}, (
        "it was wrong, and stays so"
    )
    assert not doubtful(office)


def test_a_doubt_that_was_cleared_and_is_raised_anew_is_dealt_with_anew() -> None:
    office = ordered()
    office.on(DAY, c.RecordFinding("F2", "unlawful", "A1", ("art.33.1.3",)))
    office.on(DAY, order("R2", "A1"))
    finding = version_of(office.case, "F1")
    office.on(DAY, correction(finding, "kind", "none", "unlawful"))
    assert office.case.doubts == ()
    office.on(DAY, correction(finding, "kind", "unlawful", "none"))
    assert doubtful(office)


def settling(office: Office, approver: str = "person-h") -> p.SettleDoubt:
    return p.SettleDoubt(version_of(office.case, "R1"), approver, NOTE)


def test_an_order_that_cannot_be_given_again_is_settled_by_two_persons_with_the_reason() -> None:
    office = ordered()
    office.on(DAY, c.RecordFinding("F2", "none", "A1"))
    assert office.refuses(DAY, order("R2", "A1")).code == "kind-not-found"
    assert doubtful(office)
    oneself = office.refuses(DAY, settling(office, HANDLER.person))
    assert (oneself.code, oneself.article) == ("own-approval", "cn-default:art.2.13")
    without = office.refuses(DAY, replace(settling(office), reason=None))
    assert (without.code, without.article) == ("field-missing", "cn-default:art.2.13")
    assert office.on(DAY, settling(office)) == ["doubt-settled"]
    assert office.on(DAY, p.Close("nothing-found")) == ["closed"]


def test_what_is_not_in_doubt_is_not_settled_and_nothing_is_settled_twice() -> None:
    office = ordered()
    finding = p.SettleDoubt(version_of(office.case, "F1"), "person-h", NOTE)
    assert (office.refuses(DAY, finding).code, office.refuses(DAY, finding).article) == (
        "nothing-in-doubt",
        "cn-default:art.2.13",
    )
    office.on(DAY, settling(office))
    assert office.refuses(DAY, settling(office)).code == "nothing-in-doubt"


def test_a_doubt_is_offered_to_be_settled_while_one_stands() -> None:
    office, day = ordered(), date.fromisoformat(DAY)

    def offered() -> bool:
        found = offers(office.case, office.law(day), HANDLER, day)
        return any(offer.step == "settle-doubt" and offer.refusal is None for offer in found)

    assert offered()
    office.on(DAY, settling(office))
    assert not offered()


def test_a_settled_doubt_stays_settled_after_a_correction_of_something_else() -> None:
    office = ordered()
    office.on(DAY, settling(office))
    office.on(DAY, correction(version_of(office.case, "A2"), "kind", "coercion", "penalty"))
    assert not doubtful(office)


def test_what_was_settled_is_in_doubt_again_for_another_reason() -> None:
    office = ordered()
    office.on(DAY, settling(office))
    office.on(DAY, correction(version_of(office.case, "R1"), "immediate", "true", "false"))
    assert doubtful(office)
