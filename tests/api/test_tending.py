"""What a service does in the background ends with the service, whenever that is told to end."""

from __future__ import annotations

import threading

import pytest

from api.service import Service
from api.tending import tended

WORKS = {"keep_up", "_hinting", "_digesting", "_indexing"}


def at_work() -> set[str]:
    return {thread.name for thread in threading.enumerate()} & WORKS


@pytest.mark.parametrize("started", [0, 1, 3])
def test_an_order_to_end_while_it_is_being_started_ends_what_was_started(
    service: Service, started: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = threading.Thread.start
    begun: list[threading.Thread] = []

    def interrupted(thread: threading.Thread) -> None:
        if thread.name in WORKS:
            if len(begun) == started:
                raise KeyboardInterrupt
            begun.append(thread)
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", interrupted)
    with pytest.raises(KeyboardInterrupt), tended(service):
        pytest.fail("it was told to end before")
    assert len(begun) == started
    assert at_work() == set()


def test_all_of_it_ends_with_the_block(service: Service) -> None:
    with tended(service):
        assert at_work() == WORKS
    assert at_work() == set()
