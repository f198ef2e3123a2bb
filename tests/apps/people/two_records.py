"""Records of patients for the tests of matching and merging."""

from __future__ import annotations

from datetime import date
from typing import Any

from chairside.apps.people.merging import patient_merge
from chairside.apps.people.models import LikelyDuplicate, Patient, PatientMerge
from chairside.core.access import Role
from tests.apps.walk import NOW, Center, must


def patient(place: Center, number: str, family: str = "Moreno", given: str = "Anna", **more: Any) -> Patient:
    more.setdefault("birth_date", date(1961, 3, 4))
    return Patient.objects.create(organization=place.organization, mrn=number, family=family, given=given, **more)


def pair(place: Center, one: Patient, other: Patient, score: int = 74, reasons: str = "agrees: birth date"):
    return LikelyDuplicate.objects.create(
        organization=place.organization, one=one, other=other, score=score, reasons=reasons, found_at=NOW
    )


def merged(place: Center, kept: Patient, other: Patient, **more: Any) -> PatientMerge:
    row: PatientMerge = must(
        patient_merge(kept=kept, merged=other, reason="both cards seen", actor=place.actor(Role.INTAKE), at=NOW, **more)
    )
    for record in (kept, other):
        record.refresh_from_db()
    return row
