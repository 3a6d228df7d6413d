"""What was decided is not corrected (裁断不更正): it is decided again; what was only seen or sorted is corrected."""

from __future__ import annotations

import pytest

from domain.accountability.events import ReferralAnswered
from domain.dispute.events import DisputeCoordinated
from domain.lead.events import LeadTriaged
from domain.officer.events import CertificateExamined, TrainingRecorded
from domain.organ.events import QualificationExamined
from domain.procedure import commands as p
from domain.procedure.facts import CorrectionVerified, Fact, RecusalDecided, SuperiorLawChecked
from domain.procedure.happening import correctable
from tests.case.office import opened
from tests.strategies import NOTE

VERDICTS: dict[str, Fact] = {
    "granted": RecusalDecided("C1", granted=False, by="person-h"),
    "fit": CertificateExamined("P1", fit=True),
    "fit ": QualificationExamined("X1", fit=True),
    "agreed": DisputeCoordinated("C1", agreed=True),
    "taken_up": ReferralAnswered("R1", taken_up=True),
    "conflict": SuperiorLawChecked("cn-2030", conflict=True, by="person-h"),
}
SEEN: dict[str, Fact] = {
    "corrected": CorrectionVerified("R1", corrected=True),
    "passed": TrainingRecorded(2024, 40, "qualification", passed=True),
    "in_scope": LeadTriaged("T1", in_scope=True),
}


@pytest.mark.parametrize("field", VERDICTS)
def test_of_a_verdict_only_the_day_is_corrected(field: str) -> None:
    assert correctable(VERDICTS[field]) == {"occurred_on"}


@pytest.mark.parametrize("field", SEEN)
def test_what_was_seen_or_sorted_and_entered_wrongly_is_corrected(field: str) -> None:
    assert field in correctable(SEEN[field])


def test_a_refused_recusal_is_not_granted_by_a_correction_but_by_deciding_again() -> None:
    office = opened()
    office.on("2024-08-02", p.RequestRecusal("C1", "person-b", by="organ-urban"))
    office.on("2024-08-02", p.DecideRecusal("C1", granted=False))
    turned = p.CorrectEntry(office.case.version, "granted", "false", "true", "person-h", NOTE)
    assert office.refuses("2024-08-05", turned).code == "nothing-to-correct"
    office.on("2024-08-05", p.RequestRecusal("C2", "person-b", by="organ-urban"))
    assert "officer-recused" in office.on("2024-08-05", p.DecideRecusal("C2", granted=True))
