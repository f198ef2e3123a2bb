"""What the plan of a visit takes from the record: earlier doses, where this infusion stands among them, what is known of the person."""

from __future__ import annotations

from datetime import date

from chairside.apps.intake.models import OrderVersion
from chairside.apps.people.models import Patient
from chairside.apps.people.selectors import core_patient, facts_for
from chairside.apps.plans.models import PlannedDose
from chairside.apps.visit.models import DoseGivenRecord
from chairside.core.kernel.fact import DoseGiven, Reaction
from chairside.core.kernel.quantity import Quantity, quantity
from chairside.core.protocols import Protocol
from chairside.core.protocols.schema.dose import PerWeight
from chairside.core.protocols.truth import Known, Truth, evaluate
from chairside.core.visit.from_protocol import Course


def doses_given(patient: Patient, protocol: str) -> tuple[DoseGiven, ...]:
    """Doses of a therapy given to this patient, here or elsewhere, oldest first."""
    rows = DoseGivenRecord.objects.filter(patient=patient, protocol=protocol).order_by("on", "dose_number", "id")
    return tuple(
        DoseGiven(protocol=row.protocol, dose_number=row.dose_number, on=row.on, dose=quantity(row.amount, row.unit), brand=row.brand,
                  reaction=Reaction(row.reaction_grade, row.reaction_term) if row.reaction_grade is not None else None,
                  tolerated=row.tolerated)
        for row in rows
    )


def known_of(patient: Patient, protocol: str, day: date) -> Known:
    """Everything that the rulebook may know of this person on a day."""
    facts = facts_for(patient)
    return Known(day, core_patient(patient, facts), facts, doses_given(patient, protocol))


def course_of(known: Known) -> Course:
    """The number of this infusion, and how many just before it were tolerated one after the other."""
    tolerated = 0
    for given in reversed(known.history):
        if not given.tolerated:
            break
        tolerated += 1
    return Course(len(known.history) + 1, tolerated, any(not given.tolerated for given in known.history))


def dose_per_of(protocol: Protocol, version: OrderVersion, dose: PlannedDose) -> Quantity | None:
    """The amount per kilogram that the dose came from, so that both verifiers can do the sum again; None for a dose by other rules."""
    if version.dose_amount is not None and version.dose_unit.endswith("/kg"):
        return quantity(version.dose_amount, version.dose_unit)
    if version.dose_amount is not None:
        return None
    regimen = protocol.regimen(version.regimen)
    phase = next((item for item in regimen.phases if item.key == dose.phase), None) if regimen else None
    return phase.dose.amount if phase and isinstance(phase.dose, PerWeight) else None


def questions_to_skip(protocol: Protocol, known: Known) -> frozenset[str]:
    """Questions that are known not to apply to this patient. Where that is not known, the question is asked."""
    return frozenset(
        question.key for question in protocol.questions
        if question.applies is not None and evaluate(question.applies, known).truth is Truth.FALSE
    )
