"""The regulation of one city, as data: it is sound, it can be read back, and what is wrong with a bad one is said."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import orjson
import pytest

from domain.regime.lint import lint
from domain.regime.loader import PACKAGED, RegimeFileError, content, from_content, load, packaged, read

FILES = {path.name: path.read_text(encoding="utf-8") for path in (PACKAGED / "karamay-2022").glob("*.yaml")}


def changed(tmp_path: Path, old: str, new: str) -> Path:
    """The regime with one thing changed, wherever it stands."""
    name = next(name for name, text in sorted(FILES.items()) if old in text)
    folder = tmp_path / "karamay-2022"
    folder.mkdir()
    for each, text in FILES.items():
        (folder / each).write_text(text.replace(old, new, 1) if each == name else text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("id_", packaged())
def test_every_packaged_regime_is_sound(id_: str) -> None:
    assert lint(load(id_).regime) == ()


@pytest.mark.parametrize("id_", packaged())
def test_a_regime_reads_back_from_what_a_ledger_keeps(id_: str) -> None:
    regime = load(id_).regime
    assert from_content(orjson.dumps(content(regime))) == regime


def test_a_regime_carries_the_wording_it_cites() -> None:
    regime = load("karamay-2022").regime
    quote = regime.quote(regime.procedures["case"].steps["request-review"].cite)
    assert quote.label_zh == "第三十条第二款"
    assert "5个工作日内" in quote.text
    assert regime.quote(regime.refusals["already-served"]).citation.text == "cn-default"


def test_the_regulation_is_in_force_from_its_first_day() -> None:
    validity = load("karamay-2022").regime.validity
    assert not validity.covers(date(2022, 3, 31))
    assert validity.covers(date(2022, 4, 1))


def test_the_superior_regulation_is_marked_incomplete_and_asks_for_a_check() -> None:
    superior = load("cn-2026").regime
    assert not superior.complete
    assert superior.superior is not None
    assert superior.superior.before == ("correction_order", "final_decision")
    assert superior.superior.steps == ("order-correction",)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("cite: art.29.1.1\n    issued_by", "cite: art.29.1.9\n    issued_by", "art.29.1.9 resolves to nothing"),
        ("{fact: notice-issued}]}", "{fact: notice-sent}]}", "there is no fact notice-sent"),
        ("where: {accepted: true}\n      on:", "where: {agreed: true}\n      on:", "has no field agreed"),
        ("{overdue: notice-reply}", "{overdue: notice-answer}", "there is no deadline notice-answer"),
        ("list: void-grounds}", "list: other-grounds}", "there is no list other-grounds"),
        ("kind_in: [rude]}", "kind_in: [unkind]}", "there is no kind of finding unkind"),
        ("options: {receipt: occurred_on", "options: {arrival: occurred_on", "the options of review-suspends-from are"),
        ("  withdraw-opinion:\n", "  burn-opinion:\n", "there is no such step"),
        ("about: [review], requires: *", "about: [letter], requires: *", "letter is neither an instrument"),
        ("  review-decision:\n    name", "  answer:\n    name", "no instrument review-decision for it to issue"),
        ("point: refusal-by-silence\n", "point: refusal-by-noise\n", "there is no open point refusal-by-noise"),
    ],
)
def test_lint_says_what_is_wrong_and_where(tmp_path: Path, old: str, new: str, why: str) -> None:
    found = lint(read(changed(tmp_path, old, new)).regime)
    assert any(why in sentence for sentence in found), found


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("unit: working_day}\n    starts", "unit: moon}\n    starts", "unit"),
        ("guard: {ground: {list: void-grounds}}", "guard: {smells: bad}", "smells"),
        ("guard: {in_force: true}", "guard: {in_force: true, settled: true}", "exactly one operator"),
        ("shipped: receipt", "shipped: never", "not among the options"),
        ("rank: government_rule", "rank: government_rule\nrank: law", "regime.yaml:5: duplicate key"),
        ("published_on: 2022-02-09", "published_on: 2022-02-31", "a date that is not one"),
    ],
)
def test_a_malformed_file_is_refused_with_its_place(tmp_path: Path, old: str, new: str, why: str) -> None:
    with pytest.raises(RegimeFileError) as error:
        read(changed(tmp_path, old, new))
    assert why in str(error.value)
    assert re.match(r"(karamay-2022|regime\.yaml|case\.yaml)", str(error.value))


@pytest.mark.parametrize("id_", ["karamay-2035", "../karamay-2022", ""])
def test_a_regime_that_does_not_exist_is_refused(id_: str) -> None:
    with pytest.raises(RegimeFileError):
        load(id_)


def test_a_file_that_is_no_mapping_or_no_text_is_refused(tmp_path: Path) -> None:
    for name, data in (("list.yaml", b"- 1\n"), ("bytes.yaml", b"\xff\xfe")):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(RegimeFileError, match=name):
            read(tmp_path / name)
    with pytest.raises(RegimeFileError, match=r"absent\.yaml"):
        read(tmp_path / "absent.yaml")
