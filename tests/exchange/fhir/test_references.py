"""The key under which a resource is the same one everywhere, its id here, and references turned to their targets."""

from __future__ import annotations

from typing import Any

import pytest

from chairside.exchange.fhir.bundle import Entry
from chairside.exchange.fhir.references import about, identities, identity, name_of, references, resolve, wanted_id
from chairside.exchange.fhir.text import canonical

PATIENT: dict[str, Any] = {"resourceType": "Patient", "id": "p1", "identifier": [{"system": "http://mrn", "value": "1"}]}
UUID = "0b5c3f3e-4d0e-4a3e-9d0b-1f1f6a1b2c3d"


def test_identity_by_condition_then_identifier_then_url_then_id() -> None:
    assert identity(Entry(0, "urn:uuid:1", PATIENT, "identifier=http://x|9"), "f") == "http://x|9"
    assert identity(Entry(0, "urn:uuid:1", PATIENT), "f") == "http://mrn|1"
    assert identity(Entry(0, "https://sender.example.org/Patient/p1", PATIENT), "f") == "https://sender.example.org/Patient/p1"
    assert identity(Entry(0, "", PATIENT), "f") == "f#Patient/p1"
    assert identity(Entry(0, "urn:uuid:1", {"resourceType": "Observation", "id": "o"}), "f") == "urn:uuid:1"
    assert identity(Entry(4, "", {"resourceType": "Observation", "id": "o"}), "f") == "f#Observation/o"
    assert identity(Entry(4, "", {"resourceType": "Observation"}), "f") == "f#4"


def test_two_that_claim_one_identifier_in_one_document_stay_two() -> None:
    other = {**PATIENT, "id": "p2"}
    assert identities([Entry(0, "urn:uuid:1", PATIENT), Entry(1, "urn:uuid:2", other)], "f") == ["http://mrn|1", "urn:uuid:2"]


def test_the_id_here_is_the_senders_own_then_that_of_the_urn_then_one_that_is_always_the_same() -> None:
    bare = {"resourceType": "Observation"}
    assert wanted_id(Entry(0, f"urn:uuid:{UUID}", {**bare, "id": "o-1"}), "k") == "o-1"
    assert wanted_id(Entry(0, f"urn:uuid:{UUID}", bare), "k") == UUID
    made = wanted_id(Entry(0, "", {**bare, "id": "not an id"}), "k")
    assert made == wanted_id(Entry(7, "", bare), "k") != wanted_id(Entry(0, "", bare), "other")


@pytest.mark.parametrize(
    ("sent", "named"),
    [
        ("Patient/1", ("Patient", "1")),
        ("https://sender.example.org/fhir/Patient/1/_history/4", ("Patient", "1")),
        ("urn:uuid:1", None),
        ("#inside", None),
        ("Patient?identifier=a|b", None),
        ("nonsense", None),
    ],
)
def test_only_a_reference_with_type_and_id_has_a_name(sent: str, named: tuple[str, str] | None) -> None:
    assert name_of(sent) == named


def test_references_are_turned_where_the_target_is_known_and_stay_as_sent_elsewhere() -> None:
    resource: dict[str, Any] = {
        "resourceType": "Observation",
        "subject": {"reference": "urn:uuid:1"},
        "focus": [{"reference": "Group/7/_history/2"}, {"reference": "#inside"}, {"display": "somebody"}],
        "contained": [{"resourceType": "Basic", "id": "inside", "author": {"reference": "Practitioner?identifier=a|b"}}],
        "extension": [{"url": "http://x", "valueReference": {"reference": "Device/unknown"}}],
    }
    here = {"urn:uuid:1": "Patient/p", "Group/7/_history/2": "Group/g", "Practitioner?identifier=a|b": "Practitioner/d"}
    resolve(resource, "o1", lambda sent: here.get(sent, ""))
    assert resource["id"] == "o1"
    assert [item["reference"] for item in references(resource)] == [
        "Patient/p",
        "Group/g/_history/2",
        "#inside",
        "Practitioner/d",
        "Device/unknown",
    ]


def test_a_bundle_kept_as_a_resource_is_its_own_world() -> None:
    inner = {"resourceType": "Bundle", "entry": [{"resource": {"subject": {"reference": "Patient/1"}}}]}
    before = canonical(inner["entry"])
    resolve(inner, "b", lambda _sent: "Patient/other")
    assert canonical(inner["entry"]) == before


def test_whom_a_resource_is_about() -> None:
    assert about({"subject": {"reference": "Patient/1"}}) == {"reference": "Patient/1"}
    assert about({"beneficiary": {"reference": "Patient/1"}}) == {"reference": "Patient/1"}
    assert about({"patient": {"display": "nobody"}, "subject": [{"reference": "Patient/2"}]}) == {"reference": "Patient/2"}
    assert about({"resourceType": "Organization"}) is None
