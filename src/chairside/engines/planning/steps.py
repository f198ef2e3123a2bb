"""The step of an instance's prices: every answer costs a whole number of steps, so a bound may be lifted to the next one."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor, gcd

from chairside.core.scheduling.planning.instance import PlanningInstance
from chairside.engines.planning.chains import SCALE

_SMALLEST = Fraction(1, 1000)  # below this a step says nothing that the solver could use


def step(question: PlanningInstance) -> Fraction:
    """The largest number of which every possible price is a multiple; 0 when it is too small to be of use."""
    weights = [Fraction(str(dose.w)) for dose in question.doses]
    minutes = gcd(*(dose.chair_min for dose in question.doses))
    prices = [*weights, *(weight * Fraction(str(question.miss_penalty)) for weight in weights)]
    found = Fraction(0)
    for price in (*prices, Fraction(str(question.level_weight)) * minutes):
        found = Fraction(
            gcd(found.numerator * price.denominator, price.numerator * found.denominator),
            found.denominator * price.denominator,
        )
    return found if found >= _SMALLEST else Fraction(0)


def proved(bound: int, objective: float, steps: Fraction) -> float:
    """A bound in billionths as the file writes prices: lifted to the next step, rounded down, never above an answer's price."""
    exact = Fraction(bound, SCALE)
    if steps:
        exact = ceil(exact / steps) * steps
    return min(float(objective), floor(exact * 10**6) / 10**6)
