"""Order of FHIR dates and of quantities, where the order is certain. What cannot be compared is never called wrong."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

_ZONES_APART = timedelta(hours=26)  # two places on earth can differ by so much


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
    if (one.tzinfo is None) == (other.tzinfo is None):
        return one > other
    return one.replace(tzinfo=None) - other.replace(tzinfo=None) > _ZONES_APART


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
