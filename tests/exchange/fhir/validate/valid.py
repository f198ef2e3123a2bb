"""Resources that look wrong and are right: none may raise an alarm. Read by tests and `tests.bench.validator`."""

from __future__ import annotations

from typing import Any

from chairside.exchange.fhir.text import parse
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
    concept,
    narrative,
    without,
)

_UNKNOWN = {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}]}
_VALUELESS = without(OBSERVATION, "valueQuantity")
_TIMELESS = without(OBSERVATION, "effectiveDateTime")


def observed(number: str) -> dict[str, Any]:
    return _VALUELESS | {"valueQuantity": {"value": parse(number), "unit": "mg"}}


def _period(start: str, end: str) -> dict[str, Any]:
    return _TIMELESS | {"effectivePeriod": {"start": start, "end": end}}


VALID: dict[str, dict[str, Any]] = {
    "null slots beside extensions": PATIENT | {"name": [{"given": [None, "B"], "_given": [_UNKNOWN, None]}]},
    "a list of shadows without values": PATIENT | {"name": [{"_given": [_UNKNOWN]}]},
    "a required code replaced by its extension": without(OBSERVATION, "status") | {"_status": _UNKNOWN},
    "a date with the time of birth beside it": PATIENT
    | {"_birthDate": {"extension": [{"url": "http://x.example/t", "valueDateTime": "1988-03-14T05:00:00Z"}]}},
    "a choice replaced by its extension": without(GIVEN, "effectiveDateTime") | {"_effectiveDateTime": _UNKNOWN},
    "contained and pointed at": without(ORDER, "medicationCodeableConcept")
    | {"contained": [{"resourceType": "Medication", "id": "m"}], "medicationReference": {"reference": "#m"}},
    "contained that points at what contains it": CONDITION
    | {
        "contained": [
            {"resourceType": "Provenance", "id": "v", "target": [{"reference": "#"}], "recorded": "2026-11-12T10:00:00Z"}
            | {"agent": [{"who": {"display": "x"}}]}
        ]
    },
    "contained that is pointed at by a canonical": {
        "resourceType": "QuestionnaireResponse",
        "status": "completed",
        "contained": [QUESTIONNAIRE | {"id": "q"}],
        "questionnaire": "#q",
    },
    "a conditional reference": OBSERVATION | {"subject": {"reference": "Patient?identifier=http://a.example|b"}},
    "an absolute reference with a version": OBSERVATION
    | {"subject": {"reference": "https://o.example/fhir/Patient/9/_history/2"}},
    "a reference by identifier": OBSERVATION | {"subject": {"identifier": {"value": "7"}, "type": "Patient"}},
    "a urn that is not in the bundle": OBSERVATION
    | {"subject": {"reference": "urn:uuid:5c3f9d4e-1f0a-4f6e-9a37-0f5f1a6f0a09"}},
    "a reference that says its type": OBSERVATION | {"subject": {"reference": "Patient/p1", "type": "Patient"}},
    "a decimal with an exponent": observed("1.20E-3"),
    "a decimal with trailing zeros": observed("1.000000000000000000"),
    "a number of thirty digits": observed("123456789012345678901234567890.5"),
    "minus zero": observed("-0.0"),
    "a leap second": OBSERVATION | {"effectiveDateTime": "2016-12-31T23:59:60Z"},
    "29 February of a leap year": PATIENT | {"birthDate": "2024-02-29"},
    "a year for a birth": PATIENT | {"birthDate": "1961"},
    "a month for a birth": PATIENT | {"birthDate": "1961-02"},
    "a zone of 14 hours": OBSERVATION | {"effectiveDateTime": "2026-11-12T14:32:00.123456789+14:00"},
    "a period of different precision": _period("2026", "2026-11"),
    "a period within one day": _period("2026-11-12", "2026-11-12T08:00:00Z"),
    "a period whose end is a day and whose start a time in it": _period("2026-11-12T08:00:00Z", "2026-11-12"),
    "a period across zones": _period("2026-11-12T10:00:00+10:00", "2026-11-12T01:00:00Z"),
    "an open period": _TIMELESS | {"effectivePeriod": {"start": "2026-11-12"}},
    "a time of day": _VALUELESS | {"valueTime": "12:00:00.5"},
    "base64 with white space": PATIENT | {"photo": [{"contentType": "image/png", "data": "QUJD\r\nREVG IA=="}]},
    "a narrative with tables, pictures and entities": PATIENT
    | narrative('<table><tr><td>&lt;5&nbsp;kg &amp; <b>x</b><br/><img src="#p" alt="x"/></td></tr></table>'),
    "a text in many lines": CONDITION | {"note": [{"text": "one\r\n\ttwo  three\n"}]},
    "a zero-width space": CONDITION | {"code": {"text": "Leukocytes [#/\u200bvolume]"}},
    "a character beyond 16 bits, and right to left": CONDITION | {"code": {"text": "\U0001f9ec \u202bשלום\u202c"}},
    "a code with a space within": CONDITION | {"code": {"coding": [{"system": "http://a.example", "code": "a b"}]}},
    "a coding without a system": CONDITION | {"code": {"coding": [{"code": "x", "display": "y"}]}},
    "two codings, one of them bound": CONDITION
    | {
        "clinicalStatus": {
            "coding": [{"system": "http://local.example", "code": "A"}, *concept("condition-clinical", "active")["coding"]]
        }
    },
    "why a required code is absent": CONDITION | {"clinicalStatus": _UNKNOWN | {"text": "not told"}},
    "a condition that has abated": CONDITION
    | {"clinicalStatus": concept("condition-clinical", "resolved"), "abatementString": "last year"},
    "an allergy entered in error": without(ALLERGY, "clinicalStatus")
    | {"verificationStatus": concept("allergyintolerance-verification", "entered-in-error")},
    "no value, and the reason": _VALUELESS | {"dataAbsentReason": concept("data-absent-reason", "unknown")},
    "parts with codes of their own": _VALUELESS | {"component": [{"code": {"text": "systolic"}, "valueInteger": 120}]},
    "a proposed appointment without times": without(APPOINTMENT, "start", "end") | {"status": "proposed"},
    "extensions in extensions, and one that modifies": PATIENT
    | {
        "extension": [{"url": "http://x.example", "extension": [{"url": "a", "valueCodeableConcept": {"text": "x"}}]}],
        "modifierExtension": [{"url": "http://x.example/m", "valueBoolean": False}],
    },
    "a choice whose value is false": PATIENT | {"deceasedBoolean": False, "multipleBirthInteger": 2},
    "parameters": {
        "resourceType": "Parameters",
        "parameter": [
            {"name": "a", "valueCanonical": "http://x.example|1"},
            {"name": "b", "resource": PATIENT},
            {"name": "c", "part": [{"name": "d", "valueBoolean": True}]},
        ],
    },
    "a question that is asked when another has an answer": QUESTIONNAIRE
    | {
        "item": [
            *QUESTIONNAIRE["item"],
            {"linkId": "2", "type": "string", "enableWhen": [{"question": "1", "operator": "exists", "answerBoolean": True}]},
        ]
    },
    "a bundle in a bundle": BUNDLE | {"entry": [{"resource": BUNDLE}]},
    "an empty bundle": {"resourceType": "Bundle", "type": "searchset", "total": 0},
    "a transaction that deletes": {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [{"request": {"method": "DELETE", "url": "Patient/p1"}}],
    },
    "bytes": {"resourceType": "Binary", "contentType": "application/pdf", "data": "JVBERi0="},
    "an order for a group": {"resourceType": "ServiceRequest", "status": "draft", "intent": "order"}
    | {"subject": {"reference": "Group/g"}, "quantityRatio": {"numerator": {"value": 1}, "denominator": {"value": 2}}},
    "nothing but a type": {"resourceType": "Patient"},
}
