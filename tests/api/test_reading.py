"""Who reads what: to those who have no part in a file it is not there."""

from __future__ import annotations

import pytest

from api.identity.demonstration import ACCOUNTS, Account
from api.projecting import project
from api.reading import may_read
from api.service import Service
from domain.identity import Actor, OrganId, PersonId
from domain.kinds import KINDS
from domain.lead.commands import ReceiveLead
from domain.lead.kind import LEAD
from domain.procedure.commands import NameAuthority
from tests.api.complaints import COMPLAINT, READ, WORDS, page
from tests.api.office import KARAMAY, Clerk, problem
from tests.lead.office import Office
from tests.strategies import JUSTICE, NOTE, URBAN


@pytest.fixture
def lead(clerk: Clerk) -> str:
    """A complaint of the liaison of the market supervision about the urban management."""
    said = {**COMPLAINT, "complainant": "person-y", "respondent": "organ-urban", "matter": WORDS}
    answer = clerk.post("/leads", {"regime": KARAMAY, **said})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def test_who_is_complained_about_does_not_learn_that_there_is_a_complaint(clerk: Clerk, lead: str) -> None:
    for path in READ:
        there = problem(clerk.get(path.format(lead), account="liaison"), 404, "unknown-case")
        not_there = problem(clerk.get(path.format("nobody"), account="liaison"), 404, "unknown-case")
        assert there["detail"].replace(lead, "nobody") == not_there["detail"]
    for times in ({"as_of": "2024-02-05"}, {"known_at": "2025-02-05T00:00:00Z"}):
        problem(clerk.get(f"/leads/{lead}", account="liaison", **times), 404, "unknown-case")
    problem(page(clerk, f"leads/{lead}", "liaison"), 404, "unknown-case")
    headers = {"If-Match": '"1"'}
    for file in (lead, "nobody"):
        step = clerk.post(f"/leads/{file}/steps/hear-statement", {"by": "x"}, account="liaison", headers=headers)
        problem(step, 404, "unknown-case")


def test_the_receiving_organ_the_complainant_and_an_auditor_read_it(clerk: Clerk, lead: str) -> None:
    for account in ("handler", "head", "market", "auditor"):
        for path in READ[:-1]:
            assert clerk.get(path.format(lead), account=account).status_code == 200
        assert page(clerk, f"leads/{lead}", account).status_code == 200


def test_free_text_stays_sealed_to_all_but_those_who_keep_the_file(clerk: Clerk, lead: str) -> None:
    assert WORDS in page(clerk, f"leads/{lead}", "handler").text
    for account in ("market", "auditor"):
        shown = page(clerk, f"leads/{lead}", account).text
        assert WORDS not in shown
        assert "密封" in shown
        assert "已依法删除" not in shown


def test_a_department_reads_the_case_about_it_and_not_that_about_another(clerk: Clerk) -> None:
    case = clerk.new_case("opinion-served")
    for path in (f"/cases/{case}", f"/cases/{case}/history", f"/cases/{case}/deadlines/opinion-correct:O1/why"):
        assert clerk.get(path, account="liaison").status_code == 200
        problem(clerk.get(path, account="market"), 404, "unknown-case")


def stranger(organ: str, role: str = "liaison", person: str = "person-z") -> Account:
    return Account(Actor(PersonId(person), OrganId(organ), role), "", "")


@pytest.mark.parametrize(
    ("who", "reads"),
    [
        (stranger(JUSTICE), True),
        (stranger(URBAN), False),
        (stranger("organ-market"), False),
        (stranger("organ-market", person="person-c"), True),
        (stranger(URBAN, "auditor"), True),
        (ACCOUNTS["head"], True),
    ],
)
def test_a_complaint_is_for_those_who_have_a_part_in_it(who: Account, *, reads: bool) -> None:
    office = Office(LEAD)
    opening = ReceiveLead(
        JUSTICE, "complaint", "written", written=True, complainant="person-c", respondent=URBAN, matter=NOTE
    )
    office.on("2024-08-01", opening)
    assert may_read(who, office.file) is reads


