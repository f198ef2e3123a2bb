"""Order of FHIR dates and of quantities, where the order is certain. What cannot be compared is never called wrong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

_FROM_UTC = timedelta(hours=14)  # no place on earth is further from UTC
_DAY = timedelta(days=1)


def after(first: Any, second: Any) -> bool:
    """Is `first` (date, dateTime or instant) surely later than `second`, at the precision that both have?"""
    if not isinstance(first, str) or not isinstance(second, str):
        return False
    days = min(len(first), len(second), 10)
    if first[:days] == second[:days] and (len(first) <= 10 or len(second) <= 10):
        return False
    if len(first) < 10 or len(second) < 10:
        return first[:days] > second[:days]
    try:
        one, other = datetime.fromisoformat(first), datetime.fromisoformat(second)
    except ValueError:  # a leap second, or no date at all: then the day decides
        return first[:10] > second[:10]
    if len(second) == 10 < len(first):
        other += _DAY  # a day is over when the next one begins
    if (one.tzinfo is None) == (other.tzinfo is None):
        return one > other
    return _utc(one) - _utc(other) > _FROM_UTC


def _utc(moment: datetime) -> datetime:
    """The moment in UTC without saying so; one without a zone as it is."""
    return moment if moment.tzinfo is None else moment.astimezone(UTC).replace(tzinfo=None)


def more_than(low: Any, high: Any) -> bool:
    """Is one quantity surely more than another of the same unit?"""
    if not isinstance(low, dict) or not isinstance(high, dict):
        return False
    if any(low.get(name) != high.get(name) for name in ("code", "unit", "system", "comparator")):
        return False
    return _number(low.get("value")) and _number(high.get("value")) and bool(low["value"] > high["value"])


def less_than_zero(value: Any) -> bool:
    """Is it a number below zero?"""
    return _number(value) and bool(value < 0)


def _number(value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)
