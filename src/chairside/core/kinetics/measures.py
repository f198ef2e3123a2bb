"""What is read off a curve: its peak, and when; and what the parameters alone say."""

from __future__ import annotations

from itertools import pairwise
from math import log

from chairside.core.kinetics.curve import Curve
from chairside.core.kinetics.disposition import Disposition

_PIECES = 24  # looked at between two breaks of the slope before the peak is closed in on
_GOLDEN = 0.6180339887498949


def peak(curve: Curve, begin: float, end: float) -> tuple[float, float]:
    """(time, level) of the highest level from `begin` up to just before `end`."""
    breaks = {moment for one in curve.given for moment in (one.at, one.at + one.over, one.at + curve.body.lag)}
    times = sorted({begin, end} | {moment for moment in breaks if begin < moment < end})
    if len(times) == 1:
        return begin, curve.level(begin)
    return max((_between(curve, left, right) for left, right in pairwise(times)), key=lambda at: at[1])


def plateau_after(body: Disposition, share: float = 0.95) -> float:
    """Days of steady dosing until the level has come that close to its plateau, by the slowest exponential."""
    return -log(1 - share) / body.exponents()[-1][1]


def residence(body: Disposition) -> float:
    """Mean days that a molecule stays, after a bolus and without saturation."""
    return body.steady_volume / body.clearance


def _between(curve: Curve, left: float, right: float) -> tuple[float, float]:
    """The peak of a smooth stretch: the best of a few places, then closed in on by the golden section."""
    width = (right - left) / _PIECES
    ends = ((left, curve.level(left)), (right, curve.before(right)))
    inner = ((time, curve.level(time)) for time in (left + width * number for number in range(1, _PIECES)))
    best = max((*ends, *inner), key=lambda at: at[1])
    low, high = max(left, best[0] - width), min(right, best[0] + width)
    while high - low > 1e-7 * (right - left):
        one, two = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
        if curve.level(one) < curve.level(two):
            low = one
        else:
            high = two
    middle = (low + high) / 2
    return max(best, (middle, curve.level(middle)), key=lambda at: at[1])
