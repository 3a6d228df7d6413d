"""Opening a ledger and adopting law into it (启用账本、采用法规): regulations and holiday notices become facts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from api.asking import legal_day
from api.execute import Desk
from api.failures import Malformed
from domain.calendar import Calendar, Notice, as_known_on
from domain.errors import LawAlreadyAdopted, LawNotAdopted, OtherContent
from domain.identity import Actor
from domain.lawbook.decider import AdoptCalendar, AdoptRegime, OpenLedger, RecordRecovery, RepealRegime, RotateKey
from domain.regime.lint import adoptable
from domain.regime.loader import content, load, packaged
from domain.regime.model import Regime
from ledger import canonical
from ledger.hashing import SIZE, digest
from ledger.proof.note import SigningKey, VerifierKey
from ledger.verify.keys import handover


def open_ledger(desk: Desk, clock: str, at: datetime | None = None) -> None:
    """Write entry 0, once."""
    if desk.laws.book().clock is None:
        desk.found(OpenLedger(clock), at=at)


def adopt_regime(desk: Desk, regime: Regime, day: date) -> bool:
    """Adopt a regime as law of the ledger, once; one published after `day` is not adopted yet. Whether it was now."""
    early = regime.published_on is not None and regime.published_on > day
    if early or regime.id in desk.laws.book().regimes:
        return False
    _adopt(desk, regime, day)
    return True


def amend_regime(desk: Desk, regime: Regime, day: date) -> None:
    """Put another content in the place of an adopted regime; files opened before keep the one they have."""
    if regime.id not in desk.laws.book().regimes:
        raise LawNotAdopted(law=regime.id)
    _adopt(desk, regime, day)


def insist(desk: Desk, regime: Regime, day: date) -> bool:
    """Adopt a regime, or refuse and say why not; False where the ledger has adopted this very content before."""
    book = desk.laws.book()
    held = book.regimes.get(regime.id) if regime.id not in book.repealed else None  # the decider refuses what was
    if held is not None and held.digest != digest(canonical.encode(content(regime))).hex():
        raise OtherContent(law=regime.id)
    if held is None:
        _adopt(desk, regime, day)
    return held is None


def repeal_regime(desk: Desk, regime: str, last_day: date) -> None:
    """Let no file be opened under a regime after `last_day`."""
    desk.found(RepealRegime(regime, last_day), at=desk.at(desk.today()))


def adopt_superiors(desk: Desk, day: date) -> None:
    """Adopt the packaged superior regulations published by `day`."""
    for id_ in packaged():
        regime = load(id_).regime
        if regime.superior is not None:
            adopt_regime(desk, adoptable(id_), day)


def adopt_calendars(desk: Desk, notices: Iterable[Notice], day: date) -> None:
    """Adopt each holiday notice that was published by `day` and is not adopted yet, in the order of publication."""
    adopted = set(desk.laws.book().notices)
    for notice in notices:
        if notice.notified_on <= day and notice.id not in adopted:
            adopt_notice(desk, notice, at=desk.at(day))


def adopt_notice(desk: Desk, notice: Notice, at: datetime | None = None) -> None:
    """Adopt one more holiday notice: the calendar of the ledger is what all adopted notices say together."""
    book = desk.laws.book()
    if notice.id in book.notices:
        raise LawAlreadyAdopted(law=notice.id)
    held: Calendar | None = desk.laws.calendar(book.calendar_digest) if book.calendar_digest else None
    try:
        calendar = as_known_on(notice.notified_on, extra=[*(held.notices if held else ()), notice])
    except ValueError as error:
        raise Malformed(why=str(error)) from None
    data: Any = calendar.to_data()
    text = canonical.encode(data)
    desk.found(
        AdoptCalendar(
            calendar.version,
            digest(text).hex(),
            notice.id,
            notice.year,
            notice.amends is not None,
            notice.notified_on,
            legal_day(at or desk.now()),
        ),
        text,
        at=at,
    )


def _adopt(desk: Desk, regime: Regime, day: date) -> None:
    text, validity = canonical.encode(content(regime)), regime.validity
    adoption = AdoptRegime(
        regime.id,
        digest(text).hex(),
        validity.valid_from,
        validity.valid_to,
        superior=regime.superior is not None,
        today=day,
        published_on=regime.published_on,
    )
    desk.found(adoption, text, at=desk.at(day))


def rotate_key(desk: Desk, actor: Actor, old: SigningKey, new: VerifierKey, approver: str) -> None:
    """Let another key seal the ledger (更换密钥): the earlier one logs it, and seals on beside it for a while.

    Args:
        desk: of the ledger.
        actor: the named person.
        old: the key that the ledger was sealed with until now; it signs the next.
        new: the next, for checking.
        approver: another person.

    Raises:
        Refusal: `OwnApproval`.
    """
    command = RotateKey(str(old.verifier), str(new), handover(old, new), actor.person, approver)
    desk.found(command, actor=actor)


def record_recovery(desk: Desk, actor: Actor, size: int, root: str, position: int, approver: str, reason: str) -> None:
    """Let the sealer go on where the ledger is not as it signed it (恢复登记); who, by whose leave and why is recorded.

    Args:
        desk: of the ledger.
        actor: the named person.
        size: how many entries were signed last, as the sealer says.
        root: the root that was signed, in hexadecimal.
        position: where the sealer refused.
        approver: another person.
        reason: why; it is sealed.

    Raises:
        Malformed: size, root or position is not of the form.
        Refusal: `OwnApproval`.
    """
    if size < 0 or position < 0 or not re.fullmatch(f"[0-9a-f]{{{2 * SIZE}}}", root):
        raise Malformed(why="--size, --root, --position")
    text = desk.vault.commit(reason)
    command = RecordRecovery(size, root, position, actor.person, approver, text.sealed)
    desk.found(command, actor=actor, said={"reason": text})
