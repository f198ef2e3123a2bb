"""What a finding is called on the pages: its code in plain words."""

from __future__ import annotations

from chairside.core.intake.findings import REASON_OF

# A code whose words read badly when underscores become spaces.
_SPELLED = {
    "tb_positive": "TB test positive",
    "baseline_mri_missing": "baseline MRI missing",
    "baseline_mri_stale": "baseline MRI too old",
    "icd10_not_valid_on_date": "diagnosis code not valid on the date",
    "stale_lab": "lab too old",
    "dose_above_maximum": "dose above the maximum",
    "invalid_datetime": "time without a zone",
    "renal_below_minimum": "kidney function too low",
}


def finding_words(code: str) -> str:
    """`tb_positive` is “TB test positive”."""
    return _SPELLED.get(code, code.replace("_", " "))


WORDS = {code: finding_words(code) for code in REASON_OF}
