"""What is wrong with a regime is said with file, line and reason, and nothing unsound is adopted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from api.cli.regimes import lint_files
from api.cli.run import history_of
from domain.regime import lint
from domain.regime.loader import PACKAGED, RegimeFile, RegimeFileError, load, packaged, read
from domain.regime.model import Regime

KARAMAY = PACKAGED / "karamay-2022"
SCENARIO = PACKAGED.parent / "scenarios/karamay-2022/a-review-in-time.yaml"
Copy = Callable[..., Path]


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    """The regulation of Karamay in a folder of its own, with one thing changed in one of its files."""

    def make(file: str = "regime.yaml", old: str = "", new: str = "") -> Path:
        folder = tmp_path / "karamay-2022"
        folder.mkdir(exist_ok=True)
        for path in KARAMAY.glob("*.yaml"):
            text = path.read_text(encoding="utf-8")
            if path.name == file:
                assert old in text
                text = text.replace(old, new, 1)
            (folder / path.name).write_text(text, encoding="utf-8")
        return folder

    return make


def line_of(path: Path, wanted: str) -> int:
    """The line of a file in which something is written first."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(n for n, line in enumerate(lines, 1) if wanted in line)


WHOLE_DUTY = "by: supervisor, modality: may}"
BAD = {
    "an unknown operator": (
        "case.yaml",
        "guard: {in_force: true}",
        "guard: {in_vigour: true}",
        "no operator in_vigour",
    ),
    "an unknown operator below others": (
        "case.yaml",
        "- {recorded_here: {fact: correction-refused}}",
        "- {remembered: {fact: correction-refused}}",
        "no operator remembered",
    ),
    "a superior that waits for a step there is not": (
        "regime.yaml",
        "rank: government_rule",
        "rank: government_rule\nsuperior: {before: [], steps: [order-improvement], cite: art.1}",
        "there is no step order-improvement",
    ),
    "two operators": ("case.yaml", "{in_force: true}", "{in_force: true, settled: true}", "exactly one operator"),
    "a key that comes twice": (
        "regime.yaml",
        "rank: government_rule",
        "rank: government_rule\nrank: law",
        "duplicate key 'rank', which is in line 4 already",
    ),
    "a step that no scenario reaches": (
        "case.yaml",
        "  request-assistance:",
        f"  report-to-government: {{cite: art.23.1, {WHOLE_DUTY}\n  request-assistance:",
        "no scenario takes it",
    ),
    "a citation to nothing": ("case.yaml", "cite: art.24.1\n", "cite: art.24.7\n", "art.24.7 resolves to nothing"),
    "what the text says, cited from nowhere": (
        "regime.yaml",
        "[art.1.1, ",
        "[art.77.1, ",
        "art.77.1 resolves to nothing",
    ),
    "a period without a unit": ("case.yaml", "{count: 10, unit: working_day}", "{count: 10}", "unit is missing"),
    "a ladder with a gap": ("ladders.yaml", "- n: 2", "- n: 5", "leaves a gap before 5"),
    "an end before the beginning": (
        "regime.yaml",
        "validity: {valid_from: 2022-04-01, ",
        "validity: {valid_from: 2022-04-01, valid_to: 2022-03-31, ",
        "2022-03-31 is before 2022-04-01",
    ),
    "a clock that there is not": (
        "case.yaml",
        "overdue: order-limit}",
        "overdue: other-limit}",
        "no deadline other-limit",
    ),
    "a field without a citation": ("case.yaml", "    cite: art.22.1\n", "", "cite is missing"),
    "a key that nobody knows": ("regime.yaml", "published_on:", "printed_on:", "printed_on is not known here"),
    "a date that is none": ("regime.yaml", "2022-02-09", "2022-02-30", "a date that is not one"),
}
WRITTEN = {"a step that no scenario reaches": "report-to-government", "a field without a citation": "  open:"}


@pytest.mark.parametrize("what", BAD)
def test_what_is_wrong_is_named_with_file_line_and_reason_and_is_not_adopted(what: str, copy: Copy) -> None:
    file, old, new, reason = BAD[what]
    folder = copy(file, old, new)
    line = line_of(folder / file, WRITTEN.get(what) or new.splitlines()[-1])
    place = f"karamay-2022/{file}:{line}: "
    found = lint_files([folder])
    assert any(fault.startswith(place) and reason in fault for fault in found), found
    if "scenario" not in what:  # a scenario is not part of the law
        with pytest.raises(RegimeFileError, match=reason) as refused:
            history_of(SCENARIO, folder)
        assert place in str(refused.value)


