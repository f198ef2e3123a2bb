"""An order beside the computed dose: refused beyond a limit, for review when off by more than the tolerance, never changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from chairside.core.kernel.decision import Reason, refused, review
from chairside.core.kernel.quantity import Quantity, plain
from chairside.core.plans.limits.ceilings import as_amount
from chairside.core.plans.told import told
from chairside.core.protocols.schema.dose import DoseRule, Flat, PerSurface, PerWeight, Table
from chairside.core.protocols.schema.protocol import Tolerances

_SEEN = Decimal("0.000000000001")


@dataclass(frozen=True, slots=True)
class OrderedDose:
    """What the order says: an amount (357 mg), a level (10 mg/kg), or both."""

    amount: Quantity | None = None
    level: Quantity | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    reasons: tuple[Reason, ...] = ()
    working: tuple[str, ...] = ()


def compare(
    given: Quantity,
    usual: Quantity,
    rule: DoseRule,
    indication: str,
    per: Sequence[Quantity],
    tolerances: Tolerances,
    source: str,
) -> Compared:
    """Compare an ordered amount with the one that the protocol computes at its usual level.

    given, usual   comparable amounts
    per            weight and surface, so that the highest level becomes an amount
    """
    exact = (given.amount - usual.to(given.unit).amount) * 100 / usual.to(given.unit).amount
    change = exact.quantize(_SEEN, ROUND_HALF_UP)  # a surface has no last digit: 10 % of it is 10 %
    shown = f"{plain(change.quantize(Decimal('0.1'), ROUND_HALF_UP))} %"
    working = (f"order {told(given)} against {told(usual)}: {shown}",)
    highest = _highest(rule, indication, per, usual)
    # A fixed or tabled amount leaves nothing to round: any other amount is another dose.
    tolerance = Decimal(0) if isinstance(rule, Flat | Table) else tolerances.order_percent
    if usual < given and highest is not None and usual < highest:
        if highest < given:
            message = f"{told(given)} is above the highest dose of {told(highest)}. Ask the prescriber for a new order."
            return Compared(
                (refused("above_maximum", message, field="order.dose", limit=highest.spelled(), source=source),), working
            )
        return Compared((), (*working, f"above the usual dose and within the highest of {told(highest)}"))
    if abs(change) <= tolerance:
        return Compared((), working)
    code, word = ("above_maximum", "above") if usual < given else ("below_minimum", "below")
    message = (
        f"The order of {told(given)} is {shown.lstrip('-')} {word} the computed {told(usual)} "
        f"(tolerance {plain(tolerance)} %). The prescriber confirms or changes it."
    )
    reason = review(
        code, message, field="order.dose", limit=f"{plain(tolerance)} %", source=tolerances.source, override="prescriber"
    )
    return Compared((reason,), working)


def _highest(rule: DoseRule, indication: str, per: Sequence[Quantity], like: Quantity) -> Quantity | None:
    """The highest amount that may be ordered for this indication, where the protocol states one."""
    if not isinstance(rule, Flat | PerWeight | PerSurface) or rule.highest is None:
        return None
    if isinstance(rule, PerWeight) and rule.highest_for and indication not in rule.highest_for:
        return None
    return as_amount(rule.highest, per, like)
