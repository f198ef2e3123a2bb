"""Days drawn by chance from how long visits really take. The core has no dice: chance is handed in, as the time is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import floor

from chairside.core.scheduling.day.instance import DayInstance
from chairside.core.scheduling.replay.durations import Durations
from chairside.core.scheduling.replay.lengths import least_minutes


@dataclass(frozen=True, slots=True)
class Draw:
    """What chance makes of a day: each visit's minutes in the chair, by how many a patient is late, who does not come."""

    minutes: Mapping[str, int]
    late: Mapping[str, int]
    absent: frozenset[str]


def draw_days(day: DayInstance, durations: Durations, runs: int, share: Callable[[], float]) -> Iterator[Draw]:
    """So many days. Minutes are rounded half up; a visit is never shorter than its hands-on work. Raises Unknown.

    share    gives a number above 0 and below 1, any as likely as any other
    """
    spreads = [(visit, durations.of(visit), least_minutes(visit)) for visit in day.patients]
    late = durations.late
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
