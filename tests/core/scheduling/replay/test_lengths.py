"""A visit of other minutes than it was planned with."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chairside.core.scheduling.day.usable import of_visit
from chairside.core.scheduling.replay.lengths import day_with_minutes, least_minutes, with_minutes
from chairside.exchange.schedules.day import day_of
from tests.core.scheduling.day import day_files, small_days

LADDER = next(visit for visit in day_files.day("T1").patients if visit.id == "P002")


def test_the_start_stays_the_end_moves_and_what_is_between_is_spread():
    assert (LADDER.duration, LADDER.tasks) == (210, ((0, 15), (45, 5), (105, 10), (200, 10)))
    longer = with_minutes(LADDER, 294)
    # Pauses of 30, 55 and 85 minutes have 170 together, and 254 now: the first is 30 * 254 / 170 = 44, the first two 127.
    assert longer.tasks == ((0, 15), (59, 5), (147, 10), (284, 10))
    assert LADDER.drug.infusion_end_offset == 180
    assert longer.drug.infusion_end_offset == 264
    assert longer.drug.stability == 360


def test_tasks_are_put_on_the_step_and_never_later_than_by_the_minute():
    assert with_minutes(LADDER, 295).tasks == ((0, 15), (60, 5), (147, 10), (285, 10))
    assert with_minutes(LADDER, 295, step=5).tasks == ((0, 15), (60, 5), (145, 10), (285, 10))


def test_a_shorter_visit_keeps_all_its_hands_on_work():
    assert least_minutes(LADDER) == 40
    assert with_minutes(LADDER, 40).tasks == ((0, 15), (15, 5), (20, 10), (30, 10))
    with pytest.raises(ValueError, match="39 minutes do not hold its hands-on work, 40 do"):
        with_minutes(LADDER, 39)


def test_a_visit_with_one_task_shrinks_to_it_and_one_without_tasks_to_a_minute():
    injection = day_files.day("T1").patients[0]
    assert injection.tasks == ((0, 15),)
    assert least_minutes(injection) == 15
    assert least_minutes(replace(injection, tasks=())) == 1


def test_what_the_visit_overruns_beyond_what_the_drug_keeps_is_no_infusion():
    drug = replace(LADDER.drug, stability=190)
    assert drug.need_offset == 15
    assert with_minutes(replace(LADDER, drug=drug), 300).drug.infusion_end_offset == 205


def test_an_infusion_that_shrinks_ends_no_sooner_than_the_drug_is_needed():
    assert with_minutes(LADDER, 40).drug.infusion_end_offset == 15


@settings(max_examples=200)
@given(values=small_days.days(least=1), more=st.integers(-8, 40), step=st.sampled_from((1, 5)))
def test_a_visit_of_any_minutes_that_hold_its_work_is_a_visit_that_can_be(values, more, step):
    for each in day_of(values).patients:
        visit = replace(each, duration=each.duration * step, tasks=tuple((a * step, b * step) for a, b in each.tasks))
        minutes = visit.duration + more * step
        if minutes < least_minutes(visit):
            continue
        found = with_minutes(visit, minutes, step)
        assert not list(of_visit("visit", found))
        assert [length for _, length in found.tasks] == [length for _, length in sorted(visit.tasks)]
        assert all(one[0] + one[1] <= two[0] for one, two in pairwise(found.tasks))
        assert all(time % step == 0 for task in found.tasks for time in task)
        if visit.tasks:
            assert found.tasks[0] == min(visit.tasks)
        if len(visit.tasks) > 1:
            assert minutes - found.tasks[-1][0] == visit.duration - max(visit.tasks)[0]


@settings(max_examples=50)
@given(values=small_days.days(least=1))
def test_its_own_minutes_change_nothing(values):
    day = day_of(values)
    same = day_with_minutes(day, {visit.id: visit.duration for visit in day.patients})
    assert [replace(visit, tasks=tuple(sorted(visit.tasks))) for visit in day.patients] == list(same.patients)
    assert day_with_minutes(day, {}).patients == same.patients
