"""Who acts under which certificate: the desk reads the register of officers where the law asks, and only there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

import pytest

from api import failures
from api.asking import PLACE, Ask, Receipt
from api.execute import Desk
from domain import errors
from domain.case.commands import TakeMeasure
from domain.identity import Actor, OrganId, PersonId
from domain.procedure import situation
from domain.procedure.commands import Asked, Certificate
from domain.regime.conditions import Held
from ledger.mapper import Envelope
from ledger.memory import MemoryLog
from tests.api.office import HANDLER, OPENING, AtDesk, memory_desk

LUOYANG = "luoyang-2022"
TRAINING: dict[str, Any] = {"year": 2024, "hours": 8, "kind": "public-law"}
PROVINCE = Actor(PersonId("person-p"), OrganId("organ-province"), "handler")
TAKE = TakeMeasure("M1", "art.14.1.2", ("person-a",))
MEASURE = {"kind": "art.14.1.2", "note": "调取案卷"}


@dataclass
class Office(AtDesk):
    """A desk at which officers are registered too, by the province unless it is said otherwise."""

    keeper: Actor = PROVINCE

    def officer(self, step: str, file: str = "person-a", **said: Any) -> Receipt:
        key = f"officer-{next(self.keys)}"
        return self.desk.take(Ask(f"officer/{file}", step, said, self.keeper, key))

    def certify(self, file: str = "person-a", last: str | None = "2024-12-31", person: str | None = None) -> None:
        self.officer("register", file, supervisor=self.keeper.organ, person=person or file)
        self.officer("apply-for-certificate", file, application="P1", kind="supervision-certificate")
        self.officer("examine-certificate", file, application="P1", fit=True)
        said: dict[str, Any] = {"kind": "supervision-certificate", "number": "S-1", "valid_from": "2024-02-01"}
        self.officer("issue-certificate", file, certificate="Z1", about="P1", valid_to=last, **said)

    def measure(self, *persons: str, **more: Any) -> Receipt:
        return self.take("take-measure", persons=list(persons), **MEASURE, **more)

    def seen(self) -> list[tuple[str, int]]:
        return [(seen.stream, seen.version) for seen in self.desk.history("case/c1")[-1].seen]


@pytest.fixture
def office() -> Office:
    people = Office(memory_desk(regimes=(LUOYANG,)))
    people.take("open", **OPENING)
    people.take("name-authority", relation="next_higher", organ=PROVINCE.organ)
    return people


def test_nobody_takes_a_measure_whom_the_register_does_not_know(office: Office) -> None:
    with pytest.raises(errors.NoCertificate, match="person-a") as refused:
        office.measure("person-a")
    assert refused.value.article == f"{LUOYANG}:art.13.1"


def test_who_holds_a_certificate_takes_the_measure_and_the_entry_says_what_was_seen(office: Office) -> None:
    office.certify()
    assert office.measure("person-a").facts == ("measure-taken",)
    assert office.seen() == [("officer/person-a", 4)]


def test_an_organ_does_not_vouch_for_its_own_people(office: Office) -> None:
    office.certify("person-b")
    office.keeper = HANDLER
    office.certify()
    with pytest.raises(errors.OwnRegister, match="person-a") as refused:
        office.measure("person-a", "person-b")
    assert "person-b" not in refused.value.sentence_en
    assert refused.value.article == "cn-default:art.8.5"
    office.measure("person-b")


@pytest.mark.parametrize("organ", ["organ-urban", "organ-market", "organ-archive"])
def test_neither_the_department_supervised_nor_an_organ_that_issues_nothing_vouches(office: Office, organ: str) -> None:
    office.take("name-authority", relation="assisting", organ="organ-archive")
    office.keeper = Actor(PersonId("person-k"), OrganId(organ), "handler")
    office.certify()
    with pytest.raises(errors.OwnRegister, match="person-a") as refused:
        office.measure("person-a")
    assert refused.value.article == "cn-default:art.8.5"


def test_whoever_records_the_measure_the_register_of_those_who_keep_the_file_is_their_own(office: Office) -> None:
    asked = replace(PROVINCE, organ=OrganId("organ-elsewhere"))
    read = office.desk.read("case/c1")
    held = Certificate("supervision-certificate", "S-1", date(2024, 2, 1), None, HANDLER.organ)
    step = Asked("c1", "take-measure", TAKE, asked, date(2024, 2, 5), date(2024, 2, 5), officers={"person-a": (held,)})
    at = situation.of(step, read.file, read.law)
    for by in ("supervisor", "subject", "next_higher"):
        assert at.uncertified(Held(kind=held.kind, by=(by,))) == ((), ("person-a",))


@pytest.mark.parametrize(("reading", "enough"), [("next-higher", True), ("either", True), ("government", False)])
def test_who_issues_is_what_the_text_leaves_open(office: Office, reading: str, *, enough: bool) -> None:
    office.certify()
    office.take("decide-open-point", point="certificate-issuer", option=reading, reason="依本市惯例")
    if enough:
        office.measure("person-a")
        return
    with pytest.raises(errors.OwnRegister):
        office.measure("person-a")


def test_what_the_unit_files_in_the_register_of_another_is_its_own_word(office: Office) -> None:
    office.officer("register", supervisor=PROVINCE.organ, subject=HANDLER.organ, person="person-a")
    filed = {"certificate": "Z1", "kind": "supervision-certificate", "number": "S-1", "valid_from": "2024-02-01"}
    office.keeper = HANDLER
    office.officer("file-certificate", issuer="organ-ministry", **filed)
    with pytest.raises(errors.OwnRegister, match="person-a"):
        office.measure("person-a")


def test_each_person_named_needs_one_and_each_register_is_read(office: Office) -> None:
    office.certify()
    with pytest.raises(errors.NoCertificate, match="person-b") as refused:
        office.measure("person-a", "person-b")
    assert "person-a" not in refused.value.sentence_en
    office.certify("person-b")
    office.measure("person-b", "person-a")
    assert office.seen() == [("officer/person-b", 4), ("officer/person-a", 4)]


def test_a_certificate_counts_on_the_day_of_the_step_and_not_on_that_of_recording(office: Office) -> None:
    office.certify(last="2024-02-05")
    later = datetime(2024, 2, 6, 9, tzinfo=PLACE)
    office.measure("person-a", on=date(2024, 2, 5), at=later)
    with pytest.raises(errors.NoCertificate):
        office.measure("person-a", on=date(2024, 2, 6), at=later)


def test_a_suspended_certificate_covers_nothing_until_it_is_restored(office: Office) -> None:
    office.certify()
    office.officer("suspend-certificate", suspension="S1", about="Z1", kind="withheld", matter="case-1")
    with pytest.raises(errors.NoCertificate):
        office.measure("person-a")
    office.officer("restore-certificate", suspension="S1")
    office.measure("person-a")
    assert office.seen() == [("officer/person-a", 6)]


def test_a_file_under_the_name_of_another_vouches_for_nobody(office: Office) -> None:
    office.certify(file="person-b", person="person-c")
    for person in ("person-b", "person-c"):
        with pytest.raises(errors.NoCertificate, match=person):
            office.measure(person)


def test_where_the_law_does_not_ask_the_register_is_not_read(office: Office) -> None:
    log = office.desk.log
    assert isinstance(log, MemoryLog)
    watched = _copy(log, Watched)
    Office(Desk(watched, office.desk.sources, office.desk.vault)).take("assign-handlers", persons=["person-a"], key="k")
    assert isinstance(watched, Watched)
    assert not [stream for stream in watched.asked if stream.startswith("officer/")]
    assert office.desk.history("case/c1")[-1].seen == ()


def test_a_later_correction_puts_no_measure_in_doubt_for_its_certificate(office: Office) -> None:
    office.certify()
    office.measure("person-a")
    office.take(
        "correct-entry",
        version=3,
        field="kind",
        was=f"{LUOYANG}:art.14.1.2",
        now="art.14.1.3",
        approver="h",
        reason="误",
    )
    assert office.desk.read("case/c1").file.doubts == ()


# --- the register moves meanwhile --------------------------------------------------------------------------------


@dataclass
class Watched(MemoryLog):
    """A log that notes which streams are read in it."""

    asked: list[str] = field(default_factory=list)

    def read(self, stream: str, since: int = 0) -> Sequence[Envelope]:
        self.asked.append(stream)
        return super().read(stream, since)


@dataclass
class Moving(MemoryLog):
    """A log in which `meanwhile` happens whenever an officer's register has been read, `times` times."""

    times: int = 0
    meanwhile: Callable[[], object] = lambda: None

    def read(self, stream: str, since: int = 0) -> Sequence[Envelope]:
        found = super().read(stream, since)
        if stream == "officer/person-a" and self.times:
            self.times -= 1
            self.meanwhile()
        return found


