"""Bundles come in: everything kept, nothing twice, what is wrong put aside and the rest used."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from chairside.apps.audit.models import AuditEntry
from chairside.apps.coverage.models import Coverage
from chairside.apps.intake.models import Finding, MissingItem, Referral, ReferredOrder
from chairside.apps.interop.models import Quarantined, ReceivedResource, Resource
from chairside.apps.interop.services import BundleImported, bundle_import
from chairside.apps.interop.services.documents import original
from chairside.apps.interop.services.running import files_import
from chairside.apps.organizations.context import organization_scope
from chairside.apps.people.models import Fact, Patient, Practitioner
from chairside.apps.people.selectors import facts_for
from chairside.core.access import Role
from chairside.exchange.fhir.text import Json, canonical, parse
from chairside.exchange.files import find
from tests.apps.intake.cast import AS_OF, NOW, REFERRALS, Center, bundle, center, take_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Iterator[Center]:
    with center() as made:
        yield made


def _counts() -> dict[str, int]:
    tables = (
        ReceivedResource,
        Quarantined,
        Patient,
        Practitioner,
        Fact,
        Coverage,
        Referral,
        Finding,
        MissingItem,
        ReferredOrder,
        AuditEntry,
    )
    return {table.__name__: table.objects.count() for table in tables}


def test_all_forty_referrals_come_in_once_and_a_second_time_changes_nothing(place: Center) -> None:
    files = sorted(REFERRALS.glob("*.json"))
    documents = {file.name: parse(file.read_bytes()) for file in files}
    first = [_take(place, name, document) for name, document in documents.items()]
    assert sum(item.imported for item in first) == 1168
    assert sum(item.quarantined for item in first) == 0
    assert all(item.referral and item.referral.referral for item in first)
    after = _counts()
    distinct = {kind: Resource.objects.filter(type=kind).count() for kind in ("Organization", "Patient", "Practitioner")}
    assert distinct == {"Organization": 29, "Patient": 40, "Practitioner": 19}
    assert (after["Patient"], after["Practitioner"], after["Referral"]) == (40, 19, 40)
    again = [_take(place, name, document) for name, document in documents.items()]
    assert sum(item.imported for item in again) == 0
    assert sum(item.unchanged for item in again) == 1168
    assert _counts() == after


def test_every_resource_is_kept_digit_for_digit(place: Center) -> None:
    take_in(place, "s06")
    sent = sorted(canonical(entry["resource"]) for entry in bundle("s06")["entry"])
    rows = ReceivedResource.objects.select_related("document")
    assert sorted(original(row.document, row.start, row.length).decode() for row in rows) == sent
    assert '"value":85.00' in ReceivedResource.objects.get(text__contains='"29463-7"').text
    weight = Fact.objects.get(code="weight_kg")
    assert (weight.exact, weight.unit) == ("85.00", "kg")
    assert next(fact for fact in facts_for(weight.patient) if fact.code == "weight_kg").value == Decimal("85.00")


def test_an_invalid_resource_goes_to_quarantine_whole_and_the_rest_is_used(place: Center) -> None:
    document = bundle("s01")
    broken = next(entry["resource"] for entry in document["entry"] if entry["resource"]["resourceType"] == "Coverage")
    broken["class"][0]["type"] = {"system": "x", "code": "group"}
    broken["status"] = "alive"
    done = _take(place, "broken.json", document)
    assert (done.imported, done.quarantined) == (31, 1)
    kept = Quarantined.objects.get()
    assert kept.text == canonical(broken)
    outcome = parse(kept.outcome)
    assert {issue["expression"][0] for issue in outcome["issue"]} == {
        "Coverage.status",
        "Coverage.class[0].type.system",
        "Coverage.class[0].type.code",
    }
    assert done.referral is not None
    assert done.referral.referral is not None
    assert Coverage.objects.count() == 0
    again = _take(place, "broken.json", document)
    assert (again.imported, again.unchanged, again.quarantined) == (0, 31, 1)
    assert Quarantined.objects.count() == 1


def test_times_without_a_zone_are_found_and_everything_else_is_kept(place: Center) -> None:
    done = take_in(place, "s19")
    assert (done.imported, done.quarantined) == (24, 0)
    assert done.referral is not None
    assert done.referral.judgement is not None
    found = [(item.code, item.severity.value) for item in done.referral.judgement.findings]
    assert found == [("invalid_datetime", "fix")]
    weight = Fact.objects.get(code="weight_kg")
    assert weight.at is None
    assert weight.on.isoformat() == "2026-11-13"


def test_a_changed_result_corrects_the_fact_and_the_old_one_stays(place: Center) -> None:
    take_in(place, "s01")
    document = bundle("s01")
    weighing = next(
        entry["resource"] for entry in document["entry"] if entry["resource"].get("valueQuantity", {}).get("code") == "kg"
    )
    weighing["valueQuantity"]["value"] = Decimal("72.0")
    done = _take(place, "s01.json", document)
    assert (done.imported, done.unchanged) == (1, 31)
    facts = Fact.objects.filter(code="weight_kg").order_by("recorded_at", "source")
    assert {fact.exact for fact in facts} == {"71.4", "72.0"}
    standing = [fact for fact in facts_for(Patient.objects.get()) if fact.code == "weight_kg"]
    assert [fact.value for fact in standing] == [Decimal("72.0")]
    assert ReceivedResource.objects.filter(version=2).count() == 1


def test_a_known_number_with_another_birth_date_is_never_merged(place: Center) -> None:
    take_in(place, "s01")
    document = bundle("s01")
    for entry in document["entry"]:
        if entry["resource"]["resourceType"] == "Patient":
            entry["resource"]["birthDate"] = "1990-01-01"
        if entry["resource"]["resourceType"] == "ServiceRequest":
            entry["fullUrl"] = "urn:uuid:00000000-0000-4000-8000-000000000001"
    done = _take(place, "other.json", document)
    assert done.referral is None
    assert done.refusal is not None
    assert [reason.code for reason in done.refusal.reasons] == ["wrong_person"]
    assert Referral.objects.count() == 1
    assert done.imported == 2  # what came is kept all the same


def test_names_of_every_length_and_script_survive(place: Center) -> None:
    for start in ("s07", "s31", "s39"):
        take_in(place, start)
    names = set(Patient.objects.values_list("family", flat=True))
    assert "Żółkiewska-Peña" in {name.split()[-1] for name in names}
    assert any(len(name) == 77 for name in names)
    assert "Mac an tSaoir" in names


def test_one_audit_row_with_a_digest_for_each_bundle(place: Center) -> None:
    take_in(place, "s01")
    row = AuditEntry.objects.get(action="bundle.import")
    assert len(row.digest) == 64
    assert row.patient == Patient.objects.get().id


def test_who_may_not_receive_is_refused(place: Center) -> None:
    decision = bundle_import(bundle=bundle("s01"), name="s01.json", site=place.site, actor=place.nurse, at=NOW, as_of=AS_OF)
    assert decision.value is None
    assert decision.reasons[0].code == "not_permitted"
    assert Role.NURSE in place.nurse.roles
    assert ReceivedResource.objects.count() == 0


def test_another_organization_sees_nothing_of_it(place: Center) -> None:
    take_in(place, "s01")
    with center("southgate") as other:
        assert _counts() | {"AuditEntry": 0} == dict.fromkeys(_counts(), 0)
        take_in(other, "s01")
        assert Patient.objects.count() == 1
    with organization_scope(place.organization.id):
        assert Patient.objects.count() == 1


def _take(place: Center, name: str, document: Json) -> BundleImported:
    decision = bundle_import(bundle=document, name=name, site=place.site, actor=place.intake, at=NOW, as_of=AS_OF)
    assert decision.value is not None, decision.reasons
    return decision.value


def test_an_old_document_that_comes_again_brings_back_nothing(place: Center) -> None:
    _take(place, "first.json", bundle("s06"))
    changed = bundle("s06")
    weight = next(entry["resource"] for entry in changed["entry"] if "29463-7" in canonical(entry["resource"]))
    weight["valueQuantity"]["value"] = parse("86.10")
    _take(place, "second.json", changed)
    for name in ("first.json", "third.json"):
        again = _take(place, name, bundle("s06"))
        assert (again.imported, again.quarantined) == (0, 0)
        facts = [row.exact for row in Fact.objects.filter(code="weight_kg").order_by("recorded_at", "source")]
        assert facts == ["85.00", "86.10"]


def test_fresh_results_that_come_without_a_referral_solve_what_an_open_one_lacks(place: Center) -> None:
    taken = take_in(place, "s28")
    referral = Referral.objects.get()
    assert "stale_lab" in {found.code for found in Finding.objects.filter(referral=referral, solved_at=None)}
    whole = [entry["resource"] for entry in bundle("s28")["entry"]]
    patient = next(item for item in whole if item["resourceType"] == "Patient")
    results = [item for item in whole if item["resourceType"] == "Observation" and "laboratory" in canonical(item)]
    for item in results:
        item |= {"id": f"fresh-{item['id']}"[:64], "effectiveDateTime": "2026-11-20T08:10:00-06:00"}
        item["subject"] = {"reference": f"Patient/{patient['id']}"}
        item.pop("performer", None)
    news = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": item} for item in (patient, *results)]}
    done = _take(place, "fresh.json", news)
    assert done.quarantined == 0
    open_now = {found.code for found in Finding.objects.filter(referral=referral, solved_at=None)}
    assert "stale_lab" not in open_now
    assert "prior_reaction_same_class" in open_now
    assert "records of fresh.json" in Finding.objects.get(referral=referral, code="stale_lab").solved_by
    assert taken.referral is not None


def test_a_result_that_was_sent_for_the_wrong_person_leaves_the_record_of_that_person(place: Center) -> None:
    def sent(about: str) -> Json:
        people = [
            {"resourceType": "Patient", "id": key, "name": [{"family": name}], "birthDate": day}
            for key, name, day in (("a", "Ahlberg", "1980-01-02"), ("b", "Birch", "1971-03-04"))
        ]
        weight = {
            "resourceType": "Observation",
            "id": "o9",
            "status": "final",
            "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7"}]},
            "subject": {"reference": f"Patient/{about}"},
            "effectiveDateTime": "2026-11-20",
            "valueQuantity": {"value": 80, "system": "http://unitsofmeasure.org", "code": "kg"},
        }
        return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": item} for item in (*people, weight)]}

    def weights() -> dict[str, list[str]]:
        return {
            row.family: [fact.status for fact in facts_for(row) if fact.code == "weight_kg"]
            for row in Patient.objects.order_by("family")
        }

    for about, expected in (
        ("a", {"Ahlberg": ["final"], "Birch": []}),
        ("b", {"Ahlberg": ["entered-in-error"], "Birch": ["final"]}),
    ):
        folder = [("sent.json", canonical(sent(about)).encode())]
        _run(place, folder)
        assert weights() == expected


def _run(place: Center, files: list[tuple[str, bytes]]) -> None:
    with TemporaryDirectory() as folder:
        for name, data in files:
            (Path(folder) / name).write_bytes(data)
        sources = find([Path(folder)], "one sender")
        done = files_import(sources=sources, name="test", site=place.site, actor=place.intake, as_of=AS_OF)
    assert done.value is not None
    assert done.value.problems == []
