"""Peaks, plateau and residence are where the textbook puts them."""

from __future__ import annotations

from math import log

import pytest
from hypothesis import given, settings

from chairside.core.kinetics.closed import Closed
from chairside.core.kinetics.curve import curve
from chairside.core.kinetics.disposition import Disposition, Input
from chairside.core.kinetics.integrate import Integrated
from chairside.core.kinetics.measures import peak, plateau_after, residence
from tests.core.kinetics.bodies import BODIES, DOSES


def test_the_peak_of_a_swallowed_dose() -> None:
    body = Disposition(clearance=2, central=10, absorption=1.5)
    time, level = peak(Closed(body, [Input(100, 0, absorbed=True)]), 0, 20)
    assert time == pytest.approx(log(1.5 / 0.2) / (1.5 - 0.2), rel=1e-5)
    assert level == pytest.approx(Closed(body, [Input(100, 0, absorbed=True)]).level(time))


def test_the_peak_of_an_infusion_is_its_end() -> None:
    assert peak(Closed(Disposition(2, 10), [Input(100, 1, over=0.3)]), 0, 20)[0] == pytest.approx(1.3)


def test_a_bolus_at_the_end_of_the_window_is_not_in_it() -> None:
    course = Closed(Disposition(2, 10), [Input(100, 0), Input(900, 5)])
    assert peak(course, 0, 5) == (0, pytest.approx(10))


@settings(max_examples=40)
@given(BODIES, DOSES)
def test_no_place_is_higher_than_the_peak(body: Disposition, doses: list[Input]) -> None:
    course = Closed(body, doses)
    _, highest = peak(course, 0, 30)
    assert all(course.before(number / 10) <= highest * (1 + 1e-4) for number in range(301))


def test_the_plateau_comes_after_four_half_lives_and_a_bit() -> None:
    body = Disposition(clearance=2, central=10)
    assert plateau_after(body) / body.half_life == pytest.approx(4.32, abs=0.01)


@given(BODIES)
def test_the_mean_level_of_a_plateau_is_dose_over_clearance_and_interval(body: Disposition) -> None:
    """Far out on the plateau one interval has the whole area of one dose."""
    every = body.half_life
    course = Closed(body, [Input(100, every * number) for number in range(60)])
    assert course.area(59 * every, 60 * every) / every == pytest.approx(100 / body.clearance / every, rel=1e-6)


def test_residence_is_steady_volume_over_clearance() -> None:
    assert residence(Disposition(clearance=2, central=10, exchange=1, peripheral=5)) == pytest.approx(7.5)


def test_only_saturation_needs_steps() -> None:
    assert isinstance(curve(Disposition(2, 10), [], 10), Closed)
    assert isinstance(curve(Disposition(2, 10, saturable=5), [Input(1, 0)], 10), Integrated)
