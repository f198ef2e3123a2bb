"""A good question of each kind about one real protocol, to be spoiled one field at a time."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from chairside.cli.rulebook import FormularyOnDisk
from chairside.exchange.questions.table import ask


class _Gone:
    """Takes the field out. Its name is the same in every process, as the names of parametrized tests must be."""

    def __repr__(self) -> str:
        return "GONE"

    __str__ = __repr__


GONE = _Gone()

_PATIENT = {"birth_date": "1976-05-01", "sex": "female", "weight_kg": "82.4", "height_cm": "170"}
_GIVEN = [
    {"protocol": "infliximab_iv", "brand": "Inflectra", "dose_number": 1, "date": "2026-03-02", "dose": "412", "unit": "mg"},
    {"protocol": "infliximab_iv", "brand": "Inflectra", "dose_number": 2, "date": "2026-03-16", "dose": "412", "unit": "mg"},
]
_FACTS = [
    {"kind": "lab", "code": "creatinine", "value": "0.9", "unit": "mg/dL", "date": "2026-04-10"},
    {"kind": "screening", "code": "tb", "value": "negative", "date": "2026-01-05"},
    {"kind": "imaging", "code": "mri", "date": "2026-06-01", "status": "planned"},
]
_DOSE = {
    "protocol": "infliximab_iv",
    "brand": "Inflectra",
    "indication": "K50.90",
    "dose_number": 3,
    "date": "2026-04-13",
    "patient": _PATIENT,
    "facts": _FACTS,
    "history": _GIVEN,
}
GOOD: dict[str, dict[str, Any]] = {
    "dose": {**_DOSE, "order": {"dose": {"amount": "412", "unit": "mg"}}, "policy": {"rounding": "none", "bsa": "mosteller"}},
    "clear": _DOSE,
    "plan": {
        "protocol": "infliximab_iv",
        "brand": "Inflectra",
        "indication": "K50.90",
        "start": "2026-03-02",
        "history": _GIVEN,
        "as_of": "2026-03-17",
        "patient": _PATIENT,
    },
    "ladder": {
        "protocol": "infliximab_iv",
        "brand": "Inflectra",
        "indication": "K50.90",
        "patient": _PATIENT,
        "dose": {"amount": "412", "unit": "mg"},
        "volume_ml": "250",
        "infusion_number": 1,
        "risks": [],
    },
    "prepare": {
        "protocol": "infliximab_iv",
        "brand": "Inflectra",
        "dose": {"amount": "412", "unit": "mg"},
        "diluent": "0.9% sodium chloride",
        "volume_ml": "250",
        "filter_micron": "1.2",
        "prepared_at": "2026-04-13T08:30:00-06:00",
        "storage": "room",
        "start_at": "2026-04-13T09:30:00-06:00",
        "minutes": "120",
    },
    "restart": {
        "protocol": "infliximab_iv",
        "reaction": {"grade": 2, "term": "infusion_related_reaction", "rate_at_onset_ml_h": "120", "count_this_visit": 1},
        "resolved": True,
    },
    "charge": {
        "dos": "2026-03-02",
        "setting": "physician_office",
        "payer_profile": "medicare_ffs",
        "events": [
            {"n": 1, "kind": "infusion", "drug": "infliximab", "class": "complex", "start": "09:00", "stop": "11:10"},
        ],
        "drugs": [
            {
                "hcpcs": "Q5103",
                "unit_mg": "10",
                "dose_mg": "412",
                "container": "single_dose",
                "vials_used": [{"mg": "100", "count": 5}],
            }
        ],
    },
}


def answered(op: str, question: Any = None) -> dict[str, Any]:
    """The engine's answer from the formulary that came with the program."""
    return ask(op, GOOD[op] if question is None else question, FormularyOnDisk())


def spoiled(question: Any, path: str, value: Any) -> Any:
    """The question with one field changed: `history[1].date`. GONE takes the field out."""
    made = deepcopy(question)
    *way, last = path.replace("[", ".[").split(".")
    here = made
    for step in way:
        here = here[_step(step)]
    if value is GONE:
        del here[_step(last)]
    else:
        here[_step(last)] = value
    return made


def _step(name: str) -> str | int:
    return int(name[1:-1]) if name.startswith("[") else name
