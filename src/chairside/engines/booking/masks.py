"""Sets of minutes as plain integers: bit t is minute t, and no minute is below 0."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import lru_cache

Amount = int | Fraction
Levels = tuple[tuple[Amount, int], ...]  # an amount, and the minutes that have it


def amount(number: float) -> Amount:
    """A number as it is written, so that 0.1 and 0.2 are 0.3."""
    return int(number) if number == int(number) else Fraction(str(number))


def span(start: int, end: int, width: int) -> int:
    """The minutes from `start` until before `end` of those below `width`."""
    start, end = max(start, 0), min(end, width)
    return ((1 << (end - start)) - 1) << start if end > start else 0


def runs(free: int, length: int) -> int:
    """The minutes from which the next `length` minutes are all free; every minute that is, when that is 0 or 1."""
    for step in _steps(length):
        free &= free >> step
    return free


def reaching(minutes: int, least: int, most: int, width: int) -> int:
    """The minutes below `width` of which one that is `least` to `most` minutes later is among these."""
    least, most = max(least, -width), min(most, width)
    if least > most:
        return 0
    found = minutes >> least if least >= 0 else minutes << -least
    for step in _steps(most - least + 1):
        found |= found >> step
    return found & ((1 << width) - 1)


@lru_cache(maxsize=1024)
def _steps(length: int) -> tuple[int, ...]:
    """Shifts that, one after the other, make of one bit a row of so many."""
    found, have = [], 1
    while have < length:
        found.append(min(have, length - have))
        have += found[-1]
    return tuple(found)


def levels(changes: Iterable[tuple[int, Amount]], width: int) -> Levels:
    """How much there is, by minute: each change is added from its minute on."""
    by_minute: dict[int, Amount] = {0: 0}
    for minute, change in changes:
        by_minute[minute] = by_minute.get(minute, 0) + change
    found: dict[Amount, int] = {}
    here: Amount = 0
    minutes = sorted(by_minute)
    for start, end in zip(minutes, (*minutes[1:], width), strict=True):
        here += by_minute[start]
        found[here] = found.get(here, 0) | span(start, end, width)
    return tuple((level, mask) for level, mask in found.items() if mask)


def at_least(of: Levels, need: Amount) -> int:
    """The minutes that have as much as this."""
    found = 0
    for level, mask in of:
        if level >= need:
            found |= mask
    return found
