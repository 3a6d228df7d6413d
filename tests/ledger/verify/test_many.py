"""A bundle for a report over many files: each figure follows from entries, none of them altered and none missing."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from api.generating.ledger import FIRST_DAY, generate
from api.reporting import check_reports, kinds_of, with_report
from ledger import canonical, packed
from ledger.bundle import About, Bundle, BundleError
from ledger.entry import encode, parse
from ledger.export import ExportRefused
from ledger.export_many import export_many
from ledger.hashing import NO_LEAF, leaf_hash
from ledger.memory import MemoryLog
from ledger.proof.checkpoint import Checkpoint, Heads, head_leaf, heads_origin, origin
from ledger.proof.merkle import root
from ledger.proof.note import SIGNS, Note, SigningKey
from ledger.proof.policy import Policy
from ledger.sealing.site import Site
from ledger.verify.many import verify_many
from ledger.verify.verdict import Trust, Verdict
from tests.api.office import MASTER, memory_desk
from tests.ledger.sealing.office import KEY, LEDGER, Entries

TRUST = Trust(Policy.of([KEY.verifier]))
ANNUAL = About("annual", 2023)
PART = "entries/000001.entries"
LIST = "streams/000001.list"
REPORT = "reports/annual.json"


@pytest.fixture(scope="module")
def ledger() -> Entries:
    """The entries of a generated ledger."""
    desk = memory_desk(LEDGER, regimes=())
    generate(desk, MASTER, 600, 1, FIRST_DAY, lambda _: None, 1)
    assert isinstance(desk.log, MemoryLog)
    return Entries(list(desk.log.entries), {digest.hex(): text for digest, text in desk.log._laws.items()})


def published(entries: Entries, folder: Path, heads: Sequence[tuple[str, int, bytes]] | None = None) -> Site:
    """What a sealer that looks at nothing would publish of these entries, and of these heads."""
    site, leaves = Site(folder), [leaf_hash(row) for row in entries.rows]
    site.grow(0, leaves)
    listed = list(entries.heads(len(leaves))) if heads is None else heads
    at = Checkpoint(origin(LEDGER), len(leaves), root(leaves))
    over = root(head_leaf(*head) for head in listed)
    ends = Heads(heads_origin(LEDGER), at.size, at.root, len(listed), over)
    checkpoint, note = (Note(each.text()).signed(KEY) for each in (at, ends))
    site.keep(at.size, checkpoint=checkpoint, heads=note)
    site.publish(checkpoint=checkpoint, heads=note)
    return site


def handed_out(entries: Entries, folder: Path, about: About = ANNUAL) -> Bundle:
    return with_report(export_many(LEDGER, about, kinds_of(about.name), entries, published(entries, folder)))


@pytest.fixture(scope="module")
def bundle(ledger: Entries, tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return handed_out(ledger, tmp_path_factory.mktemp("site"))


def checked(bundle: Bundle, trust: Trust = TRUST) -> Verdict:
    assert bundle.report is not None
    kinds = kinds_of(bundle.report.name)
    verdict = verify_many(bundle, trust, lambda stream: stream.partition("/")[0] in kinds)
    check_reports(bundle, verdict)
    return verdict


def found(bundle: Bundle) -> tuple[int, str]:
    verdict = checked(bundle)
    assert verdict.wrong is not None
    assert verdict.wrong.en
    assert verdict.wrong.zh
    return verdict.exit, verdict.wrong.code


def with_files(bundle: Bundle, changed: dict[str, bytes | None]) -> Bundle:
    files = {**bundle.files, **changed}
    return replace(bundle, files={name: content for name, content in files.items() if content is not None})


def with_entries(bundle: Bundle, change: Callable[[list[bytes]], list[bytes]]) -> Bundle:
    return with_files(bundle, dict(packed.packed(change(list(packed.unpacked(bundle))))))


def with_report_said(bundle: Bundle, change: Callable[[dict[str, Any]], object]) -> Bundle:
    told = json.loads(bundle.files[REPORT])
    change(told)
    return with_files(bundle, {REPORT: canonical.encode(told)})


@pytest.mark.parametrize("name", ["annual", "duties", "comparison"])
def test_a_report_checks_with_the_zip_and_the_key_alone(ledger: Entries, name: str, tmp_path: Path) -> None:
    made, path = handed_out(ledger, tmp_path / "site", About(name, 2023)), tmp_path / "report.zip"
    made.write(path)
    read = Bundle.read(path)
    assert read == made
    verdict = checked(read)
    names = ["checkpoint", "inclusion", "entries", "time", "completeness", "law", "reports"]
    assert ([check.name for check in verdict.checks], verdict.exit) == (names, 0)
    kinds = kinds_of(name)
    rests = [row for row in ledger.rows if parse(row).header.stream.partition("/")[0] in kinds]
    assert verdict.checks[2].count == len(rests)
    assert sorted(packed.unpacked(read)) == sorted(rests)


def test_the_same_report_has_the_same_bytes_in_every_bundle_of_the_same_size(ledger: Entries, tmp_path: Path) -> None:
    for name in ("one", "two"):
        handed_out(ledger, tmp_path / name).write(tmp_path / f"{name}.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_an_altered_entry_is_named_with_its_position(bundle: Bundle) -> None:
    rows = list(packed.unpacked(bundle))
    for number in (0, len(rows) // 2, len(rows) - 1):
        changed = [*rows[:number], rows[number].replace(b'"', b'"0":0,"', 1), *rows[number + 1 :]]
        verdict = checked(with_entries(bundle, lambda _, rows=changed: rows))  # type: ignore[misc]
        assert verdict.wrong is not None
        assert (verdict.exit, verdict.wrong.position) == (10, parse(rows[number]).header.position)
    assert found(with_entries(bundle, lambda rows: [b"no entry", *rows]))[0] == 10


def streams(rows: list[bytes]) -> dict[str, list[bytes]]:
    by_stream: dict[str, list[bytes]] = {}
    for row in rows:
        by_stream.setdefault(parse(row).header.stream, []).append(row)
    return by_stream


def longest(rows: list[bytes]) -> str:
    files = streams(rows)
    return max((name for name in files if name.startswith("case/")), key=lambda stream: len(files[stream]))


def test_a_step_left_out_is_missed(bundle: Bundle) -> None:
    rows = list(packed.unpacked(bundle))
    file = streams(rows)[longest(rows)]
    for gone, code in ((file[0], "step-left-out"), (file[2], "step-left-out"), (file[-1], "stream-cut-off")):
        dropped = with_entries(bundle, lambda rows, gone=gone: [row for row in rows if row != gone])  # type: ignore[misc]
        assert found(dropped) == (16, code)
    assert found(with_report(dropped)) == (16, "stream-cut-off")


def test_a_file_left_out_is_missed_and_so_it_is_in_the_list_of_files(bundle: Bundle) -> None:
    gone = longest(list(packed.unpacked(bundle)))
    dropped = with_report(with_entries(bundle, lambda rows: [row for row in rows if parse(row).header.stream != gone]))
    assert found(dropped) == (16, "stream-left-out")
    lines = bundle.files[LIST].splitlines(keepends=True)
    unlisted = b"".join(line for line in lines if not line.startswith(gone.encode() + b" "))
    assert found(with_files(dropped, {LIST: unlisted})) == (16, "list-of-heads-differs")


def test_a_signer_who_leaves_a_file_out_of_the_heads_is_found_out(ledger: Entries, tmp_path: Path) -> None:
    gone = longest(ledger.rows)
    heads = [head for head in ledger.heads(len(ledger.rows)) if head[0] != gone]
    partly = Told([row for row in ledger.rows if parse(row).header.stream != gone], ledger.laws, heads)
    made = export_many(LEDGER, ANNUAL, kinds_of("annual"), partly, published(ledger, tmp_path / "1", heads))
    assert found(with_report(made)) == (16, "heads-miscounted")
    left = len(streams(ledger.rows)[gone])
    heads = [
        (name, version + left, leaf) if name == "ledger" else (name, version, leaf) for name, version, leaf in heads
    ]
    whole = Told(ledger.rows, ledger.laws, heads)
    made = export_many(LEDGER, ANNUAL, kinds_of("annual"), whole, published(ledger, tmp_path / "2", heads))
    assert found(made) == (16, "stream-not-listed")


@dataclass
class Told(Entries):
    """The entries of a ledger whose heads are as somebody says."""

    said: Sequence[tuple[str, int, bytes]] = ()

    def heads(self, _: int) -> Iterator[tuple[str, int, bytes]]:
        return iter(self.said)


def test_an_entry_that_names_another_before_it_breaks_the_chain_of_its_file(ledger: Entries, tmp_path: Path) -> None:
    number = max(n for n, row in enumerate(ledger.rows) if parse(row).header.version > 1 and b" case/" in row[:60])
    entry = parse(ledger.rows[number])
    rows = [*ledger.rows[:number], encode(replace(entry.header, prev="0" * 63 + "1"), entry.body)]
    forged = Entries(rows, ledger.laws)
    made = export_many(LEDGER, ANNUAL, kinds_of("annual"), forged, published(forged, tmp_path))
    assert found(made) == (12, "other-before")


def test_an_entry_that_was_never_sealed_does_not_belong(bundle: Bundle) -> None:
    rows = list(packed.unpacked(bundle))
    last = parse(rows[-1])
    header = replace(last.header, version=last.header.version + 1, prev=leaf_hash(rows[-1]).hex())
    assert found(with_entries(bundle, lambda rows: [*rows, encode(header, last.body)])) == (10, "entry-differs")
    elsewhere = encode(replace(last.header, ledger="cn-999999"), last.body)
    assert found(with_entries(bundle, lambda rows: [*rows[:-1], elsewhere])) == (11, "foreign-entry")
    assert found(with_entries(bundle, lambda rows: [*rows, rows[-1]])) == (11, "version-out-of-place")
    assert found(with_entries(bundle, lambda rows: [*rows, rows[0]])) == (11, "stream-out-of-place")


def test_a_tile_with_a_flipped_bit_does_not_lead_to_the_root_and_one_cut_short_is_none(bundle: Bundle) -> None:
    name = min(name for name in bundle.files if name.startswith("tile/"))
    tile = bundle.files[name]
    assert found(with_files(bundle, {name: bytes([tile[0] ^ 1]) + tile[1:]})) == (13, "tiles-differ")
    for content in (tile[:-1], None):
        with pytest.raises(BundleError) as error:
            checked(with_files(bundle, {name: content}))
        assert error.value.exit == 2


def test_what_is_signed_must_be_this_ledger_at_this_size(bundle: Bundle, ledger: Entries, tmp_path: Path) -> None:
    shorter = Entries(ledger.rows[:-3], ledger.laws)
    other = export_many(LEDGER, ANNUAL, kinds_of("annual"), shorter, published(shorter, tmp_path))
    assert found(with_files(bundle, {"heads": other.files["heads"]})) == (16, "heads-of-another")
    assert found(with_files(bundle, {"checkpoint": other.files["checkpoint"]}))[0] == 14
    unsigned = bundle.files["checkpoint"].partition(b"\n\n")[0] + b"\n"
    stranger = bytes(Note(unsigned).signed(SigningKey(KEY.name, SIGNS, bytes(32))))
    assert found(with_files(bundle, {"checkpoint": stranger}))[0] == 14
    text = Note.parse(bundle.files["heads"]).text
    false = bytes(Note(text).signed(SigningKey(KEY.name, SIGNS, bytes(32))))
    assert found(with_files(bundle, {"heads": false}))[0] == 14


def test_times_increase_across_all_files(ledger: Entries, tmp_path: Path) -> None:
    entry = parse(ledger.rows[-1])
    early = replace(
        entry.header, stream="case/z", version=1, prev=NO_LEAF, position=len(ledger.rows), type="case.archived/1",
        recorded_at=entry.header.recorded_at - timedelta(days=1),
    )  # fmt: skip
    late = Entries([*ledger.rows, encode(early, entry.body)], ledger.laws)
    bare = export_many(LEDGER, ANNUAL, kinds_of("annual"), late, published(late, tmp_path))
    assert found(bare) == (17, "time-not-later")


def test_law_that_an_entry_rests_on_is_there_and_is_itself(bundle: Bundle) -> None:
    name = min(name for name in bundle.files if name.startswith("law/"))
    assert found(with_files(bundle, {name: None})) == (18, "law-missing")
    assert found(with_files(bundle, {name: bundle.files[name] + b" "})) == (18, "file-differs")


@pytest.mark.parametrize(
    "change",
    [
        lambda told: told["rows"][0].update(value=told["rows"][0]["value"] + 1),
        lambda told: told["rows"][0]["positions"].append(1),
        lambda told: told["rows"][0]["positions"].pop(),
        lambda told: told["rows"].pop(),
        lambda told: told["rows"].append(told["rows"][0]),
        lambda told: told.update(day="2023-12-30"),
        lambda told: told.update(report="annual/2"),
        lambda told: told.update(more=1),
    ],
)
def test_a_report_that_does_not_follow_from_the_entries_is_told_apart(
    bundle: Bundle, change: Callable[[dict[str, Any]], object]
) -> None:
    exit_, code = found(with_report_said(bundle, change))
    assert exit_ == 19
    assert code in ("report-differs", "report-not-recomputed")


def test_the_first_row_that_differs_is_named(bundle: Bundle) -> None:
    row = json.loads(bundle.files[REPORT])["rows"][3]
    verdict = checked(with_report_said(bundle, lambda told: told["rows"][3].update(value=99)))
    assert verdict.wrong is not None
    assert f"measure={row['measure']} of={row['of']}" in verdict.wrong.en
    assert f"value={row['value']}" in verdict.wrong.en


def test_a_report_of_another_year_or_organ_under_this_name_does_not_pass(
    bundle: Bundle, ledger: Entries, tmp_path: Path
) -> None:
    organ = json.loads(bundle.files[REPORT])["rows"][0]["organ"]
    for number, about in enumerate((About("annual", 2022), About("annual", 2023, organ))):
        other = handed_out(ledger, tmp_path / str(number), about)
        assert checked(other).exit == 0
        assert found(with_files(bundle, {REPORT: other.files[REPORT]})) == (19, "report-of-another")
    another = handed_out(ledger, tmp_path / "3", About("duties", 2023))
    assert found(with_files(bundle, {REPORT: another.files["reports/duties.json"]})) == (19, "report-of-another")


def test_a_report_that_is_missing_unknown_or_no_report_does_not_pass(bundle: Bundle) -> None:
    assert found(with_files(bundle, {REPORT: None})) == (19, "report-missing")
    assert found(with_files(bundle, {"reports/monthly.json": b"{}"})) == (19, "report-unknown")
    assert found(replace(bundle, report=About("monthly", 2023))) == (19, "report-missing")
    for content in (b"", b"[]", b"{}", b'{"report":1}', b"[" * 100_000, b"\xff"):
        assert found(with_files(bundle, {REPORT: content})) == (19, "report-not-recomputed")
    assert found(replace(bundle, report=About("annual", 1900)))[0] == 19


def test_a_part_that_ends_within_an_entry_and_a_head_that_is_none_are_said(bundle: Bundle) -> None:
    wrong: list[tuple[str, bytes]] = [
        (PART, bundle.files[PART][:-1]),
        (PART, b"\x01"),
        (LIST, bundle.files[LIST][:-1]),
        (LIST, b"case/a 1 zz\n"),
        (LIST, b"\n"),
    ]
    for name, content in wrong:
        with pytest.raises(BundleError) as error:
            checked(with_files(bundle, {name: content}))
        assert error.value.exit == 2


def test_a_zip_that_was_cut_off_cannot_be_read(bundle: Bundle, tmp_path: Path) -> None:
    path = tmp_path / "report.zip"
    bundle.write(path)
    whole = path.read_bytes()
    for length in (len(whole) // 2, len(whole) - 30):
        path.write_bytes(whole[:length])
        with pytest.raises(BundleError) as error:
            Bundle.read(path)
        assert error.value.exit == 2


@pytest.mark.parametrize(
    "said", [{}, {"name": "annual", "year": 2023}, {"name": "../x", "year": 1, "organ": None}, "annual", None]
)
def test_a_manifest_that_does_not_say_which_report_is_refused(bundle: Bundle, said: object, tmp_path: Path) -> None:
    path = tmp_path / "report.zip"
    told = {**json.loads(bundle.manifest()), "report": said}
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("manifest.json", canonical.encode(told))
    with pytest.raises(BundleError, match="does not say"):
        Bundle.read(path)


def test_nothing_is_handed_out_that_is_not_what_was_sealed(ledger: Entries, tmp_path: Path) -> None:
    site = published(ledger, tmp_path)
    file = streams(ledger.rows)[longest(ledger.rows)]
    for entry, code in ((file[1], "not-as-sealed"), (file[-1], "streams-differ")):
        changed = [row.replace(b'"', b'"0":0,"', 1) if row == entry else row for row in ledger.rows]
        with pytest.raises(ExportRefused) as error:
            export_many(LEDGER, ANNUAL, kinds_of("annual"), Entries(changed, ledger.laws), site)
        assert error.value.code == code
    tile = min(path for path in (tmp_path / "tile" / "0").rglob("*") if path.is_file())
    whole = tile.read_bytes()
    tile.write_bytes(bytes(32) + whole[32:])
    with pytest.raises(ExportRefused) as error:
        export_many(LEDGER, ANNUAL, kinds_of("annual"), ledger, site)
    assert error.value.code == "tiles-damaged"
    tile.unlink()
    with pytest.raises(ExportRefused) as error:
        export_many(LEDGER, ANNUAL, kinds_of("annual"), ledger, site)
    assert error.value.code == "tile-missing"


def test_what_is_more_than_a_bundle_holds_is_said(
    ledger: Entries, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledger.export_many.MOST", 100_000)
    with pytest.raises(ExportRefused) as error:
        export_many(LEDGER, ANNUAL, kinds_of("annual"), ledger, published(ledger, tmp_path))
    assert error.value.code == "export-too-large"


def test_entries_and_heads_go_into_as_many_files_as_they_need(
    ledger: Entries, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledger.packed.PART", 4_000)
    made = handed_out(ledger, tmp_path)
    assert len(made.below("entries")) > 50
    assert len(made.below("streams")) > 1
    assert max(map(len, made.below("streams").values())) <= 4_000
    assert checked(made).exit == 0
