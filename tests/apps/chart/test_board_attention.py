"""Who needs somebody: what is late by word, shape and colour, worst first, and on a wall without a word about anybody."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from chairside.apps.chart.attention import Place, attention
from chairside.apps.chart.board import today
from chairside.apps.chart.folded import standing_of
from chairside.core.visit import events as e
from chairside.core.visit.outlook import Outlook
from tests.apps.visit import cast as story

pytestmark = pytest.mark.django_db
VITALS_DUE = 15  # minutes after the start


def needs(cast, wall=False):
    return today(cast.site, cast.at, wall).attention


def marks(cast, wall=False):
    return [(item.mark.word, item.mark.tone, item.mark.icon) for item in needs(cast, wall)]


@pytest.mark.parametrize(
    ("minutes", "told"),
    [
        (VITALS_DUE + 4, []),
        (VITALS_DUE + 5, [("vitals 5 min late", "due", "late")]),
        (VITALS_DUE + 9, [("vitals 9 min late", "due", "late")]),
        (VITALS_DUE + 10, [("vitals 10 min late", "act", "act")]),
        (VITALS_DUE + 75, [("vitals 1 h 15 min late", "act", "act")]),
    ],
)
def test_a_set_is_amber_after_five_minutes_and_red_after_ten(minutes, told):
    with story.center() as cast:
        story.run(cast)
        cast.later(minutes)
        assert marks(cast) == told


def test_a_late_set_says_where_whose_and_with_whom():
    with story.center() as cast:
        story.run(cast)
        cast.later(40)
        (item,) = needs(cast)
        assert (item.chair, item.who, item.nurse) == ("Chair 1", "Moreno, Alba", "Nurse")
        assert str(cast.visit.pk) in item.url
        (item,) = needs(cast, wall=True)
        assert (item.who, item.url) == ("A. M.", "")


def test_a_reaction_is_above_every_late_set():
    with story.center() as cast:
        story.run(cast)
        cast.must(e.ReactionRecorded(), minutes=5)
        cast.later(40)
        words = [word for word, _, _ in marks(cast)]
        assert words[0] == "reaction open"
        assert any("late" in word for word in words[1:])


def test_a_hold_says_why_to_staff_and_not_to_the_room():
    with story.center() as cast:
        cast.must(e.CheckedIn(story.SAID, consent_current=True), "desk")
        cast.must(e.Held("fever of 38.4"))
        assert ("held: fever of 38.4", "due", "locked") in marks(cast)
        assert ("held", "due", "locked") in marks(cast, wall=True)


def test_a_symptom_is_named_to_staff_and_not_to_the_room():
    with story.center() as cast:
        story.run(cast)
        cast.must(e.SymptomReported("itching"))
        assert any("itching" in word for word, _, _ in marks(cast))
        assert [word for word, _, _ in marks(cast, wall=True)] == ["look at the patient"]


def test_a_bag_waits_for_its_double_check_and_nobody_learns_what_was_entered():
    with story.center() as cast:
        story.arrive(cast)
        assert ("double check waits", "due", "person") in marks(cast)
        use_by = cast.at + timedelta(hours=4)
        cast.must(story.check(use_by), "nurse", 5)
        assert ("second check waits", "due", "person") in marks(cast)
        assert "LOT7" not in str(needs(cast))
        cast.must(story.check(use_by + timedelta(hours=1)), "second", 5)
        assert ("double check differs", "due", "person") in marks(cast)
        cast.must(story.check(use_by), "nurse", 5)
        cast.must(story.check(use_by), "second", 5)
        assert marks(cast) == []


def standing(cast):
    cast.visit.refresh_from_db()
    return standing_of([cast.visit], cast.at)[cast.visit.pk]


def listed(cast, *standings):
    places = [Place(uuid4(), f"Chair {number}", "who", "nurse", "") for number, _ in enumerate(standings, start=1)]
    return attention(zip(places, standings, strict=True), cast.at, wall=False)


def test_an_entry_of_a_device_waits_to_be_claimed():
    with story.center() as cast:
        story.run(cast)
        found = standing(cast)
        entry = found.state.log[-1].id
        unclaimed = replace(found, state=replace(found.state, unclaimed=frozenset({entry})))
        assert [item.about for item in listed(cast, unclaimed)] == ["device"]


def with_pump(found, ends) -> Outlook:
    drug = replace(found.now.drugs[0], stage="infusing_ambulatory", finish=ends)
    return replace(found.now, drugs=(drug,), due=())


@pytest.mark.parametrize(
    ("hours", "told"),
    [(-2, ("act", "pump empty since")), (3, ("due", "pump to take off")), (30, None)],
)
def test_a_pump_that_runs_empty_today_is_to_be_taken_off(hours, told):
    with story.center() as cast:
        story.run(cast)
        found = standing(cast)
        items = listed(cast, replace(found, now=with_pump(found, cast.at + timedelta(hours=hours))))
        assert [item.mark.tone for item in items] == ([told[0]] if told else [])
        if told:
            assert items[0].mark.word.startswith(told[1])


def test_the_worst_is_first_and_what_waited_longest_among_equals():
    with story.center() as cast:
        story.run(cast)
        begun = cast.at
        amber = standing_of([cast.visit], begun + timedelta(minutes=VITALS_DUE + 6))[cast.visit.pk]
        red = standing_of([cast.visit], begun + timedelta(minutes=VITALS_DUE + 20))[cast.visit.pk]
        longer = replace(red, now=replace(red.now, due=(replace(red.now.due[0], at=red.now.due[0].at - timedelta(minutes=9)),)))
        cast.later(VITALS_DUE + 20)
        assert [item.chair for item in listed(cast, amber, red, longer)] == ["Chair 3", "Chair 2", "Chair 1"]
