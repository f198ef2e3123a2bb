"""The list of plans: pages, filters, sorts, exports; no more queries for many rows than for few."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chairside.apps.plans.services import plan_make
from chairside.core.access import Role
from tests.apps.walk import NOW, Center, another_order, center, must, planned

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Iterator[Center]:
    with center() as made:
        yield made


def test_queries_do_not_grow_with_the_plans(place: Center) -> None:
    plan = planned(place)
    client = place.client(Role.PHARMACIST)
    client.get("/plans/")
    with CaptureQueriesContext(connection) as few:
        client.get("/plans/")
    for count in range(6):
        version = another_order(place, plan.order_version, count)
        must(plan_make(order_version=version, start_on=plan.started_on, actor=place.actor(Role.PHARMACIST), at=NOW))
    with CaptureQueriesContext(connection) as many:
        page = client.get("/plans/")
    assert page.context["listing"].count == 7
    assert len(many) == len(few) <= 12


def test_it_is_filtered_by_name_and_status_and_exported(place: Center) -> None:
    plan = planned(place)
    client = place.client(Role.PHARMACIST)
    assert client.get("/plans/", {"q": "nobody of this name"}).context["listing"].count == 0
    assert client.get("/plans/", {"status": "stopped"}).context["listing"].count == 0
    text = b"".join(client.get("/plans/", {"format": "csv"}).streaming_content).decode()  # type: ignore[attr-defined]
    assert plan.patient.name in text
