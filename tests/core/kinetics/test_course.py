"""Doses go on to the plateau, and a late one finds less."""

from __future__ import annotations

import pytest
from hypothesis import given

from chairside.core.kinetics.course import lateness, plateau, sampled
from chairside.core.kinetics.disposition import Disposition, Input
from tests.core.kinetics.bodies import BODIES

BODY = Disposition(clearance=0.4, central=3.3, exchange=7, peripheral=4)
START = [Input(385, day, over=1 / 12) for day in (0, 14, 42)]


def test_the_plateau_repeats() -> None:
    settled = plateau(BODY, START, 56)
    drawn = settled.without_next(settled.due)
    assert drawn.before(settled.due) == pytest.approx(drawn.before(settled.last), rel=0.01)


def test_a_late_dose_finds_less_by_the_last_slope_of_the_curve() -> None:
    on_time, late = lateness(plateau(BODY, START, 56), [0, 14])
    assert on_time.share == 1
    assert late.share == pytest.approx(2 ** (-14 / BODY.half_life), rel=0.01)
    assert late.level == pytest.approx(on_time.level * late.share)


@given(BODIES)
def test_later_is_never_more(body: Disposition) -> None:
    shares = [late.share for late in lateness(plateau(body, [Input(100, 0)], 28), [0, 7, 14, 28])]
    assert shares == sorted(shares, reverse=True)


def test_the_next_dose_is_drawn_on_its_late_day() -> None:
    settled = plateau(BODY, START, 56)
    drawn = settled.with_next(7, settled.due + 14)
    assert drawn.level(settled.due + 7.1) > 10 * drawn.before(settled.due + 7)


def test_a_bolus_is_drawn_straight_up() -> None:
    points = sampled(plateau(BODY, [Input(330, 0), Input(330, 7)], 7).without_next(14), 0, 14)
    assert points == sorted(points)
    at_dose = [level for day, level in points if day == 7]
    assert at_dose[-1] - at_dose[0] == pytest.approx(100)
