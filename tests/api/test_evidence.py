"""Evidence is handed in as it is, and fetched by those who keep the file that names it, whole or not at all."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, Never

import psycopg
import pytest
from httpx2 import Response

from api.http.app import MOST_BODY
from api.service import Service
from domain.kinds import KINDS
from ledger.access import Access
from ledger.evidence.incoming import Incoming
from ledger.evidence.store import Address, Store
from tests.api.conftest import NewClerk
from tests.api.office import KARAMAY, OPENING, Clerk, problem, written

MOST = 3 << 20
PHOTO = b"a photo of the scene" * 40_000  # more than any step may say


@pytest.fixture(autouse=True)
def small(service: Service, monkeypatch: pytest.MonkeyPatch) -> Store:
    """The store of the service, with less room than in real life."""
    store = Store(service.evidence.shelf, MOST)
    monkeypatch.setitem(service.__dict__, "evidence", store)
    settings = service.settings
    monkeypatch.setattr(service, "settings", type(settings).of({"CASELEDGER_EVIDENCE_MOST": str(MOST)}, settings.data))
    return store


def hand_in(clerk: Clerk, content: Any = PHOTO, account: str = "handler") -> Response:
    return clerk.client.post(f"{clerk.base}/evidence", content=content, headers={"X-Demo-Account": account})


def register(clerk: Clerk, case: str, digest: str | None, account: str = "handler") -> None:
    said = {"kind": "photo"} | ({"digest": digest} if digest else {})
    answer = clerk.step(case, "register-evidence", clerk.shown(case)["version"], account=account, **said)
    assert answer.status_code == 201, answer.text


def digest_of(content: bytes) -> str:
    return sha256(content).hexdigest()


def lying(service: Service, clerk: Clerk, digest: str, organ: str = "organ-justice") -> Path:
    """Where the evidence lies on the disk."""
    assert isinstance(service.settings.evidence, Path)
    return service.settings.evidence / Address(clerk.ledger, organ, digest).name


def test_what_is_handed_in_and_registered_is_fetched_as_it_was(
    clerk: Clerk, admin: psycopg.Connection, case: str
) -> None:
    before = written(admin, clerk.ledger)
    answer = hand_in(clerk)
    assert (answer.status_code, answer.json()) == (201, {"digest": digest_of(PHOTO), "size": len(PHOTO)})
    assert hand_in(clerk).json() == answer.json()
    assert written(admin, clerk.ledger) == before  # nothing is recorded until it is registered
    register(clerk, case, digest_of(PHOTO))
    fetched = clerk.get(f"/cases/{case}/evidence/{digest_of(PHOTO)}")
    assert (fetched.status_code, fetched.content) == (200, PHOTO)
    told = ("content-type", "content-disposition", "x-content-type-options", "cache-control", "content-length")
    assert [fetched.headers[name] for name in told] == [
        "application/octet-stream",
        f'attachment; filename="{digest_of(PHOTO)}"',
        "nosniff",
        "private, no-store",
        str(len(PHOTO)),
    ]


def test_a_body_of_unknown_length_is_taken_as_long_as_it_is_not_too_long(clerk: Clerk) -> None:
    assert hand_in(clerk, iter([b"a", b"b"])).json()["digest"] == digest_of(b"ab")


def endless(size: int) -> Iterator[bytes]:
    for _ in range(0, size, 1 << 20):
        yield b"x" * (1 << 20)


def test_what_is_too_large_is_refused_and_nothing_of_it_stays(clerk: Clerk, service: Service, small: Store) -> None:
    assert hand_in(clerk, b"x" * MOST).status_code == 201
    before = sorted(small.shelf.names())
    for content in (b"x" * (MOST + 1), endless(MOST + (1 << 20))):
        said = problem(hand_in(clerk, content), 413, "evidence-too-large")
        assert str(MOST) in said["detail"]
    assert sorted(small.shelf.names()) == before
    assert list(small.shelf.spool.iterdir()) == []


def test_only_evidence_may_be_as_large(clerk: Clerk, case: str) -> None:
    large = b" " * (MOST_BODY + 1)
    headers = {"If-Match": '"2"'}
    for path in ("/cases", f"/cases/{case}/evidence", "/evidence/", "/evidence/evidence"):
        problem(clerk.post(path, None, content=large, headers=headers), 413, "body-too-large")


def test_who_records_nothing_hands_nothing_in(clerk: Clerk, small: Store) -> None:
    before = sorted(small.shelf.names())
    problem(hand_in(clerk, b"of an auditor", "auditor"), 403, "reads-only")
    problem(hand_in(Clerk(clerk.client, "cn-999999-demo")), 404, "unknown-ledger")
    problem(hand_in(Clerk(clerk.client, "cn-650299")), 401, "sign-in-missing")
    assert sorted(small.shelf.names()) == before


def test_a_department_has_what_it_handed_in_itself_and_nothing_of_a_case_not_its_own(clerk: Clerk, case: str) -> None:
    own = hand_in(clerk, b"the department's own", "liaison").json()["digest"]
    register(clerk, case, own, "liaison")
    other = hand_in(clerk, b"a letter of who complained").json()["digest"]
    register(clerk, case, other)
    for account in ("handler", "head", "liaison"):
        fetched = clerk.get(f"/cases/{case}/evidence/{own}", account=account)
        assert (fetched.status_code, fetched.content) == (200, b"the department's own")
    assert clerk.get(f"/cases/{case}/evidence/{other}").content == b"a letter of who complained"
    problem(clerk.get(f"/cases/{case}/evidence/{other}", account="liaison"), 403, "evidence-closed")
    for digest in (own, other):
        problem(clerk.get(f"/cases/{case}/evidence/{digest}", account="auditor"), 403, "evidence-closed")
        problem(clerk.get(f"/cases/{case}/evidence/{digest}", account="market"), 404, "unknown-case")


def test_who_is_given_evidence_is_put_down_and_who_is_refused_is_not(
    clerk: Clerk, admin: psycopg.Connection, case: str
) -> None:
    digest = hand_in(clerk, b"put down").json()["digest"]
    register(clerk, case, digest)
    for account in ("liaison", "auditor", "market", "head"):
        clerk.get(f"/cases/{case}/evidence/{digest}", account=account)
    query = "SELECT entry FROM ledger.accesses WHERE ledger = %s AND stream = %s"
    rows = admin.execute(query, [clerk.ledger, f"case/{case}"])
    assert [Access.parse(row[0]).said() for row in rows] == [
        {"person": "person-h", "organ": "organ-justice", "role": "head", "way": "evidence", "fields": ["3.digest"]}
    ]


def test_a_digest_that_somebody_has_heard_of_opens_nothing(clerk: Clerk, case: str) -> None:
    """Registering it in a case of one's own gives neither the bytes nor a hint that another has handed them in."""
    handed = hand_in(clerk, b"what the neighbour wrote").json()["digest"]
    register(clerk, clerk.new_case(), handed)
    never = digest_of(b"what nobody wrote")
    for digest in (handed, never):
        register(clerk, case, digest, "liaison")
    there, not_there = (
        problem(clerk.get(f"/cases/{case}/evidence/{digest}", account="liaison"), 404, "evidence-not-kept")
        for digest in (handed, never)
    )
    assert there["detail"].replace(handed, never) == not_there["detail"]


