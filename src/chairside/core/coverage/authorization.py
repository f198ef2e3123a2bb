"""An approval as a payer gave it: whether the record of it is complete, and which planned doses its units and days cover."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal

from chairside.core.kernel.decision import Decision, Reason, refused, unknown
from chairside.core.kernel.quantity import Quantity, plain
from chairside.core.kernel.span import day_spelled


@dataclass(frozen=True, slots=True)
class Approval:
    """What was approved: billing units for the days from `starts` to `ends`, both included."""

    id: str
    starts: date
    ends: date
    units: Decimal


@dataclass(frozen=True, slots=True)
class Need:
    """What a dose needs on its day. `units` is None while the dose is not decided."""

    number: int
    on: date
    units: Decimal | None


@dataclass(frozen=True, slots=True)
class Cover:
    """How a dose stands: the approval whose days it falls into, the units left after it, and why it is not covered."""

    need: Need
    approval: Approval | None
    left: Decimal | None
    reasons: tuple[Reason, ...]


def judge_record(
    *,
    status: str,
    reference: str,
    units: Decimal | None,
    starts: date | None,
    ends: date | None,
    note: str,
) -> Decision[None]:
    """Is this record of a payer's answer complete? An approval says how many units, which days, which number."""
    reasons: list[Reason] = []
    if status == "approved":
        if units is None or units <= 0:
            reasons.append(
                unknown("missing_fact", "How many units were approved? Read it from the payer's letter.", field="units")
            )
        if starts is None:
            reasons.append(unknown("missing_fact", "From which day does the approval hold?", field="starts_on"))
        if ends is None:
            reasons.append(unknown("missing_fact", "Until which day does the approval hold?", field="ends_on"))
        if not reference.strip():
            reasons.append(unknown("missing_fact", "Write the payer's approval number.", field="reference"))
    if status in ("not_required", "denied") and not note.strip():
        asked = "Who at the payer said so, and when?" if status == "not_required" else "Write the reason that the payer gave."
        reasons.append(unknown("missing_fact", asked, field="note"))
    if starts is not None and ends is not None and ends < starts:
        reasons.append(
            refused(
                "out_of_range",
                f"The approval cannot end on {day_spelled(ends)} before it starts on {day_spelled(starts)}.",
                field="ends_on",
            )
        )
    return Decision(None, tuple(reasons))


def units_needed(dose: Quantity, unit_amount: Quantity) -> Decimal:
    """Billing units of a dose: whole units, rounded up. Raises UnitError when the two do not measure the same thing."""
    return (dose.to(unit_amount.unit).amount / unit_amount.amount).to_integral_value(ROUND_CEILING)


def spend(approvals: Sequence[Approval], needs: Sequence[Need]) -> tuple[Cover, ...]:
    """Give the doses, in the order of their days, what was approved for those days; say where the units run out."""
    left = {approval.id: approval.units for approval in approvals}
    covers = []
    for need in sorted(needs, key=lambda item: (item.on, item.number)):
        holding = [approval for approval in approvals if approval.starts <= need.on <= approval.ends]
        enough = [approval for approval in holding if need.units is None or left[approval.id] >= need.units]
        chosen = min(enough or holding, key=lambda item: (item.ends, item.id), default=None)
        reasons = _why(need, approvals, chosen, bool(enough), left)
        if chosen is not None and enough and need.units is not None:
            left[chosen.id] -= need.units
        covers.append(Cover(need, chosen, None if chosen is None else left[chosen.id], reasons))
    return tuple(covers)


def _why(
    need: Need, approvals: Sequence[Approval], chosen: Approval | None, enough: bool, left: dict[str, Decimal]
) -> tuple[Reason, ...]:
    where = f"dose[{need.number}].authorization"
    if chosen is None:
        days = "; ".join(f"{day_spelled(item.starts)} to {day_spelled(item.ends)}" for item in approvals) or "none"
        message = f"No approval covers dose {need.number} on {day_spelled(need.on)}."
        return (refused("not_available", message, field=where, limit=f"approved days: {days}"),)
    if not enough:
        message = (
            f"Approved units run out on dose {need.number}: it needs {plain(need.units or Decimal(0))}, "
            f"{plain(left[chosen.id])} are left."
        )
        return (refused("above_maximum", message, field=where, limit=f"{plain(chosen.units)} units"),)
    if need.units is None:
        return (unknown("missing_fact", f"Dose {need.number} is not decided, so its units are not known.", field=where),)
    return ()
