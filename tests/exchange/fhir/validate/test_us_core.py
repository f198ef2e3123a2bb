"""US Core 6.1.0 as an option: what a resource claims is judged, with the path; what it does not claim is left alone."""

from __future__ import annotations

from typing import Any

import pytest

from chairside.exchange.fhir.invariants.fhirpath import Place, holds
from chairside.exchange.fhir.profiles.judge import Judge
from chairside.exchange.fhir.profiles.native import native, npi_check_digit_is_wrong
from chairside.exchange.fhir.profiles.slices import contains
from chairside.exchange.fhir.profiles.us_core import PREFIX, Profile, claimed, of_type, us_core
from chairside.exchange.fhir.validate import validate
from chairside.exchange.fhir.walk.fault import Context
from tests.exchange.fhir.validate.cast import CONDITION, COVERAGE, OBSERVATION, ORDER, PATIENT, concept, without

_ABSENT = {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}]}
_VITAL = {"category": [concept("observation-category", "vital-signs")]}


def claims(profile: str, resource: dict[str, Any]) -> dict[str, Any]:
    return resource | {"meta": {"profile": [PREFIX + profile]}}


def loinc(code: str) -> dict[str, Any]:
    return {"coding": [{"system": "http://loinc.org", "code": code}]}


def race(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"url": f"{PREFIX}us-core-race", "extension": list(parts)}


def pressure(code: str, unit: str = "mm[Hg]") -> dict[str, Any]:
    value = {"value": 120, "unit": "mmHg", "system": "http://unitsofmeasure.org", "code": unit}
    return {"code": loinc(code), "valueQuantity": value}


_RACE = race({"url": "text", "valueString": "Asian"})
_PATIENT = claims(
    "us-core-patient", PATIENT | {"identifier": [{"system": "http://a.example", "value": "1"}], "extension": [_RACE]}
)
_WEIGHT = claims("us-core-body-weight", OBSERVATION | _VITAL)
_PRESSURE = claims(
    "us-core-blood-pressure",
    without(OBSERVATION, "valueQuantity")
    | _VITAL
    | {"code": loinc("85354-9"), "component": [pressure("8480-6"), pressure("8462-4")]},
)
_PROBLEM = claims(
    "us-core-condition-problems-health-concerns", CONDITION | {"category": [concept("condition-category", "problem-list-item")]}
)
_ORDER = claims(
    "us-core-medicationrequest", ORDER | {"authoredOn": "2026-11-12", "requester": {"reference": "Practitioner/d1"}}
)
_SMOKING = claims(
    "us-core-smokingstatus",
    without(OBSERVATION, "valueQuantity")
    | {
        "code": loinc("72166-2"),
        "category": [concept("observation-category", "social-history")],
        "valueCodeableConcept": {"text": "x"},
    },
)
_DOCTOR = claims(
    "us-core-practitioner",
    {
        "resourceType": "Practitioner",
        "identifier": [{"system": "http://hl7.org/fhir/sid/us-npi", "value": "1234567893"}],
        "name": [{"family": "Achebe"}],
    },
)


@pytest.mark.parametrize(
    "resource",
    [
        _PATIENT,
        without(_PATIENT, "name") | {"name": [_ABSENT]},
        without(_PATIENT, "gender") | {"_gender": _ABSENT},
        _WEIGHT,
        without(_WEIGHT, "valueQuantity") | {"dataAbsentReason": concept("data-absent-reason", "unknown")},
        without(_WEIGHT, "effectiveDateTime") | {"effectivePeriod": {"start": "2026"}},
        _PRESSURE,
        _PROBLEM,
        _PROBLEM | {"category": [{"text": "own"}, *_PROBLEM["category"]]},
        _ORDER,
        _ORDER | {"intent": "proposal"},
        _SMOKING,
        _DOCTOR,
        claims("us-core-body-weight|3.1.1", OBSERVATION),
        {**OBSERVATION, "meta": {"profile": ["http://other.example/StructureDefinition/x"]}},
    ],
)
def test_what_fits_raises_nothing(resource: dict[str, Any]) -> None:
    assert validate(resource, invariants=True, profiles="us-core") == []


