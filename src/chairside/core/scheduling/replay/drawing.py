"""Days drawn by chance from how long visits really take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import floor
from random import Random

from chairside.core.scheduling.day.instance import DayInstance
from chairside.core.scheduling.replay.durations import Durations
from chairside.core.scheduling.replay.lengths import least_minutes

_BITS = 52


@dataclass(frozen=True, slots=True)
class Draw:
    """What chance makes of a day: each visit's minutes in the chair, by how many a patient is late, who does not come."""

    minutes: Mapping[str, int]
    late: Mapping[str, int]
    absent: frozenset[str]


def draws(day: DayInstance, durations: Durations, runs: int, seed: int) -> Iterator[Draw]:
    """So many days, the same for the same seed. Minutes are rounded half up; a visit is never shorter than its hands-on work.
    Raises Unknown before the first."""
    spreads = [(visit, durations.of(visit), least_minutes(visit)) for visit in day.patients]
    late, random = durations.late, Random(seed)

    def share() -> float:
        return (random.getrandbits(_BITS) + 0.5) / (1 << _BITS)  # above 0 and below 1

    for _ in range(runs):
        minutes, lateness, absent = {}, {}, []
        for visit, spread, least in spreads:
            real = floor(spread.at(share()) + 0.5)
            if durations.reaction and share() < visit.reaction_p:
                real += durations.reaction
            minutes[visit.id] = max(real, least)
            if late:
                comes, by = share(), share()
                if comes < late.share and not visit.linked:
                    lateness[visit.id] = floor(late.minutes.at(by) + 0.5)
            if durations.no_show and share() < durations.no_show and not visit.linked:
                absent.append(visit.id)
        yield Draw(minutes, lateness, frozenset(absent))
