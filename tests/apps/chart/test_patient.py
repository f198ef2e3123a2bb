"""The patient's page: the line, the stages, the results, and the record of who read it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chairside.apps.audit.models import AuditEntry
from chairside.apps.people.models import Fact
from tests.apps.visit import cast as story

pytestmark = pytest.mark.django_db


def test_reading_a_chart_is_recorded(browse):
    with story.center() as cast:
        story.run(cast)
        html = browse(cast, "nurse").get(reverse("chart:patient", args=[cast.patient.pk])).content.decode()
        assert "Moreno, Alba" in html
        assert "412" in html
        assert "Doses" in html
        entry = AuditEntry.objects.get(action="chart.read", subject_type="patient")
        assert (entry.patient, entry.actor) == (cast.patient.pk, cast.actors["nurse"].id)


def test_results_are_filtered_paged_and_exported(browse):
    with story.center() as cast:
        for number in range(30):
            fact(cast, "ferritin", str(number + 10))
        fact(cast, "hemoglobin", "11.4")
        client, address = browse(cast, "nurse"), reverse("chart:patient", args=[cast.patient.pk])
        assert "11.4" in client.get(address, {"code": "hemoglobin"}).content.decode()
        assert "Page 2 of 2" in client.get(address, {"page": "2"}).content.decode().replace("\n", " ")
        assert b"Hemoglobin" in b"".join(client.get(address, {"format": "csv"}))


def test_a_patient_of_another_organization_is_not_found(browse):
    with story.center("north") as north:
        patient = north.patient
    with story.center("south") as south:
        assert browse(south, "nurse").get(reverse("chart:patient", args=[patient.pk])).status_code == 404


def test_the_list_finds_a_patient_by_name(browse):
    with story.center() as cast:
        client = browse(cast, "nurse")
        assert "Moreno, Alba" in client.get(reverse("chart:list"), {"q": "mor alb"}).content.decode()
        assert "Moreno, Alba" not in client.get(reverse("chart:list"), {"q": "smith"}).content.decode()


def test_queries_do_not_grow_with_the_chart(browse):
    with story.center() as cast:
        address = reverse("chart:patient", args=[cast.patient.pk])

        def count() -> int:
            client = browse(cast, "nurse")
            with CaptureQueriesContext(connection) as counted:
                assert client.get(address).status_code == 200
            return len(counted)

        fact(cast, "ferritin", "12")
        count()
        few = count()
        for number in range(25):
            fact(cast, "ferritin", str(number + 20))
        assert count() == few
        assert few <= 45


def fact(cast, code, number):
    Fact.objects.create(
        organization=cast.organization,
        patient=cast.patient,
        kind="lab",
        code=code,
        amount=number,
        exact=number,
        unit="ng/mL",
        on=story.TODAY,
        source="test",
        recorded_at=story.NINE,
    )
