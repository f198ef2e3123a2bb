"""How long visits really take."""

from dataclasses import replace
from math import sqrt
from statistics import fmean, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chairside.core.scheduling.replay.durations import Durations, Lateness, LogNormal, Quantiles, Unknown
from chairside.engines.robust.chance import draws
from tests.core.scheduling.day import day_files

VISIT = day_files.day("T1").patients[1]
TABLE = {30: LogNormal(56, 35), 60: LogNormal(83, 44), 120: LogNormal(142, 44)}
shares = st.floats(0.001, 0.999)


def of(minutes: int, **more) -> float:
    return Durations(of_planned=TABLE, **more).of(replace(VISIT, duration=minutes)).mean


@given(mean=st.floats(1, 500), spread=st.floats(0, 2), one=shares, two=shares)
def test_quantiles_of_a_log_normal_rise_and_are_never_below_0(mean, spread, one, two):
    found = LogNormal(mean, mean * spread)
    least, most = sorted((found.at(one), found.at(two)))
    assert (least, most) == (found.at(min(one, two)), found.at(max(one, two)))
    assert least > 0


def test_a_log_normal_is_skewed_to_the_right():
    assert LogNormal(56, 35).at(0.5) == pytest.approx(56 / sqrt(1 + (35 / 56) ** 2))


def test_quantiles_are_joined_by_straight_lines():
    found = Quantiles(((0, 20), (0.5, 30), (1, 90)))
    assert (found.at(0.25), found.at(0.5), found.at(0.75)) == (25, 30, 60)
    assert found.mean == 0.5 * 25 + 0.5 * 60


@pytest.mark.parametrize(
    "points", [(), ((0, 20),), ((0, 20), (0.9, 30)), ((0, 30), (1, 20)), ((0, -1), (1, 20)), ((0, 0), (1, 0))]
)
def test_quantiles_that_cannot_be_are_refused(points):
    with pytest.raises(ValueError, match=r"quantiles rise|cannot be"):
        Quantiles(points)


def test_a_length_of_the_table_has_its_minutes_and_one_between_two_the_ratio_between():
    assert of(60) == 83
    assert of(90) == pytest.approx(90 * (83 / 60 + 142 / 120) / 2)
    assert of(50) == pytest.approx(50 * (56 / 30 * 1 / 3 + 83 / 60 * 2 / 3))


def test_beyond_the_table_nothing_is_known_unless_the_table_says_that_the_nearest_holds():
    with pytest.raises(Unknown, match="how long P002 really takes: planned with 150 minutes, and the table holds 30 to 120"):
        of(150)
    assert of(150, beyond=True) == pytest.approx(150 * 142 / 120)
    assert of(15, beyond=True) == pytest.approx(15 * 56 / 30)
    with pytest.raises(Unknown, match="there is no table"):
        Durations().of(VISIT)


def test_what_is_said_of_a_patient_goes_before_the_table_and_is_told_apart():
    found = Durations(of_patient={"P002": LogNormal(99, 1)}, of_planned=TABLE, beyond=True)
    assert found.of(VISIT).mean == 99
    assert [found.standing(replace(VISIT, id="P", duration=minutes)) for minutes in (30, 45, 20, 130)] == [
        "given",
        "between",
        "beyond",
        "beyond",
    ]
    assert found.standing(VISIT) == "given"


@pytest.mark.parametrize(("planned", "mean", "sd"), [(30, 56, 35), (60, 83, 44), (120, 142, 44)])
def test_drawn_minutes_have_the_mean_and_the_spread_of_the_table(planned, mean, sd):
    visit = replace(VISIT, duration=planned, tasks=((0, 1),))
    day = replace(day_files.day("T1"), patients=(visit,))
    found = [draw.minutes["P002"] for draw in draws(day, Durations(of_planned=TABLE), 20_000, 7)]
    assert abs(fmean(found) - mean) < 4 * stdev(found) / sqrt(len(found))
    assert stdev(found) == pytest.approx(sd, rel=0.05)


def test_a_visit_is_never_shorter_than_its_hands_on_work():
    day = replace(day_files.day("T1"), patients=(replace(VISIT, sd=400),))
    assert min(draw.minutes["P002"] for draw in draws(day, Durations(own_sd=True), 500, 1)) == VISIT.hands_on


def test_who_comes_from_home_may_come_late_or_not_at_all_and_reactions_take_longer():
    day = day_files.day("T1")
    still = replace(day, patients=tuple(replace(visit, sd=0, reaction_p=visit.id == "P001") for visit in day.patients))
    durations = Durations(own_sd=True, late=Lateness(1, LogNormal(12, 0)), no_show=1, reaction=60)
    (draw,) = draws(still, durations, 1, 1)
    home = {visit.id for visit in day.patients if not visit.linked}
    assert home < set(day.visit)
    assert draw.late == dict.fromkeys((visit.id for visit in day.patients if not visit.linked), 12)
    assert draw.absent == home
    assert draw.minutes == {visit.id: visit.duration + 60 * (visit.id == "P001") for visit in day.patients}
