"""What the commands answer: cases in two times, dates, and the JSON that tools rely on."""

from __future__ import annotations

import subprocess
from datetime import datetime
from pathlib import Path

import pytest

from tests.cli.terminal import COMMAND, caseledger, environment, together

CASE = "a-review-in-time.posted-in-time-arriving-late"  # posted on 2024-02-18, arrived on 2024-02-20
SCENARIOS = sorted((Path(__file__).parents[2] / "domain/regime/scenarios").glob("*/*.yaml"))
# One history of each city is played over the command line; `regimes test` and the desk's own tests play all of them.
SHOWN = [
    path
    for path in SCENARIOS
    if path.stem in {"case-a-the-opinion", "case-refused", "case-a-straight-way", "b-the-whole-way"}
]


def show(data: Path, *words: str) -> dict[str, dict[str, object]]:
    said = caseledger("case", "show", CASE, "--ledger", "cn-650200-demo", "--data", data, "--json", *words).json
    return {"": said, **{clock["deadline"]: clock for clock in said["deadlines"]}}


def test_a_case_is_shown_as_it_was_known_before_the_letter_arrived(data: Path) -> None:
    now, then = show(data), show(data, "--known-at", "2024-02-20T08:59:59+08:00")
    assert (now[""]["stage"], then[""]["stage"]) == ("in-review", "opined")
    assert now["opinion-objection:O1"]["met_on"] == "2024-02-18"
    assert then["opinion-objection:O1"]["met_on"] is None


def test_a_case_as_it_was_known_is_judged_on_the_day_of_that_knowledge(data: Path) -> None:
    in_time = show(data, "--known-at", "2024-02-18T17:00:00+08:00")
    late = show(data, "--known-at", "2024-02-19T09:00:00+08:00")
    assert (in_time["opinion-objection:O1"]["overdue"], late["opinion-objection:O1"]["overdue"]) == (False, True)


def test_a_case_is_shown_as_of_a_day_before_anything_was_due(data: Path) -> None:
    then = show(data, "--as-of", "2024-02-03")
    assert then[""]["stage"] == "noticed"
    assert "opinion-objection:O1" not in then


def test_a_case_in_text_says_of_which_day_it_speaks_and_that_its_time_is_simulated(data: Path) -> None:
    asked = ("case", "show", CASE, "--ledger", "cn-650200-demo", "--data", data)
    said = caseledger(*asked, "--as-of", "2024-02-19")
    assert said.code == 0
    assert "2024-02-18  overdue    对《行政执法监督意见书》申请复查  karamay-2022:art.30.2" in said.out
    assert "截至 as of 2024-02-19" in said.out
    assert "模拟账本 simulated ledger cn-650200-demo" in said.out


def test_the_history_of_a_case_holds_every_entry_in_the_order_recorded(data: Path) -> None:
    rows = caseledger("case", "history", CASE, "--ledger", "cn-650200-demo", "--data", data, "--json").json
    assert [row["version"] for row in rows] == list(range(1, len(rows) + 1))
    times = [datetime.fromisoformat(row["recorded_at"]) for row in rows]
    assert times == sorted(set(times))
    assert rows[0]["type"] == "case.opened/1"


def test_a_letter_that_arrived_after_the_end_is_told_as_what_differs_from_before_it_arrived(data: Path) -> None:
    asked = ("case", "difference", CASE, "--ledger", "cn-650200-demo", "--data", data)
    then = ("--known-at", "2024-02-20T08:59:59+08:00")
    found = caseledger(*asked, *then, "--json").json
    assert (found["one"]["stage"], found["other"]["stage"]) == ("opined", "in-review")
    assert [entry["type"] for entry in found["only_other"]][:1] == ["case.review-requested/1"]
    text = caseledger(*asked, *then)
    assert text.code == 0
    assert "      met_on  None → 2024-02-18" in text.out
    assert "截至 as of -  知悉至 known at 2024-02-20T00:59:59Z" in text.out
    assert "相同 the same" in caseledger(*asked).out


def test_one_deadline_at_three_moments_was_overdue_then_met_late_and_then_kept(data: Path) -> None:
    case = "f-side-ways.a-proof-of-posting-comes-late"
    asked = ("case", "show", case, "--ledger", "cn-650200-demo", "--data", data, "--json")
    moments = (("--known-at", "2025-03-12T18:00:00+08:00"), ("--known-at", "2025-03-13T18:00:00+08:00"), ())
    found = [
        next(clock for clock in said.json["deadlines"] if clock["deadline"] == "notice-reply:N1")
        for said in together([(*asked, *moment) for moment in moments])
    ]
    assert [(clock["overdue"], clock["met_on"], clock["late"]) for clock in found] == [
        (True, None, False),
        (False, "2025-03-13", True),
        (False, "2025-03-10", False),
    ]


