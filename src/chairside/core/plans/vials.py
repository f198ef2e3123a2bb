"""Vial choice: the least waste, and of equal waste the fewest vials. Exact, never greedy (safety note 3, "Vials")."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil, gcd

from chairside.core.kernel.quantity import Quantity

_MOST_STATES = 100_000


@dataclass(frozen=True, slots=True)
class VialChoice:
    """Which vials to open: strength and count (largest strength first), what they hold together, what is left over."""

    counts: tuple[tuple[Quantity, int], ...]
    drawn: Quantity
    waste: Quantity

    @property
    def count(self) -> int:
        return sum(count for _, count in self.counts)


def choose(amount: Quantity, strengths: Sequence[Quantity]) -> VialChoice:
    """The vials to open for an amount. Raises ValueError for a dose or strength of zero or less, UnitError for other units."""
    sizes, step = _whole_steps(amount, strengths)
    if amount.amount <= 0:
        raise ValueError("vials are chosen for a dose above zero")
    need = ceil(amount.amount / step)
    fewest = _fewest(need + max(sizes), sizes)
    total = next(total for total in range(need, len(fewest)) if fewest[total] is not None)
    return _choice(amount, total, sizes, fewest, step)


def just_below(amount: Quantity, strengths: Sequence[Quantity]) -> Quantity:
    """The largest amount of whole vials that is not more than `amount` (zero when even one vial is more)."""
    sizes, step = _whole_steps(amount, strengths)
    most = int(amount.amount // step)
    fewest = _fewest(most, sizes)
    total = next(total for total in range(most, -1, -1) if fewest[total] is not None)
    return Quantity(total * step, amount.unit)


def _whole_steps(amount: Quantity, strengths: Sequence[Quantity]) -> tuple[list[int], Decimal]:
    """Strengths as whole multiples of their greatest common step, in the unit of the amount."""
    if not strengths:
        raise ValueError("no vial strengths are stated")
    plain = sorted({strength.to(amount.unit).amount for strength in strengths}, reverse=True)
    if plain[-1] <= 0:
        raise ValueError("a vial holds more than nothing")
    places = max(0, *(-int(value.normalize().as_tuple().exponent) for value in plain))
    whole = [int(value.scaleb(places)) for value in plain]
    common = gcd(*whole)
    step = Decimal(common).scaleb(-places)
    if amount.amount / step > _MOST_STATES:
        raise ValueError(f"{amount.spelled()} is too many vials to be a dose")
    return [value // common for value in whole], step


def _fewest(most: int, sizes: list[int]) -> list[int | None]:
    """For each total up to `most`: the fewest vials that make it exactly, None when none do."""
    fewest: list[int | None] = [0] + [None] * most
    for total in range(1, most + 1):
        counts = [fewest[total - size] for size in sizes if size <= total]
        made = [count for count in counts if count is not None]
        fewest[total] = min(made) + 1 if made else None
    return fewest


def _choice(amount: Quantity, total: int, sizes: list[int], fewest: list[int | None], step: Decimal) -> VialChoice:
    counts: dict[int, int] = {}
    left = total
    while left:
        size = next(size for size in sizes if size <= left and fewest[left - size] == (fewest[left] or 0) - 1)
        counts[size] = counts.get(size, 0) + 1
        left -= size
    drawn = Quantity(total * step, amount.unit)
    pairs = tuple((Quantity(size * step, amount.unit), counts[size]) for size in sizes if size in counts)
    return VialChoice(pairs, drawn, drawn - amount)