def test_two_versions_of_one_regulation_are_not_in_force_on_one_day(copy: Copy) -> None:
    folder = copy("regime.yaml", "id: karamay-2022", "id: karamay-2023")
    found = lint_files([folder])
    line = line_of(folder / "regime.yaml", "validity:")
    reason = "validity: karamay-2022, of the same regulation, is in force from 2022-04-01 without end"
    assert f"karamay-2022/regime.yaml:{line}: {reason}" in found


def version(id_: str, validity: dict[str, str]) -> Regime:
    return Regime.model_validate(
        {"id": id_, "title": {"zh": "办法", "en": "Measures"}, "rank": "government_rule", "validity": validity}
    )


def test_versions_that_follow_each_other_do_not_overlap_to_the_day() -> None:
    old = version("somewhere-2020", {"valid_from": "2020-05-01", "valid_to": "2023-04-30"})
    assert list(lint.overlaps(old, [old, version("somewhere-2023", {"valid_from": "2023-05-01"})])) == []
    assert len(list(lint.overlaps(old, [version("somewhere-2023", {"valid_from": "2023-04-30"})]))) == 1
    assert len(list(lint.overlaps(version("somewhere-2018", {"valid_from": "2018-01-01"}), [old]))) == 1


def test_a_list_of_duties_is_no_version_of_the_regulation_beside_it() -> None:
    assert not lint.same_regulation("luoyang-2022", "luoyang-duties")
    assert not lint.same_regulation("luoyang-2022", "karamay-2023")
    assert lint.same_regulation("luoyang-2022", "luoyang-2031")


def test_everything_that_is_wrong_with_a_file_is_named_at_once(copy: Copy) -> None:
    folder = copy("regime.yaml", "id: karamay-2022", "id: karamay-2022\nid: karamay-2022\nid: karamay-2022")
    case = folder / "case.yaml"
    case.write_text(case.read_text(encoding="utf-8") + "\ncodes: {}\n", encoding="utf-8")
    found = lint_files([folder])
    assert [fault.partition(": ")[2].partition(",")[0] for fault in found] == [
        "duplicate key 'id'",
        "duplicate key 'id'",
        "duplicate key 'codes'",
    ]


def test_a_regime_in_one_file_is_named_by_it(tmp_path: Path) -> None:
    file = tmp_path / "nowhere-2020.yaml"
    file.write_text(
        "id: nowhere-2020\ntitle: {zh: 办法, en: Measures}\nrank: government_rule\nvalidity: {valid_from: 2020-01-01}\n"
        "procedures:\n  case:\n    steps:\n      open: {cite: 'karamay-2022:art.99', by: supervisor, modality: must}\n",
        encoding="utf-8",
    )
    assert [fault.partition(": ")[0] for fault in lint_files([file])] == ["nowhere-2020.yaml:8", "nowhere-2020.yaml:4"]


def test_what_is_not_of_a_shape_to_be_merged_with_the_house_rules_is_said_all_the_same(copy: Copy) -> None:
    folder = copy()
    (folder / "case.yaml").write_text("steps: none\n", encoding="utf-8")
    with pytest.raises(RegimeFileError, match=r"karamay-2022/case\.yaml:1: procedures\.case\.steps: .*dictionary"):
        read(folder)


def test_a_part_that_is_written_twice_is_refused(copy: Copy) -> None:
    folder = copy("regime.yaml", "decision_kinds:", "ladders: {}\ndecision_kinds:")
    with pytest.raises(RegimeFileError, match=r"karamay-2022/ladders\.yaml:1: ladders is in regime\.yaml already"):
        read(folder)


@pytest.mark.parametrize("id_", packaged())
def test_every_place_leads_to_the_line_that_it_was_written_in(id_: str) -> None:
    files: dict[str, list[str]] = {}
    for path, place in load(id_).places.items():
        lines = files.setdefault(place.file, (PACKAGED / place.file).read_text(encoding="utf-8").splitlines())
        begins_a_file = place.line == 1 and path[-1:] and path[-1] in (Path(place.file).stem, "obligations", "duties")
        if path and not path[-1].isdigit() and not begins_a_file:
            assert path[-1] in lines[place.line - 1], (path, place)


@pytest.mark.parametrize("id_", [id_ for id_ in packaged() if load(id_).regime.rank != "house_rules"])
def test_every_packaged_regulation_may_be_adopted_beside_the_others(id_: str) -> None:
    assert lint.adoptable(id_).id == id_


def test_an_unsound_packaged_regime_is_not_adopted(copy: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    unsound: RegimeFile = read(copy("case.yaml", "cite: art.24.1\n", "cite: art.24.7\n"))
    monkeypatch.setattr(lint, "load", lambda _: unsound)
    with pytest.raises(RegimeFileError, match=r"karamay-2022/case\.yaml:\d+: .*art\.24\.7 resolves to nothing"):
        lint.adoptable.__wrapped__("karamay-2022")