def test_the_history_of_a_complaint_does_not_name_who_complained(data: Path) -> None:
    lead = next(path for path in SCENARIOS if path.stem == "lead-complaint")
    assert "complainant-1" in lead.read_text(encoding="utf-8")
    played = caseledger("run", lead, "--data", data, "--json").json
    asked = ("case", "history", f"lead/{played[0]['id']}", "--ledger", played[0]["ledger"], "--data", data)
    text, rows, shown = together([asked, [*asked, "--json"], ["case", "show", *asked[2:], "--json"]])
    assert (text.code, shown.code) == (0, 0)
    assert "complainant" in rows.json[0]["sealed"]
    assert not any("complainant-1" in said.out + said.err for said in (text, rows, shown))


def test_the_history_of_a_case_names_its_corrections_beside_what_was_recorded(data: Path, tmp_path: Path) -> None:
    history = tmp_path / "history.yaml"
    history.write_text(
        "scenario: corrected\ntitle: {zh: 更正, en: Corrected}\nregime: karamay-2022\nledger: x-demo\n"
        "organs: {supervisor: organ-justice, subject: organ-urban}\nsteps:\n"
        "  - {on: 2024-05-15, open: {supervisor: organ-justice, subject: organ-urban, origin: inspection, matter: x}}\n"
        "  - {on: 2024-05-15, register-act: {act: A1, kind: penalty}}\n"
        "  - {on: 2024-05-15, recorded_on: 2024-05-16, correct-entry: {version: 2, field: kind, was: penalty,"
        " now: permit, approver: person-h, reason: 笔误}}\n",
        encoding="utf-8",
    )
    (played,) = caseledger("run", history, "--data", data, "--json").json
    asked = ("case", "history", "corrected", "--ledger", played["ledger"], "--data", data)
    correction = "      更正 corrected by 3: kind penalty → permit"
    before = "2024-05-15T12:00:00+08:00"
    now, then = together([asked, [*asked, "--known-at", before]])
    assert now.out.splitlines()[2] == correction
    assert "kind penalty" in now.out.splitlines()[1]
    assert (len(now.out.splitlines()), len(then.out.splitlines())) == (4, 2)
    assert correction not in then.out


def test_the_status_names_every_ledger_with_its_size_and_lag(data: Path) -> None:
    rows = {row["ledger"]: row for row in caseledger("status", "--json", "--data", data).json}
    row = rows["cn-650200-demo"]
    assert set(row) == {"ledger", "clock", "size", "last_recorded_at", "lag", "stopped", "texts_lag"}
    assert row["clock"] == "simulated"
    assert (set(row["lag"].values()), row["stopped"]) == ({0}, {})


def test_a_rebuild_projects_every_entry_again(data: Path) -> None:
    (size,) = (
        r["size"] for r in caseledger("status", "--json", "--data", data).json if r["ledger"] == "cn-650200-demo"
    )
    said = caseledger("rebuild", "deadlines", "--ledger", "cn-650200-demo", "--data", data)
    assert (said.code, said.out) == (0, f"deadlines: {size} positions\n")


def test_words_find_files_and_sealed_texts_only_for_somebody_who_is_named(data: Path) -> None:
    base = ("--ledger", "cn-650200-demo", "--data", data)
    said = caseledger("search", "organ-urban", "--json", *base).json
    assert {tuple(hit["found"]) for hit in said} == {("open",)}
    assert said == sorted(said, key=lambda hit: f"{hit['kind']}/{hit['id']}")
    named = ("--person", "person-z", "--organ", "organ-justice")
    note = "未告知陈述权"  # in the history of a case-file review
    assert caseledger("search", note, *base).out == "未检索到 nothing found\n"
    hits = caseledger("search", note, *named, "--json", *base).json
    assert {tuple(hit["found"]) for hit in hits} == {("sealed",)}
    assert "programme" in {hit["kind"] for hit in hits}
    said = caseledger("rebuild", "search-texts", *base)
    assert (said.code, said.out.startswith("search-texts: ")) == (0, True)
    assert caseledger("search", note, *named, "--json", *base).json == hits
    assert "search-texts 0" in caseledger("status", "--data", data).out


def test_due_counts_as_the_law_table_does() -> None:
    table = {
        "2022-09-26 5 working_day": "2022-10-08",  # Saturday 8 October is worked
        "2024-02-05 5 working_day": "2024-02-18",  # New Year's Eve counts; Sunday 18 is worked
        "2024-09-04 30 calendar_day": "2024-10-08",  # 4 October is inside the holiday
        "2024-01-11 30 calendar_day": "2024-02-18",  # the first working day after the holiday is a Sunday
        "2025-11-30 3 month": "2026-02-28",  # the end of the month, a worked Saturday
    }
    asked = [f"due --known-on 2026-01-01 --from {row}".split() for row in table]
    said = together([*words[:-2], "--period", words[-2], "--unit", words[-1]] for words in asked)
    assert [one.out.split()[0] for one in said] == list(table.values())


