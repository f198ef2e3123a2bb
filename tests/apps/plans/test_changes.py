"""What a new version changes, and for whom: signed orders that pin another one, on pages of bounded queries, exported whole."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chairside.apps.intake.models import OrderVersion
from chairside.apps.plans import changes
from chairside.core.access import Role
from tests.apps.formulary.story import DRUG, approved, new_version
from tests.apps.walk import Center, another_order, center, copies, planned

pytestmark = pytest.mark.django_db
LADDER = ("{rate: 20 mL/h, minutes: 15}", "{rate: 20 mL/h, minutes: 20}")


@pytest.fixture
def place() -> Iterator[Center]:
    with center() as made:
        yield made


def test_the_page_tells_what_differs_and_names_who_is_touched(place: Center) -> None:
    plan, newer = planned(place), new_version(swap=LADDER)
    page = place.client(Role.PHARMACIST).get(f"/formulary/{DRUG}/changes/?to={newer.sha256}").content.decode()
    assert "ladders[practice_first].steps[20 mL/h].minutes" in page
    assert plan.patient.name in page
    assert "rates: 1" in page
    (one,) = changes.touched(changes.orders_touched(DRUG, place.site, newer.sha256), newer.sha256)
    assert [(item.place, item.old, item.new) for item in one.differences] == [
        ("ladders[practice_first].steps[20 mL/h].minutes", "15", "20")
    ]


def test_an_order_by_the_new_version_or_with_a_finished_plan_is_not_touched(place: Center) -> None:
    plan, newer = planned(place), new_version(swap=LADDER)
    assert changes.orders_touched(DRUG, place.site, newer.sha256).count() == 1
    plan.status = "stopped"
    plan.save()
    assert not changes.orders_touched(DRUG, place.site, newer.sha256).exists()
    plan.status = "active"
    plan.save()
    OrderVersion.objects.filter(pk=plan.order_version_id).update(release=newer)
    assert not changes.orders_touched(DRUG, place.site, newer.sha256).exists()


def test_a_value_of_another_brand_is_not_about_an_order_that_names_its_own(place: Center) -> None:
    plan = planned(place)
    assert plan.order_version.brand == "Inflectra"
    newer = new_version()
    (one,) = changes.touched(changes.orders_touched(DRUG, place.site, newer.sha256), newer.sha256)
    other = changes.Difference("products", "products[Renflexis].limit", "", "1")
    mine = changes.Difference("products", "products[Inflectra].limit", "", "1")
    stated = {"products": "Inflectra", "regimens": ""}
    assert not changes._is_about(other, stated)
    assert changes._is_about(mine, stated)
    assert one.words == "nothing that is said of this order"


def test_a_biller_sees_the_difference_and_no_patient(place: Center) -> None:
    plan, newer = planned(place), new_version(swap=LADDER)
    page = place.client(Role.BILLER).get(f"/formulary/{DRUG}/changes/?to={newer.sha256}").content.decode()
    assert "steps[20 mL/h]" in page
    assert plan.patient.name not in page


def test_thirty_patients_come_on_pages_with_no_more_queries_and_in_one_export(place: Center) -> None:
    plan, newer = planned(place), new_version(swap=LADDER)
    client, address = place.client(Role.PHARMACIST), f"/formulary/{DRUG}/changes/?to={newer.sha256}"
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(address)
    copies(place, 30, lambda count: another_order(place, plan.order_version, count))
    with CaptureQueriesContext(connection) as many:
        page = client.get(address).content.decode()
    assert len(many) <= len(few) + 1
    assert "1–25 of 31" in page
    assert "Copy 003" in client.get(f"{address}&q=Copy+003").content.decode()
    answer = client.get(f"{address}&format=csv")
    lines = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert len(lines) == 32


def test_versions_and_their_reviews_are_read_together(place: Center) -> None:
    client, address = place.client(Role.PHARMACIST), f"/formulary/{DRUG}/versions/"
    new_version(version="5.0.0")
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for number in range(6, 12):
        approved(place, new_version(version=f"{number}.0.0"))
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) <= len(few) + 1
