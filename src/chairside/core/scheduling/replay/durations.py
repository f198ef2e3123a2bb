"""How long visits really take, for a replay. Minutes are whole in a day, and fractions here until they are drawn."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from math import exp, log, log1p, sqrt
from statistics import NormalDist
from typing import Protocol

from chairside.core.kernel.evidence import Source
from chairside.core.scheduling.day.instance import Visit

_NORMAL = NormalDist()


class Unknown(ValueError):
    """Nothing says how long a visit really takes."""


class Spread(Protocol):
    """Minutes by chance."""

    def at(self, share: float) -> float:
        """The minutes that this share of the visits, above 0 and below 1, does not exceed."""

    @property
    def mean(self) -> float:
        """The average minutes."""


@dataclass(frozen=True)
class LogNormal:
    """Minutes above 0, skewed to the right, by their mean and standard deviation. ValueError when those cannot be."""

    mean: float
    sd: float

    def __post_init__(self) -> None:
        if not (0 < self.mean < float("inf") and 0 <= self.sd < float("inf")):
            raise ValueError(f"a mean of {self.mean} and a standard deviation of {self.sd} cannot be")

    def at(self, share: float) -> float:
        if not self.sd:
            return self.mean
        location, scale = self._logarithm
        return exp(location + scale * _NORMAL.inv_cdf(share))

    @cached_property
    def _logarithm(self) -> tuple[float, float]:
        """Mean and standard deviation of the logarithm."""
        variance = log1p((self.sd / self.mean) ** 2)
        return log(self.mean) - variance / 2, sqrt(variance)


@dataclass(frozen=True)
class Quantiles:
    """Minutes by some of their quantiles, (share, minutes) from share 0, the shortest, to 1, the longest; straight between.
    ValueError when those cannot be."""

    points: tuple[tuple[float, float], ...]

    def __post_init__(self) -> None:
        rising = all(one[0] < two[0] and one[1] <= two[1] for one, two in pairwise(self.points))
        if not (rising and self.points and self.points[0][0] == 0 and self.points[-1][0] == 1 and self.points[0][1] >= 0):
            raise ValueError("quantiles rise from the share 0, the shortest, to the share 1, the longest")
        if not 0 < self.points[-1][1] < float("inf"):
            raise ValueError(f"a longest visit of {self.points[-1][1]} minutes cannot be")

    def at(self, share: float) -> float:
        above = bisect_right(self.points, share, key=lambda point: point[0])
        (low, least), (high, most) = self.points[above - 1], self.points[min(above, len(self.points) - 1)]
        return least + (most - least) * (share - low) / (high - low) if high > low else most

    @cached_property
    def mean(self) -> float:
        return sum((two[0] - one[0]) * (one[1] + two[1]) / 2 for one, two in pairwise(self.points))


@dataclass(frozen=True)
class Mixed:
    """Spreads of other lengths brought to this one: each times its factor, added at the same share."""

    parts: tuple[tuple[float, Spread], ...]

    def at(self, share: float) -> float:
        return sum(factor * spread.at(share) for factor, spread in self.parts)

    @property
    def mean(self) -> float:
        return sum(factor * spread.mean for factor, spread in self.parts)


@dataclass(frozen=True)
class Lateness:
    """The share of patients from home who come late, and by how many minutes."""

    share: float
    minutes: Spread


@dataclass(frozen=True)
class Durations:
    """How long visits really take: by the patient's id, else by the planned minutes, else by what the visit itself says.

    of_planned    a length between two of the table has the ratio, real to planned, between theirs
    beyond    a length outside the table has the ratio of the nearest; else nothing is known of it
    own_sd    in place of a table: the mean is the planned minutes, the standard deviation the visit's own
    late, no_show    by chance, of patients who come from home; share of visits to which nobody comes
    reaction    minutes that a reaction adds to a visit, by the visit's own probability of one
    """

    source: Source | None = None
    of_patient: Mapping[str, Spread] = field(default_factory=dict)
    of_planned: Mapping[int, Spread] = field(default_factory=dict)
    beyond: bool = False
    own_sd: bool = False
    late: Lateness | None = None
    no_show: float = 0.0
    reaction: int = 0

    def of(self, visit: Visit) -> Spread:
        """The visit's minutes. Raises Unknown."""
        if visit.id in self.of_patient:
            return self.of_patient[visit.id]
        planned, table = visit.duration, self._table
        if planned in self.of_planned:
            return self.of_planned[planned]
        if self.own_sd:
            return LogNormal(planned, visit.sd)
        above = bisect_left(table, planned)
        if 0 < above < len(table):
            low, high = table[above - 1], table[above]
            share = (planned - low) / (high - low)
            parts = [(low, 1 - share), (high, share)]
        elif self.beyond and table:
            parts = [(table[min(above, len(table) - 1)], 1.0)]
        else:
            held = f"the table holds {table[0]} to {table[-1]}" if table else "there is no table"
            raise Unknown(f"nothing says how long {visit.id} really takes: planned with {planned} minutes, and {held}")
        return Mixed(tuple((part * planned / length, self.of_planned[length]) for length, part in parts))

    def standing(self, visit: Visit) -> str:
        """What the visit's minutes rest on: `given`, `between` two of the table, or `beyond` it."""
        if visit.id in self.of_patient or visit.duration in self.of_planned or self.own_sd:
            return "given"
        return "between" if self._table[0] < visit.duration < self._table[-1] else "beyond"

    @cached_property
    def _table(self) -> tuple[int, ...]:
        return tuple(sorted(self.of_planned))
