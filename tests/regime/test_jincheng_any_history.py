"""What holds of every case under 晋城市行政执法监督暂行办法, whatever anybody asks for, in whatever order."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from hypothesis import event, given
from hypothesis import strategies as st

from domain import errors
from domain.case import commands as c
from domain.case.kind import INITIAL
from domain.identity import Actor
from domain.procedure import commands as p
from domain.procedure.commands import Command
from domain.procedure.state import File, evolve
from tests.regime.test_jincheng import ABOVE, GROUNDS, HEAD, REGIME, WAY, WORK, after, decision, review
from tests.strategies import HANDLER, LIAISON, NOTE, URBAN

ANYTHING: Final = (
    *((actor, command) for _, actor, command in WAY[1:]),
    *((HANDLER, command) for command in WORK),
    (HEAD, c.RejectOpening(NOTE)),
    (HANDLER, decision("revoke", document="D2")),
    (HANDLER, decision("revoke", document="D2", about="D1")),
    (HANDLER, decision("confirm-void", GROUNDS[2], document="D3", seal=None)),
    (HANDLER, p.ServeDocument("D2", URBAN, "direct", "E4")),
    (LIAISON, review("V2", "D2", date(2022, 9, 1))),
    (HANDLER, p.DecideReview("V2", "W2", "withdrawn")),
    (LIAISON, p.ReportCorrection("N1", written=True)),
    (HANDLER, p.VerifyCorrection("N1", corrected=True, corrected_on=date(2022, 9, 1), in_writing=True)),
    (HANDLER, p.WithdrawDocument("N1", NOTE)),
    (HANDLER, p.RevokeDecision("D1", NOTE)),
    (HANDLER, p.DecideOpenPoint("confirmation-needs-notice", "direct", NOTE)),
    (HANDLER, p.Close("done")),
)
moves = st.lists(st.tuples(st.sampled_from(ANYTHING), st.sampled_from((0, 0, 1, 4, 15))), min_size=8, max_size=20)


@given(lawful=st.sampled_from(range(len(WAY), 0, -1)), more=moves)
def test_nobody_gets_around_the_approval_the_notice_or_the_next_higher_organ(
    lawful: int, more: list[tuple[tuple[Actor, Command], int]]
) -> None:
    office, today = after(lawful), date.fromisoformat(WAY[lawful - 1][0])
    for (actor, command), days in more:
        today += timedelta(days=days)
        before = office.case
        try:
            recorded = office.on(today.isoformat(), command, actor)
        except errors.Refusal as refusal:
            names_an_article_that_exists(refusal)
            continue
        event(f"recorded {recorded[0]}")
        judge(command, actor, today, before, office.case)
    folded = INITIAL
    for happening in office.log:
        folded = evolve(folded, happening)
    assert folded == office.case


def names_an_article_that_exists(refusal: errors.Refusal) -> None:
    assert refusal.article is not None
    assert REGIME.quote(refusal.article).text


def judge(command: Command, actor: Actor, today: date, before: File, now: File) -> None:
    """What held before a step of this kind could be recorded."""
    names = [type(happening.fact).__name__ for happening in before.log]
    if isinstance(command, c.TakeMeasure | c.RecordFinding | p.IssueNotice | p.IssueDecision):
        assert "OpeningApproved" in names
        assert "OpeningRejected" not in names
    if isinstance(command, p.IssueDecision) and command.kind in ("correct", "revoke"):
        notice = before.deadlines["notice-limit:N1"]
        assert notice.overdue(today) or notice.late
    if isinstance(command, p.DecideReview):
        assert actor == ABOVE
    if isinstance(command, p.RequestReview):
        others = {id_: clock for id_, clock in before.deadlines.items() if clock.name != "decision-objection"}
        assert others.items() <= now.deadlines.items()
