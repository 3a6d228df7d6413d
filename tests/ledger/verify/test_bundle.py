"""A bundle is what an auditor has in hand: it checks to the last step, and whatever was done to it is named."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ledger import canonical
from ledger.bundle import FORMAT, Bundle, BundleError
from ledger.entry import encode, parse
from ledger.export import Disclosure, ExportRefused, export
from ledger.hashing import digest, leaf_hash
from ledger.proof.checkpoint import Checkpoint, origin
from ledger.proof.inclusion import HeadProof, InclusionProof
from ledger.proof.merkle import inclusion_proof, nodes_of, root
from ledger.proof.note import COSIGNS, SIGNS, Note, NoteError, SigningKey, b64
from ledger.proof.policy import Policy
from ledger.sealed import commitment
from ledger.sealing.record import SealRecord
from ledger.sealing.sealer import Sealer
from ledger.sealing.site import Site
from ledger.verify.bundle import verify
from ledger.verify.verdict import Trust, Verdict
from tests.ledger.sealing.office import KEY, LEDGER, MORNING, Entries, sealer

SECOND = timedelta(seconds=1)
WITNESS = SigningKey("witness.example/superior", COSIGNS, bytes(range(1, 33)))
THIEF = SigningKey(KEY.name, SIGNS, bytes(32))
TRUST = Trust(Policy.of([KEY.verifier]))
WITNESSED = Trust(Policy.of([KEY.verifier], [WITNESS.verifier]))
LAW = canonical.encode({"regime": "a law"})
SALT = b"s" * 16
TEXT = "现场检查发现未出示执法证件"
CASE = "case/a"


class Office:
    """A ledger of some cases, sealed and witnessed."""

    def __init__(self, folder: Path) -> None:
        self.entries = Entries()
        self.entries.laws[digest(LAW).hex()] = LAW
        law = {"regime": "a-law", "regime_digest": digest(LAW).hex()}
        self.entries.append("ledger")
        self.entries.append(CASE, law=law, sealed={"matter": commitment(TEXT, SALT).commitment})
        self.entries.append("case/b", CASE, "case/c", CASE, "case/b", CASE)
        self.folder = folder
        self.record = SealRecord(folder / "sealer.db")
        self.sealer = self.at_work()

    def at_work(self) -> Sealer:
        made = sealer(self.entries, self.folder / "site", self.record)
        made.cosign = lambda note, _: note.signed(WITNESS, int(MORNING.timestamp()))
        return made

    @property
    def site(self) -> Site:
        return self.sealer.site

    def seal(self, at: datetime = MORNING) -> Note:
        self.sealer.round(at, with_heads=True)
        note = self.site.note("checkpoint")
        assert note is not None
        return note

    def bundle(self, since: Note | None = None, stream: str = CASE, *disclosed: Disclosure) -> Bundle:
        return export(LEDGER, stream, self.entries, self.site, since=since, disclosed=disclosed)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    made = Office(tmp_path)
    made.seal()
    return made


def found(bundle: Bundle, trust: Trust = TRUST) -> tuple[int, int | None]:
    verdict = verify(bundle, trust)
    return verdict.exit, verdict.wrong.position if verdict.wrong is not None else None


def with_files(bundle: Bundle, **changed: bytes | None) -> Bundle:
    files = {**bundle.files, **{name.replace("__", "/"): content for name, content in changed.items()}}
    return replace(bundle, files={name: content for name, content in files.items() if content is not None})


def rewritten(bundle: Bundle, number: int, change: Callable[[bytes], bytes]) -> Bundle:
    name = f"entries/{number:06}.entry"
    return replace(bundle, files={**bundle.files, name: change(bundle.files[name])})


def test_a_bundle_that_went_through_a_file_checks_to_the_last_step(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "case.zip"
    office.bundle().write(path)
    read = Bundle.read(path)
    assert read == office.bundle()
    verdict = verify(read, TRUST)
    assert verdict.exit == 0
    assert [(check.name, check.ok, check.count) for check in verdict.checks] == [
        ("checkpoint", True, 2),
        ("entries", True, 4),
        ("inclusion", True, 4),
        ("time", True, 4),
        ("completeness", True, 4),
        ("law", True, 1),
        ("evidence", True, 0),
        ("disclosed", True, 0),
    ]
    assert verdict.sealed_at == MORNING
    path.unlink()
    office.bundle().write(path)
    assert Bundle.read(path) == read


def test_the_same_bundle_has_the_same_bytes(office: Office, tmp_path: Path) -> None:
    for name in ("one.zip", "two.zip"):
        office.bundle().write(tmp_path / name)
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_an_entry_altered_is_named_and_so_is_the_last(office: Office) -> None:
    bundle = office.bundle()
    positions = [parse(entry).header.position for entry in bundle.below("entries").values()]
    for number, position in enumerate(positions, 1):
        changed = rewritten(bundle, number, lambda entry: entry.replace(b'{"', b'{"0":0,"', 1))
        assert found(changed) == (10, position)
    cut = rewritten(bundle, 2, lambda entry: entry[:40])
    assert found(cut)[0] == 10


def test_a_step_taken_out_of_the_middle_is_missed(office: Office) -> None:
    bundle = office.bundle()
    gone = with_files(bundle, **{"entries__000002.entry": None, "proofs__000002.tlog-proof": None})
    assert found(gone) == (11, parse(bundle.files["entries/000003.entry"]).header.position)


def test_the_last_step_taken_away_leaves_the_file_incomplete(office: Office) -> None:
    gone = with_files(office.bundle(), **{"entries__000004.entry": None, "proofs__000004.tlog-proof": None})
    exit_, position = found(gone)
    assert exit_ == 16
    assert position == parse(gone.files["entries/000003.entry"]).header.position


def test_an_entry_of_another_file_does_not_belong(office: Office) -> None:
    other = office.bundle(stream="case/b").files
    bundle = office.bundle()
    mixed = with_files(bundle, **{"entries__000002.entry": other["entries/000002.entry"]})
    assert found(mixed)[0] == 11


def test_entries_that_change_places_break_the_order(office: Office) -> None:
    files = office.bundle().files
    swapped = {
        "entries__000002.entry": files["entries/000003.entry"],
        "entries__000003.entry": files["entries/000002.entry"],
    }
    assert found(with_files(office.bundle(), **swapped))[0] == 11


def test_a_stream_that_was_forked_and_sealed_breaks_the_chain(office: Office) -> None:
    """Who holds the database and lets the log write, but cheats with what comes before, is caught by the chain."""
    bundle = office.bundle()
    header, body = parse(office.entries.rows[-1])
    office.entries.append("case/b")
    last = parse(office.entries.rows[-1]).header
    office.entries.rows[-1] = encode(replace(last, stream=CASE, version=header.version + 1, prev=header.prev), body)
    leaves = [leaf_hash(row) for row in office.entries.rows]
    note = Note(Checkpoint(origin(LEDGER), len(leaves), root(leaves)).text()).signed(KEY)
    files = {**bundle.files, "checkpoint": bytes(note)}
    for version, entry in enumerate([*bundle.below("entries").values(), office.entries.rows[-1]], 1):
        place = parse(entry).header.position
        path = tuple(inclusion_proof(place, len(leaves), nodes_of(leaves)))
        files[f"entries/{version:06}.entry"] = entry
        files[f"proofs/{version:06}.tlog-proof"] = bytes(InclusionProof(place, path, note))
    assert found(Bundle(LEDGER, CASE, len(leaves), files)) == (12, len(leaves) - 1)


def test_a_proof_of_another_entry_shows_nothing(office: Office) -> None:
    files = office.bundle().files
    swapped = with_files(office.bundle(), **{"proofs__000002.tlog-proof": files["proofs/000003.tlog-proof"]})
    assert found(swapped) == (13, parse(files["entries/000002.entry"]).header.position)
    assert found(with_files(office.bundle(), **{"proofs__000004.tlog-proof": None}))[0] == 13


def test_a_checkpoint_signed_by_nobody_known_is_refused(office: Office) -> None:
    bundle = office.bundle()
    note = Note.parse(bundle.files["checkpoint"])
    assert found(with_files(bundle, checkpoint=bytes(Note(note.text).signed(THIEF))))[0] == 14
    assert found(bundle, Trust(Policy.of([SigningKey("caseledger/cn-1", SIGNS, KEY.seed).verifier])))[0] == 14
    assert found(bundle, Trust(Policy.of([THIEF.verifier])))[0] == 14


def test_a_ledger_rewritten_from_end_to_end_is_caught_by_the_witness_alone(office: Office, tmp_path: Path) -> None:
    """With the sealer's own key stolen everything agrees; the witness saw another history and has not signed this."""
    (tmp_path / "thief").mkdir()
    thief = Office(tmp_path / "thief")
    thief.entries.rows[3] = thief.entries.rows[3].replace(b'"n":3', b'"n":9')
    rows, thief.entries.rows = thief.entries.rows, []
    for row in rows:
        header, body = parse(row)
        thief.entries.append(header.stream, at=header.recorded_at, **canonical.decode(body))
    thief.sealer.cosign = lambda note, _: note
    thief.seal()
    bundle = thief.bundle()
    assert found(bundle)[0] == 0, "the log's own key says yes to both"
    assert found(bundle, WITNESSED)[0] == 14
    assert found(office.bundle(), WITNESSED)[0] == 0
    earlier = office.site.note("checkpoint")
    assert earlier is not None
    assert found(bundle, replace(TRUST, since=earlier))[0] == 15


