"""The view of a file in two times, told a second time from its definition alone, in dictionaries.

Take the entries recorded by then; put corrected values in place; leave out what occurred later; fold by version. A
correction takes the legal date of what it corrects, a derived fact that of its cause. A clock is shown as it was, not
as it was to become.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Any

from domain.catalogue import short_name
from domain.procedure.deadline import Deadline
from domain.procedure.recorded import Recorded
from domain.procedure.state import File

Row = dict[str, Any]
RECKONED = ("due", "nominal", "earliest", "latest", "provisional", "calendar")
DERIVED = {
    f"deadline-{what}"
    for what in ("set", "suspended", "resumed", "recomputed", "met", "lapsed", "lapse-withdrawn", "cancelled")
}
ENDED = {
    "opinion-amended",
    "opinion-withdrawn",
    "document-withdrawn",
    "decision-amended",
    "decision-revoked",
}


def seen(entries: Sequence[Recorded], as_of: date | None, known_at: datetime | None) -> Row:
    """What a file says of itself in both times."""
    rows: dict[int, Row] = {}
    for entry in entries:
        if known_at is None or entry.recorded_at <= known_at:
            said = {part.name: getattr(entry.fact, part.name) for part in fields(entry.fact)}
            rows[entry.version] = {"NAME": short_name(entry.fact), "ON": entry.on, "STEP": entry.request, **said}
    fixes = [row for row in rows.values() if row["NAME"] == "entry-corrected"]
    for fix in fixes:
        wrong = rows[fix["version"]]
        field = "ON" if fix["field"] == "occurred_on" else fix["field"]
        wrong[field] = right(fix["now"], day=field == "ON" or fix["field"].endswith("_on"))
    for fix in fixes:
        fix["ON"] = rows[fix["version"]]["ON"]
    for row in rows.values():
        if row["NAME"] in DERIVED:
            step = [other for other in rows.values() if other["STEP"] == row["STEP"] and other["NAME"] not in DERIVED]
            row["ON"] = step[0]["ON"] if step else row["ON"]
    there = {version: row for version, row in rows.items() if as_of is None or row["ON"] <= as_of}
    left_out = {row["NAME"] for version, row in rows.items() if version not in there} - {"entry-corrected"}
    found = folded(there)
    if as_of is not None:
        for clock in found["clocks"].values():
            cut(clock, as_of, left_out)
    return found


def right(text: str, *, day: bool) -> object:
    if text in ("true", "false", "none"):
        return {"true": True, "false": False, "none": None}[text]
    return date.fromisoformat(text) if day else text


def folded(rows: dict[int, Row]) -> Row:
    documents: dict[str, Row] = {}
    clocks: dict[str, Row] = {}
    reviews: dict[str, Row] = {}
    found: Row = {"documents": documents, "clocks": clocks, "reviews": reviews, "points": {}, "closed": False}
    found["rows"] = [(version, row["NAME"], row["ON"]) for version, row in rows.items()]
    for row in rows.values():
        name = row["NAME"]
        if name.endswith("-issued"):
            new = {"number": row["number"], "to": row["to"], "on": row["ON"], "defects": row["defects"]}
            documents[row["document"]] = {**new, "receipts": {}, "ended": None}
        elif name == "document-served" and not row["defects"] and row["document"] in documents:
            documents[row["document"]]["receipts"][row["addressee"]] = row["ON"]
        elif name in ENDED and row["document"] in documents:
            documents[row["document"]]["ended"] = name
        elif name == "review-requested":
            reviews[row["review"]] = {"accepted": row["accepted"], "outcome": None}
        elif name == "review-withdrawn" and row["review"] in reviews:
            reviews[row["review"]]["outcome"] = "withdrawn-request"
        elif name == "review-decided" and row["review"] in reviews:
            reviews[row["review"]]["outcome"] = row["outcome"]
        elif name == "open-point-decided":
            found["points"][row["point"]] = row["option"]
        elif name in ("closed", "reopened"):
            found["closed"] = name == "closed"
        elif name == "deadline-set":
            clocks[row["deadline"]] = {
                **{part: row[part] for part in ("about", "holder", "nature", "article", "trigger_on", "limit")},
                **{part: getattr(row["reckoned"], part) for part in RECKONED},
                "pauses": [],
                "met_on": None,
                "cancelled": None,
                "cancelled_on": None,
                "lapsed": False,
            }
        elif name.startswith("deadline-") and row["deadline"] in clocks:
            ticked(clocks[row["deadline"]], name, row)
    return found


def ticked(clock: Row, name: str, row: Row) -> None:
    if "reckoned" in row:
        clock.update({part: getattr(row["reckoned"], part) for part in RECKONED})
    match name:
        case "deadline-suspended":
            clock["pauses"].append([row["from_"], None])
        case "deadline-resumed" if row["restarted"]:
            clock.update(trigger_on=row["until"], pauses=[])
        case "deadline-resumed":
            clock["pauses"][-1][1] = row["until"]
        case "deadline-recomputed":
            clock.update({part: row[part] for part in ("article", "holder", "nature") if row[part]})
            clock.update(trigger_on=row["trigger_on"], limit=row["limit"], met_on=row["met_on"])
            clock.update(pauses=[[pause.from_, pause.until] for pause in row["pauses"]])
            clock.update(cancelled=None, cancelled_on=None)
        case "deadline-met":
            clock["met_on"] = row["on"]
        case "deadline-lapsed":
            clock["lapsed"] = True
        case "deadline-lapse-withdrawn":
            clock["lapsed"] = False
        case "deadline-cancelled":
            clock.update(cancelled=row["why"], cancelled_on=row["on"])


def cut(clock: Row, day: date, left_out: set[str]) -> None:
    clock["pauses"] = [
        [from_, None if until is not None and until > day else until]
        for from_, until in clock["pauses"]
        if from_ <= day
    ]
    if clock["met_on"] is not None and clock["met_on"] > day:
        clock["met_on"] = None
    if clock["cancelled"] in left_out and clock["cancelled_on"] > day:
        clock.update(cancelled=None, cancelled_on=None)


def told(file: File) -> Row:
    """A file as the program folds it, in the same words."""
    return {
        "documents": {
            id_: {
                "number": d.issued.number, "to": d.issued.to, "on": d.issued_on, "defects": d.issued.defects,
                "receipts": dict(d.receipts), "ended": d.ended,
            }
            for id_, d in file.documents.items()
        },
        "clocks": {id_: clock_told(clock) for id_, clock in file.deadlines.items()},
        "reviews": {id_: {"accepted": r.requested.accepted, "outcome": r.outcome} for id_, r in file.reviews.items()},
        "points": dict(file.points),
        "closed": file.closed,
        "rows": [(h.version, short_name(h.fact), h.on) for h in file.log],
    }  # fmt: skip


def clock_told(clock: Deadline) -> Row:
    said = ("about", "holder", "nature", "article", "trigger_on", "limit", "met_on", "cancelled", "cancelled_on")
    return {
        **{part: getattr(clock, part) for part in (*said, "lapsed")},
        **{part: getattr(clock.reckoned, part) for part in RECKONED},
        "pauses": [[pause.from_, pause.until] for pause in clock.pauses],
    }
