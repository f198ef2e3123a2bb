"""The vocabulary of what intake can find in a referral, and the one table that maps each finding to a reason code."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """hold: no infusion until solved. review: a clinician decides. fix: intake, billing or the import corrects it."""

    HOLD = "hold"
    REVIEW = "review"
    FIX = "fix"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found, in words that a nurse understands. `source` says whose rule it is."""

    code: str
    severity: Severity
    detail: str
    source: str = ""

    def __post_init__(self) -> None:
        if self.code not in REASON_OF:
            raise ValueError(f"“{self.code}” is not a finding code; add it to REASON_OF first")


# Finding code -> reason code (contracts.md). The one table.
REASON_OF: dict[str, str] = {
    "missing_weight": "missing_fact",
    "weight_implausible": "out_of_range",
    "height_implausible": "out_of_range",
    "patient_deceased": "contraindicated",
    "stale_lab": "stale_fact",
    "tb_positive": "requires_screening",
    "renal_below_minimum": "contraindicated",
    "vaccine_missing": "requires_vaccine",
    "baseline_mri_missing": "requires_imaging",
    "baseline_mri_stale": "stale_fact",
    "icd10_not_valid_on_date": "wrong_indication",
    "order_not_signed": "not_signed",
    "duplicate_therapy": "duplicate_therapy",
    "allergy_conflict": "contraindicated",
    "prior_reaction_same_class": "risk_alert",
    "step_therapy_unmet": "mismatch",
    "copay_card_with_federal_payer": "mismatch",
    "dose_above_maximum": "above_maximum",
    "contraindication": "contraindicated",
    "demographics_incomplete": "missing_fact",
    "invalid_datetime": "mismatch",
    "therapy_ambiguous": "missing_fact",
    "order_changed": "mismatch",
    "order_cancelled": "wrong_state",
}