def test_growth_from_an_earlier_checkpoint_is_proved(office: Office) -> None:
    earlier = office.site.note("checkpoint")
    office.entries.append(CASE, "case/q", CASE, at=MORNING + SECOND)
    later = office.seal(MORNING + 2 * SECOND)
    trust = replace(TRUST, since=earlier)
    assert found(office.bundle(since=earlier), trust)[0] == 0
    assert found(office.bundle(), trust)[0] == 15, "a bundle without the proof does not show it"
    assert found(office.bundle(since=later), replace(TRUST, since=later))[0] == 0
    stale = Note(Checkpoint(origin(LEDGER), 8, bytes(32)).text()).signed(KEY)
    assert found(office.bundle(since=stale), replace(TRUST, since=stale))[0] == 15
    assert found(office.bundle(), replace(TRUST, since=Note(later.text).signed(THIEF)))[0] == 14


def test_a_ledger_rolled_back_behind_a_checkpoint_is_caught(office: Office, tmp_path: Path) -> None:
    office.entries.append(CASE, at=MORNING + SECOND)
    later = office.seal(MORNING + 2 * SECOND)
    (tmp_path / "old").mkdir()
    restored = Office(tmp_path / "old")
    restored.seal()
    assert found(restored.bundle(), replace(TRUST, since=later)) == (15, 8)


