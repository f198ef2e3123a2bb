"""One plan a quantile of the real minutes, and the one whose replay costs least."""

from dataclasses import replace

import pytest

from chairside.core.scheduling.day.instance import Assignment
from chairside.core.scheduling.day.objective import objective
from chairside.core.scheduling.day.rules import feasible
from chairside.core.scheduling.replay.durations import Durations, LogNormal
from chairside.core.scheduling.replay.outcome import replay
from chairside.engines.day.search import Effort
from chairside.engines.robust.chance import draws
from chairside.engines.robust.choosing import NoPlan, best, planned_minutes, plans
from tests.core.scheduling.day import day_files

DAY = day_files.day("T1")
TABLE = Durations(of_planned={30: LogNormal(56, 35), 360: LogNormal(346, 67)})
EFFORT = Effort(iterations=150, cores=1)


def test_each_plan_obeys_the_ten_rules_on_its_day_and_its_figures_are_those_of_the_real_day():
    found = list(plans(DAY, TABLE, (0.4, 0.8), EFFORT, tries=2, runs=40, seed=5))
    assert [plan.quantile for plan in found] == [None, 0.4, 0.8]
    drawn = list(draws(DAY, TABLE, 40, 5))
    for plan in found:
        assert feasible(plan.day, plan.schedule)
        assert plan.outcome == replay(DAY, plan.schedule, drawn)
        assert len(plan.tries) == 2
    nominal, *others = found
    assert nominal.day.patients == DAY.patients
    assert nominal.against == (0, 0)
    for plan in others:
        assert plan.against[0] == pytest.approx(plan.outcome.cost.mean - nominal.outcome.cost.mean)
    assert best(found).outcome.cost.mean == min(plan.outcome.cost.mean for plan in found)


def test_of_the_tries_the_one_that_costs_least_is_kept():
    (one,) = plans(DAY, TABLE, (), EFFORT, tries=1, runs=40, seed=5)
    (many,) = plans(DAY, TABLE, (), EFFORT, tries=4, runs=40, seed=5)
    assert many.tries[:1] == one.tries
    picking = list(draws(DAY, TABLE, 40, 6))
    assert replay(DAY, many.schedule, picking).cost.mean == min(many.tries) < max(many.tries)


def test_planned_minutes_are_a_quantile_rounded_up_to_the_step_and_hold_the_hands_on_work():
    found = planned_minutes(DAY, TABLE, 0.8)
    assert DAY.visit["P001"].duration == 30
    assert 70 < TABLE.of(DAY.visit["P001"]).at(0.8) < 80
    assert found["P001"] == 80
    assert all(found[visit.id] - 5 < TABLE.of(visit).at(0.8) <= found[visit.id] for visit in DAY.patients)
    least = planned_minutes(DAY, Durations(of_planned={30: LogNormal(1, 0), 360: LogNormal(12, 0)}), 0.5)
    assert (least["P001"], least["P002"]) == (15, 40)
    odd = replace(DAY, close=DAY.close + 1)
    assert any(minutes % 5 for minutes in planned_minutes(odd, TABLE, 0.8).values())


def test_without_any_chance_every_plan_costs_what_it_was_planned_with():
    still = Durations(of_planned={30: LogNormal(30, 0), 360: LogNormal(360, 0)})
    for plan in plans(DAY, still, (0.5, 0.9), EFFORT, tries=1, runs=3, seed=1):
        assert plan.day.patients == tuple(replace(each, tasks=tuple(sorted(each.tasks))) for each in DAY.patients)
        assert plan.outcome.cost.mean == objective(DAY, plan.schedule)
        assert plan.outcome.cost.error == 0


def test_where_fixed_visits_leave_no_room_for_longer_ones_it_says_so():
    injection = next(visit for visit in DAY.patients if visit.id == "P001")
    two = tuple(replace(injection, id=name, release=45, latest_start=600, drug=None) for name in ("A", "B"))
    fixed = (Assignment("A", 60, "C001", "N02"), Assignment("B", 90, "C001", "N02"))
    day = replace(DAY, patients=two, fixed=fixed)
    nominal, longer = plans(day, TABLE, (0.8,), EFFORT, tries=1, runs=3, seed=1)
    assert nominal.quantile is None
    assert isinstance(longer, NoPlan)
    assert "the fixed visit of" in longer.problem
    assert best([nominal, longer]) is nominal
    assert best([longer]) is None
