"""Reports: days from stage to stage, and how the chairs of today are booked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from chairside.apps.intake.models import OrderVersion
from chairside.apps.reports import selectors
from chairside.apps.scheduling.models import Appointment, Chair
from chairside.core.access import Role
from tests.apps.walk import NOW, TODAY, Center, another_order, center, planned


@pytest.fixture
def place(db: None) -> Iterator[Center]:
    with center() as made:
        yield made


@given(st.lists(st.integers(0, 400), min_size=1))
def test_a_percentile_is_one_of_the_days_and_enough_of_them_are_not_above_it(days: list[int]) -> None:
    for percent in (50, 90):
        value = selectors.percentile(days, percent)
        assert value in days
        assert value is not None
        assert sum(day <= value for day in days) * 100 >= percent * len(days)


def test_nothing_measured_is_none_and_not_zero() -> None:
    assert selectors.percentile([], 50) is None


def test_days_from_referral_to_signature_and_to_the_appointment(place: Center) -> None:
    plan = planned(place)
    OrderVersion.objects.filter(id=plan.order_version_id).update(signed_at=NOW + timedelta(days=3))
    chair = Chair.objects.create(organization=place.organization, site=place.site, name="Chair 1", place=1)
    dose = plan.doses.get(number=1)
    Appointment.objects.create(
        organization=place.organization, site=place.site, patient=plan.patient, planned_dose=dose, chair=chair,
        nurse=place.users[Role.NURSE], during=(NOW, NOW + timedelta(hours=3)), booked_at=NOW + timedelta(days=5), booked_by="x",
    )  # fmt: skip
    stages = {row.name: (row.count, row.median) for row in selectors.stage_days(place.site, TODAY - timedelta(days=30))}
    assert stages["Referral to signed order"] == (1, 3)
    assert stages["Signed order to booked appointment"] == (1, 2)
    assert stages["Referral to first dose"] == (0, None)
    (use,) = selectors.chair_use(place.site, TODAY)
    assert (use.booked, use.open, use.appointments, use.percent) == (180, 720, 1, 25)


def test_the_page_is_for_managers_and_exports(place: Center) -> None:
    assert place.client(Role.NURSE).get("/reports/").status_code == 403
    client = place.client(Role.MANAGER)
    assert "Referral to first dose" in client.get("/reports/?days=30").content.decode()
    text = b"".join(client.get("/reports/?format=csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert "Median days" in text


def test_queries_of_the_reports_do_not_grow_with_orders_and_chairs(place: Center) -> None:
    plan = planned(place)
    client = place.client(Role.MANAGER)
    client.get("/reports/")
    with CaptureQueriesContext(connection) as few:
        client.get("/reports/")
    for count in range(5):
        another_order(place, plan.order_version, count)
        Chair.objects.create(organization=place.organization, site=place.site, name=f"Extra {count}", place=50 + count)
    with CaptureQueriesContext(connection) as many:
        assert client.get("/reports/").status_code == 200
    assert len(many) == len(few) <= 16
