"""The file of a person (人员与证件), step by step: certificates, training, posts, unit."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from domain.officer import commands as c
from domain.officer.certificates import asks_for_certificates, certificates, is_of
from domain.officer.kind import OFFICER
from domain.officer.posts import held, hours, unit
from domain.procedure import commands as p
from domain.procedure.commands import Certificate, Command
from domain.regime.conditions import Guard, Rule
from domain.regime.loader import load
from domain.regime.model import Step
from tests.lead.office import Office
from tests.strategies import JUSTICE, LIAISON, NOTE, URBAN

KIND = "supervision-certificate"
FIRST, LAST = date(2024, 3, 11), date(2024, 12, 31)


def registered(regime: str = "luoyang-2022") -> Office:
    office = Office(OFFICER, regime)
    office.on("2024-03-04", c.RegisterOfficer(JUSTICE, "K", URBAN))
    return office


def issue(kind: str = KIND, number: str = "S-1", last: date | None = LAST, id_: str = "Z1") -> c.IssueCertificate:
    return c.IssueCertificate(id_, "P1", kind, number, FIRST, last)


def certified(last: date | None = LAST) -> Office:
    office = registered()
    office.on("2024-03-05", c.ApplyForCertificate("P1", KIND))
    office.on("2024-03-06", c.ExamineCertificate("P1", fit=True))
    office.on("2024-03-07", issue(last=last))
    return office


def good(office: Office, day: str) -> bool:
    return any(each.covers(date.fromisoformat(day)) for each in certificates(office.file))


# --- certificates ------------------------------------------------------------------------------------------------


def test_a_certificate_is_issued_once_of_the_kind_applied_for_and_found_fit() -> None:
    office = registered()
    office.on("2024-03-05", c.ApplyForCertificate("P1", KIND))
    assert office.refuses("2024-03-05", issue()) == ("not-recorded", "cn-default:art.8.2")
    office.on("2024-03-06", c.ExamineCertificate("P1", fit=False))
    assert office.refuses("2024-03-06", issue())[0] == "not-recorded"
    office.on("2024-03-06", c.ExamineCertificate("P1", fit=True))
    assert office.refuses("2024-03-07", issue("enforcement-certificate")) == ("not-recorded", "cn-default:art.8.2")
    office.on("2024-03-07", issue())
    assert office.refuses("2024-03-07", issue(id_="Z2")) == ("already-recorded", "cn-default:art.8.2")
    assert certificates(office.file) == (Certificate(KIND, "S-1", FIRST, LAST, JUSTICE),)


def test_karamay_issues_no_enforcement_certificate_before_the_examination_is_passed() -> None:
    office = registered("karamay-2022")
    kind = "enforcement-certificate"
    issued = c.IssueCertificate("Z1", "P1", kind, "E-1", FIRST, LAST, ("urban-management",))
    office.on("2024-03-05", c.ApplyForCertificate("P1", kind), LIAISON)
    office.on("2024-03-06", c.ExamineCertificate("P1", fit=True))
    office.on("2024-03-06", c.RecordTraining(2024, 40, "qualification", passed=False), LIAISON)
    assert office.refuses("2024-03-07", issued) == ("not-recorded", "art.19.1")
    office.on("2024-03-07", c.RecordTraining(2024, 12, "qualification", passed=True), LIAISON)
    office.on("2024-03-07", issued)
    assert (hours(office.file, 2024), hours(office.file, 2023)) == (52, 0)


def test_a_certificate_is_good_on_its_first_and_its_last_day() -> None:
    office = certified()
    days = ["2024-03-10", "2024-03-11", "2024-12-31", "2025-01-01"]
    assert [good(office, day) for day in days] == [False, True, True, False]


def test_while_it_is_withheld_it_is_not_good_and_what_was_done_before_stays_covered() -> None:
    office = certified()
    office.on("2024-04-08", c.SuspendCertificate("S1", "Z1", "withheld", "case-1"))
    assert [good(office, day) for day in ("2024-04-07", "2024-04-08", "2024-12-31")] == [True, False, False]
    office.on("2024-04-15", c.RestoreCertificate("S1"))
    assert [good(office, day) for day in ("2024-04-07", "2024-04-14", "2024-04-15")] == [True, False, True]


def test_of_two_suspensions_each_is_lifted_by_itself() -> None:
    office = certified()
    office.on("2024-04-08", c.SuspendCertificate("S1", "Z1", "withheld", "case-1"))
    office.on("2024-04-10", c.SuspendCertificate("S2", "Z1", "off-duty", "case-1"))
    office.on("2024-04-15", c.RestoreCertificate("S1"))
    assert not good(office, "2024-04-15")
    office.on("2024-04-22", c.RestoreCertificate("S2"))
    assert [good(office, day) for day in ("2024-04-21", "2024-04-22")] == [False, True]


def test_what_is_suspended_before_its_first_day_and_restored_after_it_is_good_from_then() -> None:
    office = certified()
    office.on("2024-03-08", c.SuspendCertificate("S1", "Z1", "withheld", "case-1"))
    office.on("2024-03-20", c.RestoreCertificate("S1"))
    assert certificates(office.file) == (Certificate(KIND, "S-1", date(2024, 3, 20), LAST, JUSTICE),)


def test_a_revoked_certificate_is_never_good_again() -> None:
    office = certified(last=None)
    office.on("2024-04-08", c.SuspendCertificate("S1", "Z1", "withheld", "case-1"))
    office.on("2024-04-15", c.RevokeCertificate("Z1", note=NOTE))
    office.on("2024-04-22", c.RestoreCertificate("S1"))
    assert certificates(office.file) == (Certificate(KIND, "S-1", FIRST, date(2024, 4, 7), JUSTICE),)
    assert office.refuses("2024-04-23", c.RevokeCertificate("Z1", note=NOTE))[0] == "already-recorded"


def test_a_cancelled_qualification_ends_what_was_issued_and_not_what_is_issued_afterwards() -> None:
    office = registered()
    kind = "enforcement-certificate"
    office.on("2024-03-05", c.FileCertificate("Z1", "organ-m", kind, "N-1", date(2023, 1, 1)), LIAISON)
    office.on("2024-03-05", c.FileCertificate("Z2", "organ-m", KIND, "N-2", date(2023, 1, 1)), LIAISON)
    office.on("2024-04-08", c.CancelQualification(kind, ground="art.25.1.4"))
    office.on("2024-06-03", c.FileCertificate("Z3", "organ-m", kind, "N-3", date(2024, 6, 1)), LIAISON)
    assert certificates(office.file) == (
        Certificate(kind, "N-1", date(2023, 1, 1), date(2024, 4, 7), URBAN),
        Certificate(KIND, "N-2", date(2023, 1, 1), None, URBAN),
        Certificate(kind, "N-3", date(2024, 6, 1), None, URBAN),
    )


def test_only_a_certificate_that_is_good_on_the_day_is_shown() -> None:
    office = certified()
    assert office.refuses("2024-03-10", c.ShowCertificate("Z1", "case-1")) == ("no-certificate", "art.13.2")
    office.on("2024-03-11", c.ShowCertificate("Z1", "case-1"))
    assert office.refuses("2024-03-12", c.ShowCertificate("S9", "case-1"))[0] == "not-found"


def test_expiry_is_recorded_once_and_not_before_the_last_day_is_over() -> None:
    office = certified()
    assert office.refuses("2024-12-31", c.RecordExpiry("Z1")) == ("nothing-to-lapse", "cn-default:art.3.3")
    office.on("2025-01-01", c.RecordExpiry("Z1"))
    assert office.refuses("2025-01-02", c.RecordExpiry("Z1"))[0] == "nothing-to-lapse"
    assert certified(last=None).refuses("2030-01-01", c.RecordExpiry("Z1"))[0] == "nothing-to-lapse"


def test_the_register_answers_for_the_person_whose_file_it_is() -> None:
    file = registered().file
    assert (is_of(file, "K"), is_of(file, "person-b"), is_of(Office(OFFICER).file, "K")) == (True, False, False)


def test_a_correction_of_the_last_day_moves_it() -> None:
    office = certified()
    version = next(h.version for h in office.file.log if getattr(h.fact, "number", None) == "S-1")
    office.on("2024-04-01", p.CorrectEntry(version, "valid_to", "2024-12-31", "2029-03-10", "person-h", NOTE))
    assert good(office, "2029-03-10")


# --- which steps ask ---------------------------------------------------------------------------------------------

ASKS = Guard(certificate=KIND)
YES = Guard.model_validate({"field": {"name": "note"}})


def step(*rules: Rule) -> Step:
    return Step(cite="art.1", by="supervisor", modality="may", requires=rules)


@pytest.mark.parametrize(
    "guard",
    [
        ASKS,
        Guard(all=(YES, ASKS)),
        Guard(any=(YES, Guard(all=(YES, ASKS)))),
        Guard.model_validate({"not": {"certificate": KIND}}),
        Guard.model_validate({"each": {"of": ["order"], "guard": {"certificate": KIND}}}),
        Guard.model_validate({"point": {"point": "p", "options": {"a": {"certificate": KIND}}}}),
    ],
)
def test_a_certificate_is_asked_for_however_deep_the_condition_lies(guard: Guard) -> None:
    assert asks_for_certificates(step(Rule(cite="art.1", guard=YES), Rule(cite="art.1", guard=guard)))
    assert asks_for_certificates(step(Rule(cite="art.1", guard=YES, when=guard)))
    assert not asks_for_certificates(step(Rule(cite="art.1", guard=YES)))


def test_luoyang_asks_for_certificates_where_measures_are_taken() -> None:
    steps = load("luoyang-2022").regime.procedures["case"].steps
    assert asks_for_certificates(steps["take-measure"])
    assert not asks_for_certificates(steps["close"])


# --- posts and unit ----------------------------------------------------------------------------------------------


def test_who_held_a_post_on_a_day_follows_from_its_days() -> None:
    office = registered()
    office.on("2024-03-04", c.AssignPost("J1", "handler", JUSTICE, date(2024, 4, 1)))
    office.on("2024-05-06", c.AppointActing("J2", "head", JUSTICE, date(2024, 6, 1), date(2024, 8, 31), "person-h"))
    days = [date(2024, 3, 31), date(2024, 4, 1), date(2024, 6, 1), date(2024, 8, 31), date(2024, 9, 1)]
    found = [[(each.duty, each.acting) for each in held(office.file, day)] for day in days]
    handler, acting = ("handler", False), ("head", True)
    assert found == [[], [handler], [handler, acting], [handler, acting], [handler]]


def test_a_post_that_ended_early_was_not_held_afterwards_and_one_that_never_began_never() -> None:
    office = registered()
    office.on("2024-03-04", c.AppointActing("J1", "head", JUSTICE, date(2024, 4, 1), date(2024, 12, 31)))
    office.on("2024-03-04", c.AssignPost("J2", "reviewer", JUSTICE, date(2024, 6, 3)))
    office.on("2024-05-06", c.EndPost("J1", date(2024, 4, 30)))
    office.on("2024-05-06", c.EndPost("J2", date(2024, 5, 31)))
    found = [[each.post for each in held(office.file, date(2024, m, d))] for m, d in ((4, 30), (5, 1), (6, 3))]
    assert found == [["J1"], [], []]


def test_a_person_belongs_to_the_unit_of_the_day() -> None:
    office = registered()
    office.on("2024-05-06", c.ChangeUnit(JUSTICE))
    days = [date(2024, 3, 3), date(2024, 3, 4), date(2024, 5, 5), date(2024, 5, 6)]
    assert [unit(office.file, day) for day in days] == [None, URBAN, URBAN, JUSTICE]


def test_an_officer_of_the_organ_that_keeps_the_register_belongs_to_it() -> None:
    office = Office(OFFICER, "luoyang-2022")
    office.on("2024-03-04", c.RegisterOfficer(JUSTICE, "person-a"))
    assert unit(office.file, date(2024, 3, 4)) == JUSTICE


@pytest.mark.parametrize(
    ("regime", "command", "wanted"),
    [
        ("karamay-2022", c.AppointObserver("J1", JUSTICE, FIRST), ("field-missing", "art.8.2")),
        ("luoyang-2022", c.AppointObserver("J1", JUSTICE, FIRST), ("not-yours", "art.20.1")),
    ],
)
def test_an_observer_is_engaged_as_the_city_has_it(regime: str, command: Command, wanted: tuple[str, str]) -> None:
    assert registered(regime).refuses("2024-03-05", command) == wanted


def test_in_zhumadian_the_supervision_organ_engages_observers() -> None:
    office = Office(OFFICER, "zhumadian-2024")
    office.on("2024-09-02", c.RegisterOfficer(JUSTICE, "person-o"))
    office.on("2024-09-03", c.AppointObserver("J1", JUSTICE, date(2024, 9, 9)))
    assert [each.duty for each in held(office.file, date(2024, 9, 9) + timedelta(days=400))] == ["observer"]
