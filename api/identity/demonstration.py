"""The fixed accounts of a demonstration (演示账号). They are good for simulated ledgers only; sign-in replaces them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from domain.identity import Actor, OrganId, PersonId


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who can be chosen in the demonstration: the actor, and what the page calls them.

    `oversees`: they are of the authority whose ledger it is, and read every file in it.
    """

    actor: Actor
    zh: str
    en: str
    oversees: bool = False


def _account(person: str, organ: str, role: str, zh: str, en: str, *, oversees: bool = False) -> Account:
    return Account(Actor(PersonId(person), OrganId(organ), role), zh, en, oversees)


ACCOUNTS: Final[Mapping[str, Account]] = MappingProxyType(
    {
        "handler": _account(
            "person-a", "organ-justice", "handler", "承办人甲（司法行政部门）", "handler A (justice)", oversees=True
        ),
        "head": _account(
            "person-h", "organ-justice", "head", "负责人（司法行政部门）", "head (justice)", oversees=True
        ),
        "liaison": _account(
            "person-x", "organ-urban", "liaison", "联络员（城市管理部门）", "liaison (urban management)"
        ),
        "market": _account(
            "person-y", "organ-market", "liaison", "联络员（市场监管部门）", "liaison (market supervision)"
        ),
        "auditor": _account("person-u", "organ-audit", "auditor", "审计人员", "auditor"),
    }
)
SYSTEM: Final = Actor(PersonId("system-clock"), OrganId("system"), "system")
