"""The pages in a real browser: one server of the real application, one played ledger, Debian's Chromium."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Thread
from typing import Any, Final

import psycopg
import pytest
import uvicorn
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright
from psycopg.conninfo import make_conninfo

from api.execute import Desk
from api.http.app import create_app
from api.play import play
from api.projecting import project
from api.scenario import of_regime
from ledger.postgres.embedded import Server
from tests.api.conftest import running
from tests.api.office import KARAMAY, AtDesk

LEDGER: Final = "cn-650200-demo"
PLAYED: Final = ("a-review-in-time", "b-the-whole-way")
"""The sample cases that are played: with reviews that suspend clocks, and decisions that nobody carried out."""
CORRECTED: Final = "corrected"
"""A case of our own in the same ledger: with an entry that was recorded late, and one that was corrected."""


@dataclass
class Visit:
    """Somebody at a browser, and everything that the browser complains of or asks another host for."""

    page: Page
    base: str
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str = "") -> Page:
        """A page of the ledger, once its charts are drawn."""
        self.page.goto(f"{self.base}/ledgers/{LEDGER}{path}")
        self.drawn()
        return self.page

    def drawn(self) -> None:
        """Wait until every chart of the page is drawn."""
        self.page.wait_for_function(
            "() => ![...document.querySelectorAll('[data-chart]')].some(e => e.dataset.drawn !== 'yes')"
        )

    def watch(self) -> None:
        """Note what nobody should see: errors, warnings, requests to other hosts."""

        def told(message: ConsoleMessage) -> None:
            if message.type in {"error", "warning"}:
                self.complaints.append(message.text)

        def asked(request: Request) -> None:
            if not request.url.startswith(self.base):
                self.complaints.append(request.url)

        self.page.on("console", told)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", asked)


NewVisit = Callable[..., Visit]


@pytest.fixture(scope="session")
def base(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the pages of a played ledger are served."""
    with psycopg.connect(server.dsn, autocommit=True) as admin:
        admin.execute("CREATE DATABASE test_browser TEMPLATE template0")
        dsn = make_conninfo(server.dsn, dbname="test_browser")
        with running(dsn, tmp_path_factory.mktemp("browser")) as service:
            service.create(LEDGER)
            desk = service.desk(LEDGER)
            branches = [branch for scenario in of_regime(KARAMAY) for branch in scenario.branches()]
            played = play([branch for branch in branches if branch.id.startswith(PLAYED)], desk)
            assert [failed for each in played for failed in each.failed] == []
            corrected(desk)
            project(service)
            with serving(uvicorn.Config(create_app(service), log_level="critical", ws="none")) as address:
                yield address
        admin.execute("DROP DATABASE test_browser WITH (FORCE)")


def corrected(desk: Desk) -> None:
    """A case as far as an opinion served, in which an entry is late and another was wrong."""
    people, opened = AtDesk(desk), desk.now() + timedelta(days=1)
    people.walk("opinion-served", CORRECTED, at=opened)
    later: datetime = opened + timedelta(days=14)
    people.take(
        "hear-statement", case=CORRECTED, by="organ-urban", on=opened.date(), at=later, late_reason="录入人员请假"
    )
    wrong = {"version": 2, "field": "kind", "was": "penalty", "now": "permit", "approver": "person-h", "reason": "录错"}
    people.take("correct-entry", case=CORRECTED, at=later, **wrong)


@contextmanager
def serving(config: uvicorn.Config) -> Iterator[str]:
    """A server that listens on a free port while it is needed."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(config)
        thread = Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium")
    assert program is not None, "there is no Chromium on this machine; on Debian: apt-get install chromium"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program)
        yield opened
        opened.close()


@pytest.fixture
def visit(browser: Browser, base: str) -> Iterator[NewVisit]:
    """A function that opens a browser window; when the test ends, nothing may have been complained of in any."""
    visits: list[Visit] = []

    def new(width: int = 1280, height: int = 900, **more: Any) -> Visit:
        context = browser.new_context(viewport={"width": width, "height": height}, **more)
        context.set_default_timeout(10_000)
        visits.append(Visit(context.new_page(), base))
        visits[-1].watch()
        return visits[-1]

    yield new
    for each in visits:
        each.page.context.close()
    assert [complaint for each in visits for complaint in each.complaints] == []
