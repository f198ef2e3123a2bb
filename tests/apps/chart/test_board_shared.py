"""The board is drawn once for all who share a view, by any process alike, and anew when a row of it changed."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chairside.apps.chart import shared
from chairside.apps.chart.shared import View, drawing, drawn_once, version
from chairside.core.visit import events as e
from tests.apps.visit import cast as story

pytestmark = pytest.mark.django_db
STAFF, WALL = View(), View(wall=True)


def test_many_screens_share_one_drawing():
    made = []

    def make() -> str:
        made.append(1)
        return "board"

    for _ in range(500):
        assert drawn_once(("site", "view"), make) == "board"
    assert len(made) == 1
    drawn_once(("site", "another view"), make)
    assert len(made) == 2


def test_a_drawing_that_failed_is_tried_again():
    def fail() -> str:
        raise ValueError("broken template")

    with pytest.raises(ValueError, match="broken template"):
        drawn_once("failing", fail)
    assert drawn_once("failing", lambda: "well") == "well"


def test_what_changes_the_board_changes_its_version():
    with story.center() as cast:
        seen = {version(cast.site, cast.at)}

        def changed() -> bool:
            found = version(cast.site, cast.at)
            new = found not in seen
            seen.add(found)
            return new

        assert not changed()
        cast.must(e.CheckedIn(story.SAID, consent_current=True), "desk")
        assert changed()
        for row, field, value in (
            (cast.patient, "family", "Morena"),
            (cast.appointment.chair, "name", "Bed 1"),
            (cast.users["nurse"], "name", "Nora"),
            (cast.site, "closes_at", "20:00"),
            (cast.appointment, "status", "cancelled"),
        ):
            setattr(row, field, value)
            with transaction.atomic():  # as every service does: a transaction is what makes a row another one
                row.save(update_fields=[field])
            assert changed(), field
        assert not changed()


def test_each_view_and_each_minute_is_a_drawing_of_its_own():
    with story.center() as cast:
        story.run(cast)
        names = {drawing(cast.site, view, cast.at).name for view in (STAFF, WALL, View(nurse=cast.users["nurse"].pk))}
        assert len(names) == 3
        again = drawing(cast.site, STAFF, cast.at + timedelta(seconds=59 - cast.at.second))
        assert again.name in names
        assert drawing(cast.site, STAFF, cast.at + timedelta(minutes=1)).name not in names


def test_no_drawing_of_one_organization_is_handed_to_another():
    with story.center("north") as north:
        story.run(north)
        at, mine = north.at, drawing(north.site, STAFF, north.at)
        assert "Moreno" in mine.text
    with story.center("south") as south:
        south.patient.family = "Other"
        south.patient.save()
        theirs = drawing(south.site, STAFF, at)
        assert "Moreno" not in theirs.text
        # Even asked for by mistake, in another organization's scope its rows are not there, so it is another drawing.
        wrong = drawing(north.site, STAFF, at)
        assert wrong.name != mine.name
        assert "Moreno" not in wrong.text


def test_a_wall_is_sent_initials_and_nothing_to_press():
    with story.center() as cast:
        story.run(cast)
        text = drawing(cast.site, WALL, cast.at).text
        assert "A. M." in text
        for hidden in ("Moreno", "Alba", "MRN", 'href="/', "hx-post"):
            assert hidden not in text


def test_a_page_that_shows_this_very_drawing_is_sent_nothing(browse):
    with story.center() as cast:
        story.run(cast)
        client, address = browse(cast, "nurse"), reverse("board:fragment")
        first = client.get(address)
        assert "no-store" in first["Cache-Control"]
        seen = re.search(r'id="board-seen" value="([0-9a-f]+)"', first.content.decode())
        assert seen is not None
        same = client.get(address, {"seen": seen[1]})
        assert (same.status_code, same.content) == (204, b"")
        cast.must(story.vitals(site_ok=True), minutes=1)
        changed = browse(cast, "nurse").get(address, {"seen": seen[1]})
        assert changed.status_code == 200
        assert f'value="{seen[1]}"' not in changed.content.decode()


def test_a_drawing_that_is_kept_costs_the_log_in_and_its_version(browse, monkeypatch):
    with story.center() as cast:
        story.run(cast)
        client, address = browse(cast, "nurse"), reverse("board:fragment")
        client.get(address)
        monkeypatch.setattr(shared, "today", None)  # nothing is drawn
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        # scope, session, person, scope, roles, version, scope closed
        assert len(queries) == 7, [query["sql"] for query in queries]
