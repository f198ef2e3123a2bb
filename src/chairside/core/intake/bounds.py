"""What a recorded value may be at all: the widest number that a living person's result can be.

Engineering bounds, for review by a clinician: they catch a wrong unit and a slipped digit, and say nothing about health.
"""

from __future__ import annotations

from collections.abc import Mapping

from chairside.core.kernel.guardrail import Guardrail
from chairside.core.kernel.quantity import quantity
from chairside.core.protocols.vocabulary import name_of, unit_of

SOURCE = "engineering bound, for review"

# fact: lowest and highest, in the unit that the vocabulary keeps it in
_NUMBERS = {
    "lab.anc": ("0", "200"),
    "lab.platelets": ("0", "3000"),
    "lab.wbc": ("0", "1000"),
    "lab.hemoglobin": ("1", "30"),
    "lab.hematocrit": ("3", "80"),
    "lab.creatinine": ("0.05", "40"),
    "lab.crcl": ("0", "400"),
    "lab.egfr": ("0", "250"),
    "lab.alt": ("0", "30000"),
    "lab.ast": ("0", "50000"),
    "lab.alp": ("0", "10000"),
    "lab.bilirubin": ("0", "100"),
    "lab.calcium": ("2", "25"),
    "lab.phosphate": ("0.1", "30"),
    "lab.uric_acid": ("0", "50"),
    "lab.ferritin": ("0", "200000"),
    "lab.tsat": ("0", "120"),
    "lab.potassium": ("1", "12"),
    "lab.sodium": ("80", "220"),
    "lab.magnesium": ("0.2", "20"),
    "lab.albumin": ("0.3", "10"),
    "lab.glucose": ("5", "3000"),
    "lab.bun": ("0", "400"),
    "lab.lvef": ("1", "95"),
    "vital.height_cm": ("20", "260"),
}


def _rail(fact: str, low: str, high: str) -> Guardrail:
    ends = quantity(low, unit_of(fact)), quantity(high, unit_of(fact))
    return Guardrail(name_of(fact), ends, ends, SOURCE)


NUMBERS: Mapping[str, Guardrail] = {fact: _rail(fact, *ends) for fact, ends in _NUMBERS.items()}
