"""Quarantine is worked off: mended, it is the very resource that others point at; refused again, nothing changes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from chairside.apps.audit.models import AuditEntry
from chairside.apps.coverage.models import Coverage
from chairside.apps.intake.models import Referral
from chairside.apps.interop.models import PatientToRead, Quarantined, ReceivedDocument, ReceivedResource, Resource
from chairside.apps.interop.services import document_import
from chairside.apps.interop.services.documents import original
from chairside.apps.interop.services.retrying import Retried, quarantine_leave, quarantine_retry
from chairside.apps.people.models import Fact, Patient, Practitioner
from chairside.core.kernel.decision import Decision
from chairside.exchange.fhir.layout import indented
from chairside.exchange.fhir.text import Json, canonical, parse
from tests.apps.intake.cast import AS_OF, NOW, Center, bundle, center

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def place() -> Iterator[Center]:
    with center() as made:
        yield made


def entry_of(document: Json, kind: str) -> Json:
    found: Json = next(entry for entry in document["entry"] if entry["resource"]["resourceType"] == kind)
    return found


def come_in(place: Center, document: Json, name: str = "packet.json") -> None:
    decision = document_import(
        data=canonical(document).encode(), name=name, site=place.site, actor=place.intake, at=NOW, as_of=AS_OF
    )
    assert decision.value is not None, decision.reasons


def broken(place: Center, kind: str, **change: object) -> tuple[Quarantined, Json]:
    """A packet in which one resource is wrong; (what stands in quarantine, the resource as it should be)."""
    document = bundle("s01")
    entry = entry_of(document, kind)
    right = parse(canonical(entry["resource"]))
    entry["resource"] |= change
    come_in(place, document)
    return Quarantined.objects.get(), right


def retried(place: Center, row: Quarantined, resource: Json | str, actor: Any = None) -> Decision[Retried]:
    text = resource if isinstance(resource, str) else indented(resource)
    return quarantine_retry(quarantined=row, text=text, site=place.site, actor=actor or place.intake, at=LATER)


def test_a_mended_patient_is_whom_the_packet_points_at_and_the_referral_is_received(place: Center) -> None:
    row, right = broken(place, "Patient", birthDate="1961-02-30")
    assert (Referral.objects.count(), Patient.objects.count()) == (0, 0)
    pointed = set(Resource.objects.exclude(patient_key="").values_list("patient_key", flat=True))
    decision = retried(place, row, right)
    assert decision.value is not None
    assert decision.value.resource is not None
    assert {decision.value.resource.logical_id} == pointed
    assert decision.value.referral is not None
    assert decision.value.referral.referral == Referral.objects.get()
    assert Fact.objects.filter(code="weight_kg").exists()
    assert Coverage.objects.exists()
    row.refresh_from_db()
    assert (row.solved_at, row.solved_by) == (LATER, "Ines Intake mended it")
    assert '"1961-02-30"' in row.text  # the original stays
    assert PatientToRead.objects.count() == 0


def test_a_mended_resource_keeps_its_text_as_a_document_of_its_own_and_points_into_its_packet(place: Center) -> None:
    row, right = broken(place, "Coverage", status="alive")
    assert Coverage.objects.count() == 0
    decision = retried(place, row, right)
    assert decision.value is not None
    assert decision.value.resource is not None
    version = ReceivedResource.objects.get(resource=decision.value.resource)
    assert version.document.name == "mended: packet.json"
    assert original(version.document, version.start, version.length).decode() == indented(right)
    (patient,) = Resource.objects.filter(type="Patient")
    assert f'"reference":"Patient/{patient.logical_id}"' in version.text
    assert "urn:uuid" not in version.text
    assert decision.value.resource.patient_key == patient.logical_id
    assert Coverage.objects.get().patient == Patient.objects.get()
    entry = AuditEntry.objects.get(action="quarantine.retry")
    assert (entry.subject, entry.digest, entry.patient) == (str(row.id), version.document.digest, Patient.objects.get().id)


def test_refused_again_every_issue_is_said_and_nothing_is_written(place: Center) -> None:
    row, right = broken(place, "Coverage", status="alive")
    before = _rows()
    decision = retried(place, row, right | {"status": "dead", "order": "first"})
    assert decision.value is not None
    assert not decision.allowed
    assert {issue.path for issue in decision.value.issues} == {"Coverage.status", "Coverage.order"}
    assert decision.value.resource is None
    assert _rows() == before
    row.refresh_from_db()
    assert row.solved_at is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "It is not JSON: Expecting value at line 1, column 1"),
        ('{"resourceType": "Patient",}', "It is not JSON"),
        ('{"id":"a","id":"b"}', "“id” is written twice"),
        ("[]", "A resource is a JSON object"),
        ('{"x": NaN}', "NaN is not a number in JSON"),
        ("[" * 100_000, "nested too deeply"),
        ('{"a":"\x00"}', "It is not JSON"),
    ],
)
def test_a_text_that_cannot_be_read_gets_a_sentence(place: Center, text: str, said: str) -> None:
    row, _ = broken(place, "Coverage", status="alive")
    before = _rows()
    decision = retried(place, row, text)
    assert decision.value is None
    assert said in decision.reasons[0].message
    assert _rows() == before


def test_the_second_of_two_is_told_who_solved_it(place: Center) -> None:
    row, right = broken(place, "Coverage", status="alive")
    seen_by_other = Quarantined.objects.get(id=row.id)
    assert retried(place, row, right).allowed
    before = _rows()
    second = retried(place, seen_by_other, right, actor=place.front_desk)
    assert second.value is None
    assert "solved already: Ines Intake mended it" in second.reasons[0].message
    left = quarantine_leave(quarantined=seen_by_other, reason="a test", actor=place.front_desk, at=LATER)
    assert left.value is None
    assert _rows() == before


def test_who_may_not_import_may_not_mend(place: Center) -> None:
    row, right = broken(place, "Coverage", status="alive")
    assert retried(place, row, right, actor=place.nurse).reasons[0].code == "not_permitted"
    assert quarantine_leave(quarantined=row, reason="x", actor=place.nurse, at=LATER).reasons[0].code == "not_permitted"


def test_a_newer_version_that_came_meanwhile_is_not_covered_by_an_older_text(place: Center) -> None:
    row, right = broken(place, "Coverage", status="alive")
    document = bundle("s01")
    decision = document_import(
        data=canonical(document).encode(), name="packet.json", site=place.site, actor=place.intake, at=LATER, as_of=AS_OF
    )
    assert decision.value is not None
    again = quarantine_retry(
        quarantined=row, text=indented(right | {"order": 2}), site=place.site, actor=place.intake, at=LATER
    )
    assert again.value is None
    assert "A newer version of this resource came in since" in again.reasons[0].message
    assert Resource.objects.filter(type="Coverage").count() == 1
    assert ReceivedResource.objects.filter(resource__type="Coverage").count() == 1


def test_a_mended_practitioner_has_the_packets_patient_read_again(place: Center) -> None:
    row, right = broken(place, "Practitioner", active="yes")
    assert Practitioner.objects.count() == 0
    decision = retried(place, row, right)
    assert decision.value is not None
    assert decision.value.referral is not None
    assert decision.value.referral.repeated
    assert Practitioner.objects.count() == 1


def test_an_id_that_another_sender_uses_too_does_not_lead_to_their_patient(place: Center) -> None:
    """H-001: `Patient/1` of two senders are two people."""
    for sender, family in (("north.json", "North"), ("south.json", "South")):
        weight = {"value": 70, "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg"}
        loinc = {"coding": [{"system": "http://loinc.org", "code": "29463-7"}]}
        seen: Json = {
            "resourceType": "Observation",
            "id": "o1",
            "status": "final" if sender == "north.json" else "fine",
            "code": loinc,
            "subject": {"reference": "Patient/1"},
            "effectiveDateTime": "2026-11-01",
            "valueQuantity": weight,
        }
        person: Json = {"resourceType": "Patient", "id": "1", "name": [{"family": family}], "birthDate": "1970-01-01"}
        come_in(
            place, {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": person}, {"resource": seen}]}, sender
        )
    row = Quarantined.objects.get()
    decision = retried(place, row, parse(row.text) | {"status": "final"})
    assert decision.value is not None
    assert decision.value.resource is not None
    weights = {fact.patient.family: fact.exact for fact in Fact.objects.filter(code="weight_kg").select_related("patient")}
    assert weights == {"North": "70", "South": "70"}
    south = Resource.objects.get(type="Patient", person__family="South")
    assert decision.value.resource.patient_key == south.logical_id != "1"


def test_nobody_is_mended_into_another_persons_place(place: Center) -> None:
    """H-001: who is Patient/1 of a sender stays Patient/1 of that sender."""
    north: Json = {
        "resourceType": "Patient",
        "id": "1",
        "name": [{"family": "North", "given": ["Ada"]}],
        "gender": "female",
        "birthDate": "1970-01-01",
    }
    for person in (north, north | {"active": "yes"}):
        come_in(place, {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": person}]}, "clinic.json")
    south = {"name": [{"family": "South", "given": ["Ben"]}], "gender": "male", "birthDate": "1950-05-05"}
    decision = retried(place, Quarantined.objects.get(), north | south)
    assert decision.value is None
    assert decision.reasons[0].code == "wrong_person"
    assert ReceivedResource.objects.count() == 1
    assert Patient.objects.get().family == "North"


def test_what_was_no_json_at_all_comes_in_once_it_is(place: Center) -> None:
    data = b'{"resourceType":"Patient","id":"p9","name":[{"family":"Two"}],"name":[{"family":"One"}]}'
    document_import(data=data, name="twice.json", site=place.site, actor=place.intake, at=NOW)
    row = Quarantined.objects.get()
    assert row.text == ""
    decision = retried(place, row, '{"resourceType":"Patient","id":"p9","name":[{"family":"One"}],"birthDate":"1970-01-01"}')
    assert decision.value is not None
    assert decision.value.resource is not None
    assert decision.value.resource.logical_id == "p9"
    assert Patient.objects.get().family == "One"


def test_left_aside_it_keeps_the_reason(place: Center) -> None:
    row, _ = broken(place, "Coverage", status="alive")
    assert quarantine_leave(quarantined=row, reason=" ", actor=place.intake, at=LATER).value is None
    assert quarantine_leave(quarantined=row, reason="a test message", actor=place.intake, at=LATER).allowed
    row.refresh_from_db()
    assert row.solved_by == "Ines Intake left it aside: a test message"
    assert AuditEntry.objects.get(action="quarantine.leave").reason == "a test message"


def _rows() -> dict[str, int]:
    tables = (ReceivedDocument, ReceivedResource, Resource, Quarantined, Fact, Coverage, AuditEntry, PatientToRead)
    return {table.__name__: table.objects.count() for table in tables}