def _copy(log: MemoryLog, kind: type[MemoryLog], **more: Any) -> MemoryLog:
    parts: dict[str, Any] = {name: getattr(log, name) for name in MemoryLog.__dataclass_fields__}
    return kind(**parts, **more)


def moving(office: Office, times: int, meanwhile: Callable[[], object]) -> Office:
    assert isinstance(office.desk.log, MemoryLog)
    log = _copy(office.desk.log, Moving, times=times, meanwhile=meanwhile)
    return Office(Desk(log, office.desk.sources, office.desk.vault), keys=office.keys)


def test_a_certificate_suspended_meanwhile_is_seen_when_it_is_decided_again(office: Office) -> None:
    office.certify()
    late = moving(
        office,
        1,
        lambda: office.officer("suspend-certificate", suspension="S1", about="Z1", kind="withheld", matter="case-1"),
    )
    with pytest.raises(errors.NoCertificate):
        late.measure("person-a", seen=2)
    assert late.desk.read("case/c1").file.version == 2


def test_a_register_that_moves_without_harm_is_read_again(office: Office) -> None:
    office.certify()
    late = moving(office, 3, lambda: office.officer("record-training", **TRAINING))
    assert late.measure("person-a", seen=2).facts == ("measure-taken",)
    (seen,) = late.desk.history("case/c1")[-1].seen
    assert seen.version == len(late.desk.log.read("officer/person-a"))


def test_a_register_that_never_stands_still_is_given_up(office: Office) -> None:
    office.certify()
    late = moving(office, 10_000, lambda: office.officer("record-training", **TRAINING))
    with pytest.raises(failures.Busy):
        late.measure("person-a")
