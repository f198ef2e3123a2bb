"""Resources as they leave: nothing is added but what became known, and nothing twice."""

from __future__ import annotations

from chairside.exchange.fhir.text import canonical, parse
from chairside.exchange.fhir.writing import bundle_entry, points_at, spoken

PATIENT = '{"id":"a","resourceType":"Patient"}'


def test_what_has_nothing_to_add_is_not_touched() -> None:
    odd = '{"id":"a","z":1.00,"a":[ ]}'  # not even canonical
    assert spoken(odd, "a", lambda sent: "X/y") == odd


def test_links_are_added_once() -> None:
    once = spoken(PATIENT, "a", lambda sent: "", [("replaces", "Patient/b")])
    assert parse(once)["link"] == [{"other": {"reference": "Patient/b"}, "type": "replaces"}]
    assert spoken(once, "a", lambda sent: "", [("replaces", "Patient/b")]) == once
    both = spoken(once, "a", lambda sent: "", [("replaces", "Patient/b"), ("replaces", "Patient/c")])
    assert [item["other"]["reference"] for item in parse(both)["link"]] == ["Patient/b", "Patient/c"]


def test_only_late_references_are_looked_up() -> None:
    sent = ["Patient/a", "#c", "urn:uuid:1", "Practitioner?identifier=x|1", "https://far.example.org/Device/2/_history/3"]
    text = canonical({"id": "a", "resourceType": "Basic", "ref": [{"reference": item} for item in sent]})
    asked = []

    def find(item: str) -> str:
        asked.append(item)
        return f"Type/{len(asked)}"

    found = [item["reference"] for item in parse(spoken(text, "a", find))["ref"]]
    assert asked == sent[3:]
    assert found == [*sent[:3], "Type/1", "Type/2/_history/3"]


def test_what_only_looks_like_a_reference_inside_a_text_is_none() -> None:
    text = canonical({"note": 'he wrote "reference":"Patient/none" here', "subject": {"reference": "Patient/a/_history/2"}})
    assert points_at(text) == {("Patient", "a")}


def test_an_entry_names_its_resource_by_its_id() -> None:
    entry = parse(bundle_entry("Patient", "a", PATIENT))
    assert entry == {"fullUrl": "https://chairside.invalid/fhir/Patient/a", "resource": {"id": "a", "resourceType": "Patient"}}
