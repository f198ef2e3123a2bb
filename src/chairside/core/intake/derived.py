"""Results that nobody sends because they are computed: creatinine clearance from creatinine, age, weight and sex."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from chairside.core.kernel.fact import Fact, FactKind, Patient
from chairside.core.kernel.kidney import creatinine_clearance
from chairside.core.kernel.quantity import Quantity, QuantityError, quantity
from chairside.core.kernel.unit import UnitError
from chairside.core.protocols.truth import Known, age_years

CLEARANCE, CREATININE = "lab.crcl", "lab.creatinine"
_METHOD = "Cockcroft-Gault, actual weight"


def with_derived(known: Known) -> Known:
    """What is known, with the creatinine clearance of the newest creatinine where no clearance of that day or later was sent.

    By Cockcroft and Gault with the actual weight; it bears the day of the creatinine. Not derived when anything is missing,
    nor for children. It shows intake where a limit is not met; the dose asks for a clearance of its own.
    """
    creatinine, sent = known.newest(CREATININE), known.newest(CLEARANCE)
    if creatinine is None or (sent is not None and sent.on >= creatinine.on):
        return known
    derived = _clearance(creatinine, known.patient, known.day)
    return known if derived is None else replace(known, facts=(*known.facts, derived))


def working(fact: Fact) -> str:
    """How a derived result was computed, for whoever checks it; "" for one that was sent."""
    return fact.note if fact.note.startswith(_METHOD) else ""


def _clearance(creatinine: Fact, patient: Patient, day: date) -> Fact | None:
    level = _measured(creatinine)
    if level is None:
        return None
    age = age_years(patient, day)
    decided = creatinine_clearance(age_years=age, weight=patient.weight, creatinine=level, sex=patient.sex)
    if decided.value is None:
        return None
    note = f"{_METHOD}: {'; '.join(decided.working)}"
    return Fact(FactKind.LAB, "crcl", creatinine.on, decided.value.amount, "mL/min", "final", note)


def _measured(fact: Fact) -> Quantity | None:
    if not isinstance(fact.value, Decimal):
        return None
    try:
        return quantity(fact.value, fact.unit).to("mg/dL")
    except (QuantityError, UnitError):
        return None
