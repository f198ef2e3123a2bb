"""The level by small steps, where a part of the elimination saturates and no formula exists."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp

from chairside.core.kinetics.disposition import Disposition, Input

State = tuple[float, float, float]  # mg in the first compartment, mg in the second, area in mg·d/L
_WITHIN = 1e-9  # of what was ever given: the error that one step may make
_FIRST = 1e-3  # days


@dataclass(frozen=True, slots=True)
class _Step:
    """From `start` to `end`, with states and their slopes at both."""

    start: float
    end: float
    first: State
    last: State
    first_slope: State
    last_slope: State

    def at(self, time: float, index: int) -> float:
        """One part of the state inside the step, on the cubic through both ends with their slopes."""
        length = self.end - self.start
        x = (time - self.start) / length
        rising, falling = x * x * (3 - 2 * x), (1 - x) * (1 - x) * (1 + 2 * x)
        bend = x * (1 - x) * length * ((1 - x) * self.first_slope[index] - x * self.last_slope[index])
        return self.first[index] * falling + self.last[index] * rising + bend


class Integrated:
    """The curve of saturable elimination, from the first dose to a time. Levels and areas as in `closed.Closed`."""

    def __init__(self, body: Disposition, given: Sequence[Input], until: float) -> None:
        self.body, self.given = body, given
        self._steps = list(_walk(body, given, until))
        self._ends = [step.end for step in self._steps]

    def level(self, time: float) -> float:
        """The level at a time; a bolus given at that moment is in."""
        return self._part(time, 0, after=True) / self.body.central

    def before(self, time: float) -> float:
        """The level just before what is given at that time."""
        return self._part(time, 0, after=False) / self.body.central

    def area(self, begin: float, end: float) -> float:
        """The area under the curve between two times."""
        return self._part(end, 2, after=True) - self._part(begin, 2, after=True)

    def _part(self, time: float, index: int, *, after: bool) -> float:
        if not self._steps or time < self._steps[0].start or (time == self._steps[0].start and not after):
            return 0.0
        place = bisect_right(self._ends, time)
        if not after and place and self._ends[place - 1] == time:
            place -= 1
        if place == len(self._steps):
            if time > self._ends[-1]:
                raise ValueError(f"the curve was followed to day {self._ends[-1]:g} only")
            place -= 1
        return self._steps[place].at(time, index)


def _walk(body: Disposition, given: Sequence[Input], until: float) -> Iterator[_Step]:
    """Steps from break to break: where a dose begins or ends the slope jumps, and no step may cross it."""
    breaks = {moment for one in given for moment in _moments(body, one) if moment < until} | {until}
    state: State = (0.0, 0.0, 0.0)
    scale = sum(one.amount for one in given) or 1.0
    times = sorted(breaks)
    for begin, end in pairwise(times):
        at_once = sum(one.amount for one in given if not one.absorbed and not one.over and one.at == begin)
        state = (state[0] + at_once, state[1], state[2])
        for step in _stretch(body, given, state, begin, end, scale):
            yield step
            state = step.last


def _moments(body: Disposition, one: Input) -> tuple[float, ...]:
    return (one.at + body.lag,) if one.absorbed else (one.at, one.at + one.over)


def _stretch(
    body: Disposition, given: Sequence[Input], state: State, begin: float, end: float, scale: float
) -> Iterator[_Step]:
    """From one break to the next, each step as long as its error allows (one whole step against two halves)."""
    flows = [(one.amount / one.over, 0.0, 0.0) for one in given if not one.absorbed and one.over and _runs(one, begin, end)]
    if body.absorption is not None:
        started = (one for one in given if one.absorbed and one.at + body.lag <= begin)
        amounts = ((one.amount * body.bioavailability * body.absorption, one.at + body.lag) for one in started)
        flows += [(amount, body.absorption, since) for amount, since in amounts]

    def slope(time: float, now: State) -> State:
        into = sum(flow * exp(-fading * (time - since)) if fading else flow for flow, fading, since in flows)
        level = now[0] / body.central
        back = body.exchange * (level - now[1] / body.peripheral) if body.exchange else 0.0
        lost = body.clearance * level + body.saturable * level / (body.half_saturation + level)
        return (into - lost - back, back, level)

    def stepped(time: float, now: State, length: float) -> State:
        """One step of the classic fourth-order method of Runge and Kutta."""
        one = slope(time, now)
        two = slope(time + length / 2, _moved(now, one, length / 2))
        three = slope(time + length / 2, _moved(now, two, length / 2))
        four = slope(time + length, _moved(now, three, length))
        mean = [(a + 2 * b + 2 * c + d) / 6 for a, b, c, d in zip(one, two, three, four, strict=True)]
        return _moved(now, (mean[0], mean[1], mean[2]), length)

    time, length = begin, min(_FIRST, end - begin)
    while time < end:
        length = min(length, end - time)
        whole, half = stepped(time, state, length), stepped(time, state, length / 2)
        two = stepped(time + length / 2, half, length / 2)
        error = max(abs(two[0] - whole[0]), abs(two[1] - whole[1])) / 15 / scale
        if error <= _WITHIN or length < 1e-9:
            arrived = end if end - time - length < 1e-12 else time + length
            yield _Step(time, arrived, state, two, slope(time, state), slope(arrived, two))
            time, state = arrived, two
        length *= min(4.0, max(0.2, 0.9 * (_WITHIN / error) ** 0.2)) if error else 4.0


def _runs(one: Input, begin: float, end: float) -> bool:
    return one.at <= begin and end <= one.at + one.over


def _moved(state: State, slope: State, length: float) -> State:
    return (state[0] + slope[0] * length, state[1] + slope[1] * length, state[2] + slope[2] * length)
