"""The dice of a replay."""

from collections.abc import Iterator
from random import Random

from chairside.core.scheduling.day.instance import DayInstance
from chairside.core.scheduling.replay.drawing import Draw, draw_days
from chairside.core.scheduling.replay.durations import Durations

_BITS = 52  # so that a half more is still exact, and never 1


def draws(day: DayInstance, durations: Durations, runs: int, seed: int) -> Iterator[Draw]:
    """So many days drawn by chance, the same for the same seed. Raises Unknown."""
    random = Random(seed)
    return draw_days(day, durations, runs, lambda: (random.getrandbits(_BITS) + 0.5) / (1 << _BITS))
