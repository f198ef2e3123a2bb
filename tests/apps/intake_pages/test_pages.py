"""The intake pages: the queue, a packet's work, the order made, read and signed. Each step as a person does it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chairside.apps.audit.models import AuditEntry
from chairside.apps.intake.models import Finding, MissingItem, Order, OrderVersion, Referral
from chairside.core.access import Role
from tests.apps.walk import NOW, PASSWORD, TODAY, Center, another_patient, center, complete, give_password, sign, take_in
from tests.cast import NO_PROTOCOL

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Iterator[Center]:
    with center() as made:
        yield made


def made_order(place: Center, start: str = "s01") -> Order:
    referral = take_in(place, start)
    complete(place, referral)
    answer = place.client(Role.INTAKE).post(f"/intake/{referral.id}/order/")
    assert answer.status_code == 302
    return Order.objects.get(referral=referral)


def test_an_empty_queue_teaches_the_next_step(place: Center) -> None:
    page = place.client(Role.INTAKE).get("/intake/").content.decode()
    assert "No referral waits" in page
    assert "chairside import" in page


def test_the_queue_shows_what_is_missing_its_age_and_owner(place: Center) -> None:
    take_in(place, "s28")
    page = place.client(Role.INTAKE).get("/intake/").content.decode()
    assert "CBC, ferritin and transferrin saturation" in page
    assert "Hold: lab too old" in page
    assert "nobody" in page


def test_the_queue_exports_the_same_rows_as_csv(place: Center) -> None:
    take_in(place, "s28")
    answer = place.client(Role.INTAKE).get("/intake/?format=csv")
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert text.splitlines()[0].endswith("Priority")
    assert "lab too old" in text


def test_the_queues_queries_do_not_grow_with_its_rows(place: Center) -> None:
    first = take_in(place, "s28")
    client = place.client(Role.INTAKE)
    client.get("/intake/")
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get("/intake/")
    for count in range(12):
        fields = {
            f.attname: getattr(first, f.attname) for f in Referral._meta.fields if f.name not in ("id", "patient", "source")
        }
        copy = Referral.objects.create(**fields, patient=another_patient(place, count), source=f"copy {count}")
        Finding.objects.create(organization=place.organization, referral=copy, code="stale_lab", severity="hold", detail="old")
        MissingItem.objects.create(organization=place.organization, referral=copy, what="a lab", opened_at=NOW,
                                   owner=place.users[Role.INTAKE])  # fmt: skip
    with CaptureQueriesContext(connection) as many:
        page = client.get("/intake/")
    assert page.content.decode().count("Copy 0") == 12
    assert len(many) == len(few) <= 25


def test_a_missing_item_gets_an_owner_and_is_closed_with_a_note(place: Center) -> None:
    referral = take_in(place, "s28")
    client = place.client(Role.INTAKE)
    item = MissingItem.objects.filter(referral=referral).exclude(solves="order_not_signed").first()
    assert item is not None
    assert client.post(f"/intake/missing/{item.id}/request/").status_code == 302
    item.refresh_from_db()
    assert item.owner == place.users[Role.INTAKE]
    refused = client.post(f"/intake/missing/{item.id}/close/", {"note": ""})
    assert refused.status_code == 409
    assert "Say what came" in refused.content.decode()
    assert client.post(f"/intake/missing/{item.id}/close/", {"note": "fax of Nov 22"}).status_code == 302
    item.refresh_from_db()
    assert "fax of Nov 22" in item.closed_by


def test_intake_may_not_settle_a_hold_and_the_page_says_who_may(place: Center) -> None:
    referral = take_in(place, "s28")
    finding = Finding.objects.get(referral=referral, code="stale_lab")
    answer = place.client(Role.INTAKE).post(f"/intake/findings/{finding.id}/settle/", {"reason": "fine"})
    assert answer.status_code == 409
    assert "prescriber" in answer.content.decode()


def test_a_packet_opened_is_a_reading_in_the_audit(place: Center) -> None:
    referral = take_in(place, "s01")
    place.client(Role.NURSE).get(f"/intake/{referral.id}/")
    assert AuditEntry.objects.filter(action="chart.read", subject=str(referral.id), patient=referral.patient_id).exists()


def test_the_prescriber_sees_the_dose_with_its_working_and_signs_with_the_password(place: Center) -> None:
    order = made_order(place)
    prescriber = place.users[Role.PRESCRIBER]
    give_password(prescriber)
    client = place.client(Role.PRESCRIBER)
    page = client.get(f"/intake/orders/{order.id}/")
    text = page.content.decode()
    assert "5 mg/kg" in text
    assert "How this dose was computed" in text
    seen = page.context["form"].initial["seen"]
    wrong = client.post(f"/intake/orders/{order.id}/sign/", {"seen": seen, "password": "not it", "reason": "ok"})
    assert wrong.status_code == 409
    assert "not your password" in wrong.content.decode()
    done = client.post(f"/intake/orders/{order.id}/sign/", {"seen": seen, "password": PASSWORD, "reason": "ok"})
    assert done.status_code == 302
    assert OrderVersion.objects.get(order=order).signed_by == prescriber


def test_what_was_changed_after_it_was_shown_is_not_signed(place: Center) -> None:
    order = made_order(place)
    give_password(place.users[Role.PRESCRIBER])
    client = place.client(Role.PRESCRIBER)
    told = {"seen": "0" * 64, "password": PASSWORD, "reason": "ok"}
    answer = client.post(f"/intake/orders/{order.id}/sign/", told)
    assert answer.status_code == 409
    assert "changed after it was shown" in answer.content.decode()


def test_a_nurse_cannot_sign(place: Center) -> None:
    order = made_order(place)
    assert place.client(Role.NURSE).post(f"/intake/orders/{order.id}/sign/", {}).status_code == 403


def test_a_revision_makes_a_version_that_needs_a_new_signature(place: Center) -> None:
    order = made_order(place)
    version = sign(place, OrderVersion.objects.get(order=order))
    client = place.client(Role.PRESCRIBER)
    page = client.get(f"/intake/orders/{order.id}/revise/")
    told = {
        name: field.value() if field.value() is not None else ""
        for name, field in ((item.name, item) for item in page.context["form"])
    }
    told.update(dosing_weight_kg="75", dosing_weight_on=TODAY.isoformat())
    assert client.post(f"/intake/orders/{order.id}/revise/", told).status_code == 302
    newest = OrderVersion.objects.filter(order=order).latest("number")
    assert (newest.number, newest.status, newest.dosing_weight_kg) == (version.number + 1, "draft", 75)


def test_a_therapy_without_a_protocol_is_kept_and_makes_no_order(place: Center) -> None:
    referral = take_in(place, NO_PROTOCOL)
    page = place.client(Role.INTAKE).get(f"/intake/{referral.id}/").content.decode()
    assert "has no protocol here yet" in page
    assert place.client(Role.INTAKE).post(f"/intake/{referral.id}/order/").status_code == 409


def test_a_weight_that_came_by_phone_is_recorded_once_however_often_the_form_is_sent(place: Center) -> None:
    referral = take_in(place, "s25")
    client = place.client(Role.INTAKE)
    page = client.get(f"/intake/{referral.id}/")
    told = {"fact": "vital.weight_kg", "amount": "81.5", "on": TODAY.isoformat(), "key": str(page.context["key"])}
    for _ in range(2):
        assert client.post(f"/intake/{referral.id}/facts/", told).status_code == 302
    weights = referral.patient.facts.filter(code="weight_kg")
    assert [(row.exact, row.unit) for row in weights] == [("81.5", "kg")]


def test_an_impossible_weight_is_refused_on_the_page(place: Center) -> None:
    referral = take_in(place, "s25")
    told = {"fact": "vital.weight_kg", "amount": "815", "on": TODAY.isoformat()}
    answer = place.client(Role.INTAKE).post(f"/intake/{referral.id}/facts/", told)
    assert answer.status_code == 409
    assert "cannot be right" in answer.content.decode()


def test_amounts_in_the_form_carry_no_zeros_that_nobody_wrote(place: Center) -> None:
    order = made_order(place, "s28")
    page = place.client(Role.PRESCRIBER).get(f"/intake/orders/{order.id}/revise/").content.decode()
    assert 'value="750"' in page
    assert "750.000" not in page
