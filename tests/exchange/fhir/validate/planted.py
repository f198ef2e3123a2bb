"""Resources with one planted defect each: what it is, where it must be found, and of which kind.

The table is read by the tests and by `tests.bench.validator`, which shows it to other validators too.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NamedTuple

_TERMS = "http://terminology.hl7.org/CodeSystem/"
_UCUM = "http://unitsofmeasure.org"


class Planted(NamedTuple):
    """One defect. `asked`: only FHIRPath finds it."""

    group: str
    name: str
    resource: dict[str, Any]
    path: str
    kind: str
    asked: bool = False


def concept(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": _TERMS + system, "code": code}]}


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
    "valueQuantity": {"value": Decimal("71.40"), "unit": "kg", "system": _UCUM, "code": "kg"},
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
    return {"value": value, "unit": "kg", "system": _UCUM, "code": "kg", **more}


def _rows() -> Iterator[Planted]:
    yield from _cardinality()
    yield from _json()
    yield from _bindings()
    yield from _primitives()
    yield from _unknown()
    yield from _references()
    yield from _other()
    yield from _invariants()
    yield from _asked()


def _cardinality() -> Iterator[Planted]:
    def row(name: str, resource: dict[str, Any], path: str, kind: str = "required") -> Planted:
        return Planted("cardinality", name, resource, path, kind)

    yield row("no status", without(OBSERVATION, "status"), "Observation.status")
    yield row("no code", without(OBSERVATION, "code"), "Observation.code")
    yield row("no subject", without(CONDITION, "subject"), "Condition.subject")
    yield row("no medication of a choice", without(ORDER, "medicationCodeableConcept"), "MedicationRequest.medication[x]")
    yield row("no payor", without(COVERAGE, "payor"), "Coverage.payor")
    yield row("no participant", without(APPOINTMENT, "participant"), "Appointment.participant")
    yield row("a part without its code", OBSERVATION | {"component": [{"valueInteger": 1}]}, "Observation.component[0].code")
    yield row("a list where one may be", OBSERVATION | {"code": [{"text": "x"}]}, "Observation.code", "structure")
    yield row("a list where one text may be", PATIENT | {"gender": ["female"]}, "Patient.gender", "structure")
    yield row("one where a list must be", PATIENT | {"name": {"family": "Okonkwo"}}, "Patient.name", "structure")
    yield row("one text where a list must be", PATIENT | {"name": [{"given": "Ada"}]}, "Patient.name[0].given", "structure")
    yield row("two of a choice", OBSERVATION | {"valueString": "71"}, "Observation.valueString", "structure")
    yield row(
        "two times of a choice",
        OBSERVATION | {"effectivePeriod": {"start": "2026"}},
        "Observation.effectivePeriod",
        "structure",
    )
    yield row(
        "a communication without language",
        PATIENT | {"communication": [{"preferred": True}]},
        "Patient.communication[0].language",
    )


def _json() -> Iterator[Planted]:
    def row(name: str, resource: dict[str, Any], path: str) -> Planted:
        return Planted("json", name, resource, path, "structure")

    yield row("null for a value", PATIENT | {"gender": None}, "Patient.gender")
    yield row("an empty list", PATIENT | {"name": []}, "Patient.name")
    yield row("an empty object", OBSERVATION | {"code": {}}, "Observation.code")
    yield row("text for an object", OBSERVATION | {"code": "29463-7"}, "Observation.code")
    yield row("an object for text", PATIENT | {"birthDate": {"value": "1988"}}, "Patient.birthDate")
    yield row("null in a list of objects", PATIENT | {"name": [None]}, "Patient.name[0]")
    yield row("null in a list of texts", PATIENT | {"name": [{"given": ["A", None]}]}, "Patient.name[0].given[1]")
    yield row(
        "a slot that holds nothing on either side",
        PATIENT | {"name": [{"given": ["A", None], "_given": [{"id": "a"}, None]}]},
        "Patient.name[0].given[1]",
    )
    yield row(
        "as many slots as values",
        PATIENT | {"name": [{"given": ["A"], "_given": [None, {"id": "b"}]}]},
        "Patient.name[0]._given",
    )
    yield row("a bare value in a shadow", PATIENT | {"_birthDate": "1988"}, "Patient._birthDate")
    yield row("a list of lists", PATIENT | {"name": [[{"family": "x"}]]}, "Patient.name[0]")


def _bindings() -> Iterator[Planted]:
    def row(name: str, resource: dict[str, Any], path: str) -> Planted:
        return Planted("binding", name, resource, path, "code-invalid")

    yield row("a status that is none", OBSERVATION | {"status": "done"}, "Observation.status")
    yield row("a sex in capitals", PATIENT | {"gender": "Female"}, "Patient.gender")
    yield row("a use of a name", PATIENT | {"name": [{"family": "x", "use": "primary"}]}, "Patient.name[0].use")
    yield row(
        "a clinical status",
        CONDITION | {"clinicalStatus": concept("condition-clinical", "chronic")},
        "Condition.clinicalStatus",
    )
    yield row(
        "the code of another system",
        CONDITION | {"clinicalStatus": concept("condition-other", "active")},
        "Condition.clinicalStatus",
    )
    yield row(
        "a comparator", OBSERVATION | {"valueQuantity": quantity(1, comparator="=<")}, "Observation.valueQuantity.comparator"
    )
    yield row("an intent", ORDER | {"intent": "wish"}, "MedicationRequest.intent")
    yield row("a category of allergies", ALLERGY | {"category": ["medication", "drug"]}, "AllergyIntolerance.category[1]")
    yield row("a text where a code is required", CONDITION | {"clinicalStatus": {"text": "active"}}, "Condition.clinicalStatus")
    yield row(
        "a unit of time",
        ORDER | {"dosageInstruction": [{"timing": {"repeat": {"period": 1, "periodUnit": "days"}}}]},
        "MedicationRequest.dosageInstruction[0].timing.repeat.periodUnit",
    )


def _primitives() -> Iterator[Planted]:
    def row(name: str, resource: dict[str, Any], path: str) -> Planted:
        return Planted("primitive", name, resource, path, "value")

    when = "Observation.effectiveDateTime"
    yield row("a day that is not in the calendar", OBSERVATION | {"effectiveDateTime": "2026-02-30"}, when)
    yield row("a thirteenth month", PATIENT | {"birthDate": "1988-13-14"}, "Patient.birthDate")
    yield row("29 February of no leap year", PATIENT | {"birthDate": "2025-02-29"}, "Patient.birthDate")
    yield row("a day written another way", PATIENT | {"birthDate": "03/14/1988"}, "Patient.birthDate")
    yield row("a time where a day is asked for", PATIENT | {"birthDate": "1988-03-14T00:00:00Z"}, "Patient.birthDate")
    yield row("a time without its zone", OBSERVATION | {"effectiveDateTime": "2026-11-13T10:05:00"}, when)
    yield row("25 o'clock", OBSERVATION | {"effectiveDateTime": "2026-11-13T25:05:00Z"}, when)
    yield row("a time without seconds", OBSERVATION | {"effectiveDateTime": "2026-11-13T10:05Z"}, when)
    yield row("a day where a moment is asked for", OBSERVATION | {"issued": "2026-11-13"}, "Observation.issued")
    yield row("a number in quotes", OBSERVATION | {"valueQuantity": quantity("71")}, "Observation.valueQuantity.value")
    yield row("a word for a truth value", PATIENT | {"active": "true"}, "Patient.active")
    yield row("a number for a truth value", PATIENT | {"active": 1}, "Patient.active")
    yield row(
        "a fraction for a whole number",
        without(OBSERVATION, "valueQuantity") | {"valueInteger": Decimal("1.5")},
        "Observation.valueInteger",
    )
    yield row(
        "a whole number too large", without(OBSERVATION, "valueQuantity") | {"valueInteger": 2**31}, "Observation.valueInteger"
    )
    yield row(
        "a positive number that is zero",
        PATIENT | {"telecom": [{"system": "phone", "value": "1", "rank": 0}]},
        "Patient.telecom[0].rank",
    )
    yield row("an empty text", PATIENT | {"name": [{"family": ""}]}, "Patient.name[0].family")
    yield row("nothing but spaces", PATIENT | {"name": [{"family": "  "}]}, "Patient.name[0].family")
    yield row("an id with a space", PATIENT | {"id": "p 1"}, "Patient.id")
    yield row("an id too long", PATIENT | {"id": "x" * 65}, "Patient.id")
    yield row(
        "a URI with a space", PATIENT | {"identifier": [{"system": "http://a b", "value": "1"}]}, "Patient.identifier[0].system"
    )
    yield row("a code with two spaces", CONDITION | {"code": {"coding": [{"code": "a  b"}]}}, "Condition.code.coding[0].code")
    yield row("a control character", PATIENT | {"name": [{"family": "bell\x07"}]}, "Patient.name[0].family")
    yield row(
        "base64 that is none", PATIENT | {"photo": [{"contentType": "image/png", "data": "a$b="}]}, "Patient.photo[0].data"
    )
    yield row("a number for text", PATIENT | {"name": [{"family": 7}]}, "Patient.name[0].family")
    div = "Patient.text.div"
    yield row("a narrative that is not well-formed", PATIENT | narrative("<p>one<br></p>"), div)
    yield row("a narrative with a script", PATIENT | narrative("<script>alert(1)</script>"), div)
    yield row("a narrative with an event", PATIENT | narrative('<p onclick="x()">one</p>'), div)
    yield row("an empty narrative", PATIENT | narrative("  "), div)
    yield row("a narrative that is no div", PATIENT | {"text": {"status": "generated", "div": "<p>one</p>"}}, div)


def narrative(inside: str) -> dict[str, Any]:
    return {"text": {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{inside}</div>'}}


def _unknown() -> Iterator[Planted]:
    def row(name: str, resource: dict[str, Any], path: str) -> Planted:
        return Planted("unknown", name, resource, path, "structure")

    yield row("an element of no one's", PATIENT | {"colour": "red"}, "Patient.colour")
    yield row("a misspelled element", PATIENT | {"birthdate": "1988-03-14"}, "Patient.birthdate")
    yield row("an unknown element deep down", PATIENT | {"name": [{"familyName": "x"}]}, "Patient.name[0].familyName")
    yield row("a type that the choice has not", OBSERVATION | {"valueDecimal": Decimal("1.5")}, "Observation.valueDecimal")
    yield row("a choice without its type", without(OBSERVATION, "valueQuantity") | {"value": 3}, "Observation.value")
    yield row("a shadow of no element", PATIENT | {"_colour": {"id": "a"}}, "Patient._colour")
    yield row("a shadow of an object", OBSERVATION | {"_code": {"id": "a"}}, "Observation._code")
    yield row(
        "a Coding where a CodeableConcept is",
        COVERAGE | {"class": [{"type": {"code": "plan"}, "value": "A"}]},
        "Coverage.class[0].type.code",
    )
    yield row("a comment of DSTU2", PATIENT | {"fhir_comments": ["x"]}, "Patient.fhir_comments")


def _references() -> Iterator[Planted]:
    def row(name: str, resource: dict[str, Any], path: str) -> Planted:
        return Planted("reference", name, resource, path, "structure")

    yield row("a relative one", OBSERVATION | {"subject": {"reference": "Medication/m1"}}, "Observation.subject")
    url = "https://ehr.example.org/fhir/Practitioner/9/_history/2"
    yield row("an absolute one with its version", CONDITION | {"subject": {"reference": url}}, "Condition.subject")
    yield row("a conditional one", CONDITION | {"subject": {"reference": "Practitioner?identifier=a|b"}}, "Condition.subject")
    medication = {"resourceType": "Medication", "id": "m"}
    inside = CONDITION | {"contained": [medication], "subject": {"reference": "#m"}}
    yield row("a contained one", inside, "Condition.subject")
    yield row("by its type alone", ORDER | {"requester": {"type": "Location", "display": "x"}}, "MedicationRequest.requester")
    yield row(
        "its type says another", OBSERVATION | {"subject": {"reference": "Patient/p1", "type": "Group"}}, "Observation.subject"
    )
    yield row("to a type that is none", OBSERVATION | {"subject": {"reference": "Pacient/p1"}}, "Observation.subject")
    order = ORDER | {"insurance": [{"reference": "Coverage/1"}, {"reference": "Patient/p1"}]}
    yield row("the second of a list", order, "MedicationRequest.insurance[1]")
    urn = "urn:uuid:5c3f9d4e-1f0a-4f6e-9a37-0f5f1a6f0a02"
    entries = [{"fullUrl": urn, "resource": medication}, {"resource": OBSERVATION | {"subject": {"reference": urn}}}]
    yield row("within a bundle", BUNDLE | {"entry": entries}, "Bundle.entry[1].resource.subject")


def _other() -> Iterator[Planted]:
    def row(name: str, resource: dict[str, Any], path: str, kind: str = "structure") -> Planted:
        return Planted("other", name, resource, path, kind)

    yield row(
        "an extension without url", PATIENT | {"extension": [{"valueString": "x"}]}, "Patient.extension[0].url", "required"
    )
    yield row("an element of R5", ORDER | {"medication": {"concept": {"text": "x"}}}, "MedicationRequest.medication")
    yield row("a resource of R5", {"resourceType": "InventoryItem", "status": "active"}, "")
    yield row("a resource of no version", {"resourceType": "Pacient"}, "")
    yield row("no resource type", {"id": "p1"}, "")
    yield row("an abstract type", {"resourceType": "DomainResource"}, "")
    yield row(
        "an unknown resource within", OBSERVATION | {"contained": [{"resourceType": "Nothing"}]}, "Observation.contained[0]"
    )
    deep = BUNDLE | {"entry": [{"resource": BUNDLE | {"entry": [{"resource": PATIENT | {"colour": "red"}}]}}]}
    yield row("deep in a bundle in a bundle", deep, "Bundle.entry[0].resource.entry[0].resource.colour")
    parameters = {"resourceType": "Parameters", "parameter": [{"name": "p", "resource": PATIENT | {"gender": "f"}}]}
    yield row("in the resource of a parameter", parameters, "Parameters.parameter[0].resource.gender", "code-invalid")


def _invariants() -> Iterator[Planted]:
    def row(key: str, resource: dict[str, Any], path: str) -> Planted:
        return Planted("invariant", key, resource, path, "invariant")

    yield row("ext-1", PATIENT | {"extension": [{"url": "http://x.example"}]}, "Patient.extension[0]")
    both = {"url": "http://x.example", "valueString": "x", "extension": [{"url": "a", "valueString": "x"}]}
    yield row("ext-1", PATIENT | {"extension": [both]}, "Patient.extension[0]")
    yield row("ele-1", OBSERVATION | {"code": {"id": "a"}}, "Observation.code")
    yield row("qty-3", OBSERVATION | {"valueQuantity": {"value": 71, "code": "kg"}}, "Observation.valueQuantity")
    period = {"start": "2026-11-12", "end": "2026-11-11"}
    yield row("per-1", without(OBSERVATION, "effectiveDateTime") | {"effectivePeriod": period}, "Observation.effectivePeriod")
    zoned = {"start": "2026-11-12T10:00:00+02:00", "end": "2026-11-12T09:30:00+04:00"}
    yield row("per-1", without(OBSERVATION, "effectiveDateTime") | {"effectivePeriod": zoned}, "Observation.effectivePeriod")
    yield row("obs-3", OBSERVATION | {"referenceRange": [{"appliesTo": [{"text": "x"}]}]}, "Observation.referenceRange[0]")
    low_high = {"low": quantity(9), "high": quantity(4)}
    yield row("rng-2", without(OBSERVATION, "valueQuantity") | {"valueRange": low_high}, "Observation.valueRange")
    yield row(
        "rat-1", without(OBSERVATION, "valueQuantity") | {"valueRatio": {"numerator": quantity(1)}}, "Observation.valueRatio"
    )
    yield row("cpt-2", PATIENT | {"telecom": [{"value": "555 0100"}]}, "Patient.telecom[0]")
    yield row("att-1", PATIENT | {"photo": [{"data": "QUJD"}]}, "Patient.photo[0]")
    yield row("pat-1", PATIENT | {"contact": [{"gender": "male"}]}, "Patient.contact[0]")
    yield row("obs-6", OBSERVATION | {"dataAbsentReason": {"text": "x"}}, "Observation")
    yield row("obs-7", OBSERVATION | {"component": [{"code": OBSERVATION["code"]}]}, "Observation")
    yield row("obs-3", OBSERVATION | {"referenceRange": [{"type": {"text": "normal"}}]}, "Observation.referenceRange[0]")
    yield row("ait-1", without(ALLERGY, "clinicalStatus"), "AllergyIntolerance")
    wrong = concept("allergyintolerance-verification", "entered-in-error")
    yield row("ait-2", ALLERGY | {"verificationStatus": wrong}, "AllergyIntolerance")
    yield row("con-4", CONDITION | {"abatementDateTime": "2026-01-02"}, "Condition")
    yield row("con-5", CONDITION | {"verificationStatus": concept("condition-ver-status", "entered-in-error")}, "Condition")
    yield row("con-1", CONDITION | {"stage": [{"type": {"text": "x"}}]}, "Condition.stage[0]")
    medication = {"resourceType": "Medication", "id": "m"}
    yield row("dom-3", ORDER | {"contained": [medication]}, "MedicationRequest.contained[0]")
    held = without(ORDER, "medicationCodeableConcept") | {"medicationReference": {"reference": "#m"}}
    yield row("ref-1", held, "MedicationRequest.medicationReference")
    nested = medication | {"contained": [{"resourceType": "Substance", "id": "s", "code": {"text": "x"}}]}
    yield row("dom-2", held | {"contained": [nested]}, "MedicationRequest.contained[0]")
    stamped = medication | {"meta": {"versionId": "1"}}
    yield row("dom-4", held | {"contained": [stamped]}, "MedicationRequest.contained[0].meta")
    yield row(
        "dom-5",
        held | {"contained": [medication | {"meta": {"security": [{"code": "R"}]}}]},
        "MedicationRequest.contained[0].meta",
    )
    repeat = {"duration": 1, "period": -1, "periodUnit": "d"}
    timing = ORDER | {"dosageInstruction": [{"timing": {"repeat": repeat}}]}
    yield row("tim-1", timing, "MedicationRequest.dosageInstruction[0].timing.repeat")
    yield row("tim-5", timing, "MedicationRequest.dosageInstruction[0].timing.repeat")
    yield row("mad-1", GIVEN | {"dosage": {"text": "as ordered"}}, "MedicationAdministration.dosage")
    yield row("app-2", without(APPOINTMENT, "end"), "Appointment")
    yield row("app-3", without(APPOINTMENT, "start", "end"), "Appointment")
    yield row("app-1", APPOINTMENT | {"participant": [{"status": "accepted"}]}, "Appointment.participant[0]")
    yield row("org-1", {"resourceType": "Organization", "active": True}, "Organization")
    home = [{"use": "home", "city": "Tulsa"}]
    yield row("org-2", {"resourceType": "Organization", "name": "x", "address": home}, "Organization")


def _asked() -> Iterator[Planted]:
    def row(key: str, resource: dict[str, Any], path: str) -> Planted:
        return Planted("invariant", key, resource, path, "invariant", asked=True)

    yield row("bdl-1", BUNDLE | {"total": 1}, "Bundle")
    yield row("bdl-3", BUNDLE | {"type": "transaction"}, "Bundle")
    yield row("bdl-5", BUNDLE | {"entry": [{"link": [{"relation": "self", "url": "http://x.example"}]}]}, "Bundle.entry[0]")
    yield row("bdl-7", BUNDLE | {"entry": BUNDLE["entry"] * 2}, "Bundle")
    yield row("bdl-9", BUNDLE | {"type": "document", "timestamp": "2026-11-12T10:00:00Z"}, "Bundle")
    twice = [{"linkId": "1", "type": "boolean", "text": "a"}, {"linkId": "1", "type": "boolean", "text": "b"}]
    yield row("que-2", QUESTIONNAIRE | {"item": twice}, "Questionnaire")
    yield row("que-1", QUESTIONNAIRE | {"item": [{"linkId": "1", "type": "group", "text": "a"}]}, "Questionnaire.item[0]")
    yield row(
        "que-6", QUESTIONNAIRE | {"item": [{"linkId": "1", "type": "display", "required": True}]}, "Questionnaire.item[0]"
    )
    section = {"section": [{"title": "x", "emptyReason": {"text": "x"}, "entry": [{"reference": "Patient/p1"}]}]}
    composition = {"resourceType": "Composition", "status": "final", "type": {"text": "x"}, "date": "2026", "title": "x"}
    yield row("cmp-2", composition | {"author": [{"display": "x"}]} | section, "Composition.section[0]")
    codes = {"compose": {"include": [{"concept": [{"code": "a"}]}]}}
    yield row("vsd-2", {"resourceType": "ValueSet", "status": "draft"} | codes, "ValueSet.compose.include[0]")
    risk = {"resourceType": "RiskAssessment", "status": "final", "subject": {"reference": "Patient/p1"}}
    yield row("ras-2", risk | {"prediction": [{"probabilityDecimal": Decimal("100.5")}]}, "RiskAssessment.prediction[0]")
    age = {"value": 5, "system": _UCUM}
    yield row("age-1", CONDITION | {"onsetAge": age}, "Condition.onsetAge")


PLANTED = tuple(_rows())
