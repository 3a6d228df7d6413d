"""Whatever a history reaches, under whatever law, can be looked at, and whatever is refused can be said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from starlette.testclient import TestClient

from api.asking import Ask, moment
from api.cli.case import show_text
from api.cli.regimes import memory_desk
from api.execute import Desk
from api.failures import Failure
from api.http.app import create_app
from api.identity.demonstration import ACCOUNTS
from api.play import play
from api.scenario import Branch, of_regime
from api.scenario import read as scenario
from api.showing import case_out
from domain.errors import Refusal
from domain.identity import Actor, OrganId
from domain.kinds import KINDS, kind_of
from domain.procedure.offers import offers
from domain.regime.loader import packaged, read

INVENTED = Path(__file__).parents[1] / "regime" / "invented"
OWN = read(INVENTED).regime
"""A regulation with an instrument of its own, that no word list knows."""
EACH = 3
"""Of the moments of a file every so many; the last is looked at always."""


def histories() -> dict[tuple[str, str], list[Branch]]:
    """The histories of the invented province and of every packaged regulation, those of one ledger together."""
    written = [scenario(path) for path in sorted((INVENTED / "scenarios").glob("*.yaml"))]
    written += [each for id_ in packaged() for each in of_regime(id_)]
    ledgers = defaultdict(list)
    for branch in (branch for each in written for branch in each.branches()):
        ledgers[branch.scenario.regime, branch.ledger].append(branch)
    return ledgers


HISTORIES = histories()


@pytest.fixture(scope="module", params=HISTORIES, ids="-".join)
def desk(request: pytest.FixtureRequest) -> Desk:
    """A ledger in which its histories were played to their ends."""
    branches = HISTORIES[request.param]
    made = memory_desk(branches[0].ledger)
    regime, _ = request.param
    play(branches, made, OWN if regime == OWN.id else None)
    return made


def files(desk: Desk) -> Iterator[str]:
    for kind in KINDS:
        yield from desk.log.streams(kind)


def reading(desk: Desk) -> TestClient:
    """The way in of a ledger in memory: what is read of a file needs no database."""
    service = SimpleNamespace(demonstration=lambda ledger: ledger, desk=lambda _: desk)
    return TestClient(create_app(service))  # type: ignore[arg-type]  # of a service it asks no more than this


def test_every_file_that_a_history_leaves_is_shown_to_a_program_and_to_people(desk: Desk) -> None:
    client = reading(desk)
    for stream in files(desk):
        kind = kind_of(stream)
        assert kind is not None
        path = f"/ledgers/{desk.log.ledger}/{kind.plural}/{stream.partition('/')[2]}"
        parts = ("", "/history", "/timeline", "/responsibility", "/difference")
        answers = [client.get(f"/api/v1{path}{part}") for part in parts]
        answers += [client.get(path, params={"lang": language}) for language in ("zh", "en")]
        assert [answer.status_code for answer in answers] == [200] * (len(parts) + 2), stream
        assert list(show_text(answers[0].json()))


def test_at_every_moment_of_a_file_everybody_is_told_what_may_be_done_and_why_not_the_rest(
    desk: Desk,
) -> None:
    for stream in files(desk):
        for entry in desk.history(stream)[::-EACH]:
            read = desk.read(stream, known_at=moment(entry))
            assert case_out(desk, stream, read, ACCOUNTS["handler"].actor, (), known_at=moment(entry)).allowed_steps
            for organ in read.file.organs("anyone"):
                who = Actor(ACCOUNTS["liaison"].actor.person, OrganId(organ), "liaison")
                assert offers(read.file, read.law, who, entry.occurred_on)


def test_a_step_about_any_thing_of_a_file_is_taken_or_refused_in_words(desk: Desk) -> None:
    refused: dict[str, str] = {}
    for stream in files(desk):
        read = desk.read(stream)
        for step in read.law.rules(read.file.kind.name).steps:
            for thing in read.file.things:
                try:
                    desk.take(Ask(stream, step, {"about": thing}, ACCOUNTS["handler"].actor, f"{step} {thing}"))
                except (Refusal, Failure) as why:
                    refused[why.code] = why.sentence_zh
    assert "wrong-kind" in refused
    assert all(refused.values())
