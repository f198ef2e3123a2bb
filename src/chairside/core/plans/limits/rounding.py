"""Rounding: once, last, said in the working, and never across a limit. The default is none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from chairside.core.kernel.quantity import Quantity, plain
from chairside.core.plans.limits.ceilings import Ceiling
from chairside.core.plans.supply.vials import choose, just_below
from chairside.core.plans.told import told


class Rounding(StrEnum):
    NONE = "none"
    NEAREST_VIAL = "nearest_vial"
    PERCENT = "percent"


# HOPA: within 10 percent is acceptable for biologic and cytotoxic agents.
NEAREST_VIAL_PERCENT = Decimal(10)


@dataclass(frozen=True, slots=True)
class Rounded:
    amount: Quantity
    working: tuple[str, ...] = ()


def to_vials(
    amount: Quantity, strengths: Sequence[Quantity], policy: Rounding, percent: Decimal, limits: Iterable[Ceiling]
) -> Rounded:
    """The amount rounded to whole vials where the policy asks, the change is small enough, and no limit is crossed.

    percent   the largest change for the policy `percent`; `nearest_vial` uses 10 percent
    """
    if policy is Rounding.NONE or not strengths:
        return Rounded(amount)
    allowed = NEAREST_VIAL_PERCENT if policy is Rounding.NEAREST_VIAL else percent
    above = choose(amount, strengths).drawn
    below = just_below(amount, strengths)
    # Half up: of two whole-vial amounts equally far away, the larger.
    for whole in sorted((above, below), key=lambda whole: (abs(whole.amount - amount.amount), -whole.amount)):
        change = (whole.amount - amount.amount) * 100 / amount.amount
        if whole.amount <= 0 or abs(change) > allowed or _crosses(amount, whole, limits):
            continue
        shown = plain(change.quantize(Decimal("0.01"), ROUND_HALF_UP))
        return Rounded(
            whole, (f"rounded to whole vials: {told(amount)} to {told(whole)} ({shown} %, policy {plain(allowed)} %)",)
        )
    return Rounded(amount, (f"not rounded: no whole-vial amount within {plain(allowed)} % and the limits",))


def _crosses(amount: Quantity, whole: Quantity, limits: Iterable[Ceiling]) -> bool:
    """True when the rounded amount is beyond a limit, and more than the amount was."""
    return amount < whole and any(limit.most < whole for limit in limits)