def test_a_checkpoint_from_elsewhere_takes_the_place_of_the_one_in_the_bundle(office: Office) -> None:
    bundle = office.bundle()
    note = Note.parse(bundle.files["checkpoint"])
    fresh = Note(note.text).signed(KEY).signed(WITNESS, int((MORNING + timedelta(days=2)).timestamp()))
    trust = replace(WITNESSED, checkpoint=fresh, not_before=MORNING + timedelta(days=1))
    verdict = verify(bundle, trust)
    assert (verdict.exit, verdict.witnessed_at) == (0, MORNING + timedelta(days=2))
    assert found(bundle, replace(trust, checkpoint=None))[0] == 14
    other = Note(Checkpoint(origin(LEDGER), 8, bytes(32)).text()).signed(KEY)
    assert found(bundle, replace(TRUST, checkpoint=other))[0] != 0


def test_a_stale_checkpoint_is_refused_by_whoever_asks_for_a_day(office: Office) -> None:
    assert found(office.bundle(), replace(TRUST, not_before=MORNING))[0] == 0
    assert found(office.bundle(), replace(TRUST, not_before=MORNING + SECOND))[0] == 14


def test_heads_of_another_size_or_signed_by_another_do_not_count(office: Office) -> None:
    before = office.bundle()
    office.entries.append("case/z", at=MORNING + SECOND)
    office.seal(MORNING + 2 * SECOND)
    after = office.bundle()
    assert found(with_files(after, **{"head.proof": before.files["head.proof"]}))[0] == 16
    proof = HeadProof.parse(after.files["head.proof"])
    forged = HeadProof(proof.index, proof.path, Note(proof.checkpoint.text).signed(THIEF))
    assert found(with_files(after, **{"head.proof": bytes(forged)}))[0] == 14