_MISSES: list[tuple[str, dict[str, Any], str, str]] = [
    ("min", without(_PATIENT, "identifier"), "Patient.identifier", "required"),
    ("min of what is within", _PATIENT | {"identifier": [{"value": "1"}]}, "Patient.identifier[0].system", "required"),
    ("invariant", _PATIENT | {"name": [{"use": "official"}]}, "Patient.name[0]", "invariant"),
    ("max of a slice", _PATIENT | {"extension": [_RACE, _RACE]}, "Patient.extension", "structure"),
    (
        "min in an extension",
        _PATIENT | {"extension": [race({"url": "x", "valueString": "x"})]},
        "Patient.extension[0].extension",
        "required",
    ),
    (
        "type in an extension",
        _PATIENT | {"extension": [race({"url": "text", "valueCode": "x"})]},
        "Patient.extension[0].extension[0].valueCode",
        "structure",
    ),
    ("slice by two values", _WEIGHT | {"category": [{"text": "vitals"}]}, "Observation.category", "required"),
    ("pattern", _WEIGHT | {"code": loinc("8302-2")}, "Observation.code", "value"),
    ("narrower target", _WEIGHT | {"subject": {"reference": "Group/g"}}, "Observation.subject", "structure"),
    (
        "narrower type",
        without(_WEIGHT, "effectiveDateTime") | {"effectiveInstant": "2026-11-12T10:00:00Z"},
        "Observation.effectiveInstant",
        "structure",
    ),
    (
        "codes of a unit",
        _WEIGHT
        | {"valueQuantity": {"value": 71, "unit": "stone", "system": "http://unitsofmeasure.org", "code": "[stone_av]"}},
        "Observation.valueQuantity.code",
        "code-invalid",
    ),
    ("day of a vital sign", _WEIGHT | {"effectiveDateTime": "2026-11"}, "Observation.effectiveDateTime", "invariant"),
    ("neither value nor reason", without(_WEIGHT, "valueQuantity"), "Observation", "invariant"),
    (
        "slice by pattern",
        _PRESSURE | {"component": [pressure("8480-6"), pressure("9999-9")]},
        "Observation.component",
        "required",
    ),
    ("number of parts", _PRESSURE | {"component": [pressure("8480-6")]}, "Observation.component", "structure"),
    (
        "fixed value in a slice",
        _PRESSURE | {"component": [pressure("8480-6"), pressure("8462-4", "kPa")]},
        "Observation.component[1].valueQuantity.code",
        "value",
    ),
    (
        "slice by a value set",
        _PROBLEM | {"category": [concept("condition-category", "encounter-diagnosis")]},
        "Condition.category",
        "required",
    ),
    ("requester of an order", without(_ORDER, "requester"), "MedicationRequest", "invariant"),
    (
        "closed slices",
        without(_SMOKING, "effectiveDateTime") | {"effectivePeriod": {"start": "2026"}},
        "Observation.effectivePeriod",
        "structure",
    ),
    ("stricter codes", _SMOKING | {"status": "registered"}, "Observation.status", "code-invalid"),
    (
        "check digit",
        _DOCTOR | {"identifier": [{"system": "http://hl7.org/fhir/sid/us-npi", "value": "1234567890"}]},
        "Practitioner.identifier[0]",
        "invariant",
    ),
    ("profile of another type", claims("us-core-patient", OBSERVATION), "Observation.meta.profile", "structure"),
]


@pytest.mark.parametrize(("resource", "path", "kind"), [row[1:] for row in _MISSES], ids=[row[0] for row in _MISSES])
def test_what_does_not_fit_is_found_at_its_place(resource: dict[str, Any], path: str, kind: str) -> None:
    issues = validate(resource, profiles="us-core")
    assert (path, kind) in [(issue.path, issue.kind) for issue in issues]
    assert validate(resource) == []


def test_without_a_claim_the_types_own_profile_is_judged_only_when_asked() -> None:
    bare = without(_PATIENT, "meta", "identifier")
    assert validate(bare, profiles="us-core") == []
    assert [issue.path for issue in validate(bare, profiles="us-core-by-type")] == ["Patient.identifier"]
    assert of_type("Observation") == []


def test_a_target_by_urn_is_judged_by_the_bundle() -> None:
    resource = _WEIGHT | {"subject": {"reference": "urn:uuid:1"}}
    assert validate(resource, {"urn:uuid:1": "Patient"}, profiles="us-core") == []
    assert [issue.path for issue in validate(resource, {"urn:uuid:1": "Group"}, profiles="us-core")] == ["Observation.subject"]


