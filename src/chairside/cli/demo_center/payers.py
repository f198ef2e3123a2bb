"""The invented payers of the demo."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Payer:
    name: str
    line: str
    plan: str
    prefix: str
    told: str
    code: str = ""
    usual: str = "approved"  # what it says when asked for an authorization


PAYERS = {
    "fictional": Payer(
        "Fictional Health Plan",
        "commercial",
        "Choice PPO",
        "FHP",
        "Medical benefit, 20 % after the deductible; prior authorization.",
    ),
    "cumulus": Payer(
        "Cumulus Mutual", "commercial", "Gold HMO", "CM", "Medical benefit, copay 75 a visit; prior authorization."
    ),
    "tamarack": Payer(
        "State of Tamarack Medicaid Managed Care", "medicaid", "Standard", "TMC", "Covered in full; prior authorization."
    ),
    "medicare": Payer(
        "Medicare",
        "medicare",
        "Part B",
        "1EG4",
        "Part B, 20 %; no authorization for this drug.",
        "medicare_ffs",
        "not_required",
    ),
    "heron": Payer(
        "Blue Heron Medicare Advantage", "medicare_advantage", "Complete", "BH", "20 % up to the yearly limit; authorization."
    ),
}
