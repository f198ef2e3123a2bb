"""From values and times to places on a picture."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

_STEPS = (Decimal(1), Decimal(2), Decimal(5), Decimal(10))


@dataclass(frozen=True, slots=True)
class Scale:
    """A straight map from `low`..`high` to `start`..`end`."""

    low: Decimal
    high: Decimal
    start: float
    end: float

    def at(self, value: Decimal) -> float:
        if self.high == self.low:
            return (self.start + self.end) / 2
        return self.start + float((value - self.low) / (self.high - self.low)) * (self.end - self.start)


@dataclass(frozen=True, slots=True)
class TimeScale:
    """A straight map from a span of time to `start`..`end`."""

    first: datetime
    last: datetime
    start: float
    end: float

    def at(self, when: datetime) -> float:
        whole = (self.last - self.first).total_seconds()
        return self.start + ((when - self.first).total_seconds() / whole if whole else 0) * (self.end - self.start)

    def ticks(self, step: timedelta) -> list[datetime]:
        """Every multiple of the step within the span, counted from the full hour of the first."""
        tick = self.first.replace(minute=0, second=0, microsecond=0)
        found = []
        while tick <= self.last:
            if tick >= self.first:
                found.append(tick)
            tick += step
        return found


def rounded_range(values: Iterable[Decimal], parts: int = 4) -> tuple[Decimal, Decimal, Decimal]:
    """Low, high and step of an axis that holds all values at round numbers."""
    found = list(values)
    low, high = (min(found), max(found)) if found else (Decimal(0), Decimal(1))
    if low == high:
        low, high = low - 1, high + 1
    raw = (high - low) / parts
    power = Decimal(10) ** raw.adjusted()
    step = next(factor * power for factor in _STEPS if factor * power >= raw)
    floor, ceiling = ((low / step).to_integral_value(ROUND_FLOOR), (high / step).to_integral_value(ROUND_CEILING))
    return floor * step, ceiling * step, step
