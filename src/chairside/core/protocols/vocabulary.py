"""The fact keys that are the same everywhere, with the unit that each is kept in ("" for words). Protocols may declare more."""

from __future__ import annotations

from chairside.core.protocols.schema.protocol import Protocol

_LABS = {
    "anc": "10*3/uL",
    "platelets": "10*3/uL",
    "wbc": "10*3/uL",
    "hemoglobin": "g/dL",
    "hematocrit": "%",
    "creatinine": "mg/dL",
    "crcl": "mL/min",
    "egfr": "mL/min",
    "alt": "U/L",
    "ast": "U/L",
    "alp": "U/L",
    "bilirubin": "mg/dL",
    "calcium": "mg/dL",
    "phosphate": "mg/dL",
    "uric_acid": "mg/dL",
    "ferritin": "ng/mL",
    "tsat": "%",
    "iga": "mg/dL",
    "igg": "mg/dL",
    "igm": "mg/dL",
    "ige": "[iU]/mL",
    "potassium": "mmol/L",
    "sodium": "mmol/L",
    "magnesium": "mg/dL",
    "vitamin_d": "ng/mL",
    "ipth": "pg/mL",
    "ck": "U/L",
    "ldh": "U/L",
    "lvef": "%",
    "albumin": "g/dL",
    "bun": "mg/dL",
    "crp": "mg/L",
    "eosinophils": "10*3/uL",
    "glucose": "mg/dL",
    "factor_viii_activity": "%",
    "vancomycin_trough": "ug/mL",
    "alpha1_antitrypsin": "mg/dL",
}
_VITALS = {
    "sbp": "mm[Hg]",
    "dbp": "mm[Hg]",
    "pulse": "/min",
    "temp": "Cel",
    "rr": "/min",
    "spo2": "%",
    "weight_kg": "kg",
    "height_cm": "cm",
}
_WORDS = {
    "vaccine": "menacwy menb",
    "imaging": "brain_mri mri aria_e aria_h_microhemorrhages_new aria_h_siderosis",
    "screening": "tb hbsag anti_hbc hiv hcv jcv pregnancy ebv nyha_class thrombosis_risk",
    "test": "g6pd apoe amyloid_pathology anti_iga aqp4 achr perennial_allergen",
    "rems": "prescriber patient patient_card",
    "consent": "treatment",
    "answer": "active_infection aria_symptoms hydrated new_neurological_signs muscle_symptoms incomplete_response urgent_start "
    "antibacterial_prophylaxis unresolved_meningococcal_infection time_since_chemo_h days_to_next_chemo chemo_intent",
    "patient": "sex",
}
_PATIENT = {"weight_kg": "kg", "height_cm": "cm", "age_years": "", "age_months": ""}
_HISTORY = {"doses": "", "infusions": ""}
# Coded by other systems: any ICD-10-CM prefix, generic drug name, reaction term or risk may follow.
_OPEN_KINDS = frozenset(("condition", "medication", "allergy", "reaction", "risk"))

COMMON: dict[str, str] = {
    **{f"lab.{code}": unit for code, unit in _LABS.items()},
    **{f"vital.{code}": unit for code, unit in _VITALS.items()},
    **{f"{kind}.{code}": "" for kind, codes in _WORDS.items() for code in codes.split()},
    **{f"patient.{code}": unit for code, unit in _PATIENT.items()},
    **{f"history.{code}": unit for code, unit in _HISTORY.items()},
}


def known_fact(fact: str, protocol: Protocol | None = None) -> bool:
    """True when the key is common, of an open kind, or declared by the protocol."""
    kind, _, code = fact.partition(".")
    if kind in _OPEN_KINDS:
        return bool(code)
    return fact in COMMON or (protocol is not None and any(item.fact == fact for item in protocol.facts))


def unit_of(fact: str, protocol: Protocol | None = None) -> str:
    """The unit that the fact is kept in, "" when it holds a word or is not known."""
    declared = next((item.unit for item in protocol.facts if item.fact == fact), "") if protocol is not None else ""
    return declared or COMMON.get(fact, "")
