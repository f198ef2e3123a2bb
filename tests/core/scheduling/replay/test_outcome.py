"""Many replays of a schedule, and their figures."""

from dataclasses import replace
from math import sqrt

import pytest

from chairside.core.scheduling.day.schedule import Schedule
from chairside.core.scheduling.replay.drawing import Draw
from chairside.core.scheduling.replay.durations import Durations, LogNormal
from chairside.core.scheduling.replay.outcome import Figure, replay
from chairside.engines.robust.chance import draws
from tests.core.scheduling.day import day_files
from tests.core.scheduling.replay.test_floor import PLACES, A, B, day, schedule

BOOKED = schedule(*PLACES[:2])


def drawn(*taken: int) -> list[Draw]:
    """Days on which A takes these minutes, and B the nominal 30."""
    return [Draw({"A": minutes, "B": 30}, {}, frozenset()) for minutes in taken]


def test_two_days_by_hand():
    """A takes 50 and 90: B, booked at 40, waits 10 and 50, and ends at 80 and 120. One day of two has a wait above 30."""
    found = replay(day(A, B, shift=100), BOOKED, drawn(50, 90))
    # Of a visit 5 and 25 on average: the error is their deviation over the root of two.
    assert found.wait == Figure(15, pytest.approx(sqrt(200) / sqrt(2)), 50, None)
    assert (found.long_wait.share, found.long_wait.error) == (0.5, pytest.approx(0.5))
    assert found.last_end == Figure(100, pytest.approx(20), 120, None)
    assert found.overtime == Figure(0, 0, 0, None)
    assert found.past_shift == {"N1": Figure(10, pytest.approx(10), 20, None), "N2": Figure(0, 0, 0, None)}
    # Each minute of wait, 3 a minute past the shift, one chair, 40 hands-on minutes of N1.
    assert found.cost.runs == (10 + 20 + 40, 50 + 60 + 20 + 40)
    assert (found.cost.mean, found.cost.error, found.cost.parts.wait) == (120, pytest.approx(50), 30)
    assert found.late_breaks == 0


def test_overtime_past_close_is_told():
    found = replay(day(A, B), BOOKED, drawn(50, 100))
    assert found.overtime == Figure(5, pytest.approx(5), 10, None)


def test_one_day_has_no_error_and_none_no_figures():
    assert replay(day(A, B), BOOKED, drawn(50)).cost.error is None
    with pytest.raises(ValueError, match="at least one run"):
        replay(day(A, B), BOOKED, [])


def test_a_day_without_visits_has_no_wait_and_no_end():
    found = replay(day(A, B), schedule(), drawn(50, 60))
    assert (found.wait, found.last_end) == (None, None)
    assert found.cost.parts.unscheduled == 1200


def test_the_same_seed_gives_the_same_figures_and_the_error_tells_what_another_seed_does():
    of, booked = day_files.day("T1"), day_files.schedule("T1")
    one, again, other = (replay(of, booked, draws(of, Durations(own_sd=True), 300, seed)) for seed in (1, 1, 2))
    assert one == again
    assert 0 < abs(one.cost.mean - other.cost.mean) < 4 * sqrt(one.cost.error**2 + other.cost.error**2)
    assert 0 < abs(one.wait.mean - other.wait.mean) < 4 * sqrt(one.wait.mean_error**2 + other.wait.mean_error**2)
    assert abs(one.last_end.p90 - other.last_end.p90) < 4 * sqrt(one.last_end.p90_error**2 + other.last_end.p90_error**2)
    assert min(one.wait.p90_error, one.last_end.p90_error) > 0


def test_a_late_break_is_counted_when_it_begins_after_its_window():
    of, booked = day_files.day("tiny"), day_files.schedule("tiny")
    nurse = of.nurses[0]
    assert (nurse.rest.window, booked.breaks[0].start) == ((60, 150), 120)
    late = Schedule(of.id, tuple(replace(place, start=place.start + 35) for place in booked.assignments), booked.breaks)
    taken = [Draw({visit.id: visit.duration for visit in of.patients}, {}, frozenset())]
    # A, with N1, now ends at 130, her last task from 120 on: the break that was due then begins at 130, or 120 without it.
    assert (replay(of, booked, taken).late_breaks, replay(of, late, taken).late_breaks) == (0, 1)


def test_longer_visits_cost_more():
    of, booked = day_files.day("T1"), day_files.schedule("T1")
    tables = ({length: LogNormal(length * ratio, 1) for length in (30, 360)} for ratio in (1, 1.3))
    short, long = (replay(of, booked, draws(of, Durations(of_planned=table), 50, 1)) for table in tables)
    assert short.cost.mean < long.cost.mean
    assert short.wait.mean < long.wait.mean
