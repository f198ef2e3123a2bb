"""H-001 wrong patient: two identifiers as open questions, compared by the core, overridable by nobody."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from chairside.core.kernel.quantity import quantity
from chairside.core.visit import events as e
from tests.apps.visit import cast as story

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "said",
    [
        replace(story.SAID, name="Elba Moreno"),
        replace(story.SAID, born=date(1986, 3, 4)),
        replace(story.SAID, band="MRN-2"),
        replace(story.SAID, born=None),
        replace(story.SAID, name=""),
    ],
)
def test_nobody_checks_in_another_person(said):
    with story.center() as cast:
        decision = cast.do(e.CheckedIn(said, consent_current=True), "desk")
        assert decision.value is None
        assert all(reason.override == "none" for reason in decision.reasons)


def test_identity_is_asked_again_at_the_bedside_before_the_start():
    with story.center() as cast:
        story.arrive(cast)
        story.verify(cast)
        cast.must(story.vitals(site_ok=True), minutes=12)
        wrong = replace(story.SAID, born=date(1986, 3, 4))
        decision = cast.do(e.InfusionStarted(story.DRUG, wrong, quantity("60", "mL/h"), line_traced=True, emergency_ready=True))
        assert [reason.code for reason in decision.reasons] == ["wrong_person"]