def test_an_organ_that_is_complained_about_and_received_the_complaint_reads_its_own_file() -> None:
    office = Office(LEAD)
    opening = ReceiveLead(
        JUSTICE, "complaint", "written", written=True, complainant="person-c", respondent=JUSTICE, matter=NOTE
    )
    office.on("2024-08-01", opening)
    assert may_read(stranger(JUSTICE), office.file)


def test_a_list_names_exactly_the_files_that_its_reader_may_read(clerk: Clerk, service: Service) -> None:
    clerk.new_case("opinion-served")
    project(service, [clerk.ledger])
    plural = {kind.name: kind.plural for kind in KINDS.values()}
    for path in (*(f"/{each}" for each in plural.values()), "/deadlines"):
        everything = clerk.get(path, limit="200").json()
        for account in ACCOUNTS:
            mine = clerk.get(path, account=account, limit="200").json()
            files = {f"/{plural[row['kind']]}/{row['id']}" for row in everything}
            may = {file for file in files if clerk.get(file, account=account).status_code == 200}
            listed = [row for row in everything if f"/{plural[row['kind']]}/{row['id']}" in may]
            named = {"holder", "persons", "handlers"}  # which may be sealed
            assert [{name: value for name, value in row.items() if name not in named} for row in mine] == [
                {name: value for name, value in row.items() if name not in named} for row in listed
            ], (path, account)
        assert path in ("/cases", "/leads", "/deadlines") or not everything
    assert "/cases/" in page(clerk, "", "liaison").text


def test_who_is_complained_about_is_not_let_in_by_a_relation_either() -> None:
    office = Office(LEAD)
    opening = ReceiveLead(JUSTICE, "complaint", "written", written=True, complainant="person-c", respondent=URBAN)
    office.on("2024-08-01", opening)
    for organ in (URBAN, "organ-market"):
        office.on("2024-08-01", NameAuthority("receiver", organ))
    assert may_read(stranger("organ-market"), office.file)
    assert not may_read(stranger(URBAN), office.file)


def test_whom_a_complaint_led_to_a_case_about_does_not_read_it_even_if_it_was_passed_on_to_them(clerk: Clerk) -> None:
    case, said = clerk.new_case(), {**COMPLAINT, "complainant": "person-y", "matter": WORDS}
    answer = clerk.post("/leads", {"regime": KARAMAY, **said})  # nobody says yet whom it is about
    lead = str(answer.json()["id"])

    def take(step: str, **body: object) -> None:
        nonlocal answer
        answer = clerk.post(f"/leads/{lead}/steps/{step}", body, headers={"If-Match": answer.headers["ETag"]})
        assert answer.status_code == 201, answer.text

    take("triage", triage="M1", in_scope=True, against_act=True, lacking=["art.27.1.1"])
    take("transfer", transfer="T1", about="M1", to="organ-urban")
    assert clerk.get(f"/leads/{lead}", account="liaison").status_code == 200
    take("link", about="M1", case=case)
    for path in READ[:-1]:
        problem(clerk.get(path.format(lead), account="liaison"), 404, "unknown-case")
        assert clerk.get(path.format(lead), account="market").status_code == 200  # who complained
    problem(page(clerk, f"leads/{lead}", "liaison"), 404, "unknown-case")
    headers = {"If-Match": answer.headers["ETag"]}
    step = clerk.post(
        f"/leads/{lead}/steps/acknowledge-transfer", {"transfer": "T1"}, account="liaison", headers=headers
    )
    problem(step, 404, "unknown-case")


def test_a_case_that_is_not_in_this_ledger_keeps_nobody_out(clerk: Clerk, lead: str) -> None:
    body: dict[str, object] = {"triage": "M1", "in_scope": True, "against_act": True}
    answer = clerk.post(f"/leads/{lead}/steps/triage", body, headers={"If-Match": '"1"'})
    headers = {"If-Match": answer.headers["ETag"]}
    assert (
        clerk.post(f"/leads/{lead}/steps/link", {"about": "M1", "case": "elsewhere"}, headers=headers).status_code
        == 201
    )
    assert clerk.get(f"/leads/{lead}", account="market").status_code == 200
