"""The level by formula: each dose falls by one or two exponentials, and doses add up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp, expm1

from chairside.core.kinetics.disposition import Disposition, Input


@dataclass(frozen=True, slots=True)
class Closed:
    """The curve of linear elimination. Times in days, levels in mg/L, areas in mg·d/L."""

    body: Disposition
    given: Sequence[Input]

    def level(self, time: float) -> float:
        """The level at a time; a bolus given at that moment is in."""
        return self._sum(time, (one for one in self.given if one.at <= time))

    def before(self, time: float) -> float:
        """The level just before what is given at that time."""
        return self._sum(time, (one for one in self.given if one.at < time))

    def area(self, begin: float, end: float) -> float:
        """The area under the curve between two times."""
        return self._area(end) - self._area(begin)

    def _sum(self, time: float, given: Iterable[Input]) -> float:
        exponents = self.body.exponents()
        return sum(
            self._reaching(one) * share * _left(one, rate, time - self._from(one), self.body.absorption)
            for one in given
            for share, rate in exponents
        )

    def _area(self, time: float) -> float:
        """What has come in less what is still there, over the rate at which it leaves: no formula of its own is needed."""
        total = 0.0
        for one in self.given:
            elapsed = time - self._from(one)
            come = _come(one, elapsed, self.body.absorption)
            for share, rate in self.body.exponents():
                total += self._reaching(one) * share * (come - _left(one, rate, elapsed, self.body.absorption)) / rate
        return total

    def _reaching(self, one: Input) -> float:
        return one.amount * (self.body.bioavailability if one.absorbed else 1.0)

    def _from(self, one: Input) -> float:
        return one.at + (self.body.lag if one.absorbed else 0.0)


def _come(one: Input, elapsed: float, absorption: float | None) -> float:
    """The share of a dose that has reached the blood, of what ever will."""
    if elapsed < 0:
        return 0.0
    if one.absorbed:
        return -expm1(-_way_in(absorption) * elapsed)
    return min(elapsed / one.over, 1.0) if one.over else 1.0


def _left(one: Input, rate: float, elapsed: float, absorption: float | None) -> float:
    """The share of a dose still there, when what came in leaves at one rate."""
    if elapsed < 0:
        return 0.0
    if one.absorbed:
        return _bateman(_way_in(absorption), rate, elapsed)
    if not one.over:
        return exp(-rate * elapsed)
    running = min(elapsed, one.over)
    return -expm1(-rate * running) / (rate * one.over) * exp(-rate * (elapsed - running))


def _bateman(absorption: float, rate: float, elapsed: float) -> float:
    """Absorption against elimination, exact also where the two are equal."""
    slower, gap = min(absorption, rate), abs(absorption - rate)
    spread = gap * elapsed
    return absorption * elapsed * exp(-slower * elapsed) * (-expm1(-spread) / spread if spread else 1.0)


def _way_in(absorption: float | None) -> float:
    if absorption is None:
        raise ValueError("the record has no absorption: the drug is drawn by vein only")
    return absorption
