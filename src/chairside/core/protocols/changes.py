"""How a result changed from earlier ones. Falls and rises are positive numbers; without an earlier result nothing is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal

from chairside.core.kernel.fact import Fact
from chairside.core.kernel.quantity import Quantity
from chairside.core.kernel.unit import UnitError, unit
from chairside.core.protocols.schema.condition import Change
from chairside.core.protocols.standing import latest

_UPWARD = frozenset((Change.RISE, Change.RISE_PERCENT))
_IN_PERCENT = frozenset((Change.RISE_PERCENT, Change.FALL_PERCENT))


def compared_with(facts: Iterable[Fact], newest: date, over_days: int | None) -> tuple[Fact, ...]:
    """The usable results that the newest one is compared with: all of the span before it, or those of the day before it."""
    known = tuple(facts)
    found: list[Fact] = []
    for group in _earlier_days(known, newest):
        if over_days is not None and (newest - group[0].on).days > over_days:
            break
        found += group
        if over_days is None:
            break
    return tuple(found)


def changed(change: Change, now: Fact, earlier: Iterable[Fact], wanted: str) -> Decimal | None:
    """The change as a number, in `wanted` (a unit) or in percent of the earlier result.

    None when there is no earlier result, when one of them cannot be read, or when a percentage of nothing is asked for.
    """
    try:
        value = _number(now, wanted or now.unit)
        before = [_number(fact, wanted or now.unit) for fact in earlier]
    except (UnitError, TypeError):
        return None
    if not before:
        return None
    base = min(before) if change in _UPWARD else max(before)
    difference = value - base if change in _UPWARD else base - value
    if change not in _IN_PERCENT:
        return difference
    return difference * 100 / base if base else None


def _earlier_days(facts: tuple[Fact, ...], newest: date) -> Iterator[tuple[Fact, ...]]:
    """What stood on each earlier day that has a usable result, the newest day first."""
    standing = latest(facts, newest - timedelta(days=1)).of_day
    while standing:
        yield standing
        standing = latest(facts, standing[0].on - timedelta(days=1)).of_day


def _number(fact: Fact, wanted: str) -> Decimal:
    """The value in the wanted unit. Raises TypeError for a word, UnitError for a unit that measures something else."""
    if not isinstance(fact.value, Decimal):
        raise TypeError("a word has no change")
    if not wanted and not fact.unit:
        return fact.value
    return Quantity(fact.value, unit(fact.unit)).to(wanted).amount
