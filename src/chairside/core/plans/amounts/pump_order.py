"""An ambulatory pump's order: a daily level and a total over hours are two orders; a person says which is meant (H-004)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from chairside.core.kernel.decision import Decision, unknown
from chairside.core.kernel.quantity import Quantity, quantity


@dataclass(frozen=True, slots=True)
class PumpOrder:
    """What the two readings of the order come to: whole days, or the level run for exactly the hours."""

    a_day: Quantity
    by_days: Quantity
    by_hours: Quantity

    @property
    def conflict(self) -> bool:
        return not self.by_days.same(self.by_hours)


def read(level_a_day: Quantity, surface: Quantity, hours: Decimal) -> Decision[PumpOrder]:
    """Both totals of a level a day (mg/m2 each day) over a pump's hours; unknown while they differ.

    By days counts every day that the pump runs as a whole one: 46 hours are two days.
    """
    a_day = level_a_day * surface
    span = quantity(hours, "h").spelled()
    days = (hours / 24).to_integral_value(ROUND_CEILING)
    made = PumpOrder(a_day, a_day * days, a_day * hours / Decimal(24))
    exactly = made.by_hours.rounded(Decimal("0.1")).spelled()
    working = (
        f"{level_a_day.spelled()} x {surface.spelled()} = {a_day.spelled()} a day",
        f"over {days} days: {made.by_days.spelled()}; over {span}: {exactly}",
    )
    if not made.conflict:
        return Decision(made, working=working)
    message = (
        f"A daily level over {span} can mean {made.by_days.spelled()} or {exactly}. "
        "The prescriber states the total and the hours."
    )
    return Decision(made, (unknown("missing_fact", message, field="order.dose", source="pump order"),), working)
