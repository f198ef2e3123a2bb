"""Vial choice: the least waste, and of equal waste the fewest vials. Exact, never greedy (safety note 3, "Vials")."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from math import ceil, gcd, prod

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
        raise ValueError("Vials are chosen for a dose above zero")
    need = ceil(amount.amount / step)
    if prod(need // size + 2 for size in sizes[:-1]) < need:
        return _made(amount, _by_counts(need, sizes), sizes, step)
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
        raise ValueError("No vial strengths are stated")
    plain = sorted({strength.to(amount.unit).amount for strength in strengths}, reverse=True)
    if plain[-1] <= 0:
        raise ValueError("A vial holds more than nothing")
    places = max(0, *(-int(value.normalize().as_tuple().exponent) for value in plain))
    whole = [int(value.scaleb(places)) for value in plain]
    common = gcd(*whole)
    step = Decimal(common).scaleb(-places)
    if amount.amount / step > _MOST_STATES:
        raise ValueError(f"{amount.spelled()} is too many vials to be a dose")
    return [value // common for value in whole], step


def _by_counts(need: int, sizes: list[int]) -> tuple[int, ...]:
    """The best count of each size by trying every count of all but the smallest: quick where vials are few and odd (lots)."""
    best: tuple[int, int, tuple[int, ...]] | None = None
    for counts in product(*(range(need // size + 2) for size in sizes[:-1])):
        made = sum(count * size for count, size in zip(counts, sizes[:-1], strict=True))
        last = max(0, -(-(need - made) // sizes[-1]))
        each = (*counts, last)
        # Of equal waste and number the larger vials first, as everywhere.
        found = (made + last * sizes[-1], sum(each), tuple(-count for count in each))
        if best is None or found < best:
            best = found
    assert best is not None
    return tuple(-count for count in best[2])


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
    return _made(amount, tuple(counts.get(size, 0) for size in sizes), sizes, step)


def _made(amount: Quantity, counts: tuple[int, ...], sizes: list[int], step: Decimal) -> VialChoice:
    drawn = Quantity(sum(count * size for count, size in zip(counts, sizes, strict=True)) * step, amount.unit)
    pairs = tuple((Quantity(size * step, amount.unit), count) for size, count in zip(sizes, counts, strict=True) if count)
    return VialChoice(pairs, drawn, drawn - amount)
