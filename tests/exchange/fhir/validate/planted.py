"""Resources with one planted defect each: what it is, where it must be found, and of which kind.

The table is read by the tests and by `tests.bench.validator`, which shows it to other validators too.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from tests.exchange.fhir.validate.cast import (
    ALLERGY,
    APPOINTMENT,
    BUNDLE,
    CONDITION,
    COVERAGE,
    OBSERVATION,
    ORDER,
    PATIENT,
    Planted,
    concept,
    narrative,
    quantity,
    without,
)
from tests.exchange.fhir.validate.planted_invariants import asked, native


def _rows() -> Iterator[Planted]:
    yield from _cardinality()
    yield from _json()
    yield from _bindings()
    yield from _primitives()
    yield from _unknown()
    yield from _references()
    yield from _other()
    yield from native()
    yield from asked()


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
    price = {"resourceType": "ChargeItem", "status": "billable", "code": {"text": "x"}, "subject": {"reference": "Patient/p1"}}
    yield row(
        "a currency by its name",
        price | {"priceOverride": {"value": 5, "currency": "Dollars"}},
        "ChargeItem.priceOverride.currency",
    )
    yield row("a media type by its ending", PATIENT | {"photo": [{"contentType": "png"}]}, "Patient.photo[0].contentType")
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
    yield row("a text of more than a megabyte", CONDITION | {"code": {"text": "x" * (2**20 + 1)}}, "Condition.code.text")
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
    odd = {"url": "http://x.example", "_url": {"id": "u"}, "valueString": "x"}
    yield row("a shadow of an extension's url", PATIENT | {"extension": [odd]}, "Patient.extension[0]._url")
    yield row("a shadow of an id within", PATIENT | {"name": [{"_id": {"id": "u"}, "family": "x"}]}, "Patient.name[0]._id")
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


PLANTED = tuple(_rows())
