"""The facts that are the same everywhere: key, unit ("" for words) and name. Protocols may declare more."""

from __future__ import annotations

from collections.abc import Iterable

from chairside.core.protocols.schema.protocol import FactKey, Protocol

# code: unit, name. One table for what is kept and for what it is called on every screen.
_LABS = {
    "anc": ("10*3/uL", "Absolute neutrophil count"),
    "platelets": ("10*3/uL", "Platelets"),
    "wbc": ("10*3/uL", "White blood cells"),
    "hemoglobin": ("g/dL", "Hemoglobin"),
    "hematocrit": ("%", "Hematocrit"),
    "creatinine": ("mg/dL", "Creatinine"),
    "crcl": ("mL/min", "Creatinine clearance"),
    "egfr": ("mL/min", "Kidney function (eGFR)"),
    "alt": ("U/L", "ALT"),
    "ast": ("U/L", "AST"),
    "alp": ("U/L", "Alkaline phosphatase"),
    "bilirubin": ("mg/dL", "Bilirubin, total"),
    "calcium": ("mg/dL", "Calcium"),
    "phosphate": ("mg/dL", "Phosphate"),
    "uric_acid": ("mg/dL", "Uric acid"),
    "ferritin": ("ng/mL", "Ferritin"),
    "tsat": ("%", "Transferrin saturation"),
    "iga": ("mg/dL", "IgA"),
    "igg": ("mg/dL", "IgG"),
    "igm": ("mg/dL", "IgM"),
    "ige": ("[iU]/mL", "IgE"),
    "potassium": ("mmol/L", "Potassium"),
    "sodium": ("mmol/L", "Sodium"),
    "magnesium": ("mg/dL", "Magnesium"),
    "vitamin_d": ("ng/mL", "Vitamin D (25-OH)"),
    "ipth": ("pg/mL", "Parathyroid hormone, intact"),
    "ck": ("U/L", "Creatine kinase"),
    "ldh": ("U/L", "Lactate dehydrogenase"),
    "lvef": ("%", "Ejection fraction, left ventricle"),
    "albumin": ("g/dL", "Albumin"),
    "bun": ("mg/dL", "Urea nitrogen (BUN)"),
    "crp": ("mg/L", "C-reactive protein"),
    "eosinophils": ("10*3/uL", "Eosinophils"),
    "glucose": ("mg/dL", "Glucose"),
    "factor_viii_activity": ("%", "Factor VIII activity"),
    "vancomycin_trough": ("ug/mL", "Vancomycin trough"),
    "alpha1_antitrypsin": ("mg/dL", "Alpha-1 antitrypsin"),
}
_VITALS = {
    "sbp": ("mm[Hg]", "Systolic pressure"),
    "dbp": ("mm[Hg]", "Diastolic pressure"),
    "pulse": ("/min", "Pulse"),
    "temp": ("Cel", "Temperature"),
    "rr": ("/min", "Breaths"),
    "spo2": ("%", "Oxygen saturation"),
    "weight_kg": ("kg", "Body weight"),
    "height_cm": ("cm", "Height"),
}
_WORDS = {
    "vaccine": {"menacwy": "Meningococcal vaccine ACWY", "menb": "Meningococcal vaccine B"},
    "imaging": {
        "brain_mri": "Brain MRI",
        "mri": "MRI",
        "aria_e": "ARIA-E (edema)",
        "aria_h_microhemorrhages_new": "ARIA-H, new microhemorrhages",
        "aria_h_siderosis": "ARIA-H, superficial siderosis",
    },
    "screening": {
        "tb": "Tuberculosis test",
        "hbsag": "Hepatitis B surface antigen",
        "anti_hbc": "Hepatitis B core antibody",
        "hiv": "HIV test",
        "hcv": "Hepatitis C antibody",
        "jcv": "JC virus antibody",
        "pregnancy": "Pregnancy test",
        "ebv": "Epstein-Barr virus antibody",
        "nyha_class": "Heart-failure class (NYHA)",
        "thrombosis_risk": "Thrombosis risk",
    },
    "test": {
        "g6pd": "G6PD",
        "apoe": "ApoE genotype",
        "amyloid_pathology": "Amyloid confirmed",
        "anti_iga": "Anti-IgA antibody",
        "aqp4": "Aquaporin-4 antibody",
        "achr": "Acetylcholine receptor antibody",
        "perennial_allergen": "Perennial allergen test",
    },
    "rems": {"prescriber": "REMS: prescriber", "patient": "REMS: patient", "patient_card": "REMS: patient card"},
    "consent": {"treatment": "Consent to treatment"},
    "answer": {
        "active_infection": "Signs of infection today",
        "aria_symptoms": "Symptoms of ARIA",
        "hydrated": "Well hydrated",
        "new_neurological_signs": "New neurological signs",
        "muscle_symptoms": "Muscle symptoms",
        "incomplete_response": "Incomplete response",
        "urgent_start": "Urgent start",
        "antibacterial_prophylaxis": "Antibacterial prophylaxis",
        "unresolved_meningococcal_infection": "Unresolved meningococcal infection",
        "time_since_chemo_h": "Hours since chemotherapy",
        "days_to_next_chemo": "Days to the next chemotherapy",
        "chemo_intent": "Intent of chemotherapy",
    },
    "patient": {"sex": "Sex"},
}
_PATIENT = {
    "weight_kg": ("kg", "Body weight"),
    "height_cm": ("cm", "Height"),
    "age_years": ("", "Age in years"),
    "age_months": ("", "Age in months"),
}
# The last amount is kept in mg; a therapy that is measured otherwise declares the fact with its own unit.
_HISTORY = {
    "doses": ("", "Doses given"),
    "infusions": ("", "Infusions given"),
    "last_amount": ("mg", "Amount of the last dose"),
    "days_since_last": ("", "Days since the last dose"),
    "worst_grade": ("", "Worst reaction so far (grade)"),
}
# Coded by other systems: any ICD-10-CM prefix, generic drug name, reaction term or risk may follow.
OPEN_KINDS = frozenset(("condition", "medication", "allergy", "reaction", "risk"))

