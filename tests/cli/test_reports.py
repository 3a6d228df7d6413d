"""Reports at the command line (统计报告), in real processes: shown, handed out with what they rest on, checked anew."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from ledger import canonical
from ledger.bundle import Bundle
from projections.statistics.report import REPORTS
from tests.cli.terminal import Said, caseledger, environment, together

LEDGER = "cn-410300-demo"
CASE = "case-b-review.answered-a-working-day-late"


@pytest.fixture(scope="module")
def sealed(data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The settings of an installation that has sealed the ledger."""
    folder = tmp_path_factory.mktemp("sealed")
    here = {"KEYS": folder, "SITE": folder / "site", "SEAL_RECORD": folder / "sealed.db"}
    assert caseledger("keys", "new", LEDGER, "--keys", folder).code == 0
    assert caseledger("seal", "--once", "--ledger", LEDGER, "--data", data, **here).code == 0
    return here


@pytest.fixture(scope="module")
def exported(data: Path, sealed: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder, made = tmp_path_factory.mktemp("auditor"), {}
    for name in REPORTS:
        made[name] = folder / f"{name}.zip"
        words = ("export", "--report", name, "--year", "2023", "-o", made[name], "--ledger", LEDGER, "--data", data)
        said = caseledger(*words, **sealed)
        assert said.code == 0, said.err
        assert "as of exactly" in said.out
    return made


def verified(path: Path, sealed: dict[str, Path]) -> Said:
    return caseledger("verify", path, "--key", sealed["KEYS"] / f"{LEDGER}.vkey", "--json")


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_is_handed_out_and_computed_anew(
    name: str, data: Path, exported: dict[str, Path], sealed: dict[str, Path]
) -> None:
    told = verified(exported[name], sealed).json
    assert (told["ok"], told["exit"], told["state"]) == (True, 0, None)
    assert told["report"] == {"name": name, "year": 2023, "organ": None}
    assert {"name": "reports", "ok": True, "count": 1} in told["checks"]
    shown = caseledger("report", name, "--year", "2023", "--ledger", LEDGER, "--data", data, "--json")
    assert shown.out.encode() == Bundle.read(exported[name]).files[f"reports/{name}.json"] + b"\n"


def test_the_verdict_on_a_report_is_said_to_people(exported: dict[str, Path], sealed: dict[str, Path]) -> None:
    said = caseledger("verify", exported["annual"], "--key", sealed["KEYS"] / f"{LEDGER}.vkey")
    assert (said.code, "report annual 2023 全部机关 all organs" in said.out) == (0, True)
    assert "✓  报告相符  the reports follow from the entries" in said.out


def test_a_figure_that_was_altered_is_exit_19(
    exported: dict[str, Path], sealed: dict[str, Path], tmp_path: Path
) -> None:
    bundle = Bundle.read(exported["annual"])
    told = json.loads(bundle.files["reports/annual.json"])
    told["rows"][0]["value"] += 1
    replace(bundle, files={**bundle.files, "reports/annual.json": canonical.encode(told)}).write(tmp_path / "x.zip")
    said = verified(tmp_path / "x.zip", sealed)
    assert said.code == 19
    wrong = json.loads(said.out)
    assert (wrong["exit"], wrong["first_bad"]["code"]) == (19, "report-differs")
    assert wrong["checks"][-1] == {"name": "reports", "ok": False, "count": 0}


def test_a_zip_that_was_cut_off_is_no_bundle(
    exported: dict[str, Path], sealed: dict[str, Path], tmp_path: Path
) -> None:
    whole = exported["annual"].read_bytes()
    (tmp_path / "cut.zip").write_bytes(whole[: len(whole) // 2])
    said = verified(tmp_path / "cut.zip", sealed)
    assert (said.code, "cannot be read as a zip" in said.err, "Traceback" in said.err) == (2, True, False)


def test_who_checks_a_report_loads_no_database_and_no_web_framework(
    exported: dict[str, Path], sealed: dict[str, Path]
) -> None:
    script = (
        "import sys; from api.cli.entry import main\n"
        "try: main()\n"
        "except SystemExit as end: print(end.code)\n"
        "loaded = {name.partition('.')[0] for name in sys.modules}\n"
        "print(sorted(loaded & {'psycopg', 'psycopg_pool', 'fastapi', 'starlette', 'uvicorn', 'alembic'}))"
    )
    words = ["verify", str(exported["annual"]), "--key", str(sealed["KEYS"] / f"{LEDGER}.vkey")]
    done = subprocess.run(
        [sys.executable, "-c", script, *words],
        capture_output=True,
        text=True,
        env=environment(),
        check=True,
        timeout=60,
    )
    assert done.stdout.splitlines()[-2:] == ["0", "[]"], done.stderr


def test_the_bundle_of_a_file_holds_the_report_over_it(data: Path, sealed: dict[str, Path], tmp_path: Path) -> None:
    path = tmp_path / "case.zip"
    said = caseledger("export", CASE, "--ledger", LEDGER, "-o", path, "--data", data, **sealed)
    assert said.code == 0, said.err
    bundle = Bundle.read(path)
    told = json.loads(bundle.files["reports/file.json"])
    assert (told["stream"], told["size"]) == (f"case/{CASE}", bundle.size)
    assert {each["state"] for each in told["clocks"]} <= {
        "met", "met-late", "ended", "ended-late", "suspended", "overdue", "running",
    }  # fmt: skip
    assert told["documents"]
    assert told["reviews"][0]["outcome"]
    assert all(row["positions"] for part in ("clocks", "documents", "reviews", "sanctions") for row in told[part])
    assert {"name": "reports", "ok": True, "count": 1} in verified(path, sealed).json["checks"]
    told["clocks"][0]["state"] = "met"
    told["clocks"][0]["settled"] = "2023-01-01"
    for name, content in (("file", canonical.encode(told)), ("annual", b"{}"), ("monthly", b"{}")):
        files = {**bundle.files, f"reports/{name}.json": content}
        replace(bundle, files=files).write(tmp_path / f"{name}.zip")
        assert verified(tmp_path / f"{name}.zip", sealed).code == 19


def test_a_report_is_shown_to_people_with_the_names_of_what_it_counts(data: Path) -> None:
    words = ("--year", "2023", "--ledger", LEDGER, "--data", data)
    annual, duties, comparison = together([("report", name, *words) for name in ("annual", "duties", "comparison")])
    assert "立案件数 cases opened" in annual.out
    assert "organ-justice" in annual.out
    assert "对行政执法程序的合法性的监督" in duties.out
    assert "无 nothing" in duties.out
    assert "办理天数中位数 median days of a step" in comparison.out


def test_a_report_is_written_as_json_as_csv_and_as_a_workbook(data: Path, tmp_path: Path) -> None:
    words = ("report", "annual", "--year", "2023", "--ledger", LEDGER, "--data", data)
    asked = [(*words, "-o", tmp_path / f"annual.{form}") for form in ("json", "csv", "xlsx")]
    shown, *written = together([(*words, "--json"), *asked])
    assert [said.code for said in written] == [0, 0, 0]
    assert (tmp_path / "annual.json").read_bytes() + b"\n" == shown.out.encode()
    rows = list(csv.reader((tmp_path / "annual.csv").read_text("utf-8-sig").splitlines()))[2:]
    assert [row[3] for row in rows] == [str(row["value"]) for row in shown.json["rows"]]
    assert zipfile.is_zipfile(tmp_path / "annual.xlsx")


def test_a_report_as_of_a_position_is_of_that_much_of_the_ledger(data: Path) -> None:
    words = ("report", "annual", "--year", "2023", "--ledger", LEDGER, "--data", data, "--json")
    early, whole = caseledger(*words, "--position", "400").json, caseledger(*words).json
    assert early["size"] == 400
    assert all(position < 400 for row in early["rows"] for position in row["positions"])
    assert whole["size"] > 400
    some = caseledger(*words, "--organ", "organ-urban").json
    assert some["rows"] == [row for row in whole["rows"] if row["organ"] == "organ-urban"] != []


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        (("report", "monthly", "--year", "2023"), 1, "no-such-report"),
        (("report", "annual", "--year", "1999"), 1, "no-such-year"),
        (("report", "annual", "--year", "2023", "--organ", "nobody"), 1, "unknown-organ"),
        (("report", "annual", "--year", "2023", "--position", "999999"), 1, "position-beyond"),
        (("report", "annual", "--year", "2023", "--position", "0"), 1, "position-beyond"),
        (("report", "annual", "--year", "soon"), 2, "valid integer"),
        (("report", "annual"), 2, "--year"),
        (("report", "annual", "--year", "2023", "-o", "x.pdf"), 2, "report-form"),
        (("report", "annual", "--year", "2023", "-o", "none/x.csv"), 2, "No such file"),
        (("export", "-o", "x.zip"), 2, "export-of-what"),
        (("export", CASE, "--report", "annual", "-o", "x.zip"), 2, "export-of-what"),
        (("export", "--report", "annual", "-o", "x.zip"), 2, "report-without-year"),
        (("export", "--report", "annual", "--year", "2023", "--evidence", "-o", "x.zip"), 2, "report-takes-no"),
        (("export", "--report", "monthly", "--year", "2023", "-o", "x.zip"), 1, "no-such-report"),
        (("export", "--report", "annual", "--year", "1999", "-o", "x.zip"), 1, "no-such-year"),
    ],
)
def test_what_is_asked_wrongly_is_said_in_a_sentence(
    data: Path, sealed: dict[str, Path], words: tuple[str, ...], code: int, why: str
) -> None:
    said = caseledger(*words, "--ledger", LEDGER, "--data", data, **sealed)
    assert (said.code, why in said.err, "Traceback" in said.err) == (code, True, False), said.err
    assert not Path("x.zip").exists()
