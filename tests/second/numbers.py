"""When two numbers count as the same."""

from __future__ import annotations

from fractions import Fraction


def same(got: Fraction, wanted: Fraction) -> bool:
    """Equal, or within 1e-20 where the exact number does not end within the digits of an answer."""
    rest = wanted.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    exact = rest == 1 and wanted.denominator < 10**24
    return got == wanted if exact else abs(got - wanted) <= abs(wanted) / 10**20
