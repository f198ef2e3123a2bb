"""The made-up days: usable, the same each time, and with the mix of a busy center."""

from collections import Counter

import pytest

from chairside.core.scheduling.day.hand_bounds import of_objective
from chairside.exchange.schedules.day import day_of
from tests.engines.day.instances import SIZES, day_values


@pytest.mark.parametrize("size", SIZES)
def test_a_made_up_day_has_its_size_and_is_the_same_each_time(size):
    day = day_of(day_values(size, 2))
    assert (len(day.chairs), len(day.patients)) == SIZES[size]
    assert 1.6 < len(day.chairs) / len(day.nurses) <= 3
    assert day_values(size, 2) == day_values(size, 2) != day_values(size, 3)
    assert of_objective(day) > 0


def test_the_visits_are_those_of_a_busy_center():
    visits = [visit for seed in range(1, 6) for visit in day_of(day_values("L", seed)).patients]
    share = Counter(linked=sum(v.linked for v in visits), first=sum(v.first for v in visits))
    assert 0.36 < share["linked"] / len(visits) < 0.48
    assert 0.09 < share["first"] / len(visits) < 0.15
    assert 135 < sum(visit.duration for visit in visits) / len(visits) < 165
    assert len({visit.therapy for visit in visits}) == 13
    wishes = Counter(visit.pref[0] for visit in visits if not visit.linked and visit.pref[1] <= 300)
    assert wishes[0] > 1.5 * wishes[150]
    assert all(visit.pref[1] + visit.duration <= 600 for visit in visits if not visit.linked)
    assert all(value % 5 == 0 for visit in visits for value in (visit.release, visit.duration, *visit.pref))
