"""What each type becomes: facts, contacts, documents; whatever a valid resource leaves out or says in another way."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chairside.core.intake.referral import Packet
from chairside.core.kernel.fact import Fact, FactKind
from chairside.exchange.fhir.bundle import Entry
from chairside.exchange.fhir.read import packet, received
from chairside.exchange.fhir.text import Json
from chairside.formulary.codes import Codes

CHICAGO, DAY = ZoneInfo("America/Chicago"), date(2026, 11, 23)
LOINC, SNOMED, UCUM = "http://loinc.org", "http://snomed.info/sct", "http://unitsofmeasure.org"
WEIGHT = {"coding": [{"system": LOINC, "code": "29463-7", "display": "Body weight"}]}


def read(*resources: Json) -> Packet:
    entries = [Entry(at, f"urn:uuid:{at}", resource) for at, resource in enumerate(resources)]
    items = received(entries, "test")
    assert [item.issues for item in items if not item.usable] == []
    return packet(items, codes=Codes(), zone=CHICAGO, on=DAY)


def facts(*resources: Json) -> list[Fact]:
    return [item.fact for item in read(*resources).facts]


def observation(**more: Any) -> Json:
    return {"resourceType": "Observation", "status": "final", "code": {"text": "x"}, **more}


def coded(system: str, code: str, text: str = "") -> Json:
    return {"coding": [{"system": system, "code": code}], **({"text": text} if text else {})}


def status(system: str, code: str) -> Json:
    return coded(f"http://terminology.hl7.org/CodeSystem/{system}", code)


SUBJECT = {"display": "Somebody"}


@pytest.mark.parametrize(
    ("value", "word"),
    [
        ({"valueRange": {"low": {"value": 5, "unit": "mg"}, "high": {"value": 10, "unit": "mg"}}}, "5 mg to 10 mg"),
        ({"valueRange": {"low": {"value": 5, "unit": "mg"}}}, "from 5 mg"),
        ({"valueRatio": {"numerator": {"value": 1}, "denominator": {"value": 128}}}, "1:128"),
        ({"valuePeriod": {"start": "2026-01-01"}}, "2026-01-01 to not ended"),
        ({"valueTime": "10:30:00"}, "10:30:00"),
        ({"valueBoolean": False}, "no"),
        ({"valueInteger": 3}, Decimal(3)),
        ({"valueQuantity": {"value": 5, "comparator": "<", "unit": "ng/mL"}}, "<5 ng/mL"),
        ({"valueQuantity": {"unit": "ng/mL"}}, "ng/mL"),
        ({"interpretation": [status("v3-ObservationInterpretation", "NEG")]}, "negative"),
        (
            {"valueSampledData": {"origin": {"value": 0}, "period": 10, "dimensions": 1, "data": "1 2 3"}},
            "a series of 3 readings",
        ),
    ],
)
def test_a_value_of_every_sort_is_told(value: Json, word: str | Decimal) -> None:
    (fact,) = facts(observation(**value))
    assert fact.value == word


def test_an_observation_without_a_value_is_no_result() -> None:
    (fact,) = facts(observation(dataAbsentReason={"text": "specimen clotted"}))
    assert (fact.value, fact.status, fact.note.split("; ")[-1]) == (None, "no_value", "no value: specimen clotted")


def test_a_panel_makes_no_fact_of_its_own_and_two_components_of_one_code_are_two() -> None:
    assert facts(observation(hasMember=[{"display": "a member"}])) == []
    parts = [{"code": {"text": "part"}, "valueString": word} for word in ("one", "two")]
    found = read(observation(component=parts)).facts
    assert [item.fact.value for item in found] == ["one", "two"]
    assert found[1].source == f"{found[0].source}#2"


@pytest.mark.parametrize(
    ("when", "on"),
    [
        ({"effectiveInstant": "2026-05-05T03:00:00Z"}, date(2026, 5, 4)),
        ({"effectivePeriod": {"end": "2026-05-05"}}, date(2026, 5, 5)),
        ({"effectiveTiming": {"event": ["2026-05-05"]}}, date(2026, 5, 5)),
        ({"effectiveDateTime": "2026", "issued": "2026-05-05T15:00:00Z"}, date(2026, 5, 5)),
        ({}, DAY),
    ],
)
def test_the_day_is_told_in_every_way(when: Json, on: date) -> None:
    (fact,) = facts(observation(valueString="x", **when))
    assert fact.on == on


@pytest.mark.parametrize(
    ("quantity", "value", "unit"),
    [
        ({"value": 180, "unit": "lbs", "system": UCUM, "code": "[lb_av]"}, Decimal("81.6466266"), "kg"),
        ({"value": 180, "unit": "lbs"}, Decimal("81.6466266"), "kg"),
        ({"value": 3200, "unit": "g", "system": UCUM, "code": "g"}, Decimal("3.2"), "kg"),
        ({"value": 180}, Decimal(180), ""),
        ({"value": 180, "unit": "flurbs"}, Decimal(180), "flurbs"),
        ({"value": 82, "unit": "kg", "system": "http://other.example.org", "code": "26"}, Decimal(82), "kg"),
    ],
)
def test_a_weight_is_in_kilograms_where_its_unit_says_so(quantity: Json, value: Decimal, unit: str) -> None:
    (fact,) = facts(observation(code=WEIGHT, valueQuantity=quantity))
    assert (fact.code, fact.value, fact.unit) == ("weight_kg", value, unit)


def test_the_senders_code_is_kept_beside_our_key() -> None:
    (item,) = read(observation(code=WEIGHT, valueQuantity={"value": 82, "unit": "kg"})).facts
    assert item.coded == f"{LOINC}|29463-7"


def test_a_range_in_another_unit_than_the_value_is_not_its_range() -> None:
    limits = [{"high": {"value": 40, "unit": "umol/L"}}]
    (fact,) = facts(observation(valueQuantity={"value": 1, "unit": "mg/dL"}, referenceRange=limits))
    assert fact.upper is None


def test_a_diagnosis_without_icd10_is_kept_under_its_own_code() -> None:
    resource = {"resourceType": "Condition", "subject": SUBJECT, "clinicalStatus": status("condition-clinical", "active")}
    (item,) = read({**resource, "code": coded(SNOMED, "59621000", "Hypertension"), "onsetDateTime": "2011"}).facts
    assert (item.fact.code, item.fact.status, item.coded) == ("snomed:59621000", "active", f"{SNOMED}|59621000")
    (fact,) = facts({**resource, "code": {"text": "told by the daughter"}})
    assert fact.code == "text:told by the daughter"


def test_a_diagnosis_in_doubt_says_so_and_an_error_does_not_stand() -> None:
    resource = {"resourceType": "Condition", "subject": SUBJECT, "code": coded(SNOMED, "59621000")}
    doubted = {**resource, "clinicalStatus": status("condition-clinical", "active")}
    (fact,) = facts({**doubted, "verificationStatus": status("condition-ver-status", "provisional")})
    assert "verification: provisional" in fact.note
    (fact,) = facts({**resource, "verificationStatus": status("condition-ver-status", "entered-in-error")})
    assert fact.status == "entered-in-error"


@pytest.mark.parametrize(
    ("concept", "kind", "code"),
    [
        (coded(SNOMED, "716186003", "No known allergy"), FactKind.ALLERGY, "no_known_allergy"),
        ({"text": "NKDA"}, FactKind.ALLERGY, "no_known_allergy"),
        (coded(SNOMED, "429625007", "No known food allergy"), FactKind.ANSWER, "snomed:429625007"),
        (coded("http://www.nlm.nih.gov/research/umls/rxnorm", "7980", "Penicillin G"), FactKind.ALLERGY, "penicillin g"),
        (None, FactKind.ALLERGY, "not named"),
    ],
)
def test_allergies_are_told_by_substance_and_their_absence_apart(concept: Json | None, kind: FactKind, code: str) -> None:
    resource = {"resourceType": "AllergyIntolerance", "patient": SUBJECT}
    resource["clinicalStatus"] = status("allergyintolerance-clinical", "active")
    (fact,) = facts({**resource, **({"code": concept} if concept else {})})
    assert (fact.kind, fact.code) == (kind, code)


def test_no_known_allergy_that_was_an_error_says_nothing() -> None:
    doubt = status("allergyintolerance-verification", "entered-in-error")
    resource = {"resourceType": "AllergyIntolerance", "patient": SUBJECT, "code": coded(SNOMED, "716186003")}
    (fact,) = facts({**resource, "verificationStatus": doubt})
    assert fact.status == "entered-in-error"


def test_a_vaccine_not_given_is_not_given_and_refused_only_where_that_is_said() -> None:
    resource = {"resourceType": "Immunization", "patient": SUBJECT, "vaccineCode": coded("http://hl7.org/fhir/sid/cvx", "203")}
    base = {**resource, "status": "not-done", "occurrenceDateTime": "2026-01-02"}
    assert [fact.status for fact in facts(base)] == ["not-done"]
    objection = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "PATOBJ"}]}
    assert [fact.status for fact in facts({**base, "statusReason": objection})] == ["refused"]


MEDICINE = coded("http://www.nlm.nih.gov/research/umls/rxnorm", "1", "Prednisone 5 MG")


@pytest.mark.parametrize(
    ("resource", "said"),
    [
        ({"resourceType": "MedicationAdministration", "status": "completed", "effectiveDateTime": "2026-01-02"}, "taken"),
        ({"resourceType": "MedicationAdministration", "status": "not-done", "effectiveDateTime": "2026-01-02"}, "not-taken"),
        ({"resourceType": "MedicationDispense", "status": "completed"}, "dispensed"),
        ({"resourceType": "MedicationDispense", "status": "entered-in-error"}, "entered-in-error"),
        ({"resourceType": "MedicationStatement", "status": "active"}, "active"),
        ({"resourceType": "MedicationRequest", "status": "active", "intent": "order"}, "active"),
        ({"resourceType": "MedicationRequest", "status": "stopped", "intent": "order"}, "taken"),
    ],
)
def test_medicines_of_every_sort_are_facts(resource: Json, said: str) -> None:
    (fact,) = facts({**resource, "subject": SUBJECT, "medicationCodeableConcept": MEDICINE})
    assert (fact.kind, fact.code, fact.status) == (FactKind.MEDICATION, "prednisone", said)


def test_a_medicine_by_reference_is_named_by_what_is_contained_or_by_its_display() -> None:
    drug = {"resourceType": "Medication", "id": "m", "code": MEDICINE}
    base = {"resourceType": "MedicationStatement", "status": "active", "subject": SUBJECT}
    (fact,) = facts({**base, "contained": [drug], "medicationReference": {"reference": "#m"}})
    assert fact.code == "prednisone"
    (fact,) = facts({**base, "medicationReference": {"display": "Rituximab 100 mg"}})
    assert fact.code == "rituximab"


def test_an_active_order_is_a_medicine_unless_a_request_to_infuse_is_about_it() -> None:
    here = {"resourceType": "MedicationRequest", "id": "a", "status": "active", "intent": "order", "subject": SUBJECT}
    drug = {**here, "medicationCodeableConcept": MEDICINE}
    asked = {"resourceType": "ServiceRequest", "status": "active", "intent": "order", "subject": SUBJECT}
    about = {**asked, "basedOn": [{"reference": "MedicationRequest/a"}]}
    home = {**drug, "id": "b", "medicationCodeableConcept": {"text": "Levothyroxine 50 mcg"}}
    found = read(about, drug, home)
    assert [order.text for order in found.orders] == ["Prednisone 5 MG"]
    assert [item.fact.code for item in found.facts] == ["levothyroxine"]
    assert read(drug, home).orders == ()


@pytest.mark.parametrize(
    "more",
    [
        {"category": [coded(SNOMED, "108252007")]},
        {"code": coded(LOINC, "24338-6")},
        {"doNotPerform": True},
        {"status": "completed"},
        {"intent": "proposal"},
    ],
)
def test_a_request_for_somebody_else_is_no_referral(more: Json) -> None:
    asked = {"resourceType": "ServiceRequest", "status": "active", "intent": "order", "subject": SUBJECT}
    assert read(asked).request is not None
    assert read({**asked, **more}).request is None


def test_pictures_were_taken_is_not_what_they_show() -> None:
    study = {"resourceType": "ImagingStudy", "status": "available", "subject": SUBJECT, "started": "2026-01-02"}
    modality = [{"system": "http://dicom.nema.org/resources/ontology/DCM", "code": "MR", "display": "Magnetic resonance"}]
    (fact,) = facts({**study, "modality": modality})
    assert (fact.kind, fact.code, fact.status) == (FactKind.IMAGING, "dicom:MR", "available")


def test_a_report_makes_a_fact_of_what_it_concludes_and_a_document_of_what_it_shows() -> None:
    report = {"resourceType": "DiagnosticReport", "status": "final", "code": {"text": "Pathology"}, "subject": SUBJECT}
    form = [{"contentType": "application/pdf", "title": "Report"}]
    found = read({**report, "conclusion": "No malignancy", "presentedForm": form})
    assert [(item.fact.kind, item.fact.value) for item in found.facts] == [(FactKind.TEST, "No malignancy")]
    assert [(item.title, item.kind, item.media) for item in found.documents] == [("Report", "Pathology", "application/pdf")]
    assert read(report).facts == ()


def test_documents_that_were_errors_are_none_and_every_content_is_one() -> None:
    base = {"resourceType": "DocumentReference", "status": "current", "type": {"text": "Note"}, "subject": SUBJECT}
    two = [{"attachment": {"contentType": "text/plain"}}, {"attachment": {"contentType": "application/pdf"}}]
    found = read({**base, "content": two}).documents
    assert [item.media for item in found] == ["text/plain", "application/pdf"]
    assert len({item.source for item in found}) == 2
    assert read({**base, "status": "entered-in-error", "content": two}).documents == ()


PATIENT = {"resourceType": "Patient", "id": "p", "name": [{"family": "A"}]}


def test_contacts_stand_in_the_patient_and_beside() -> None:
    own = [{"name": {"text": "Wilma A"}, "relationship": [{"text": "sister"}]}, {"organization": {"display": "Home care"}}]
    gone = {"resourceType": "RelatedPerson", "active": False, "patient": {"reference": "Patient/p"}, "name": [{"text": "B"}]}
    found = read({**PATIENT, "contact": own}, gone).contacts
    assert [(item.name, item.relationship) for item in found] == [("Wilma A", "sister"), ("Home care", "")]


def test_an_old_address_and_number_come_last() -> None:
    address = [{"use": "old", "city": "Before"}, {"use": "home", "city": "Now"}]
    phones = [{"system": "phone", "use": "old", "value": "1"}, {"system": "phone", "value": "2"}]
    person = read({**PATIENT, "address": address, "telecom": phones}).person
    assert person is not None
    assert (person.address, person.phone) == ("Now", "2")


@pytest.mark.parametrize(
    ("more", "died"), [({"deceasedBoolean": True}, "yes"), ({"deceasedDateTime": "2026-01-02"}, "2026-01-02")]
)
def test_a_death_is_told(more: Json, died: str) -> None:
    found = read({**PATIENT, **more})
    assert found.person is not None
    assert found.person.died == died
    assert [(item.fact.code, item.fact.value) for item in found.facts] == [("deceased", died)]
    assert read({**PATIENT, "deceasedBoolean": False}).facts == ()


def test_what_is_about_somebody_else_is_nobodys_fact() -> None:
    other = observation(valueString="theirs", subject={"reference": "Patient/q"})
    own = observation(valueString="ours", subject={"reference": "Patient/p"})
    found = read(PATIENT, other, own)
    assert [item.fact.value for item in found.facts] == ["ours"]
    assert found.others == ("fhir:Observation/urn:uuid:1",)


def test_a_coverage_that_ended_is_kept_apart() -> None:
    base = {"resourceType": "Coverage", "beneficiary": SUBJECT, "payor": [{"display": "Acme"}]}
    found = read({**base, "status": "active"}, {**base, "status": "cancelled", "period": {"end": "2026-01-31"}})
    assert [item.payer for item in found.coverages] == ["Acme"]
    assert [(item.status, item.ends) for item in found.ended] == [("cancelled", date(2026, 1, 31))]


def _parts(names: list[str], values: dict[str, Any]) -> Json:
    return {name: values[name] for name in names}


CHOICES: dict[str, tuple[Json, dict[str, Any]]] = {
    "Observation": (
        {"status": "final", "code": {"text": "x"}},
        {
            "subject": SUBJECT,
            "category": [status("observation-category", "laboratory"), {"text": "y"}],
            "valueQuantity": {"value": 1, "system": UCUM},
            "component": [{"code": WEIGHT}, {"code": {}, "valueCodeableConcept": {}}],
            "hasMember": [{"display": "z"}],
            "referenceRange": [{"text": "negative"}, {"low": {"value": 1}}],
            "effectiveTiming": {"event": ["2026"]},
            "note": [{"text": "n"}],
            "interpretation": [{"text": "odd"}],
            "issued": "2016-12-31T23:59:59+14:00",
        },
    ),
    "Condition": (
        {"subject": SUBJECT},
        {
            "code": {"coding": [{"display": "no code"}]},
            "abatementString": "later",
            "onsetAge": {"value": 4},
            "recordedDate": "2026",
        },
    ),
    "AllergyIntolerance": (
        {"patient": SUBJECT},
        {
            "reaction": [{"manifestation": [{"text": "hives"}], "severity": "severe"}],
            "onsetString": "as a child",
            "code": {"text": ""},
        },
    ),
    "Immunization": (
        {"status": "completed", "patient": SUBJECT, "vaccineCode": {"text": "flu"}, "occurrenceString": "2020 or so"},
        {"protocolApplied": [{"doseNumberString": "first"}], "statusReason": {"text": "out of stock"}},
    ),
    "ImagingStudy": (
        {"status": "cancelled", "subject": SUBJECT},
        {
            "series": [{"uid": "1", "modality": {"code": "CT"}}],
            "procedureCode": [{"text": "CT"}],
            "started": "2026",
            "modality": [{}],
        },
    ),
    "MedicationRequest": (
        {"status": "unknown", "intent": "order", "subject": SUBJECT, "medicationReference": {"display": "d"}},
        {
            "dosageInstruction": [{"text": "x"}, {"doseAndRate": [{"doseRange": {"low": {"value": 1}}}]}],
            "groupIdentifier": {"system": "s"},
            "dispenseRequest": {"validityPeriod": {"start": "2026"}},
            "statusReason": {"text": "intolerance: rash"},
        },
    ),
    "DocumentReference": (
        {"status": "superseded", "content": [{"attachment": {}}]},
        {
            "type": {"text": "Note"},
            "date": "2026-01-01T00:00:00Z",
            "context": {"period": {"start": "2025"}},
            "subject": SUBJECT,
        },
    ),
    "Patient": (
        {},
        {
            "name": [{"given": ["A"]}, {"text": "B", "use": "old"}],
            "telecom": [{"system": "phone"}, {"value": "1"}],
            "address": [{"text": "somewhere"}],
            "contact": [{"name": {"given": ["C"]}}],
            "communication": [{"language": {"text": "Welsh"}}],
            "birthDate": "1970",
            "identifier": [{"value": "1"}, {"system": "s"}],
        },
    ),
}


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.data())
def test_whatever_a_valid_resource_leaves_out_it_is_read(data: st.DataObject) -> None:
    resources = []
    for kind, (needed, choices) in CHOICES.items():
        chosen = data.draw(st.lists(st.sampled_from(sorted(choices)), unique=True))
        resource = {"resourceType": kind, **needed, **_parts(chosen, choices)}
        if "effectiveTiming" in resource:
            resource.pop("issued", None)
        resources.append(resource)
    items = received([Entry(at, f"urn:uuid:{at}", resource) for at, resource in enumerate(resources)], "test")
    found = packet(items, codes=Codes(), zone=CHICAGO, on=DAY)
    assert all(len(item.fact.code) <= 80 and item.fact.code for item in found.facts)
    assert len({(item.source, item.fact.kind, item.fact.code) for item in found.facts}) == len(found.facts)
