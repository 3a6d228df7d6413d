"""Reports over HTTP (统计报告): the bytes that go into a bundle, for who oversees or audits and for nobody else."""

from __future__ import annotations

import pytest

from api.identity.demonstration import ACCOUNTS
from api.reading import of_lists
from ledger import canonical
from tests.api.conftest import NewClerk
from tests.api.office import Clerk, problem


def test_a_report_is_given_as_of_a_position_to_the_byte(clerk: Clerk) -> None:
    case = clerk.new_case("notice")
    size = clerk.shown(case)["version"]
    first = clerk.get("/reports/annual", year="2024")
    assert (first.status_code, first.headers["content-type"]) == (200, "application/json")
    told = first.json()
    assert canonical.encode(told) == first.content
    assert told["size"] >= size
    rows = {(row["measure"], row["of"]): row for row in told["rows"]}
    assert rows["documents-issued", "notice"]["value"] == len(rows["documents-issued", "notice"]["positions"])
    clerk.new_case("act")
    again = clerk.get("/reports/annual", year="2024", position=str(told["size"]))
    assert again.content == first.content
    assert clerk.get("/reports/annual", year="2024").json()["size"] > told["size"]


def test_reports_are_for_those_who_oversee_or_audit(clerk: Clerk) -> None:
    clerk.new_case("act")
    through = {name for name, who in ACCOUNTS.items() if of_lists(who) is None}
    assert through != set(ACCOUNTS)
    for name in ACCOUNTS:
        answer = clerk.get("/reports/annual", account=name, year="2024")
        if name in through:
            assert answer.status_code == 200
        else:
            problem(answer, 403, "overseers-only")


@pytest.mark.parametrize(
    ("name", "query", "status", "code"),
    [
        ("monthly", {"year": "2024"}, 404, "no-such-report"),
        ("annual", {"year": "1999"}, 404, "no-such-year"),
        ("annual", {"year": "2024", "organ": "nobody"}, 404, "unknown-organ"),
        ("annual", {"year": "2024", "position": "999999"}, 404, "position-beyond"),
        ("annual", {"year": "2024", "position": "0"}, 422, "malformed"),
        ("annual", {"year": "soon"}, 422, "malformed"),
        ("annual", {}, 422, "malformed"),
    ],
)
def test_what_is_asked_wrongly_is_a_problem(
    clerk: Clerk, name: str, query: dict[str, str], status: int, code: str
) -> None:
    clerk.new_case("act")
    problem(clerk.get(f"/reports/{name}", **query), status, code)


def test_a_ledger_without_files_has_nothing_to_report(new_clerk: NewClerk) -> None:
    clerk = new_clerk()
    problem(clerk.get("/reports/annual", year="2024"), 404, "nothing-to-report")
