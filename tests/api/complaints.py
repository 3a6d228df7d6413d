"""Complaints, and the cases that they lead to, as tests of who is told what want them."""

from __future__ import annotations

from httpx2 import Response

from tests.api.office import KARAMAY, OPENING, Clerk

WORDS = "我是他们的邻居"

COMPLAINT = {"supervisor": "organ-justice", "kind": "complaint", "channel": "written", "written": True}

READ = (
    "/leads/{}",
    "/leads/{}/history",
    "/leads/{}/timeline",
    "/leads/{}/difference",
    "/leads/{}/responsibility",
    "/leads/{}/deadlines/lead-triage:file/why",
)


def page(clerk: Clerk, file: str, account: str) -> Response:
    return clerk.client.get(f"/ledgers/{clerk.ledger}/{file}".rstrip("/"), headers={"X-Demo-Account": account})


def passed_on(clerk: Clerk, complainant: str) -> str:
    """A complaint in which its complainant is named twice, and that another organ is let into."""
    said = {**COMPLAINT, "complainant": complainant, "respondent": "organ-urban", "matter": WORDS}
    answer = clerk.post("/leads", {"regime": KARAMAY, **said})
    lead = str(answer.json()["id"])
    for step, body in (
        ("hear-statement", {"by": complainant}),
        ("assign-handlers", {"persons": ["person-a", complainant]}),
        ("name-authority", {"relation": "receiver", "organ": "organ-market"}),
    ):
        answer = clerk.post(f"/leads/{lead}/steps/{step}", body, headers={"If-Match": answer.headers["ETag"]})
        assert answer.status_code == 201, answer.text
    return lead


def complaint(clerk: Clerk, complainant: str, case: str | None = None) -> str:
    """A complaint, linked to a case if there is one."""
    answer = clerk.post("/leads", {"regime": KARAMAY, **COMPLAINT, "complainant": complainant, "matter": WORDS})
    lead = str(answer.json()["id"])
    triage = {"triage": "M1", "in_scope": True, "against_act": True, "lacking": ["art.27.1.1"]}
    for step, body in (("triage", triage), ("link", {"about": "M1", "case": case})) if case is not None else ():
        answer = clerk.post(f"/leads/{lead}/steps/{step}", body, headers={"If-Match": answer.headers["ETag"]})
        assert answer.status_code == 201, answer.text
    return lead


def naming(clerk: Clerk, person: str, **opening: str) -> str:
    """A case about the urban management in which a person speaks, asks for a recusal and is given a letter."""
    answer = clerk.post("/cases", {"regime": KARAMAY, **OPENING, **opening})
    assert answer.status_code == 201, answer.text
    case = str(answer.json()["id"])
    steps: list[tuple[str, dict[str, object]]] = [
        ("hear-statement", {"by": person}),
        ("request-recusal", {"recusal": "Q1", "person": "person-h", "by": person}),
        ("name-authority", {"relation": "receiver", "organ": person}),
    ]
    for step, body in steps:
        answer = clerk.post(f"/cases/{case}/steps/{step}", body, headers={"If-Match": answer.headers["ETag"]})
        assert answer.status_code == 201, answer.text
    return case


def everything(clerk: Clerk, case: str, account: str) -> list[str]:
    """Every way in which an account may look at a case."""
    answers = [clerk.get(path.format(case), account=account) for path in ("/cases/{}", "/cases/{}/history")]
    answers += [clerk.get(f"/cases/{case}/history", account=account, as_of="2024-02-05")]
    answers += [page(clerk, f"cases/{case}", account)]
    assert [answer.status_code for answer in answers] == [200] * 4
    return [answer.text for answer in answers]


def led_to(clerk: Clerk, how: str) -> str:
    """A case that names a person who complained, and that their complaint led to, in one of several ways."""
    if how == "source":
        return naming(clerk, "person-z", source=complaint(clerk, "person-z"))
    if how == "words":
        return naming(clerk, "person-z", source="person-z")
    case = naming(clerk, "person-z")
    if how == "link":
        complaint(clerk, "person-z", case)
        return case
    first = clerk.post("/cases", {"regime": KARAMAY, **OPENING, "source": complaint(clerk, "person-z")})
    joined = clerk.post(
        f"/cases/{first.json()['id']}/steps/merge-case",
        {"case": case, "reason": "一并办理"},
        headers={"If-Match": first.headers["ETag"]},
    )
    assert joined.status_code == 201, joined.text
    return case
