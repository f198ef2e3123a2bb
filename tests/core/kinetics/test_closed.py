"""The formulas keep what must hold for every body: doses add up, nothing is lost, nothing jumps but a bolus."""

from __future__ import annotations

from dataclasses import replace
from math import exp, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chairside.core.kinetics.closed import Closed
from chairside.core.kinetics.disposition import Disposition, Input
from tests.core.kinetics.bodies import ABSORBED, BODIES, BY_VEIN, DOSES, ONE, TIMES, between

LATE = 1e5  # days: all of it is gone


def test_a_bolus_falls_by_half_in_a_half_life() -> None:
    body = Disposition(clearance=2, central=10)
    course = Closed(body, [Input(100, 0)])
    assert course.before(0) == 0
    assert course.level(0) == pytest.approx(10)
    assert course.level(body.half_life) == pytest.approx(5)
    assert body.half_life == pytest.approx(log(2) * 5)


def test_an_infusion_comes_to_its_textbook_level() -> None:
    course = Closed(Disposition(clearance=2, central=10), [Input(100, 1, over=2)])
    assert course.level(3) == pytest.approx(25 * (1 - exp(-0.4)))  # rate over clearance, times what is reached
    assert course.level(0.5) == 0


def test_nothing_is_taken_up_before_the_lag() -> None:
    course = Closed(Disposition(clearance=2, central=10, absorption=3, lag=0.5), [Input(100, 1, absorbed=True)])
    assert course.level(1.5) == 0
    assert course.level(1.6) > 0


def test_absorption_as_fast_as_elimination_has_a_level_too() -> None:
    same = Closed(Disposition(clearance=2, central=10, absorption=0.2), [Input(100, 0, absorbed=True)])
    near = Closed(Disposition(clearance=2, central=10, absorption=0.2 + 1e-9), [Input(100, 0, absorbed=True)])
    assert same.level(5) == pytest.approx(0.2 * 5 * exp(-1) * 10)
    assert same.level(5) == pytest.approx(near.level(5), rel=1e-7)


def test_a_drug_without_a_way_in_is_not_drawn_by_mouth() -> None:
    with pytest.raises(ValueError, match="by vein only"):
        Closed(Disposition(clearance=2, central=10), [Input(100, 0, absorbed=True)]).level(1)


@given(BODIES, DOSES, TIMES, between(0.1, 10))
def test_the_level_is_linear_in_the_dose(body: Disposition, doses: list[Input], time: float, times: float) -> None:
    more = [replace(one, amount=one.amount * times) for one in doses]
    assert Closed(body, more).level(time) == pytest.approx(times * Closed(body, doses).level(time), rel=1e-9, abs=1e-12)


@given(BODIES, DOSES, TIMES)
def test_doses_add_up(body: Disposition, doses: list[Input], time: float) -> None:
    alone = sum(Closed(body, [one]).level(time) for one in doses)
    assert Closed(body, doses).level(time) == pytest.approx(alone, rel=1e-9, abs=1e-12)


@given(BODIES, DOSES)
def test_area_times_clearance_is_what_reached_the_blood(body: Disposition, doses: list[Input]) -> None:
    reached = sum(one.amount * (body.bioavailability if one.absorbed else 1) for one in doses)
    assert Closed(body, doses).area(0, LATE) * body.clearance == pytest.approx(reached, rel=1e-6)


@given(BODIES, BY_VEIN.filter(lambda one: one.over > 0))
def test_the_level_does_not_jump_at_the_end_of_an_infusion(body: Disposition, dose: Input) -> None:
    course, end = Closed(body, [dose]), dose.at + dose.over
    assert course.level(end - 1e-9) == pytest.approx(course.level(end + 1e-9), rel=1e-5)


@given(ONE, DOSES, TIMES)
def test_a_second_compartment_that_nothing_flows_to_is_none(body: Disposition, doses: list[Input], time: float) -> None:
    nearly = replace(body, exchange=1e-9, peripheral=5.0)
    assert Closed(nearly, doses).level(time) == pytest.approx(Closed(body, doses).level(time), rel=1e-5, abs=1e-9)


@given(ONE, BY_VEIN, st.floats(0.001, 1))
def test_a_short_infusion_is_a_bolus(body: Disposition, dose: Input, hours: float) -> None:
    short = Closed(body, [replace(dose, over=1e-7)])
    time = dose.at + hours
    assert short.level(time) == pytest.approx(Closed(body, [replace(dose, over=0.0)]).level(time), rel=1e-4)


@given(BODIES, ABSORBED, between(0.05, 0.9))
def test_the_share_absorbed_scales_the_level_and_nothing_else(body: Disposition, dose: Input, share: float) -> None:
    whole, part = (Closed(replace(body, bioavailability=f), [dose]) for f in (1.0, share))
    assert part.level(dose.at + 3) == pytest.approx(share * whole.level(dose.at + 3))


@given(BODIES, DOSES, TIMES, between(0, 30))
def test_the_area_is_the_sum_of_the_levels(body: Disposition, doses: list[Input], begin: float, length: float) -> None:
    course, pieces = Closed(body, doses), 40
    middle = begin + length / 2
    whole = course.area(begin, begin + length)
    assert whole == pytest.approx(course.area(begin, middle) + course.area(middle, begin + length), rel=1e-6, abs=1e-9)
    highest = max(course.level(begin + length * number / pieces) for number in range(pieces + 1))
    assert whole >= -1e-9
    assert highest >= -1e-12
