"""Signed notes: what was signed is what is read, by whom it was signed is who is named, and nothing else passes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.proof.checkpoint import Checkpoint, Heads, head_leaf, heads_origin, origin
from ledger.proof.note import (
    COSIGNS,
    LIMIT,
    SIGNS,
    KeyFormError,
    Note,
    NoteError,
    Signature,
    SignatureError,
    SigningKey,
    VerifierKey,
)

LOG = SigningKey(origin("cn-000000"), SIGNS, bytes(range(32)))
WITNESS = SigningKey("witness.example/superior", COSIGNS, bytes(range(1, 33)))
CHECKPOINT = Checkpoint(origin("cn-000000"), 70_000, b"\x07" * 32)
HEADS = Heads(heads_origin("cn-000000"), 70_000, b"\x07" * 32, 812, b"\x08" * 32)
NOTE = Note(CHECKPOINT.text()).signed(LOG).signed(WITNESS, 1_700_000_000)
GOLDEN = """\
caseledger/cn-000000
70000
BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=

"""
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1).map(lambda text: f"{text}\n")


def test_a_checkpoint_is_three_lines_and_who_signed_it() -> None:
    text = bytes(NOTE).decode()
    assert text.startswith(GOLDEN)
    assert [line.split(" ")[:2] for line in text.splitlines()[4:]] == [["—", LOG.name], ["—", WITNESS.name]]
    assert NOTE.checked([LOG.verifier, WITNESS.verifier]) == {LOG.verifier: None, WITNESS.verifier: 1_700_000_000}


@given(TEXTS, st.integers(0, 2**63 - 1))
def test_what_was_signed_is_read_again_to_the_byte(text: str, time: int) -> None:
    note = Note(text.encode()).signed(LOG).signed(WITNESS, time)
    read = Note.parse(bytes(note))
    assert read == note
    assert read.checked([WITNESS.verifier, LOG.verifier]) == {LOG.verifier: None, WITNESS.verifier: time}


def test_a_text_with_empty_lines_ends_at_the_last_of_them() -> None:
    note = Note("一\n\n二\n".encode()).signed(LOG)
    assert Note.parse(bytes(note)).text == "一\n\n二\n".encode()


@given(st.integers(0, len(bytes(NOTE)) - 1), st.integers(1, 255))
def test_a_note_with_one_byte_changed_is_refused_or_not_signed_by_both(place: int, change: int) -> None:
    content = bytearray(bytes(NOTE))
    content[place] ^= change
    try:
        found = Note.parse(bytes(content)).checked([LOG.verifier, WITNESS.verifier])
    except (NoteError, SignatureError):
        return
    assert len(found) < 2


def test_signatures_of_keys_not_asked_for_say_nothing() -> None:
    stranger = SigningKey(LOG.name, SIGNS, bytes(32))
    assert Note(CHECKPOINT.text()).signed(stranger).checked([LOG.verifier]) == {}


def test_a_signature_in_the_name_of_a_known_key_that_it_did_not_make_is_refused() -> None:
    forged = Signature(LOG.name, LOG.verifier.id, b"\0" * 64)
    with pytest.raises(SignatureError, match="was not made with it"):
        Note(CHECKPOINT.text(), (*NOTE.signatures, forged)).checked([LOG.verifier])


def test_a_cosignature_is_of_one_time_and_no_plain_signature() -> None:
    (made,) = Note(CHECKPOINT.text()).signed(WITNESS, 5).signatures
    later = Signature(made.name, made.key_id, (6).to_bytes(8) + made.made[8:])
    with pytest.raises(SignatureError):
        Note(CHECKPOINT.text(), (later,)).checked([WITNESS.verifier])
    for key, time in [(LOG, 5), (WITNESS, None)]:
        with pytest.raises(ValueError, match="a cosignature has a time"):
            key.sign(CHECKPOINT.text(), time)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "an empty line"),
        (b"text\n", "an empty line"),
        (b"text\n\n\xe2\x80\x94 name AAAAAAAA", "an empty line"),
        (b"text\n\n- name AAAAAAAA\n", "line of a signature"),
        ("text\n\n— name AAAA\n".encode(), "line of a signature"),
        ("text\n\n— na+me AAAAAAAA\n".encode(), "line of a signature"),
        ("text\n\n— name AAAAAA\n".encode(), "not Base64"),
        ("text\n\n— name AAAAAAB=\n".encode(), "another spelling"),
        (b"text\r\n\n\xe2\x80\x94 name AAAAAAAA\n", "control characters"),
        (b"\xff\n\n\xe2\x80\x94 name AAAAAAAA\n", "UTF-8"),
        (b"x" * (LIMIT + 1), "at most"),
    ],
)
def test_what_is_no_note_is_refused_with_the_reason(content: bytes, why: str) -> None:
    with pytest.raises(NoteError, match=why):
        Note.parse(content)


@pytest.mark.parametrize("key", [LOG, WITNESS])
def test_a_key_is_handed_over_as_a_line_of_text(key: SigningKey) -> None:
    assert VerifierKey.parse(f"{key.verifier}\n") == key.verifier
    assert SigningKey.parse(f"{key.secret()}\n") == key
    assert "PRIVATE" not in repr(key)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        str(LOG.verifier)[:-4],
        str(LOG.verifier).replace("cn-000000", "cn-000001"),
        str(LOG.verifier) + "=",
        LOG.secret(),
        "name+00000000+Ag==",
    ],
)
def test_what_is_no_key_is_refused_and_a_secret_is_not_repeated(text: str) -> None:
    with pytest.raises(KeyFormError) as refused:
        VerifierKey.parse(text)
    assert LOG.secret() not in str(refused.value)
    broken = LOG.secret().replace("cn-000000", "cn-000001")
    with pytest.raises(KeyFormError) as refused:
        SigningKey.parse(broken)
    assert broken not in str(refused.value)


def test_a_checkpoint_and_a_note_of_heads_are_read_as_they_were_written() -> None:
    assert Checkpoint.parse(CHECKPOINT.text()) == CHECKPOINT
    assert Heads.parse(HEADS.text()) == HEADS
    for parse, text in [(Checkpoint.parse, HEADS.text()), (Heads.parse, CHECKPOINT.text())]:
        with pytest.raises(NoteError, match="lines"):
            parse(text)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("70000", "070000"),
        ("70000", "-1"),
        ("70000", "٧"),
        ("70000", ""),
        ("70000", "1" * 20),
        ("BwcH", ""),
        ("BwcH", "BwcHBwcH"),
        ("wc=\n", "wd=\n"),
        ("wc=\n", "wc="),
    ],
)
def test_a_checkpoint_has_one_spelling(old: str, new: str) -> None:
    with pytest.raises(NoteError):
        Checkpoint.parse(CHECKPOINT.text().decode().replace(old, new, 1).encode())


def test_a_head_is_of_one_stream_at_one_version() -> None:
    heads = {head_leaf(s, v, h) for s in ("case/a", "case/b") for v in (1, 2) for h in (b"\1" * 32, b"\2" * 32)}
    assert len(heads) == 8
