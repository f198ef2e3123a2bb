"""Vials by search: the least waste, then the fewest; and the nearest sum of whole vials."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import cache
from math import ceil, gcd


def _scaled(sizes: Iterable[Fraction]) -> tuple[Fraction, tuple[int, ...]]:
    chosen = sorted(set(sizes))
    low = 1
    for size in chosen:
        low = low * size.denominator // gcd(low, size.denominator)
    whole = [int(size * low) for size in chosen]
    step = gcd(*whole)
    return Fraction(step, low), tuple(size // step for size in whole)


@cache
def _fewest(sizes: tuple[int, ...], top: int) -> list[int | None]:
    counts: list[int | None] = [0] + [None] * top
    for total in range(1, top + 1):
        below = [counts[total - size] for size in sizes if size <= total]
        best = [count for count in below if count is not None]
        counts[total] = min(best) + 1 if best else None
    return counts


def _table(sizes: Iterable[Fraction], dose: Fraction) -> tuple[Fraction, list[int | None]]:
    step, whole = _scaled(sizes)
    top = ceil(dose / step) + max(whole)
    return step, _fewest(whole, -(-top // 256) * 256)


def fewest_vials(sizes: Iterable[Fraction], dose: Fraction) -> tuple[Fraction, int]:
    """The total drawn and how many vials: the smallest total that holds the dose, with the fewest vials."""
    step, counts = _table(sizes, dose)
    total = next(place for place in range(ceil(dose / step), len(counts)) if counts[place] is not None)
    count = counts[total]
    assert count is not None
    return total * step, count


def nearest_sums(sizes: Iterable[Fraction], dose: Fraction, percent: Fraction, top: Fraction | None = None) -> list[Fraction]:
    """The sums of whole vials nearest to the dose (two when equally near), within so many percent and not above `top`."""
    step, counts = _table(sizes, dose)
    sums = [place * step for place, count in enumerate(counts) if count is not None and place]
    near = [total for total in sums if abs(total - dose) * 100 <= percent * dose and (top is None or total <= top)]
    least = min((abs(total - dose) for total in near), default=None)
    return [total for total in near if abs(total - dose) == least]
