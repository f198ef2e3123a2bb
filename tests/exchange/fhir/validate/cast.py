"""The sound resources that the tables of defects and of unusual resources start from."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

TERMS = "http://terminology.hl7.org/CodeSystem/"
UCUM = "http://unitsofmeasure.org"


class Planted(NamedTuple):
    """One defect. `asked`: only FHIRPath finds it."""

    group: str
    name: str
    resource: dict[str, Any]
    path: str
    kind: str
    asked: bool = False


def concept(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": TERMS + system, "code": code}]}


PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "p1",
    "name": [{"family": "Okonkwo", "given": ["Adaeze"]}],
    "gender": "female",
    "birthDate": "1988-03-14",
}
OBSERVATION: dict[str, Any] = {
    "resourceType": "Observation",
    "id": "o1",
    "status": "final",
    "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7"}]},
    "subject": {"reference": "Patient/p1"},
    "effectiveDateTime": "2026-11-12T14:32:00-06:00",
    "valueQuantity": {"value": Decimal("71.40"), "unit": "kg", "system": UCUM, "code": "kg"},
}
CONDITION: dict[str, Any] = {
    "resourceType": "Condition",
    "clinicalStatus": concept("condition-clinical", "active"),
    "verificationStatus": concept("condition-ver-status", "confirmed"),
    "code": {"text": "Crohn's disease"},
    "subject": {"reference": "Patient/p1"},
}
ALLERGY: dict[str, Any] = {
    "resourceType": "AllergyIntolerance",
    "clinicalStatus": concept("allergyintolerance-clinical", "active"),
    "code": {"text": "Penicillin"},
    "patient": {"reference": "Patient/p1"},
}
ORDER: dict[str, Any] = {
    "resourceType": "MedicationRequest",
    "status": "active",
    "intent": "order",
    "medicationCodeableConcept": {"text": "infliximab"},
    "subject": {"reference": "Patient/p1"},
}
COVERAGE: dict[str, Any] = {
    "resourceType": "Coverage",
    "status": "active",
    "beneficiary": {"reference": "Patient/p1"},
    "payor": [{"reference": "Organization/o1"}],
}
APPOINTMENT: dict[str, Any] = {
    "resourceType": "Appointment",
    "status": "booked",
    "start": "2026-11-24T09:00:00-06:00",
    "end": "2026-11-24T11:00:00-06:00",
    "participant": [{"actor": {"reference": "Patient/p1"}, "status": "accepted"}],
}
GIVEN: dict[str, Any] = {
    "resourceType": "MedicationAdministration",
    "status": "completed",
    "medicationCodeableConcept": {"text": "infliximab"},
    "subject": {"reference": "Patient/p1"},
    "effectiveDateTime": "2026-11-12",
}
QUESTIONNAIRE: dict[str, Any] = {
    "resourceType": "Questionnaire",
    "status": "active",
    "item": [{"linkId": "1", "type": "boolean", "text": "Any fever?"}],
}
BUNDLE: dict[str, Any] = {
    "resourceType": "Bundle",
    "type": "collection",
    "entry": [{"fullUrl": "urn:uuid:5c3f9d4e-1f0a-4f6e-9a37-0f5f1a6f0a01", "resource": PATIENT}],
}


def without(resource: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in resource.items() if name not in names}


def quantity(value: Any, **more: Any) -> dict[str, Any]:
    return {"value": value, "unit": "kg", "system": UCUM, "code": "kg", **more}


def narrative(inside: str) -> dict[str, Any]:
    return {"text": {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{inside}</div>'}}
