"""Reductions by ranges of one number do not overlap: where two hold at once, the dose would be reduced twice."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations, pairwise

from chairside.core.kernel.unit import UnitError, unit
from chairside.core.protocols.lint.finding import Code, Finding
from chairside.core.protocols.schema.condition import Op, Test
from chairside.core.protocols.schema.dose import Adjustment, Step
from chairside.core.protocols.schema.protocol import Protocol
from chairside.core.protocols.schema.regimen import Regimen
from chairside.core.protocols.stretch import holds

_LOWER = frozenset((Op.GT, Op.GE))
_UPPER = frozenset((Op.LT, Op.LE))
_Number = tuple[str, str, str, int | None, int | None]


def check(protocol: Protocol) -> Iterator[Finding]:
    for regimen in protocol.regimens:
        yield from _regimen(regimen)


def _regimen(regimen: Regimen) -> Iterator[Finding]:
    for one, other in combinations(regimen.adjustments, 2):
        if _same_doses(one, other) and _both_hold(one, other):
            place = f"regimens[{regimen.key}].adjustments[{other.key}]"
            yield Finding(Code.ADJUSTMENT_OVERLAP, place, f"“{one.key}” and “{other.key}” hold at once")


def _same_doses(one: Adjustment, other: Adjustment) -> bool:
    phases = not one.phases or not other.phases or set(one.phases) & set(other.phases)
    return bool(phases) and bool(not one.positions or not other.positions or set(one.positions) & set(other.positions))


def _both_hold(one: Adjustment, other: Adjustment) -> bool:
    """True when both rest on the same numbers alone, and a value of each lies in both of their ranges."""
    first, second = _ranges(one), _ranges(other)
    if first is None or second is None or set(first) != set(second):
        return False
    return all(_meet(first[number], second[number]) for number in first)


def _ranges(change: Adjustment) -> dict[_Number, Step] | None:
    """The stretch of each number that the condition asks for; None when it asks for anything else."""
    if change.when.any:
        return None
    found: dict[_Number, Step] = {}
    for test in change.when.all:
        value = _limit(test)
        if value is None or test.op not in _LOWER | _UPPER:
            return None
        number = (test.fact, test.times.value, test.change.value, test.over_days, test.within_days)
        found[number] = _narrowed(found.get(number, Step()), test.op, value)
    return found


def _limit(test: Test) -> Decimal | None:
    """The limit in the base of its unit, so that the same limit in mg and in g is one."""
    try:
        if test.value is None or not test.unit:
            return test.value
        above, below = unit(test.unit).scale()
        return test.value * above / below
    except UnitError:
        return None


def _narrowed(step: Step, op: Op, value: Decimal) -> Step:
    if op in _LOWER:
        return step if step.low is not None and step.low > value else Step(value, step.high, op is Op.GE, step.high_included)
    return step if step.high is not None and step.high < value else Step(step.low, value, step.low_included, op is Op.LE)


def _meet(one: Step, other: Step) -> bool:
    """True when a value lies in both: one of the edges, or what lies just beside it."""
    edges = sorted({edge for step in (one, other) for edge in (step.low, step.high) if edge is not None})
    if not edges:
        return True
    beside = [(low + high) / 2 for low, high in pairwise(edges)]
    return any(holds(one, value) and holds(other, value) for value in (edges[0] - 1, *edges, *beside, edges[-1] + 1))
