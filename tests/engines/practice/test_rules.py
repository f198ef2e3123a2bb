"""The rules of practice: what they fill obeys the ten rules, and each keeps its own word."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chairside.core.scheduling.day.instance import Assignment
from chairside.core.scheduling.day.objective import objective
from chairside.core.scheduling.day.rules import violations
from chairside.core.scheduling.day.schedule import Schedule
from chairside.engines.practice.filling import NoSchedule, begun
from chairside.engines.practice.rules import BLOCKS, RULES, block, first_come, levelling, longest_first
from chairside.exchange.schedules.day import day_of, schedule_of
from tests.core.scheduling.day.day_files import day as day_file
from tests.core.scheduling.day.day_files import values
from tests.core.scheduling.day.small_days import days
from tests.engines.day.instances import day_values

each_rule = pytest.mark.parametrize("rule", RULES.values(), ids=RULES)


def off(day, place):
    visit = day.visit[place.patient]
    return place.start - visit.release if visit.linked else max(0, visit.pref[0] - place.start, place.start - visit.pref[1])


@each_rule
@settings(max_examples=60, deadline=None)
@given(asked=days(visits=6), seed=st.integers(0, 9))
def test_whatever_is_filled_obeys_the_rules(rule, asked, seed):
    day = day_of(asked)
    try:
        found = rule(day, seed)
    except NoSchedule:
        with pytest.raises(NoSchedule):  # not for want of another order: the breaks alone do not fit
            begun(day)
        assert any(nurse.rest and nurse.rest.window[0] > nurse.rest.last_start for nurse in day.nurses)
        return
    assert violations(day, found) == ()


@each_rule
@pytest.mark.parametrize("size", ["T", "S"])
def test_a_made_up_day_is_mostly_served_by_the_rules(rule, size):
    day = day_of(day_values(size))
    found = rule(day, 1)
    assert violations(day, found) == ()
    assert len(found.assignments) >= 0.6 * len(day.patients)
    assert rule(day, 1) == found
    assert rule(day, 2) != found


@each_rule
def test_the_best_known_schedule_is_better_than_a_rule_of_practice(rule):
    day, known = day_file("S1"), schedule_of(values("schedules/S1"))
    assert 2 * objective(day, known) < objective(day, rule(day, 1)) < 8 * objective(day, known)


@each_rule
def test_fixed_visits_stay_and_others_go_around_them(rule):
    day, known = day_file("T1"), schedule_of(values("schedules/T1"))
    day = replace(day, fixed=known.assignments[:6])
    found = rule(day, 1)
    assert violations(day, found) == ()
    assert len(found.assignments) > 6


def test_two_fixed_visits_on_one_chair_have_no_schedule():
    day = day_file("T1")
    one, two = [visit for visit in day.patients if "recliner" in visit.chair_types][:2]
    start, chair = max(one.release, two.release), next(chair.id for chair in day.chairs if chair.type == "recliner")
    day = replace(day, fixed=tuple(Assignment(visit.id, start, chair, day.nurses[0].id) for visit in (one, two)))
    with pytest.raises(NoSchedule):
        begun(day)


def test_a_break_is_not_where_a_fixed_visit_needs_the_nurse():
    day = day_file("T1")
    plain, nurse = begun(day), day.nurses[0]
    rest = next(rest.start for rest in plain.breaks if rest.nurse == nurse.id)
    visit = replace(day.patients[0], release=0, tasks=((0, 30),), duration=30, drug=None, latest_start=600)
    chair = next(chair.id for chair in day.chairs if chair.type in visit.chair_types)
    fixed = Assignment(visit.id, rest, chair, nurse.id)
    found = begun(replace(day, patients=(visit, *day.patients[1:]), fixed=(fixed,)))
    assert found.assignments == (fixed,)
    assert abs(next(moved.start for moved in found.breaks if moved.nurse == nurse.id) - rest) >= 30


def test_first_come_gives_out_every_quarter_of_an_hour():
    day = day_file("S1")
    starts = {place.start % 30 for place in first_come(day, 1).assignments}
    assert starts == {0, 15}


def test_block_gives_out_half_hours_and_keeps_each_chair_for_the_whole_block():
    day = day_file("S1")
    found = block(day, 1)
    assert {place.start % 30 for place in found.assignments} == {0}
    lengths = {visit.id: min(length for length in (*BLOCKS, 1000) if visit.duration <= length) for visit in day.patients}
    blocks = replace(day, patients=tuple(replace(visit, duration=lengths[visit.id]) for visit in day.patients))
    assert max(visit.duration for visit in day.patients) <= BLOCKS[-1]
    assert violations(blocks, found) == ()


def test_the_longest_visits_come_nearest_to_their_wish():
    day = day_file("S1")
    placed = sorted(longest_first(day, 1).assignments, key=lambda place: -day.visit[place.patient].duration)
    first, last = placed[: len(placed) // 3], placed[-len(placed) // 3 :]
    assert sum(off(day, place) for place in first) < sum(off(day, place) for place in last) / 3
    assert off(day, placed[0]) == 0


def test_levelling_takes_a_flatter_place_only_within_an_hour_of_the_best():
    day = day_file("S1")
    visit = next(visit for visit in day.patients if visit.duration > 180)
    both = replace(
        day, patients=tuple(replace(visit, id=name, linked=False, release=0, pref=(90, 90)) for name in ("one", "two"))
    )
    assert sorted(off(both, place) for place in levelling(both, 1).assignments) == [0, 60]


def test_a_day_without_nurses_is_filled_with_nothing():
    empty = replace(day_file("T1"), nurses=())
    assert {rule(empty, 1) for rule in RULES.values()} == {Schedule(empty.id, (), ())}
