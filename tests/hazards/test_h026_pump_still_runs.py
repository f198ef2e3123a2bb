"""H-026 "stop" pressed, the pump still runs: the words say so, nothing is sent to a pump, and its reading is asked for
before going on.
"""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from chairside.core.visit import events as e
from tests.apps.visit import cast as story
from tests.core.visit.walk import Walk, q

pytestmark = pytest.mark.django_db


def test_the_page_says_stop_the_pump_before_and_after_the_tap(browse):
    with story.center() as cast:
        story.run(cast)
        client = browse(cast, "nurse")
        page = reverse("visit:page", args=[cast.visit.pk])
        assert "stop the pump" in client.get(page).content.decode().lower()
        client.post(reverse("visit:pause", args=[cast.visit.pk]))
        assert re.search(r"Stop the pump\. Recorded \d\d:\d\d", client.get(page).content.decode())


def test_it_does_not_run_again_before_the_pump_was_read():
    walk = Walk().running().later(10).do(e.Paused())
    blind = walk.ask(e.Resumed("drug", q(20, "mL/h"), "kinked line"))
    assert "pump_volume" in [reason.field for reason in blind.reasons]
    assert walk.ask(e.Resumed("drug", q(20, "mL/h"), "kinked line", pump_volume=q("3.3", "mL"))).allowed


def test_a_stop_is_taken_whatever_stands_beside_it():
    walk = Walk().running().later(10).do(e.Paused(pump_volume=q("9999", "mL")))
    assert walk.state.infusions["drug"].paused
    assert ("pump_reading") in [trigger for trigger, _ in walk.state.incidents]
