"""The small steps agree with the formulas where there is one, and keep the balance where there is none."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chairside.core.kinetics.closed import Closed
from chairside.core.kinetics.disposition import Disposition, Input
from chairside.core.kinetics.integrate import Integrated
from tests.core.kinetics.bodies import BODIES, DOSES

MAB = Disposition(
    clearance=0.25,
    central=3.5,
    exchange=0.2,
    peripheral=2.9,
    saturable=7.5,
    half_saturation=2.7,
    absorption=0.17,
    bioavailability=0.8,
)


@settings(max_examples=25, deadline=None)
@given(BODIES, DOSES, st.lists(st.floats(0, 30), min_size=3, max_size=3))
def test_the_steps_agree_with_the_formula(body: Disposition, doses: list[Input], times: list[float]) -> None:
    exact, stepped = Closed(body, doses), Integrated(body, doses, 30)
    scale = sum(one.amount for one in doses) / body.central
    for time in times:
        assert stepped.level(time) == pytest.approx(exact.level(time), abs=2e-6 * scale)
    assert stepped.area(0, 30) == pytest.approx(exact.area(0, 30), rel=1e-5, abs=1e-6 * scale)


def test_before_a_bolus_is_before_it() -> None:
    course = Integrated(MAB, [Input(100, 0), Input(100, 14)], 28)
    assert course.before(0) == 0
    assert course.level(0) == pytest.approx(100 / MAB.central)
    assert course.level(14) - course.before(14) == pytest.approx(100 / MAB.central)


def test_what_saturates_falls_faster_at_low_levels() -> None:
    """At high levels only the linear path counts, so halving takes longer there than further down."""
    course = Integrated(MAB, [Input(2000, 0)], 120)
    assert course.level(20) / course.level(10) > course.level(70) / course.level(60)


@pytest.mark.parametrize("dose", [Input(560, 0, over=1 / 24), Input(560, 0, absorbed=True), Input(560, 0)])
def test_twice_a_dose_leaves_more_than_twice_as_much(dose: Input) -> None:
    once, twice = (Integrated(MAB, [replace(dose, amount=dose.amount * n)], 28) for n in (1, 2))
    assert twice.before(28) > 2.2 * once.before(28)


def test_a_saturable_path_that_is_never_near_its_limit_is_linear() -> None:
    """Far below half saturation the path clears Vmax / Km: the formula with that much more clearance is the same curve."""
    wide = replace(MAB, saturable=100000.0, half_saturation=1e6)
    like = replace(MAB, clearance=MAB.clearance + 0.1, saturable=0.0)
    doses = [Input(100, 0, over=0.1), Input(100, 7, absorbed=True)]
    assert Integrated(wide, doses, 30).level(20) == pytest.approx(Closed(like, doses).level(20), rel=1e-4)


def test_it_says_how_far_it_was_followed() -> None:
    with pytest.raises(ValueError, match="day 28"):
        Integrated(MAB, [Input(100, 0)], 28).level(29)
