"""H-022 the system is down: the papers are there before it is, they name everybody, and nothing of them is lost or doubled."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from chairside.apps.visit.documents.pack.files import newest
from chairside.apps.visit.models import VisitEvent
from chairside.apps.visit.paper.rows import Row
from chairside.apps.visit.services.downtime import downtime_pack_make
from chairside.apps.visit.services.paper import paper_enter
from chairside.core.access import Role
from tests.apps.visit import cast as story

pytestmark = pytest.mark.django_db


def printed(cast, root, at):
    charge = replace(cast.actors["nurse"], roles=frozenset({Role.CHARGE_NURSE}))
    return downtime_pack_make(site=cast.site, roots=[root], actor=charge, at=at).value


def test_a_print_that_breaks_off_leaves_the_pack_of_before(tmp_path, monkeypatch):
    with story.center() as cast:
        printed(cast, tmp_path, story.NINE - timedelta(hours=6))
        before = newest(tmp_path, cast.site)
        monkeypatch.setattr("chairside.apps.visit.services.downtime.index_pdf", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            printed(cast, tmp_path, story.NINE)
        assert newest(tmp_path, cast.site) == before


def test_nobody_who_is_booked_is_left_out(tmp_path, monkeypatch):
    with story.center() as cast:
        monkeypatch.setattr("chairside.apps.visit.services.downtime.person_data", lambda *_: 1 / 0)
        pack = printed(cast, tmp_path, story.NINE - timedelta(hours=6))
        assert [line.appointment.pk for line in pack.problems] == [cast.appointment.pk]


def test_what_was_done_on_paper_is_in_the_record_at_its_own_time_and_once():
    with story.center() as cast:
        lines = [
            Row(str(uuid4()), "2026-11-23", "09:45", "start", "", "60 mL/h"),
            Row(str(uuid4()), "2026-11-23", "10:10", "pause", "", "pump 25 mL; hives"),
            Row(str(uuid4()), "2026-11-23", "10:11", "reaction", "", "hives; grade 2"),
        ]
        for _ in range(2):
            later = story.NINE + timedelta(hours=6)
            assert paper_enter(visit=cast.visit, rows=lines, actor=cast.actors["nurse"], at=later).returned == []
        events = VisitEvent.objects.filter(visit=cast.visit, mode="reported").order_by("sequence")
        assert [event.kind for event in events] == ["infusion_started", "paused", "reaction_recorded"]
        assert [event.claimed_at - story.NINE for event in events] == [timedelta(minutes=m) for m in (45, 70, 71)]
        assert VisitEvent.objects.filter(kind="incident_opened").exists()  # no guard was met, and nothing was refused for it
