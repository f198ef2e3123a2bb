"""What is wrong with a resource is found with its path; what is right, however unusual, raises nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from chairside.exchange.fhir.outcome import operation_outcome
from chairside.exchange.fhir.read import read_bundle
from chairside.exchange.fhir.text import parse
from chairside.exchange.fhir.validate import validate

REFERRALS = Path(__file__).parents[2] / "data" / "infusion-referrals"
PATIENT: dict[str, Any] = {"resourceType": "Patient", "id": "p1", "gender": "female", "birthDate": "1988-03-14"}
OBSERVATION: dict[str, Any] = {
    "resourceType": "Observation",
    "status": "final",
    "code": {"text": "Body weight"},
    "subject": {"reference": "Patient/p1"},
    "valueQuantity": {"value": 71, "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg"},
}


@pytest.mark.parametrize(
    ("changes", "path", "kind"),
    [
        ({"status": None}, "Observation.status", "structure"),
        ({"status": "done"}, "Observation.status", "code-invalid"),
        ({"code": [{"text": "x"}]}, "Observation.code", "structure"),
        ({"code": "x"}, "Observation.code", "structure"),
        ({"code": {}}, "Observation.code", "structure"),
        ({"category": {"text": "x"}}, "Observation.category", "structure"),
        ({"category": []}, "Observation.category", "structure"),
        ({"colour": "red"}, "Observation.colour", "structure"),
        ({"_colour": {"id": "a"}}, "Observation._colour", "structure"),
        ({"valueString": "also"}, "Observation.valueString", "structure"),
        ({"effectiveDateTime": "2026-02-30"}, "Observation.effectiveDateTime", "value"),
        ({"effectiveDateTime": "2026-11-13T10:05:00"}, "Observation.effectiveDateTime", "value"),
        ({"effectiveDateTime": "13/11/2026"}, "Observation.effectiveDateTime", "value"),
        ({"effectiveDateTime": ""}, "Observation.effectiveDateTime", "value"),
        ({"issued": "2026-11-13"}, "Observation.issued", "value"),
        ({"id": "has space"}, "Observation.id", "value"),
        ({"subject": {"reference": "Medication/m1"}}, "Observation.subject", "structure"),
        ({"valueQuantity": {"value": "71"}}, "Observation.valueQuantity.value", "value"),
        ({"valueQuantity": {"value": 71, "code": "kg"}}, "Observation.valueQuantity", "invariant"),
        ({"extension": [{"valueString": "no url"}]}, "Observation.extension[0].url", "required"),
        ({"extension": [{"url": "http://x"}]}, "Observation.extension[0]", "invariant"),
        ({"component": [{"valueInteger": 1}]}, "Observation.component[0].code", "required"),
        ({"note": [{"text": "bell \x07"}]}, "Observation.note[0].text", "value"),
        ({"contained": [{"resourceType": "Nothing"}]}, "Observation.contained[0]", "structure"),
    ],
)
def test_a_planted_fault_is_found_at_its_place(changes: dict[str, Any], path: str, kind: str) -> None:
    issues = validate(OBSERVATION | changes)
    assert (path, kind) in [(issue.path, issue.kind) for issue in issues]
    assert all(issue.sentence.startswith(issue.path) and issue.sentence.endswith(".") for issue in issues)


def test_a_required_element_that_is_missing_is_named() -> None:
    issues = validate({"resourceType": "Observation", "code": {"text": "x"}})
    assert [(issue.path, issue.kind) for issue in issues] == [("Observation.status", "required")]


@pytest.mark.parametrize(
    "resource",
    [
        PATIENT,
        OBSERVATION,
        PATIENT | {"birthDate": "1961"},
        PATIENT | {"_birthDate": {"extension": [{"url": "http://x", "valueDateTime": "1988-03-14T05:00:00Z"}]}},
        PATIENT | {"name": [{"given": [None, "B"], "_given": [{"id": "a"}, None]}]},
        {
            "resourceType": "Observation",
            "_status": {"extension": [{"url": "http://x", "valueCode": "u"}]},
            "code": {"text": "x"},
        },
        OBSERVATION | {"subject": {"reference": "Patient?identifier=a|b"}},
        OBSERVATION | {"subject": {"reference": "https://other.example.org/fhir/Patient/9/_history/2"}},
        OBSERVATION | {"subject": {"reference": "#p", "display": "x"}, "contained": [PATIENT | {"id": "p"}]},
        OBSERVATION | {"code": {"text": "Leukocytes [#/\u200bvolume]"}},
        OBSERVATION | {"effectivePeriod": {"start": "2026", "end": "2026-11"}},
    ],
)
def test_unusual_and_legal_raises_nothing(resource: dict[str, Any]) -> None:
    assert validate(resource) == []


def test_a_urn_reference_is_judged_by_what_it_points_at() -> None:
    resource = OBSERVATION | {"subject": {"reference": "urn:uuid:1"}}
    assert validate(resource, {"urn:uuid:1": "Patient"}) == []
    assert [issue.path for issue in validate(resource, {"urn:uuid:1": "Medication"})] == ["Observation.subject"]


def test_only_a_time_without_a_zone_leaves_the_rest_usable() -> None:
    (issue,) = validate(OBSERVATION | {"effectiveDateTime": "2026-11-13T10:05:00"})
    assert issue.mendable
    (other,) = validate(OBSERVATION | {"effectiveDateTime": "2026-13-13T10:05:00"})
    assert not other.mendable


def test_forty_referrals_have_three_faults_all_in_one_file() -> None:
    found = []
    for file in sorted(REFERRALS.glob("*.json")):
        for item in read_bundle(parse(file.read_bytes()), file.name):
            found += [(file.name[:3], issue.path) for issue in item.issues]
    assert sorted(found) == [
        ("s19", "MedicationRequest.authoredOn"),
        ("s19", "Observation.effectiveDateTime"),
        ("s19", "ServiceRequest.authoredOn"),
    ]


def test_issues_become_an_operation_outcome_that_is_itself_valid() -> None:
    outcome = operation_outcome(validate({"resourceType": "Observation", "status": "done"}))
    assert [issue["code"] for issue in outcome["issue"]] == ["code-invalid", "required"]
    assert validate(outcome) == []


@pytest.mark.parametrize("resource", [None, "text", 5, [], {}, {"resourceType": "Element"}, {"resourceType": ["Patient"]}])
def test_what_is_no_resource_at_all_is_said_to_be_none(resource: object) -> None:
    assert [issue.kind for issue in validate(resource)] == ["structure"]
