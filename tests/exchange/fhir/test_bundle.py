"""The five forms of a reference, and entries that are none."""

from __future__ import annotations

from typing import Any

import pytest

from chairside.exchange.fhir.bundle import Entry, Links, entries

PATIENT: dict[str, Any] = {"resourceType": "Patient", "id": "p1", "identifier": [{"system": "http://mrn", "value": "1"}]}
HOLDER: dict[str, Any] = {"resourceType": "Observation", "contained": [{"resourceType": "Patient", "id": "inside"}]}
ITEMS = [
    Entry(0, "https://sender.example.org/fhir/Patient/p1", PATIENT),
    Entry(1, "urn:uuid:2", {"resourceType": "Group", "id": "g"}),
]


@pytest.mark.parametrize(
    ("reference", "found"),
    [
        ({"reference": "https://sender.example.org/fhir/Patient/p1"}, "p1"),
        ({"reference": "urn:uuid:2"}, "g"),
        ({"reference": "Patient/p1"}, "p1"),
        ({"reference": "Patient/p1/_history/3"}, "p1"),
        ({"reference": "#inside"}, "inside"),
        ({"reference": "Patient?identifier=http://mrn|1"}, "p1"),
        ({"identifier": {"system": "http://mrn", "value": "1"}}, "p1"),
        ({"reference": "Patient/p2"}, None),
        ({"reference": "#nothing"}, None),
        ({"display": "somebody"}, None),
        (None, None),
    ],
)
def test_every_form_of_reference_finds_its_resource(reference: Any, found: str | None) -> None:
    target = Links.of(ITEMS).find(reference, HOLDER)
    assert (target or {}).get("id") == found


def test_an_entry_without_a_resource_is_not_lost() -> None:
    deletion = {"request": {"method": "DELETE", "url": "Patient/1"}}
    (entry,) = entries({"resourceType": "Bundle", "entry": [deletion]})
    assert entry.resource == deletion
    assert entry.label == "entry 1 (no resource type)"
