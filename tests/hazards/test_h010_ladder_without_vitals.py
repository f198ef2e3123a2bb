"""H-010 rate raised without looking at the patient: a rise needs its time and a fresh set with the site looked at."""

from __future__ import annotations

import pytest

from chairside.core.kernel.quantity import quantity
from chairside.core.visit import events as e
from tests.apps.visit import cast as story

pytestmark = pytest.mark.django_db
UP = e.StepChanged(story.DRUG, quantity("120", "mL/h"))


def test_time_alone_does_not_unlock_the_step():
    with story.center() as cast:
        story.run(cast)
        assert {reason.field for reason in cast.do(UP, minutes=16).reasons} == {"vitals"}


def test_vitals_alone_do_not_unlock_the_step():
    with story.center() as cast:
        story.run(cast)
        cast.must(story.vitals(site_ok=True), minutes=5)
        assert [reason.code for reason in cast.do(UP).reasons] == ["too_early"]


def test_a_set_that_has_grown_old_does_not_unlock_the_step():
    with story.center() as cast:
        story.run(cast)
        cast.must(story.vitals(site_ok=True), minutes=16)
        assert [reason.code for reason in cast.do(UP, minutes=11).reasons] == ["stale_fact"]


def test_time_and_a_fresh_set_unlock_it_and_down_is_always_free():
    with story.center() as cast:
        story.run(cast)
        cast.must(story.vitals(site_ok=True), minutes=16)
        assert cast.do(UP).allowed
        assert cast.do(e.StepChanged(story.DRUG, quantity("60", "mL/h"))).allowed
