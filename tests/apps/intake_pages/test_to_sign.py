"""What waits for a signature is seen: in its word, in a filter, and first of all by who signs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest

from chairside.apps.intake import services
from chairside.apps.intake.models import OrderVersion, Referral
from chairside.apps.intake.selectors import TO_SIGN, QueueFilter, referral_queue
from chairside.apps.intake.services import OrderChange
from chairside.core.access import Role
from tests.apps.walk import NOW, Center, center, complete, must, sign, take_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Iterator[Center]:
    with center() as made:
        yield made


def received(place: Center, start: str) -> Referral:
    """Imported a minute after the one before: `take_in` gives the newest."""
    return take_in(place, start, NOW + timedelta(minutes=Referral.objects.count()))


def drafted(place: Center, start: str, settled: bool = True) -> OrderVersion:
    referral = received(place, start)
    if settled:
        complete(place, referral)
    return must(services.order_draft_from_referral(referral=referral, actor=place.actor(Role.INTAKE), at=NOW))


def read(place: Center, role: Role, query: str = "") -> str:
    return place.client(role).get(f"/intake/{query}").content.decode()


def test_a_complete_packet_with_an_unsigned_order_waits_for_a_prescribers_signature(place: Center) -> None:
    version = drafted(place, "s01")
    page = read(place, Role.INTAKE)
    assert "Waiting for signature" in page.split("<tbody")[1]
    assert ">a prescriber<" in page
    assert ">nobody<" not in page
    assert f"/intake/orders/{version.order_id}/" in page
    sent = place.client(Role.INTAKE).get("/intake/?format=csv").getvalue().decode()  # type: ignore[attr-defined]
    assert "a prescriber,Waiting for signature" in sent


def test_a_prescriber_lands_on_the_orders_to_sign_and_intake_on_its_work(place: Center) -> None:
    version = drafted(place, "s01")
    other = received(place, "s28")
    page = read(place, Role.PRESCRIBER)
    assert "Orders to sign" in page
    assert "Read and sign" in page
    assert version.order.patient.name in page
    assert other.patient.name not in page
    assert '<option value="" selected>Waiting for signature</option>' in page
    for role, query in ((Role.PRESCRIBER, "?status=work"), (Role.INTAKE, "")):
        assert other.patient.name in read(place, role, query)
    assert "Read and sign" not in read(place, Role.INTAKE, "?status=to_sign")


def test_once_signed_it_leaves_and_a_changed_version_brings_it_back(place: Center) -> None:
    version = sign(place, drafted(place, "s01"))
    assert "No order waits for a signature" in read(place, Role.PRESCRIBER)
    assert "No referral waits" in read(place, Role.INTAKE)
    change = OrderChange(dosing_weight_kg=Decimal(75), dosing_weight_on=NOW.date())
    must(services.order_revise(order=version.order, change=change, actor=place.actor(Role.INTAKE), at=NOW))
    for role in (Role.PRESCRIBER, Role.INTAKE):
        assert version.order.patient.name in read(place, role)


def test_no_order_to_sign_teaches_where_orders_come_from(place: Center) -> None:
    received(place, "s28")
    page = read(place, Role.PRESCRIBER)
    assert "No order waits for a signature" in page
    assert "intake has made it of a referral" in page
    assert '<a href="?status=work">' in page


def test_an_order_whose_packet_is_not_settled_says_that_the_signature_comes_after(place: Center) -> None:
    drafted(place, "s28", settled=False)
    page = read(place, Role.INTAKE)
    assert "Waiting for signature" in page.split("<tbody")[1]
    assert "after what is open" in page


def test_of_the_orders_to_sign_the_most_urgent_and_then_the_oldest_come_first(place: Center) -> None:
    made = [drafted(place, start).order.referral for start in ("s01", "s02", "s28")]
    routine, stat, older = (row for row in made if row)
    Referral.objects.update(wanted_on=None, priority="routine", received_at=NOW)
    Referral.objects.filter(pk=stat.pk).update(priority="stat")
    Referral.objects.filter(pk=older.pk).update(received_at=NOW - timedelta(days=5))
    rows = referral_queue(now=NOW, wanted=QueueFilter(status=TO_SIGN)).rows
    assert [row.referral.pk for row in rows] == [stat.pk, older.pk, routine.pk]