def test_evidence_on_paper_is_registered_and_said_not_to_be_kept(clerk: Clerk, case: str) -> None:
    paper = digest_of(b"a scan that stayed in the office")
    register(clerk, case, None)
    register(clerk, case, paper)
    problem(clerk.get(f"/cases/{case}/evidence/{paper}"), 404, "evidence-not-kept")
    problem(clerk.get(f"/cases/{case}/evidence/{'0' * 64}"), 404, "evidence-not-named")
    problem(clerk.get(f"/cases/nobody/evidence/{paper}"), 404, "unknown-case")
    for none in ("x", "A" * 64, "0" * 63, "..%2f" + "0" * 64):
        assert clerk.get(f"/cases/{case}/evidence/{none}").status_code in (404, 422)


@pytest.mark.parametrize("digest", ["E1", "0" * 63, "A" * 64, "0" * 64 + "\n", "sha256:" + "0" * 64])
def test_what_is_no_digest_is_not_registered_as_one(clerk: Clerk, case: str, digest: str) -> None:
    problem(clerk.step(case, "register-evidence", 2, kind="photo", digest=digest), 422, "malformed")


def test_damaged_evidence_is_a_problem_and_no_download(clerk: Clerk, service: Service, case: str) -> None:
    digest = hand_in(clerk, b"as it was").json()["digest"]
    register(clerk, case, digest)
    path = lying(service, clerk, digest)
    path.unlink()
    path.write_bytes(b"as it is not")
    problem(clerk.get(f"/cases/{case}/evidence/{digest}"), 500, "evidence-damaged")
    assert hand_in(clerk, b"as it was").status_code == 201
    assert clerk.get(f"/cases/{case}/evidence/{digest}").content == b"as it was"


def test_a_disk_that_is_full_is_a_problem_and_nothing_stays(
    clerk: Clerk, small: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> Never:
        raise OSError(errno.ENOSPC, "No space left on device")

    before = sorted(small.shelf.names())
    monkeypatch.setattr(Incoming, "write", fails)
    problem(hand_in(clerk), 503, "evidence-store-down")
    assert (sorted(small.shelf.names()), list(small.shelf.spool.iterdir())) == (before, [])


def test_evidence_of_every_kind_of_file_is_fetched_through_it(new_clerk: NewClerk) -> None:
    clerk = new_clerk()
    paths = clerk.client.get("/api/v1/openapi.json").json()["paths"]
    for kind in KINDS.values():
        assert f"/api/v1/ledgers/{{ledger}}/{kind.plural}/{{id}}/evidence/{{digest}}" in paths
    digest = hand_in(clerk).json()["digest"]
    said = {k: v for k, v in OPENING.items() if k == "supervisor"} | {
        "kind": "complaint",
        "channel": "written",
        "written": True,
        "complainant": "person-y",
        "respondent": "organ-urban",
        "matter": "投诉",
    }
    lead = clerk.post("/leads", {"regime": KARAMAY, **said})
    step = {"kind": "photo", "digest": digest}
    headers = {"If-Match": lead.headers["ETag"]}
    path = f"/leads/{lead.json()['id']}"
    assert clerk.post(f"{path}/steps/register-evidence", step, headers=headers).status_code == 201
    assert clerk.get(f"{path}/evidence/{digest}").content == PHOTO
    problem(clerk.get(f"{path}/evidence/{digest}", account="liaison"), 404, "unknown-case")
    problem(clerk.get(f"{path}/evidence/{digest}", account="market"), 403, "evidence-closed")  # who complained
