"""The service as it is met on the network: a real server, and requests that no client of good manners would send."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Thread
from time import sleep

import orjson
import psycopg
import pytest
import uvicorn

from api.http.app import MOST_BODY, create_app
from api.service import Service
from tests.api.office import Clerk, written

Address = tuple[str, int]


@pytest.fixture(scope="module")
def address(service: Service) -> Iterator[Address]:
    """Where a server of the service listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(create_app(service), log_level="critical", ws="none"))
        thread = Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        yield listener.getsockname()
        server.should_exit = True
        thread.join()


def spoken(address: Address, request: bytes) -> tuple[int, bytes]:
    """Status and body of the answer to these very bytes."""
    with closing(socket.create_connection(address, timeout=10)) as connection:
        connection.sendall(request)
        answer = b""
        while part := connection.recv(65_536):
            answer += part
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split(b" ", 2)[1]), body


def step(clerk: Clerk, case: str, *headers: bytes) -> bytes:
    lines = (
        f"POST {clerk.base}/cases/{case}/steps/assign-handlers HTTP/1.1".encode(),
        b"Host: localhost",
        b"Connection: close",
        b"Content-Type: application/json",
        b'If-Match: "2"',
        b"Idempotency-Key: server",
        *headers,
    )
    return b"\r\n".join(lines) + b"\r\n\r\n"


BODY = b'{"persons": ["person-a"]}'


def test_a_step_sent_over_the_network_is_recorded(address: Address, clerk: Clerk, case: str) -> None:
    status, body = spoken(address, step(clerk, case, b"Content-Length: %d" % len(BODY)) + BODY)
    assert (status, orjson.loads(body)["version"]) == (201, 3)


@pytest.mark.parametrize(
    ("headers", "sent", "status", "code"),
    [
        ([b"Transfer-Encoding: chunked"], b"19\r\n" + BODY + b"\r\n0\r\n\r\n", 411, "length-missing"),
        ([b"Transfer-Encoding: chunked"], b"FFFFFFFF\r\n" + b" " * 65_536, 411, "length-missing"),
        ([b"Content-Length: %d" % (MOST_BODY + 1)], b" " * 10, 413, "body-too-large"),
        ([b"Content-Length: 99999999999999999999"], b" " * 10, 413, "body-too-large"),
        ([b"Content-Length: 0"], b"", 422, "malformed"),
    ],
)
def test_a_body_without_bounds_is_turned_away_before_it_is_read(
    address: Address,
    clerk: Clerk,
    case: str,
    admin: psycopg.Connection,
    headers: list[bytes],
    sent: bytes,
    status: int,
    code: str,
) -> None:
    before = written(admin, clerk.ledger)
    answered, body = spoken(address, step(clerk, case, *headers) + sent)
    assert (answered, orjson.loads(body)["code"]) == (status, code)
    assert written(admin, clerk.ledger) == before


@pytest.mark.parametrize(
    "request_",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: minus one\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nIdempotency-Key: a\0b\r\n\r\n",
        b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    ],
)
def test_what_is_no_request_is_turned_away_by_the_server(address: Address, request_: bytes) -> None:
    status, _ = spoken(address, request_)
    assert 400 <= status < 500


@pytest.mark.parametrize(
    "path",
    [b"/static/../../../pyproject.toml", b"/static/..%2f..%2fexecute.py", b"/static//etc/passwd", b"/static/%00"],
)
def test_no_file_but_those_of_the_pages_is_served(address: Address, path: bytes) -> None:
    status, body = spoken(address, b"GET " + path + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert (status, orjson.loads(body)["code"]) == (404, "not-found")
    status, body = spoken(address, b"GET /static/plain.css HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert (status, b"{" in body) == (200, True)


def test_a_step_cut_off_on_its_way_leaves_nothing(
    address: Address, clerk: Clerk, case: str, admin: psycopg.Connection
) -> None:
    before = written(admin, clerk.ledger)
    with closing(socket.create_connection(address, timeout=10)) as connection:
        connection.sendall(step(clerk, case, b"Content-Length: %d" % len(BODY)) + BODY[:-1])
    assert clerk.shown(case)["version"] == 2
    assert written(admin, clerk.ledger) == before


def evidence(clerk: Clerk, *headers: bytes) -> bytes:
    lines = (f"POST {clerk.base}/evidence HTTP/1.1".encode(), b"Host: localhost", b"Connection: close", *headers)
    return b"\r\n".join(lines) + b"\r\n\r\n"


def test_a_download_of_damaged_evidence_breaks_off_and_does_not_end_as_if_it_were_whole(
    address: Address, clerk: Clerk, case: str, service: Service
) -> None:
    content = bytes(3 << 20)
    status, body = spoken(address, evidence(clerk, b"Content-Length: %d" % len(content)) + content)
    assert status == 201
    digest = orjson.loads(body)["digest"]
    assert clerk.step(case, "register-evidence", 2, kind="video", digest=digest).status_code == 201
    get = f"GET {clerk.base}/cases/{case}/evidence/{digest} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    assert spoken(address, get.encode()) == (200, content)
    place = service.settings.evidence
    assert isinstance(place, Path)
    path = place / clerk.ledger / "organ-justice" / digest
    path.unlink()
    path.write_bytes(b"\1" + content[1:])
    status, body = spoken(address, get.encode())
    assert status == 200  # the first of it was on its way
    assert len(body) <= 2 << 20


def test_evidence_cut_off_on_its_way_leaves_nothing(address: Address, clerk: Clerk, service: Service) -> None:
    shelf = service.evidence.shelf
    before = sorted(shelf.names())
    for request in (
        evidence(clerk, b"Content-Length: 2000000") + b"x" * 1_000_000,
        evidence(clerk, b"Transfer-Encoding: chunked") + b"F4240\r\n" + b"x" * 1_000_000 + b"\r\n",
    ):
        with closing(socket.create_connection(address, timeout=10)) as connection:
            connection.sendall(request)
    status, body = spoken(address, evidence(clerk, b"Transfer-Encoding: chunked") + b"1\r\nx\r\n0\r\n\r\n")
    assert (status, orjson.loads(body)["size"]) == (201, 1)
    for _ in range(100):  # the server may notice a moment later
        if not any(shelf.spool.iterdir()):
            break
        sleep(0.05)
    assert list(shelf.spool.iterdir()) == []
    assert len(sorted(shelf.names())) == len(before) + 1
