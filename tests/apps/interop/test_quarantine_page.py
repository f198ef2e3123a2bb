"""Quarantine and the page of a resource, as staff meet them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chairside.apps.audit.models import AuditEntry
from chairside.apps.interop.models import Quarantined, ReceivedDocument, ReceivedResource, Resource
from chairside.apps.interop.services import document_import
from chairside.apps.interop.services.documents import document_keep
from chairside.apps.people.models import Patient
from chairside.core.access import Role
from chairside.exchange.fhir.layout import indented
from chairside.exchange.fhir.text import Json, canonical, parse
from tests.apps.walk import NOW, REFERRALS, TODAY, Center, center

pytestmark = pytest.mark.django_db
QUEUE = "/interop/quarantine/"


@pytest.fixture
def place() -> Iterator[Center]:
    with center() as made:
        yield made


def come_in(place: Center, data: bytes, name: str) -> None:
    told = {"site": place.site, "actor": place.actor(Role.INTAKE), "at": NOW, "as_of": TODAY}
    decision = document_import(data=data, name=name, **told)  # type: ignore[arg-type]
    assert decision.value is not None


def packet() -> Json:
    document: Json = parse(next(REFERRALS.glob("s01-*.json")).read_bytes())
    return document


@pytest.fixture
def item(place: Center) -> Quarantined:
    document = packet()
    found = next(entry["resource"] for entry in document["entry"] if entry["resource"]["resourceType"] == "Coverage")
    found["status"] = "alive"
    come_in(place, canonical(document).encode(), "packet.json")
    return Quarantined.objects.get()


def mended(item: Quarantined) -> str:
    return indented(parse(item.text) | {"status": "active"})


def test_the_list_says_what_is_wrong_and_finds_it(place: Center, item: Quarantined) -> None:
    client = place.client(Role.INTAKE)
    page = client.get(QUEUE).content.decode()
    for text in ("Coverage", "packet.json", "Coverage.status", "Open"):
        assert text in page
    for asked, count in (
        ({"q": "alive"}, 1),
        ({"type": "Coverage", "source": "PACKET"}, 1),
        ({"type": "Patient"}, 0),
        ({"state": "solved"}, 0),
        ({"state": "all"}, 1),
        ({"run": "nonsense"}, 1),
        ({"run": str(item.pk)}, 0),
    ):
        assert client.get(QUEUE, asked).context["listing"].count == count, asked
    text = b"".join(client.get(QUEUE, {"format": "csv"}).streaming_content).decode()  # type: ignore[attr-defined]
    assert "Coverage.status" in text
    assert "packet.json: entry" in text


def test_an_empty_quarantine_teaches_what_comes_here(place: Center) -> None:
    page = place.client(Role.INTAKE).get(QUEUE).content.decode()
    assert "Nothing waits here" in page
    assert "A resource comes here when" in page


def test_queries_do_not_grow_with_the_list(place: Center, item: Quarantined) -> None:
    client = place.client(Role.INTAKE)
    client.get(QUEUE)
    with CaptureQueriesContext(connection) as few:
        client.get(QUEUE)
    for number in range(9):
        item.pk, item._state.adding, item.source = None, True, f"copy {number}"
        item.id = None  # type: ignore[assignment]
        item.save()
    with CaptureQueriesContext(connection) as many:
        assert client.get(QUEUE).context["listing"].count == 10
    assert len(many) == len(few) <= 12


def test_one_item_shows_each_issue_on_its_line_and_reading_is_recorded(place: Center, item: Quarantined) -> None:
    client = place.client(Role.FRONT_DESK)
    with CaptureQueriesContext(connection) as queries:
        page = client.get(f"{QUEUE}{item.pk}/").content.decode()
    assert len(queries) <= 20
    line = indented(parse(item.text)).split("\n").index('  "status": "alive",') + 1
    assert f'data-line="{line}"' in page
    assert "&quot;status&quot;: &quot;alive&quot;," in page
    entry = AuditEntry.objects.get(action="quarantine.read")
    assert (entry.subject, entry.actor_name) == (str(item.pk), "Front desk")
    answer = client.get(f"{QUEUE}{item.pk}/original/")
    assert answer.content.decode() == item.text
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Type"].startswith("text/plain")


def test_mended_it_is_solved_and_stays_to_be_read(place: Center, item: Quarantined) -> None:
    client = place.client(Role.INTAKE)
    answer = client.post(f"{QUEUE}{item.pk}/retry/", {"text": mended(item).replace("\n", "\r\n")}, follow=True)
    page = answer.content.decode()
    assert "It is valid now, and kept." in page
    assert "Intake mended it" in page
    assert "Try again" not in page
    assert "&quot;alive&quot;" in page
    version = ReceivedResource.objects.get(resource__type="Coverage")
    assert client.get(QUEUE).context["listing"].count == 0
    kept = client.get(f"/interop/resources/Coverage/{version.resource.logical_id}/1/original/")
    assert kept.content.decode() == mended(item)


def test_refused_again_what_was_written_stands_beside_what_is_wrong_now(place: Center, item: Quarantined) -> None:
    client = place.client(Role.INTAKE)
    text = indented(parse(item.text) | {"status": "dead"})
    answer = client.post(f"{QUEUE}{item.pk}/retry/", {"text": text})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "What is wrong now" in page
    assert "One thing is still wrong" in page
    assert "&quot;dead&quot;" in page
    for wrong, said in (("{", "It is not JSON"), ("", "The text is empty")):
        answer = client.post(f"{QUEUE}{item.pk}/retry/", {"text": wrong})
        assert answer.status_code == 409
        assert said in answer.content.decode()
    item.refresh_from_db()
    assert item.solved_at is None


def test_the_later_of_two_keeps_what_they_wrote(place: Center, item: Quarantined) -> None:
    assert place.client(Role.INTAKE).post(f"{QUEUE}{item.pk}/retry/", {"text": mended(item)}).status_code == 302
    text = mended(item).replace('"active"', '"cancelled"')
    answer = place.client(Role.FRONT_DESK).post(f"{QUEUE}{item.pk}/retry/", {"text": text})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "solved already: Intake mended it" in page
    assert "&quot;cancelled&quot;" in page


def test_a_file_counts_instead_of_the_text(place: Center, item: Quarantined) -> None:
    client = place.client(Role.INTAKE)
    address = f"{QUEUE}{item.pk}/retry/"
    for data, said in ((b"\xff\xfe{", "is not UTF-8 text (byte 1)"), (b"", "It is not JSON")):
        answer = client.post(address, {"text": mended(item), "mended": _file(data)})
        assert answer.status_code == 409
        assert said in answer.content.decode()
    assert client.post(address, {"text": "{", "mended": _file(mended(item).encode())}).status_code == 302


def test_one_too_long_for_a_page_is_mended_as_a_file(place: Center) -> None:
    scan = {"resourceType": "Binary", "id": "b", "contentType": 7, "data": "QUJD" * 300_000}
    come_in(place, canonical(scan).encode(), "scan.json")
    row = Quarantined.objects.get()
    client = place.client(Role.INTAKE)
    page = client.get(f"{QUEUE}{row.pk}/").content.decode()
    assert "Too long to be mended on a page" in page
    assert len(page) < 50_000
    right = canonical(scan | {"contentType": "application/pdf"}).encode()
    assert client.post(f"{QUEUE}{row.pk}/retry/", {"mended": _file(right)}).status_code == 302


def test_bytes_that_are_no_text_are_shown_with_a_mark(place: Center) -> None:
    data = b'{"resourceType":"Patient","name":[{"family":"Mu\xf1oz"}]}'
    told = {"organization": place.organization.id, "at": NOW, "kind": ReceivedDocument.Kind.LINES}
    document = document_keep(stream=BytesIO(data), digest=hashlib.sha256(data).hexdigest(), size=len(data), name="x", **told)  # type: ignore[arg-type]
    issue = {"severity": "error", "code": "structure", "diagnostics": "It is not UTF-8 text (byte 46)."}
    row = Quarantined.objects.create(
        organization=place.organization,
        source="x",
        entry="line 1",
        digest="d",
        document=document,
        length=len(data),
        outcome=canonical({"issue": [issue]}),
        received_at=NOW,
    )
    client = place.client(Role.INTAKE)
    page = client.get(f"{QUEUE}{row.pk}/").content.decode()
    assert "Some bytes of it are no text" in page
    assert "Mu\N{REPLACEMENT CHARACTER}oz" in page
    assert client.get(f"{QUEUE}{row.pk}/original/").content == data


def test_left_aside_with_a_reason(place: Center, item: Quarantined) -> None:
    client = place.client(Role.INTAKE)
    assert client.post(f"{QUEUE}{item.pk}/leave/", {"reason": " "}).status_code == 409
    answer = client.post(f"{QUEUE}{item.pk}/leave/", {"reason": "a test message"}, follow=True)
    assert "It is left aside." in answer.content.decode()
    assert "left it aside: a test message" in client.get(QUEUE, {"state": "solved"}).content.decode()
    assert client.post(f"{QUEUE}{item.pk}/leave/", {"reason": "again"}).status_code == 409


@pytest.mark.parametrize("role", [Role.NURSE, Role.MANAGER, Role.PRIVACY_OFFICER])
def test_who_may_not_import_sees_nothing_of_it(place: Center, item: Quarantined, role: Role) -> None:
    client = place.client(role)
    for end in ("", "original/"):
        assert client.get(f"{QUEUE}{item.pk}/{end}").status_code == 403
    for end in ("retry/", "leave/"):
        assert client.post(f"{QUEUE}{item.pk}/{end}", {"text": mended(item), "reason": "x"}).status_code == 403
    item.refresh_from_db()
    assert item.solved_at is None


def test_another_organizations_items_are_not_there(place: Center, item: Quarantined) -> None:
    resource = Resource.objects.filter(type="Patient").get()
    with center("birch", (Role.INTAKE,)) as other:
        client = other.client(Role.INTAKE)
        assert client.get(f"{QUEUE}{item.pk}/").status_code == 404
        assert client.post(f"{QUEUE}{item.pk}/retry/", {"text": "{}"}).status_code == 404
        assert client.get(f"/interop/resources/Patient/{resource.logical_id}/").status_code == 404


# ---- one resource ----


def weight(value: str = "71.4") -> bytes:
    seen = {
        "resourceType": "Observation",
        "id": "w1",
        "status": "final",
        "subject": {"reference": "Patient/p1"},
        "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7"}]},
        "effectiveDateTime": "2026-11-01",
        "valueQuantity": {"value": Decimal(value), "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg"},
    }
    return canonical(seen).encode()


@pytest.fixture
def observed(place: Center) -> Resource:
    person = b'{"resourceType":"Patient","id":"p1","name":[{"family":"Moreno"}],"birthDate":"1961-03-04"}'
    for value in ("85.00", "84.50"):
        entries = b'{"resource":%s},{"resource":%s}' % (person, weight(value))
        come_in(place, b'{"resourceType":"Bundle","type":"collection","entry":[%s]}' % entries, "clinic.json")
    return Resource.objects.get(type="Observation")


def test_a_resource_shows_its_versions_and_where_each_came_from(place: Center, observed: Resource) -> None:
    client = place.client(Role.NURSE)
    address = f"/interop/resources/Observation/{observed.logical_id}/"
    page = client.get(address).content.decode()
    for text in ("Moreno", "&quot;value&quot;: 84.50", "version 2 of 2", "clinic.json: entry 2 (Observation)", "Original"):
        assert text in page
    assert f"/patients/{Patient.objects.get().pk}/" in page
    older = client.get(address, {"version": "1"}).content.decode()
    assert "&quot;value&quot;: 85.00" in older
    assert "An older version" in older
    for version, value in ((1, "85.00"), (2, "84.50")):
        answer = client.get(f"{address}{version}/original/")
        assert answer.content == weight(value)
        assert answer["Content-Type"] == "text/plain; charset=utf-8"
        assert answer["Content-Disposition"] == f'attachment; filename="Observation-{observed.logical_id}-{version}.json"'
    assert client.get(f"{address}3/original/").status_code == 404
    assert client.get("/interop/resources/Observation/none/").status_code == 404


def test_reading_a_resource_is_reading_the_chart(place: Center, observed: Resource) -> None:
    address = f"/interop/resources/Observation/{observed.logical_id}/"
    assert place.client(Role.FRONT_DESK).get(address).status_code == 403
    assert place.client(Role.BILLER).get(f"{address}1/original/").status_code == 403
    assert not AuditEntry.objects.filter(subject_type="resource").exists()
    client = place.client(Role.NURSE)
    client.get(address)
    client.get(f"{address}1/original/")
    read = AuditEntry.objects.filter(action="chart.read", subject_type="resource")
    assert [(entry.subject, entry.patient) for entry in read] == [(str(observed.pk), Patient.objects.get().pk)] * 2


def test_what_is_about_nobody_is_no_chart(place: Center) -> None:
    come_in(place, b'{"resourceType":"Organization","id":"o1","name":"Clinic"}', "o.json")
    assert place.client(Role.NURSE).get("/interop/resources/Organization/o1/").status_code == 200
    assert not AuditEntry.objects.filter(subject_type="resource").exists()


def test_queries_do_not_grow_with_the_versions(place: Center, observed: Resource) -> None:
    client = place.client(Role.NURSE)
    address = f"/interop/resources/Observation/{observed.logical_id}/"
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    newest = ReceivedResource.objects.get(resource=observed, version=2)
    for number in range(8):
        told = {"digest": str(number), "mark": str(number), "source": "x", "received_at": NOW, "start": 0, "length": 1}
        ReceivedResource.objects.create(
            organization=place.organization,
            resource=observed,
            version=number + 3,
            text=newest.text,
            document=newest.document,
            **told,
        )
    with CaptureQueriesContext(connection) as many:
        assert "of 10" in client.get(address).content.decode()
    assert len(many) == len(few) <= 20


def test_one_that_is_only_pointed_at_says_so(place: Center, item: Quarantined) -> None:
    found = Resource.objects.get(type="Coverage")
    page = place.client(Role.INTAKE).get(f"/interop/resources/Coverage/{found.logical_id}/").content.decode()
    assert "Nothing usable of it has come" in page
    assert f"{QUEUE}?type=Coverage" in page


def _file(data: bytes) -> Any:
    file = BytesIO(data)
    file.name = "mended.json"
    return file