def test_law_that_is_not_the_one_used_is_named(office: Office) -> None:
    name = f"law__{digest(LAW).hex()}.json"
    assert found(with_files(office.bundle(), **{name: None})) == (18, 1)
    assert found(with_files(office.bundle(), **{name: LAW + b" "}))[0] == 18


def test_a_text_disclosed_is_the_one_that_was_sealed(office: Office) -> None:
    assert found(office.bundle(None, CASE, Disclosure(1, "matter", SALT, TEXT)))[0] == 0
    for wrong in (
        Disclosure(1, "matter", SALT, TEXT + "。"),
        Disclosure(1, "matter", b"t" * 16, TEXT),
        Disclosure(1, "matter", b"t", TEXT),
        Disclosure(2, "matter", SALT, TEXT),
        Disclosure(1, "other", SALT, TEXT),
        Disclosure(0, "matter", SALT, TEXT),
    ):
        assert found(office.bundle(None, CASE, wrong))[0] == 18
    beyond = canonical.encode([{"version": 9, "field": "matter", "salt": b64(SALT), "text": TEXT}])
    assert found(with_files(office.bundle(None, CASE), **{"disclosed.json": beyond}))[0] == 18


@pytest.mark.parametrize(
    "body", [b'{"law":"x"}', b'{"law":[1]}', b'{"sealed":null}', b'{"sealed":[1]}', b'{"sealed":{"matter":1}}']
)
def test_what_was_never_an_entry_is_named_whatever_form_it_has(office: Office, body: bytes) -> None:
    bundle = office.bundle(None, CASE, Disclosure(1, "matter", SALT, TEXT))
    assert found(rewritten(bundle, 1, lambda entry: entry.partition(b"\n")[0] + b"\n" + body)) == (10, 1)


def test_every_check_is_told_even_when_one_fails(office: Office) -> None:
    verdict: Verdict = verify(rewritten(office.bundle(), 4, lambda entry: entry + b" "), TRUST)
    assert {check.name: check.ok for check in verdict.checks} == {
        "checkpoint": True,
        "entries": False,
        "inclusion": False,
        "time": True,
        "completeness": False,
        "law": True,
        "evidence": True,
        "disclosed": True,
    }


def test_nothing_is_exported_that_is_not_sealed_or_does_not_agree(office: Office, tmp_path: Path) -> None:
    with pytest.raises(ExportRefused, match="no entry among the 8"):
        office.bundle(stream="case/none")
    with pytest.raises(ExportRefused, match="nothing of cn-000000 is sealed yet"):
        export(LEDGER, CASE, office.entries, Site(tmp_path / "empty"))
    rows = list(office.entries.rows)
    office.entries.rows[1] = rows[1].replace(b'"n":1', b'"n":7')
    with pytest.raises(ExportRefused, match="position 1 is not what was sealed"):
        office.bundle()
    office.entries.rows = list(rows)
    office.entries.rows[7] = rows[7].replace(b'"n":7', b'"n":1')
    with pytest.raises(ExportRefused, match="streams of the database are not those"):
        office.bundle()
    office.entries.rows = list(rows)
    office.entries.stream = lambda *_: [b"no entry"]  # type: ignore[method-assign]  # a row that was overwritten
    with pytest.raises(ExportRefused, match="is no entry any more"):
        office.bundle()
    del office.entries.stream
    office.entries.laws.clear()
    with pytest.raises(ExportRefused, match="is not in the database as it was"):
        office.bundle()