def test_due_leaves_out_the_days_of_a_pause() -> None:
    asked = ("--from", "2024-09-25", "--regime", "karamay-2022", "--deadline", "opinion-correct")
    said = caseledger("due", *asked, "--pause", "2024-09-30..2024-10-18", "--known-on", "2024-09-25", "--json").json
    assert said["due"] == "2024-10-29"
    assert said["cite"] == ["karamay-2022:art.30.1"]


def test_the_json_of_a_date_accounts_for_every_day() -> None:
    asked = ("--from", "2026-12-25", "--period", "5", "--unit", "working_day", "--known-on", "2026-11-21")
    said = caseledger("due", *asked, "--json").json
    assert set(said) == {"due", "nominal", "status", "earliest", "latest", "calendar", "days", "cite"}
    assert said["status"] == "provisional"
    assert said["earliest"] < said["due"] < said["latest"]
    assert all({"date", "counted", "why"} <= set(day) for day in said["days"])
    assert sum(day["counted"] for day in said["days"]) == 5


def test_a_history_of_each_city_plays_as_it_expects(data: Path) -> None:
    assert {path.parent.name for path in SHOWN} == {path.parent.name for path in SCENARIOS}
    for said in together(["run", path, "--data", data] for path in SHOWN):
        assert said.code == 0, said.out + said.err


def test_the_json_of_a_history_gives_facts_refusals_and_the_final_state(data: Path) -> None:
    (path,) = (path for path in SCENARIOS if path.stem == "c-on-the-spot")
    played = {one["id"].partition(".")[2]: one for one in caseledger("run", path, "--data", data, "--json").json}
    one = played["one-supervisor"]
    assert one["ok"]
    assert one["facts"][0] == {"on": "2024-05-15", "fact": "opened"}
    assert [(r["step"], r["code"], r["article"]) for r in one["refusals"]] == [
        ("order-correction", "too-few-persons", "art.22.2")
    ]
    assert one["state"]["stage"] == "opened"
    shown = caseledger("case", "show", one["id"], "--ledger", one["ledger"], "--data", data, "--json").json
    assert shown["version"] == one["state"]["version"]


def test_the_packaged_scenarios_are_tested_and_counted() -> None:
    said = caseledger("regimes", "test", "--json").json
    assert set(said) == {"passed", "failed"}
    assert said["passed"] > 0
    assert said["failed"] == []


def test_the_packaged_regulations_are_listed_shown_and_sound() -> None:
    listed = {row["id"]: row for row in caseledger("regimes", "list", "--json").json}
    assert listed["karamay-2022"]["valid_from"] == "2022-04-01"
    shown = caseledger("regimes", "show", "karamay-2022")
    assert "opinion-objection  对《行政执法监督意见书》申请复查  subject  5个工作日  art.30.2  " in shown.out
    assert caseledger("regimes", "lint").out == "sound\n"


def test_text_of_others_is_printed_as_it_is(data: Path, tmp_path: Path) -> None:
    """Square brackets and colons mean something to the library that prints; a case file may hold both."""
    history = tmp_path / "history.yaml"
    history.write_text(
        "scenario: brackets\ntitle: {zh: 括号, en: Brackets}\nregime: karamay-2022\nledger: x-demo\n"
        "organs: {supervisor: organ-justice, subject: organ-urban}\nsteps:\n"
        "  - {on: 2024-05-15, open: {supervisor: organ-justice, subject: organ-urban, origin: inspection, matter: x}}\n"
        "expect: {stage: '[/b] :a:'}\n",
        encoding="utf-8",
    )
    said = caseledger("run", history, "--data", data)
    assert said.code == 1
    assert "stage is opened, expected [/b] :a:" in said.out


@pytest.mark.parametrize("form", [[], ["--json"]], ids=["text", "json"])
def test_a_reader_who_leaves_early_sees_no_traceback(form: list[str], data: Path) -> None:
    asked = ["case", "history", CASE, "--ledger", "cn-650200-demo", "--data", str(data), *form]
    with subprocess.Popen(
        [*COMMAND, *asked], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""


@pytest.mark.parametrize("form", [[], ["--json"]], ids=["text", "json"])
def test_a_disk_that_is_full_is_said_in_one_sentence(form: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        said = subprocess.run(
            [*COMMAND, "regimes", "list", *form], stdout=full, stderr=subprocess.PIPE, check=False, env=environment()
        )
    assert said.returncode == 1
    why = "No space left on device"
    sentence = f"系统未能完成：{why} / the system cannot do it: {why} [system-failed]\n"
    assert said.stderr.decode() == sentence
