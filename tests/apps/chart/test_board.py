"""The board: what it says, what a wall may know, and that it is drawn once for all."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chairside.apps.chart.board import today
from chairside.apps.people.models import Patient
from chairside.apps.scheduling.models import Appointment, Chair
from chairside.apps.visit.models import Visit
from chairside.core.visit import events as e
from tests.apps.visit import cast as story

pytestmark = pytest.mark.django_db


def test_it_shows_who_runs_at_what_rate_and_offers_stop(browse):
    with story.center() as cast:
        story.run(cast)
        html = browse(cast, "nurse").get(reverse("board:page")).content.decode()
        assert "Moreno, Alba" in html
        assert "60 mL/h" in html
        assert reverse("visit:pause", args=[cast.visit.pk]) in html


def test_a_late_set_of_vitals_is_told_in_words(browse):
    with story.center() as cast:
        story.run(cast)
        cast.later(40)
        assert "late" in browse(cast, "nurse").get(reverse("board:page")).content.decode()


def test_a_wall_screen_knows_initials_only(browse):
    with story.center() as cast:
        story.run(cast)
        html = browse(cast, "nurse").get(reverse("board:page") + "?view=wall").content.decode()
        assert "Moreno" not in html
        assert "A. M." in html
        assert reverse("visit:page", args=[cast.visit.pk]) not in html


def test_stop_from_the_board_leads_to_the_visit(browse):
    with story.center() as cast:
        story.run(cast)
        answer = browse(cast, "nurse").post(reverse("visit:pause", args=[cast.visit.pk]), HTTP_HX_REQUEST="true")
        assert answer["HX-Redirect"] == reverse("visit:page", args=[cast.visit.pk])


def test_queries_do_not_grow_with_the_day():
    with story.center() as cast:
        story.run(cast)

        def count() -> int:
            with CaptureQueriesContext(connection) as counted:
                assert today(cast.site, cast.at, wall=False).board is not None
            return len(counted)

        few = count()
        for number in range(6):
            other_day(cast, number)
        assert count() == few
        assert few <= 6


def other_day(cast, number):
    """Another chair with another visit in progress."""
    own = {"organization": cast.organization}
    chair = Chair.objects.create(**own, site=cast.site, name=f"Chair {number + 2}", place=number + 2)
    patient = Patient.objects.create(**own, mrn=f"X{number}", family="Other", given="Person", birth_date=story.TODAY)
    appointment = Appointment.objects.create(
        **own,
        site=cast.site,
        patient=patient,
        chair=chair,
        nurse=cast.users["nurse"],
        during=(story.NINE, story.NINE + timedelta(hours=2)),
        booked_at=story.NINE,
        booked_by="x",
    )
    visit = Visit.objects.create(
        **own,
        patient=patient,
        site=cast.site,
        appointment=appointment,
        protocol_sha256=story.SHA,
        plan_text=cast.visit.plan_text,
        opened_at=story.NINE,
        day=story.TODAY,
    )
    kept, cast.visit = cast.visit, visit
    cast.must(e.CheckedIn(story.SAID, consent_current=True), "desk")
    cast.visit = kept
