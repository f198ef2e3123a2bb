"""What is kept of a visit's log is the fold of it, read once; another plan begins it anew."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from chairside.apps.chart.folded import standing_of
from chairside.apps.visit import plan_text
from chairside.apps.visit.selectors import state_of
from chairside.core.visit import events as e
from chairside.core.visit.encoding import to_text
from chairside.core.visit.outlook import outlook
from tests.apps.visit import cast as story

pytestmark = pytest.mark.django_db


def stands(cast):
    cast.visit.refresh_from_db()
    return standing_of([cast.visit], cast.at)[cast.visit.pk]


def test_what_is_kept_is_the_fold_of_the_whole_log():
    with story.center() as cast:
        plan = plan_text.from_text(cast.visit.plan_text)
        for part in (story.arrive, story.verify, story.start, story.finish):
            part(cast)
            found = stands(cast)
            assert found.state == state_of(cast.visit, plan)
            assert found.now == outlook(found.state, plan, cast.at)


def test_a_correction_is_folded_into_what_is_kept():
    with story.center() as cast:
        story.arrive(cast)
        stands(cast)
        vitals = next(event for event in stands(cast).state.log if event.kind == "vitals_recorded")
        cast.must(e.Corrected(vitals.id, "read wrongly", to_text(story.vitals(weight_kg="81.9"))))
        assert stands(cast).state == state_of(cast.visit, plan_text.from_text(cast.visit.plan_text))
        assert "81.9" in stands(cast).state.weighed.spelled()


def test_nothing_is_read_twice():
    with story.center() as cast:
        story.run(cast)
        stands(cast)
        cast.must(e.NoteAdded("Reading."))
        cast.visit.refresh_from_db()
        for asked in (1, 0):  # what is new, and then nothing
            with CaptureQueriesContext(connection) as queries:
                standing_of([cast.visit], cast.later(1))
            assert len(queries) == asked


def test_a_plan_that_was_taken_over_anew_begins_the_fold_again():
    with story.center() as cast:
        story.run(cast)
        before = stands(cast)
        with transaction.atomic():
            cast.visit.plan_text = plan_text.to_text(story.plan(observation_minutes=120))
            cast.visit.save(update_fields=["plan_text"])
        after = stands(cast)
        assert (before.plan.observation_minutes, after.plan.observation_minutes) == (30, 120)
