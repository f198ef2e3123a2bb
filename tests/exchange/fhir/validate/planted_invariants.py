"""Resources that break one of FHIR's invariants each."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from tests.exchange.fhir.validate.cast import (
    ALLERGY,
    APPOINTMENT,
    BUNDLE,
    CONDITION,
    GIVEN,
    OBSERVATION,
    ORDER,
    PATIENT,
    QUESTIONNAIRE,
    UCUM,
    Planted,
    concept,
    quantity,
    without,
)


def native() -> Iterator[Planted]:
    """Those that the walk finds by itself."""
    yield _question()

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


def _question() -> Planted:
    when = [{"question": "1", "operator": "exists", "answerString": "yes"}]
    items = [*QUESTIONNAIRE["item"], {"linkId": "2", "type": "string", "enableWhen": when}]
    return Planted("invariant", "que-7", QUESTIONNAIRE | {"item": items}, "Questionnaire.item[1].enableWhen[0]", "invariant")


def asked() -> Iterator[Planted]:
    """Those that only FHIRPath finds."""

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
    age = {"value": 5, "system": UCUM}
    yield row("age-1", CONDITION | {"onsetAge": age}, "Condition.onsetAge")
    # No answer (a text that is no number) is not true either.
    focus = {"focus": [{"code": "Patient", "min": 0, "max": "many"}], "eventUri": "http://x.example", "date": "2026"}
    yield row("md-1", {"resourceType": "MessageDefinition", "status": "draft"} | focus, "MessageDefinition.focus[0]")
