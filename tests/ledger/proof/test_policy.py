"""A policy says whose keys count and who makes a quorum; what is no policy is refused with its line."""

from __future__ import annotations

import pytest

from ledger.proof.note import COSIGNS, SIGNS, SigningKey, VerifierKey
from ledger.proof.policy import Policy, PolicyError


def key(name: str, type_: int = COSIGNS) -> VerifierKey:
    return SigningKey(f"{name}.example/w", type_, name.encode().ljust(32)).verifier


LOG = key("log", SIGNS)
X = [key(f"x{n}") for n in range(3)]
Y = [key(f"y{n}") for n in range(2)]
TEXT = f"""\
# two houses, of which each has a say
log {LOG} https://log.example/

witness X0 {X[0]}
witness X1 {X[1]} https://x1.example/witness
  witness X2\t{X[2]}
group 监督 2 X0 X1 X2
witness Y0 {Y[0]}
witness Y1 {Y[1]}
group Y any Y0 Y1
group both all 监督 Y
quorum both
"""


@pytest.mark.parametrize(
    ("signed", "enough"),
    [
        ([], False),
        (X, False),
        (Y, False),
        ([X[0], Y[0]], False),
        ([X[0], X[2], Y[1]], True),
        ([*X, *Y], True),
    ],
)
def test_a_quorum_is_counted_as_the_policy_says(signed: list[VerifierKey], *, enough: bool) -> None:
    policy = Policy.parse(TEXT.encode())
    assert policy.logs == (LOG,)
    assert policy.witness_keys == (*X, *Y)
    assert policy.witnesses["X1"].url == "https://x1.example/witness"
    assert policy.witnessed(signed) is enough


def test_without_witnesses_a_policy_asks_for_none() -> None:
    assert Policy.parse(f"log {LOG}\nquorum none\n".encode()).witnessed([])
    assert Policy.of([LOG]).witnessed([])


def test_of_witnesses_named_one_by_one_all_count() -> None:
    policy = Policy.of([LOG], X)
    assert policy.witnessed(X)
    assert not policy.witnessed(X[:2])


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("quorum both\n", "", "has a quorum line"),
        ("quorum both", "quorum both\nquorum none", "line 13: a policy has one quorum line"),
        ("quorum both", "quorum other", "line 12: 'other' is not named above"),
        ("group Y any Y0 Y1", "group Y any Y0 Y2", "line 10: 'Y2' is not named above"),
        ("group Y any Y0 Y1", "group Y any Y0 X1", "line 10: 'X1' is a member twice"),
        ("group Y any Y0 Y1", "group Y any none", "'none' is not named above"),
        ("group Y any Y0 Y1", "group Y any", "not a line"),
        ("group Y any Y0 Y1", "group X0 any Y0 Y1", "the name 'X0' is taken"),
        ("group 监督 2", "group 监督 4", "1 to 3; '4' is none of that"),
        ("group 监督 2", "group 监督 0", "1 to 3"),
        ("group 监督 2", "group 监督 " + "9" * 5_000, "1 to 3"),
        ("group 监督 2", "group 监督 ２", "1 to 3"),
        ("witness X0", "witness none", "the name 'none' is taken"),
        (f"witness X0 {X[0]}", f"witness X0 {X[1]}", "stands twice"),
        (f"witness X0 {X[0]}", f"witness X0 {LOG}", "is of type 0x01, not 0x04"),
        (f"log {LOG}", f"log {X[0]}", "is of type 0x04, not 0x01"),
        (f"log {LOG}", "log key", "line 2: not a key"),
        ("# two", "two", "line 1: not a line of a policy"),
        ("# two", "# \x01two", "no control characters"),
        ("# two", "#\n" * 1_000, "at most 1000 lines"),
    ],
)
def test_what_is_no_policy_is_refused_with_its_line(old: str, new: str, why: str) -> None:
    assert old in TEXT
    with pytest.raises(PolicyError, match=why):
        Policy.parse(TEXT.replace(old, new, 1).encode())
