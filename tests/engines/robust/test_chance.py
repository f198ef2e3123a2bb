"""The dice of a replay."""

from chairside.core.scheduling.replay.durations import Durations
from chairside.engines.robust.chance import draws
from tests.core.scheduling.day import day_files


def test_the_same_seed_draws_the_same_days_and_another_seed_others():
    day, durations = day_files.day("T1"), Durations(own_sd=True)
    assert list(draws(day, durations, 5, 3)) == list(draws(day, durations, 5, 3))
    assert list(draws(day, durations, 5, 3)) != list(draws(day, durations, 5, 4))
    assert list(draws(day, durations, 9, 3))[:5] == list(draws(day, durations, 5, 3))
