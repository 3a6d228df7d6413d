"""`caseledger case`: a case as it was, its entries, and what differs between two views of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Annotated, Any

import typer

from api import times
from api.cli import due
from api.cli.answers import answers
from api.cli.ledgers import only_ledger, service_of, stream_of
from api.cli.options import Data, Json, Ledger
from api.cli.output import OUT, print_json
from api.comparing import Times, difference_out
from api.inputs import InputError
from api.reading import nameless
from api.service import Service
from api.showing import case_out, history_out
from domain.identity import Actor, OrganId, PersonId

case = typer.Typer(help="Look at a case (案件).", no_args_is_help=True, rich_markup_mode=None)

AsOf = Annotated[str | None, typer.Option(metavar="DATE", help="the legal day: what had happened by then")]
KnownAt = Annotated[
    str | None, typer.Option(metavar="TIME", help="the moment: what was recorded by then, 2024-10-20T09:00:00+08:00")
]
OtherAsOf = Annotated[str | None, typer.Option(metavar="DATE", help="the legal day of the second view")]
OtherKnownAt = Annotated[str | None, typer.Option(metavar="TIME", help="the moment of the second view")]


@case.command("show")
@answers
def show_case(
    id_: Annotated[str, typer.Argument(metavar="ID")],
    as_of: AsOf = None,
    known_at: KnownAt = None,
    ledger: Ledger = None,
    json: Json = False,
    data: Data = None,
) -> None:
    """A case as of a day, as known at a moment."""
    day, moment = _day(as_of), _moment(known_at)
    with service_of(data) as service:
        shown = show(service, only_ledger(service, ledger), id_, day, moment)
    if json:
        print_json(shown)
        return
    OUT.print("\n".join(show_text(shown)))


@case.command("history")
@answers
def case_history(
    id_: Annotated[str, typer.Argument(metavar="ID")],
    as_of: AsOf = None,
    known_at: KnownAt = None,
    ledger: Ledger = None,
    json: Json = False,
    data: Data = None,
) -> None:
    """Every entry of a case in the order recorded, with what was corrected since."""
    day, moment = _day(as_of), _moment(known_at)
    with service_of(data) as service:
        rows = history(service, only_ledger(service, ledger), id_, day, moment)
    if json:
        print_json(rows)
        return
    for line in history_text(rows):
        OUT.print(line)


@case.command("difference")
@answers
def case_difference(
    id_: Annotated[str, typer.Argument(metavar="ID")],
    as_of: AsOf = None,
    known_at: KnownAt = None,
    other_as_of: OtherAsOf = None,
    other_known_at: OtherKnownAt = None,
    ledger: Ledger = None,
    json: Json = False,
    data: Data = None,
) -> None:
    """What a second view of a case says otherwise than a first; without its times, the second is now."""
    one = _day(as_of), _moment(known_at)
    other = _day(other_as_of, "--other-as-of"), _moment(other_known_at, "--other-known-at")
    with service_of(data) as service:
        found = difference(service, only_ledger(service, ledger), id_, one, other)
    if json:
        print_json(found)
        return
    OUT.print("\n".join(difference_text(found)))


def _day(text: str | None, option: str = "--as-of") -> date | None:
    return due.day(text, option) if text is not None else None


def _moment(text: str | None, option: str = "--known-at") -> datetime | None:
    if text is None:
        return None
    try:
        return times.moment(text)
    except ValueError:
        raise InputError("not-a-moment", option=option, text=text) from None


def show(service: Service, ledger: str, id_: str, as_of: date | None, known_at: datetime | None) -> dict[str, Any]:
    """A file as plain data, with the steps as they stand for its supervisor."""
    desk = service.desk(ledger)
    stream = stream_of(id_)
    read = desk.read(stream, as_of, known_at)
    assert read.file.opened is not None
    handler = Actor(PersonId("command-line"), OrganId(read.file.opened.supervisor), "handler")
    return case_out(desk, stream, read, handler, nameless(desk, None, stream), as_of, known_at).model_dump(mode="json")


def show_text(shown: dict[str, Any]) -> Iterator[str]:
    """A file for people."""
    yield f"{shown['id']}  {shown['stage_zh']} {shown['stage']}  {shown['regime']}  version {shown['version']}"
    if shown["simulated"]:
        yield f"模拟账本 simulated ledger {shown['ledger']}"
    if shown["as_of"] or shown["known_at"]:
        yield f"截至 as of {shown['as_of'] or '-'}  知悉至 known at {shown['known_at'] or '-'}"
    for clock in shown["deadlines"]:
        bounds = f" ({clock['earliest']} – {clock['latest']})" if clock["status"] == "provisional" else ""
        state = "overdue" if clock["overdue"] else clock["state"]
        yield f"  {clock['due']}{bounds}  {state:<10} {clock['title_zh']}  {clock['article']}"
    for doubt in shown["doubts"]:
        yield f"  ? #{doubt['version']} {doubt['zh']}  存疑 in doubt: {doubt['code']} {doubt['article']}"
    for offer in shown["allowed_steps"]:
        mark = "✓" if offer["allowed"] else " "
        why = "" if offer["allowed"] else f"  {offer['why_zh']} ({offer['refused_by']})"
        yield f"  {mark} {offer['step']}  {offer['zh']}{why}"


def history(
    service: Service, ledger: str, id_: str, as_of: date | None, known_at: datetime | None
) -> list[dict[str, Any]]:
    """The entries of a file within both times, as plain data."""
    desk, stream = service.desk(ledger), stream_of(id_)
    entries, unnamed = desk.history(stream, as_of, known_at), nameless(desk, None, stream)
    return [entry.model_dump(mode="json") for entry in history_out(desk, entries, unnamed)]


def difference(
    service: Service,
    ledger: str,
    id_: str,
    one: tuple[date | None, datetime | None],
    other: tuple[date | None, datetime | None],
) -> dict[str, Any]:
    """What a file says otherwise in a second view than in a first, as plain data."""
    desk, stream = service.desk(ledger), stream_of(id_)
    unnamed = nameless(desk, None, stream)
    return difference_out(desk, stream, Times(*one), Times(*other), unnamed).model_dump(mode="json")


def difference_text(found: dict[str, Any]) -> Iterator[str]:
    """What differs between two views, for people: - in the first alone, + in the second alone, ~ in both, otherwise."""
    yield f"{found['id']}  {'相同 the same' if found['same'] else '有差异 different'}"
    if found["simulated"]:
        yield f"模拟账本 simulated ledger {found['ledger']}"
    for mark, side, only in (("-", "one", "only_one"), ("+", "other", "only_other")):
        view = found[side]
        times = f"截至 as of {view['as_of'] or '-'}  知悉至 known at {view['known_at'] or '-'}"
        yield f"{mark} {times}  {view['stage_zh']} {view['stage']}  version {view['version']}"
        for row in found[only]:
            yield f"  {mark} #{row['version']}  {row['occurred_on']}  {row['recorded_at']}  {row['zh']}"
    for part in ("corrected", "deadlines", "documents", "doubts"):
        for each in found[part]:
            mark = "~" if each["one"] and each["other"] else "-" if each["one"] else "+"
            yield f"  {mark} {each['id']}  {each['zh']} {each['en']}"
            for name in each["changed"] if mark == "~" else ():
                yield f"      {name}  {each['one'].get(name)} → {each['other'].get(name)}"


def history_text(rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    """The entries of a file for people, the corrections of each below it."""
    for row in rows:
        facts = ", ".join(f"{name} {value}" for name, value in row["facts"].items() if value)
        yield f"{row['version']:>4}  {row['occurred_on']}  {row['recorded_at']}  {row['zh']}  {facts}"
        for fix in row["corrections"]:
            yield f"      更正 corrected by {fix['version']}: {fix['field']} {fix['was']} → {fix['now']}"
