"""What the plan of a visit takes from the record: earlier doses, the place of this infusion among them, known facts."""

from __future__ import annotations

from datetime import date

from chairside.apps.intake.models import OrderVersion
from chairside.apps.people.history import history_for
from chairside.apps.people.models import Patient
from chairside.apps.people.selectors import core_patient, facts_for
from chairside.apps.plans.models import PlannedDose
from chairside.core.kernel.quantity import Quantity, quantity
from chairside.core.plans.selection import indication_for, phase_for, regimen_for
from chairside.core.protocols import Protocol
from chairside.core.protocols.schema.dose import PerSurface, PerWeight, WeightChoice
from chairside.core.protocols.truth import Known, Truth, evaluate
from chairside.core.visit.from_protocol import Course


def known_of(patient: Patient, protocol: str, day: date) -> Known:
    """What the rulebook may know of this person on a day, with the doses of this therapy given before, here or elsewhere."""
    facts = facts_for(patient)
    given = tuple(item for item in history_for(patient) if item.protocol == protocol)
    return Known(day, core_patient(patient, facts), facts, given)


def course_of(known: Known) -> Course:
    """The number of this infusion, and how many just before it were tolerated one after the other."""
    tolerated = 0
    for given in reversed(known.history):
        if not given.tolerated:
            break
        tolerated += 1
    return Course(len(known.history) + 1, tolerated, any(not given.tolerated for given in known.history))


def dose_per_of(protocol: Protocol, version: OrderVersion, dose: PlannedDose, known: Known) -> Quantity | None:
    """The amount a kilogram or a square metre that the dose came from, for both verifiers to do the sum again.

    None by other rules, and where the kilograms are not those of the dosing weight of record (ideal, adjusted).
    """
    if version.dose_amount is not None:
        return quantity(version.dose_amount, version.dose_unit) if version.dose_unit.endswith(("/kg", "/m2")) else None
    indication = indication_for(protocol, version.indication, known).value
    regimen = regimen_for(protocol, indication, version.regimen, known, version.brand).value
    place = phase_for(regimen, dose.number, dose.phase).value if regimen else None
    rule = place.phase.dose if place else None
    if isinstance(rule, PerWeight):
        return rule.amount if rule.weight in (WeightChoice.RECORD, WeightChoice.FROZEN) else None
    return rule.amount if isinstance(rule, PerSurface) else None


def questions_to_skip(protocol: Protocol, known: Known) -> frozenset[str]:
    """Questions that are known not to apply to this patient. Where that is not known, the question is asked."""
    return frozenset(
        question.key
        for question in protocol.questions
        if question.applies is not None and evaluate(question.applies, known).truth is Truth.FALSE
    )