def test_a_bit_flipped_in_a_tile_is_found_at_export(office: Office) -> None:
    (tile,) = office.site.folder.glob("tile/0/000.p/*")
    content = bytearray(tile.read_bytes())
    content[70] ^= 1
    tile.write_bytes(content)
    with pytest.raises(ExportRefused, match="a tile is damaged"):
        office.bundle()


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("../../etc/passwd", b"x", "no place in a bundle"),
        ("/entries/000001.entry", b"x", "no place in a bundle"),
        ("entries/../000001.entry", b"x", "no place in a bundle"),
        ("entries/000001.entry", b"x", "stands twice"),
        ("law/x.json", b"x", "no place in a bundle"),
    ],
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_zip_with_what_has_no_place_in_it_is_not_read(
    office: Office, tmp_path: Path, name: str, content: bytes, why: str
) -> None:
    path = tmp_path / "case.zip"
    office.bundle().write(path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(name, content)
    with pytest.raises(BundleError, match=why):
        Bundle.read(path)


def test_a_zip_that_is_cut_short_is_none_or_unpacks_to_too_much_is_not_read(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "case.zip"
    office.bundle().write(path)
    whole = path.read_bytes()
    for cut in (0, 10, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:cut])
        with pytest.raises(BundleError, match="cannot be read as a zip"):
            Bundle.read(path)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("checkpoint", b"\0" * (65 << 20))
    assert path.stat().st_size < 100_000
    with pytest.raises(BundleError, match="more than is read"):
        Bundle.read(path)
    with pytest.raises(BundleError, match="cannot be read as a zip"):
        Bundle.read(tmp_path / "none.zip")


@pytest.mark.parametrize(
    ("manifest", "why"),
    [
        (None, "no manifest"),
        (b"[", "no manifest"),
        (b"[]", "not of the format"),
        (b'{"format":"caseledger-bundle/2"}', "not of the format"),
        (b'{"format":"%s","ledger":"x y","stream":"case/a","size":1}' % FORMAT.encode(), "does not say"),
        (b'{"format":"%s","ledger":"x","stream":"case/a","size":0}' % FORMAT.encode(), "does not say"),
    ],
)
def test_a_bundle_of_another_version_is_not_read(
    office: Office, tmp_path: Path, manifest: bytes | None, why: str
) -> None:
    path = tmp_path / "case.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in office.bundle().files.items():
            archive.writestr(name, content)
        if manifest is not None:
            archive.writestr("manifest.json", manifest)
    with pytest.raises(BundleError, match=why):
        Bundle.read(path)


@pytest.mark.parametrize("name", ["checkpoint", "head.proof"])
def test_a_bundle_without_its_notes_is_not_checked(office: Office, name: str) -> None:
    with pytest.raises(BundleError, match=f"no {name}"):
        verify(with_files(office.bundle(), **{name: None}), TRUST)
    with pytest.raises(NoteError):
        verify(with_files(office.bundle(), **{name: b"text"}), TRUST)


def test_no_entry_at_all_is_no_file(office: Office) -> None:
    files = {n: c for n, c in office.bundle().files.items() if not n.startswith(("entries/", "proofs/"))}
    assert found(replace(office.bundle(), files=files))[0] == 11


def test_a_signature_of_no_time_is_refused(office: Office) -> None:
    bundle = office.bundle()
    note = Note(Note.parse(bundle.files["checkpoint"]).text).signed(KEY).signed(WITNESS, 2**62)
    changed = with_files(bundle, checkpoint=bytes(note))
    assert found(changed, WITNESSED)[0] == 14
    assert datetime.fromtimestamp(0, UTC) < MORNING
