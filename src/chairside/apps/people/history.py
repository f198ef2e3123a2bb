"""Doses given to a patient, as plain values for the rulebook.

The rows belong to the visit app, which lies above; they are read through the patient, so that nothing here depends on it.
"""

from __future__ import annotations

from chairside.apps.people.models import Patient
from chairside.core.kernel.fact import DoseGiven, Reaction
from chairside.core.kernel.quantity import quantity


def history_for(patient: Patient) -> tuple[DoseGiven, ...]:
    """Every dose given to this patient, here or elsewhere, oldest first."""
    rows = patient.doses_given.order_by("on", "dose_number", "id")
    return tuple(
        DoseGiven(
            protocol=row.protocol,
            dose_number=row.dose_number,
            on=row.on,
            dose=quantity(row.amount, row.unit),
            brand=row.brand,
            reaction=None if row.reaction_grade is None else Reaction(row.reaction_grade, row.reaction_term),
            tolerated=row.tolerated,
        )
        for row in rows
    )
