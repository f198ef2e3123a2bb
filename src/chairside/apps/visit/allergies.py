"""A patient's allergies as they stand. What nobody has asked is None, never an empty list."""

from __future__ import annotations

from django.db.models import Q

from chairside.apps.people.models import Fact, Patient
from chairside.apps.people.selectors import records_of
from chairside.core.intake.meanings import NO_KNOWN_ALLERGY


def allergy_facts(patient: Patient) -> list[Fact]:
    """Allergies that stand, one a substance."""
    rows = (
        Fact.objects.filter(patient__in=records_of(patient), kind="allergy", corrected_by=None)
        .exclude(Q(status__in=("entered_in_error", "refuted", "inactive", "resolved")) | Q(code=NO_KNOWN_ALLERGY))
        .order_by("code", "-recorded_at")
    )
    return list({row.code: row for row in rows}.values())


def allergies_of(patient: Patient) -> list[dict[str, str]] | None:
    """What is on record; None where nobody has asked."""
    found = [{"text": row.display or row.code.replace("_", " "), "note": row.note} for row in allergy_facts(patient)]
    asked = Fact.objects.filter(patient__in=records_of(patient), kind="allergy", corrected_by=None, code=NO_KNOWN_ALLERGY)
    return found if found or asked.exists() else None