_TABLE: dict[str, tuple[str, str]] = {
    **{f"lab.{code}": row for code, row in _LABS.items()},
    **{f"vital.{code}": row for code, row in _VITALS.items()},
    **{f"{kind}.{code}": ("", name) for kind, names in _WORDS.items() for code, name in names.items()},
    **{f"patient.{code}": row for code, row in _PATIENT.items()},
    **{f"history.{code}": row for code, row in _HISTORY.items()},
}
COMMON: dict[str, str] = {fact: unit for fact, (unit, _) in _TABLE.items()}


def name_of(fact: str, protocol: Protocol | None = None) -> str:
    """What a fact is called: `vital.sbp` is “Systolic pressure”. A code of another system stays as it is written there."""
    return name_among(fact, protocol.facts if protocol is not None else ())


def name_among(fact: str, keys: Iterable[FactKey]) -> str:
    """What a fact is called, with the names that these declarations give."""
    declared = next((item.names.en for item in keys if item.fact == fact), "")
    kind, _, code = fact.partition(".")
    if kind in OPEN_KINDS:
        return declared or code
    return declared or _TABLE.get(fact, ("", ""))[1] or (code or kind).replace("_", " ").capitalize()


KINDS = {
    "lab": "Lab result",
    "vital": "Vital sign",
    "vaccine": "Vaccine",
    "imaging": "Imaging",
    "screening": "Screening",
    "rems": "REMS",
    "consent": "Consent",
    "test": "Test",
    "allergy": "Allergy",
    "reaction": "Reaction",
    "medication": "Medicine",
    "condition": "Diagnosis",
    "answer": "Answer",
    "risk": "Risk",
}


def codes_named(text: str) -> tuple[str, ...]:
    """The codes whose names hold the text, for a search by what people call it."""
    said = text.casefold()
    return tuple(dict.fromkeys(fact.partition(".")[2] for fact, (_, name) in _TABLE.items() if said in name.casefold()))


def known_fact(fact: str, protocol: Protocol | None = None) -> bool:
    """True when the key is common, of an open kind, or declared by the protocol."""
    kind, _, code = fact.partition(".")
    if kind in OPEN_KINDS:
        return bool(code)
    return fact in COMMON or (protocol is not None and any(item.fact == fact for item in protocol.facts))


def unit_of(fact: str, protocol: Protocol | None = None) -> str:
    """The unit that the fact is kept in, "" when it holds a word or is not known."""
    declared = next((item.unit for item in protocol.facts if item.fact == fact), "") if protocol is not None else ""
    return declared or COMMON.get(fact, "")
