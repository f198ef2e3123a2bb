"""What the doses given so far say: how many, how much the last one was, how long ago, and the worst reaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from chairside.core.kernel.fact import DoseGiven
from chairside.core.kernel.quantity import Quantity


def of_history(name: str, history: Sequence[DoseGiven], day: date, before: int = 0) -> Quantity | Decimal | None:
    """The value of `history.<name>` on a day. None where it cannot be told: no dose yet, a reaction whose grade is not known.

    doses, infusions   how many were given; at least `before`, those that the number of the dose asked about says came before it
    last_amount        of the newest numbered dose: tables are not entered by an extra one (after plasma exchange)
    days_since_last    calendar days from the newest dose of any kind
    worst_grade        of every reaction so far; 0 when there was none
    """
    given = [dose for dose in history if dose.on <= day]
    match name:
        case "doses" | "infusions":
            return Decimal(max(len(given), before))
        case "last_amount":
            newest = [dose for dose in given if not dose.extra]
            return max(newest, key=_order).dose if newest else None
        case "days_since_last":
            return Decimal((day - max(given, key=_order).on).days) if given else None
        case "worst_grade":
            if any(dose.reaction is None and not dose.tolerated for dose in given):
                return None
            return Decimal(max((dose.reaction.grade for dose in given if dose.reaction is not None), default=0))
    return None


def _order(dose: DoseGiven) -> tuple[date, int]:
    return dose.on, dose.dose_number
