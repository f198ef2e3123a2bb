"""Today's weight against the record: a slip of the scale first, then a change that the dose rests on (H-002, H-003).

Figures are site policy (safety reference 1.4).
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from chairside.core.kernel.decision import Reason, refused, unknown
from chairside.core.kernel.quantity import Quantity, plain
from chairside.core.plans.amounts.body import Formula, surface
from chairside.core.visit.plan import VisitPlan, Weighing
from chairside.core.visit.policy import SitePolicy
from chairside.core.visit.recomputing import by_surface
from chairside.core.visit.state import VisitState

_SOURCE = "weight rule"
_SAME = Decimal(2)  # percent by which a second weighing may differ and still bear out the first
_TENTH = Decimal("0.1")


def weight(state: VisitState, plan: VisitPlan) -> tuple[Reason, ...]:
    """What today's weight holds: weigh again, or the prescriber decides about the dose. A signed decision settles it."""
    reasons = [*_height(plan)]
    today, record = state.weighed, plan.dosing_weight
    if today is None or record is None or plan.weight_decided:
        return tuple(reasons)
    again = _again(plan, today, record, state) if not _borne_out(state) else ()
    changed = () if again else (_changed(plan.policy, today, record) or _other_surface(plan, today))
    return (*reasons, *again, *changed)


def drift(state: VisitState, plan: VisitPlan) -> str:
    """How the weight went since the first dose, "" where nothing is known of then. It is shown; it holds nothing."""
    today, first = state.weighed, plan.first_weight
    if today is None or first is None:
        return ""
    off = today.to("kg").amount - first.weight.to("kg").amount
    percent = plain(abs(_percent(today, first.weight)).quantize(_TENTH))
    told = f"{percent} % {'more' if off > 0 else 'less'}" if off else "the same"
    return f"since the first dose on {_day(first.on)}: {first.weight.spelled()} to {today.spelled()}, {told}"


def _again(plan: VisitPlan, today: Quantity, record: Quantity, state: VisitState) -> tuple[Reason, ...]:
    """A change that is likelier a slip of units or of the scale is weighed a second time before anybody decides by it."""
    policy, percent, last = plan.policy, abs(_percent(today, record)), plan.last_weight
    apart = ""
    if percent > policy.weight_recheck_percent:
        apart = f"the dose is for {record.spelled()}: {plain(percent.quantize(_TENTH))} % apart"
    elif last is not None and plan.day is not None and _a_day(today, last, plan.day) > policy.weight_per_day_kg:
        apart = f"{last.weight.spelled()} on {_day(last.on)}: more than {plain(policy.weight_per_day_kg)} kg a day"
    if not apart:
        return ()
    message = f"Weight {today.spelled()} today; {apart}. Weigh again first: check the scale's unit."
    limit = f"{plain(policy.weight_recheck_percent)} %, {plain(policy.weight_per_day_kg)} kg a day"
    return (refused("weight_changed", message, field="weight.again", limit=limit, source=_SOURCE),)


def _borne_out(state: VisitState) -> bool:
    """The newest weight was measured twice: an earlier one of this visit says the same, or the person confirmed it."""
    readings = [item for entry in state.vitals for item in entry.recorded.readings if item.code == "weight_kg" and item.value]
    if not readings or readings[-1].value is None:
        return False
    newest = readings[-1].value
    return readings[-1].confirmed or any(
        item.value is not None and item.value.unit.comparable(newest.unit) and abs(_percent(item.value, newest)) <= _SAME
        for item in readings[:-1]
    )


def _changed(policy: SitePolicy, today: Quantity, record: Quantity) -> tuple[Reason, ...]:
    percent = abs(_percent(today, record))
    if percent < policy.weight_change_percent:
        return ()
    message = (
        f"Weight {today.spelled()} today; the dose is for {record.spelled()}: {percent:.1f} % apart. "
        "The prescriber decides whether the dose stands."
    )
    limit = f"{plain(policy.weight_change_percent)} %"
    return (refused("weight_changed", message, field="weight.change", limit=limit, source=_SOURCE, override="prescriber"),)


def _other_surface(plan: VisitPlan, today: Quantity) -> tuple[Reason, ...]:
    if plan.height is None or plan.surface is None or not any(by_surface(drug) for drug in plan.drugs):
        return ()
    now = surface(plan.height, today, Formula.MOSTELLER)
    percent = abs(_percent(now, plan.surface))
    if percent < plan.policy.surface_change_percent:
        return ()
    message = (
        f"Body surface {_m2(now)} by today's weight; the dose is for {_m2(plan.surface)}: {percent:.1f} % apart. "
        "The prescriber decides whether the dose stands."
    )
    limit = f"{plain(plan.policy.surface_change_percent)} %"
    return (refused("weight_changed", message, field="weight.surface", limit=limit, source=_SOURCE, override="prescriber"),)


def _height(plan: VisitPlan) -> tuple[Reason, ...]:
    """A dose by body surface cannot be recomputed without a height."""
    if plan.surface is not None or not any(by_surface(drug) for drug in plan.drugs):
        return ()
    message = "The dose goes by body surface, and there is no height on record. Measure the height first."
    return (unknown("missing_fact", message, field="height", source=_SOURCE),)


def _percent(now: Quantity, then: Quantity) -> Decimal:
    return (now.to(then.unit).amount - then.amount) * 100 / then.amount


def _a_day(today: Quantity, last: Weighing, day: date) -> Decimal:
    """Kilograms a day since then; two weights of one day count as a day apart."""
    return abs(today.to("kg").amount - last.weight.to("kg").amount) / max(1, (day - last.on).days)


def _m2(value: Quantity) -> str:
    return Quantity(value.amount.quantize(Decimal("0.01")), value.unit).spelled()


def _day(day: date) -> str:
    return f"{day:%b} {day.day}, {day.year}"
