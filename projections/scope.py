"""Who finds a file in a list (名录的查阅范围): the same who may read it, asked of many files at once.

Reading one file asks `domain.procedure.relations.has_part`; a list asks what that says, kept as rows of room `files`.
"""

from __future__ import annotations

from typing import Final

from domain.procedure.facts import HandlersAssigned
from domain.procedure.relations import KEEPERS, barred, heard
from domain.procedure.situation import standing_aside
from domain.procedure.state import File

VISIBLE: Final = (
    "p.ledger = %(ledger)s AND p.standing <> 'barred' AND (p.standing = 'supervisor' OR NOT EXISTS (SELECT FROM"
    " views.parties AS b WHERE b.ledger = p.ledger AND b.stream = p.stream AND b.party = ANY (%(who)s)"
    " AND b.standing = 'barred')) AND (p.standing <> 'part' OR p.kind <> 'lead' OR NOT EXISTS (SELECT FROM"
    " views.links AS l JOIN views.files AS c ON c.ledger = l.ledger AND c.stream = l.target WHERE l.ledger = p.ledger"
    " AND l.stream = p.stream AND l.relation = 'linked' AND c.subject = %(organ)s))"
)
"""Whether somebody, `who` is their organ and person, finds the file of a row `p` of `views.parties`.

A lead that was followed up against a department is as good as about it: that department does not find it.
"""


def found(row: str, party: str = "ANY (%(who)s)") -> str:
    """Whether `party`, somebody's organ or person, finds the file that a row of a read model belongs to."""
    return f"EXISTS (SELECT FROM views.parties AS p WHERE p.stream = {row}.stream AND p.party = {party} AND {VISIBLE})"


def parties(file: File) -> dict[str, str]:
    """Who finds the file in a list, and as what: `supervisor`, `agent`, `part`; or `barred`, who does not."""
    found = dict.fromkeys(sorted({*file.organs("anyone"), *map(str, heard(file))}), "part")
    found |= {organ: "agent" for keeper in KEEPERS for organ in sorted(file.organs(keeper))}
    found |= dict.fromkeys(sorted(map(str, barred(file))), "barred")
    return found | dict.fromkeys(sorted(file.organs("supervisor")), "supervisor")


def handlers(file: File) -> list[str]:
    """Who handles a file: whoever was assigned, but for those who stand aside."""
    log = [happening.fact for happening in file.log]
    named = dict.fromkeys(person for fact in log if isinstance(fact, HandlersAssigned) for person in fact.persons)
    aside = standing_aside(file) if named else frozenset()
    return [person for person in named if person not in aside]
