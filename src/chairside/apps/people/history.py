"""Doses given to a patient, as plain values for the rulebook.

The rows belong to the visit app, which lies above; they are read through the patient, so that nothing here depends on it.
"""

from __future__ import annotations

from chairside.apps.people.models import Patient
from chairside.apps.people.selectors import records_of
from chairside.core.kernel.fact import DoseGiven, Reaction
from chairside.core.kernel.quantity import quantity

_COLUMNS = ("protocol", "dose_number", "on", "amount", "unit", "brand", "reaction_grade", "reaction_term", "tolerated")


def history_for(patient: Patient) -> tuple[DoseGiven, ...]:
    """Every dose given to this person, here or elsewhere, oldest first.

    Two records of one person may both tell of the same dose: the same number, day and amount is one dose.
    """
    rows = (
        Patient.objects.filter(pk__in=records_of(patient), doses_given__isnull=False)
        .order_by("doses_given__on", "doses_given__dose_number", "doses_given__id")
        .values_list(*(f"doses_given__{name}" for name in _COLUMNS))
    )
    given: dict[tuple[object, ...], DoseGiven] = {}
    for protocol, number, on, amount, unit, brand, grade, term, tolerated in rows:
        dose = DoseGiven(
            protocol=protocol,
            dose_number=number,
            on=on,
            dose=quantity(amount, unit),
            brand=brand,
            reaction=None if grade is None else Reaction(grade, term),
            tolerated=tolerated,
        )
        told = given.setdefault((protocol, number, on, dose.dose), dose)
        if told.reaction is None and dose.reaction is not None:
            given[protocol, number, on, dose.dose] = dose  # the record that knows of the reaction tells more
    return tuple(given.values())
