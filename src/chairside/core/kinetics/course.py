"""Doses one after another: on to the plateau, and what is left when one of them comes late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil

from chairside.core.kinetics.curve import Curve, curve
from chairside.core.kinetics.disposition import Disposition, Input
from chairside.core.kinetics.measures import plateau_after

_SETTLED = 0.999  # of the plateau
_MOST = 60  # doses that are followed on the way to it


@dataclass(frozen=True, slots=True)
class Late:
    """Days late, the level just before the late dose, and what share that is of the level on time."""

    days: int
    level: float
    share: float


@dataclass(frozen=True, slots=True)
class Plateau:
    """Doses that have gone on until the level repeats. `due` is the day of the next one, `every` days after the last."""

    body: Disposition
    given: tuple[Input, ...]
    every: float

    @property
    def last(self) -> float:
        return self.given[-1].at

    @property
    def due(self) -> float:
        return self.last + self.every

    def with_next(self, late: int, until: float) -> Curve:
        """The curve up to a day, with the next dose so many days late."""
        return curve(self.body, (*self.given, replace(self.given[-1], at=self.due + late)), until)

    def without_next(self, until: float) -> Curve:
        return curve(self.body, self.given, until)


def plateau(body: Disposition, given: Sequence[Input], every: float) -> Plateau:
    """The doses, continued like the last one until the level repeats to a thousandth (at most 60 doses)."""
    more = min(_MOST, max(2, ceil(plateau_after(body, _SETTLED) / every)))
    last = given[-1]
    return Plateau(body, (*given, *(replace(last, at=last.at + every * n) for n in range(1, more + 1))), every)


def lateness(settled: Plateau, days: Sequence[int]) -> list[Late]:
    """What is left just before the next dose, on time and late."""
    drawn = settled.without_next(settled.due + max(days, default=0))
    on_time = drawn.before(settled.due)
    levels = [(late, drawn.before(settled.due + late)) for late in days]
    return [Late(late, level, level / on_time if on_time else 0.0) for late, level in levels]


def sampled(drawn: Curve, begin: float, end: float, count: int = 240) -> list[tuple[float, float]]:
    """(day, level) to draw a curve by: evenly, and on both sides of every dose."""
    times = {min(begin + (end - begin) * number / count, end) for number in range(count + 1)}
    points = [(time, drawn.level(time)) for time in times]
    for one in drawn.given:
        for moment in (one.at, one.at + one.over):
            if begin <= moment <= end:
                points += [(moment, drawn.before(moment)), (moment, drawn.level(moment))]
    # At the moment of a dose the line goes up: the lower of the two levels comes first.
    return sorted(points)
