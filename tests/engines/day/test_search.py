"""The day search: whatever it proposes obeys the ten rules, and more of it is never worse."""

import os
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chairside.core.scheduling.day.instance import Assignment, DayInstance
from chairside.core.scheduling.day.objective import objective
from chairside.core.scheduling.day.rules import violations
from chairside.engines.day.build import build
from chairside.engines.day.question import Standing
from chairside.engines.day.search import Effort, NoSchedule, search
from chairside.exchange.schedules.day import day_of, schedule_of
from tests.core.scheduling.day.day_files import day as day_file
from tests.core.scheduling.day.day_files import values
from tests.core.scheduling.day.small_days import days

pytestmark = pytest.mark.timeout(240)  # where nothing is compiled yet, the first test waits for that
QUICK = Effort(iterations=150, cores=1)


def known_schedule(name):
    return schedule_of(values(f"schedules/{name}"))


@settings(max_examples=150, deadline=None)
@given(days(visits=6), st.integers(0, 9))
def test_every_proposal_obeys_the_rules(asked, seed):
    day = day_of(asked)
    try:
        found = search(day, replace(QUICK, seed=seed))
    except NoSchedule:
        return
    assert violations(day, found) == ()


@pytest.mark.parametrize("name", ["T1", "S1"])
def test_the_same_seed_and_rounds_give_the_same_schedule(name):
    day = day_file(name)
    once, again = (search(day, Effort(iterations=400, seed=7, cores=2)) for _ in range(2))
    assert once == again
    assert once != search(day, Effort(iterations=400, seed=8, cores=2))


def test_a_small_day_comes_near_the_best_that_is_known():
    day = day_file("T1")
    found = search(day, Effort(iterations=20_000, seed=1, cores=1))
    assert violations(day, found) == ()
    assert objective(day, found) <= 1.15 * objective(day, known_schedule("T1"))


def test_a_search_from_a_schedule_is_never_worse_than_it():
    day, known = day_file("T2"), known_schedule("T2")
    found = search(day, Effort(iterations=50, cores=1), start=known)
    assert objective(day, found) <= objective(day, known)


def test_a_fixed_visit_stays_where_it_is():
    day, known = day_file("T1"), known_schedule("T1")
    day = replace(day, fixed=known.assignments[:3])
    found = search(day, Effort(iterations=500, cores=1))
    assert violations(day, found) == ()
    kept = {each.patient: each for each in found.assignments}
    for each in day.fixed:
        assert replace(kept[each.patient], mix_start=None) == replace(each, mix_start=None)


def test_what_has_begun_stands():
    day, known = day_file("T1"), known_schedule("T1")
    begun = tuple(each for each in known.assignments if each.start < 180)
    rests = tuple(each for each in known.breaks if each.start < 180)
    mixing = tuple(
        (each.mix_start, each.mix_start + day.visit[each.patient].drug.prep) for each in begun if each.mix_start is not None
    )
    found = search(day, Effort(iterations=500, cores=1), Standing(begun, rests, mixing, now=180))
    assert violations(day, found) == ()
    assert set(begun) <= set(found.assignments)
    assert all(each.start >= 180 for each in found.assignments if each not in begun)


def test_two_fixed_visits_on_one_chair_have_no_schedule():
    day = day_file("T1")
    visits = [visit for visit in day.patients if "recliner" in visit.chair_types][:2]
    chair = next(chair.id for chair in day.chairs if chair.type == "recliner")
    day = replace(day, fixed=tuple(Assignment(visit.id, max(v.release for v in visits), chair, "N01") for visit in visits))
    with pytest.raises(NoSchedule, match="fixed"):
        search(day, QUICK)


def test_a_break_without_a_minute_has_no_schedule():
    day = day_file("T1")
    nurse = replace(day.nurses[0], rest=replace(day.nurses[0].rest, window=(200, 210)))
    with pytest.raises(NoSchedule, match=nurse.id):
        search(replace(day, nurses=(nurse, *day.nurses[1:])), QUICK)


@pytest.mark.parametrize("missing", ["patients", "chairs", "nurses"])
def test_a_day_without_anything_leaves_everybody_out(missing):
    day: DayInstance = replace(day_file("T1"), **{missing: ()})
    assert search(day, QUICK).assignments == ()


def test_times_off_the_five_minutes_have_a_grid_of_one():
    day = day_file("T1")
    odd = replace(day, patients=(replace(day.patients[0], duration=31), *day.patients[1:]))
    question, _ = build(odd)
    assert question.minutes == 1
    assert violations(odd, search(odd, QUICK)) == ()


def test_loads_may_be_fractions():
    day = day_file("T1")
    day = replace(day, patients=tuple(replace(visit, acuity=visit.acuity + 0.5) for visit in day.patients))
    assert violations(day, search(day, QUICK)) == ()


def test_cores_meet_before_the_last_cycle_and_the_answer_is_the_same_each_time():
    day = day_file("T1")
    effort = Effort(iterations=2_000, cores=3, cycle=30)
    found = search(day, effort)
    assert violations(day, found) == ()
    assert all(search(day, effort) == found for _ in range(5))


def test_without_a_compiler_the_same_code_finds_a_schedule():
    script = (
        "from tests.engines.day.test_search import *\n"
        "from chairside.engines.day.compiled import PLAIN\n"
        "day = day_file('T1')\n"
        "found = search(day, Effort(iterations=20, cores=1))\n"
        "print(PLAIN, violations(day, found), len(found.assignments))\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", script], env={**os.environ, "NUMBA_DISABLE_JIT": "1"}, capture_output=True, text=True, timeout=60
    )
    assert told.stdout.startswith("True () "), told.stderr
    assert int(told.stdout.split()[-1]) >= 12