def test_a_claim_that_cannot_be_judged_is_told_apart() -> None:
    meta = {"profile": [f"{PREFIX}us-core-patient", f"{PREFIX}us-core-patient|3.1.1", "http://x.example"]}
    judged, left = claimed({"resourceType": "Patient", "meta": meta})
    assert [profile.title for profile in judged] == ["US Core Patient Profile"]
    assert left == [f"{PREFIX}us-core-patient|3.1.1", "http://x.example"]
    assert claimed({"resourceType": "Patient", "meta": {"profile": "no list"}}) == ([], [])


def test_a_word_that_is_no_option_is_refused() -> None:
    with pytest.raises(ValueError, match="us-core"):
        validate(PATIENT, profiles="uscore")


def test_the_package_is_encoded_but_for_what_it_lists() -> None:
    assert us_core().version == "6.1.0"
    assert len(us_core().profiles) == 59
    assert ["us-core-birthsex", "Extension.value[x]"] in [row[:2] for row in us_core().not_encoded]
    assert all(part["when"] for profile in us_core().profiles.values() for part in _slices(profile.root))


def _slices(node: dict[str, Any]) -> list[dict[str, Any]]:
    own = list(node.get("slices", {}).values())
    return own + [part for child in (*node.get("children", {}).values(), *own) for part in _slices(child)]


@pytest.mark.parametrize("resource", [_PATIENT, _WEIGHT, _PRESSURE, _ORDER, _DOCTOR, *(row[1] for row in _MISSES)])
def test_native_invariants_agree_with_hl7s_expressions(resource: dict[str, Any]) -> None:
    for profile in claimed(resource)[0]:
        for key, expression, _ in profile.root.get("invariants", ()):
            broken = native(key, profile.type)
            assert broken is not None
            if profile.type == resource["resourceType"]:
                assert broken(resource) is not holds(expression, Place(resource, profile.type, resource, resource))


@pytest.mark.parametrize("number", ["1234567893", "1234567890", "9999999896", "123456789", "", "12345678９3"])
def test_the_check_digit_agrees_with_hl7s_expression(number: str) -> None:
    facts = us_core().profiles[f"{PREFIX}us-core-practitioner"].root["children"]["identifier"]["slices"]["NPI"]["invariants"]
    (expression,) = [expression for key, expression, _ in facts if key == "us-core-17"]
    if number.isascii() and len(number) == 10:
        assert npi_check_digit_is_wrong(number) is not holds(expression, Place({"value": number}, "Identifier", {}, {}))
    else:
        assert npi_check_digit_is_wrong(number)


def test_a_pattern_is_met_by_any_entry_of_a_list() -> None:
    value = {"coding": [{"code": "a"}, {"code": "b", "system": "s"}], "text": "t"}
    assert contains(value, {"coding": [{"code": "b"}]})
    assert not contains(value, {"coding": [{"code": "a", "system": "s"}]})
    assert not contains(value, {"coding": [{"code": "a"}, {"code": "c"}]})


def test_closed_slices_allow_nothing_else() -> None:
    one = {"when": [[[], "pattern", {"text": "x"}]]}
    root = {"children": {"category": {"by": [["pattern", "$this"]], "rules": "closed", "slices": {"x": one}}}}
    resource = OBSERVATION | {"category": [{"text": "x"}, {"text": "y"}]}
    faults = list(Judge(Profile("http://x.example", "Observation", "Mine", root), resource, Context({})).faults())
    assert [(fault.path, fault.kind) for fault in faults] == [(".category[1]", "structure")]


def test_a_member_number_may_stand_in_an_identifier() -> None:
    coverage = claims("us-core-coverage", COVERAGE | {"relationship": {"text": "self"}})
    assert [issue.path for issue in validate(coverage, profiles="us-core")] == ["Coverage"]
    assert validate(coverage | {"subscriberId": "A1"}, profiles="us-core") == []
    member = {"type": concept("v2-0203", "MB"), "system": "http://a.example", "value": "1"}
    assert validate(coverage | {"identifier": [member]}, profiles="us-core") == []
