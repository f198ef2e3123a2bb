"""The list of staff: who may what; no more queries for many people than for few."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chairside.apps.people.models import Membership, User
from chairside.core.access import Role
from tests.apps.walk import Center, center

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Iterator[Center]:
    with center() as made:
        yield made


def test_queries_do_not_grow_with_the_staff(place: Center) -> None:
    client = place.client(Role.MANAGER)
    client.get("/people/")
    with CaptureQueriesContext(connection) as few:
        before = client.get("/people/").context["listing"].count
    for number in range(8):
        person = User.objects.create(organization=place.organization, email=f"n{number}@example.test", name=f"Nurse {number}")
        Membership.objects.create(organization=place.organization, user=person, site=place.site, role=Role.NURSE.value)
    with CaptureQueriesContext(connection) as many:
        assert client.get("/people/").context["listing"].count == before + 8
    assert len(many) == len(few) <= 14


def test_the_list_is_filtered_by_role_and_exported(place: Center) -> None:
    client = place.client(Role.MANAGER)
    shown = client.get("/people/", {"role": Role.PHARMACIST.value}).context["rows"]
    assert [row.user for row in shown] == [place.users[Role.PHARMACIST]]
    text = b"".join(client.get("/people/", {"format": "csv"}).streaming_content).decode()  # type: ignore[attr-defined]
    assert str(place.users[Role.PHARMACIST]) in text
