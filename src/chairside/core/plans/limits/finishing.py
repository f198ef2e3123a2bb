"""From the computed amount to the one that is given: the order beside it, and rounding."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from chairside.core.kernel.decision import Reason, refused, review
from chairside.core.kernel.quantity import Quantity
from chairside.core.plans.amounts.body import Formula
from chairside.core.plans.course import Course
from chairside.core.plans.limits.ceilings import Ceiling
from chairside.core.plans.limits.order import OrderedDose
from chairside.core.plans.limits.rounding import Rounding, to_vials
from chairside.core.plans.selection import Place
from chairside.core.plans.supply.taken import by_lot, strengths_of
from chairside.core.plans.told import told
from chairside.core.plans.trail import Trail
from chairside.core.protocols.schema.dose import Rounding as Multiple
from chairside.core.protocols.schema.product import Product
from chairside.core.protocols.schema.protocol import Protocol
from chairside.core.protocols.schema.regimen import Regimen
from chairside.core.protocols.truth import Known

# An order this many times the computed dose is a slip of the point or of the unit, whatever the drug; so many times, it is not
# even an amount to go on with.
_SLIP = 10
_ABSURD = 1000


@dataclass(frozen=True, slots=True)
class Policy:
    """A site's policy: rounding to vials (none by default) and the body-surface formula."""

    rounding: Rounding = Rounding.NONE
    percent: Decimal = Decimal(10)
    bsa: Formula = Formula.MOSTELLER


@dataclass(frozen=True, slots=True)
class Treated:
    """The dose that is decided: what it is a part of, and what is known."""

    protocol: Protocol
    indication: str
    regimen: Regimen
    place: Place
    dose_number: int
    brand: str
    known: Known
    course: Course


def ordered(
    order: OrderedDose, per: Quantity | None, like: Quantity, tolerance: Decimal, source: str, trail: Trail
) -> Quantity | None:
    """The ordered amount in the unit of the dose, from the order's amount or level; None when there is none to compare."""
    said = order.amount or order.level
    if said is None:
        return None
    if order.amount is not None and order.level is not None and not _agree(order.amount, order.level, per, tolerance):
        message = f"The order says {order.amount.spelled()} and {order.level.spelled()}, and they are not the same dose."
        trail.say(refused("mismatch", message, field="order.dose", source=source, override="prescriber"))
        return None
    wanted = said * per if said is order.level and per is not None else said
    if not wanted.unit.comparable(like.unit):
        message = f"The order of {said.spelled()} cannot be compared with a dose in {like.unit.spelled()}."
        trail.say(refused("mismatch", message, field="order.dose", limit=str(like.unit), source=source))
        return None
    if wanted.amount <= 0:
        trail.say(refused("out_of_range", "An ordered dose must be above zero.", field="order.dose", source=source))
        return None
    if like * _SLIP <= wanted:
        message = f"An order of {told(wanted)} cannot be right beside {told(like)}. Check the number and its unit."
        limit = f"{_SLIP} times the computed dose"
        trail.say(refused("out_of_range", message, field="order.dose", limit=limit, source=source))
    return wanted.to(like.unit) if wanted <= like * _ABSURD else None


def _agree(amount: Quantity, level: Quantity, per: Quantity | None, tolerance: Decimal) -> bool:
    """True when both are one dose, but for the rounding that an order may carry."""
    whole = level * per if per is not None else level
    if not whole.unit.comparable(amount.unit):
        return False
    return abs((amount - whole).amount) * 100 <= abs(whole.to(amount.unit).amount) * tolerance


def rounded(
    amount: Quantity, treated: Treated, product: Product | None, policy: Policy, limits: tuple[Ceiling, ...], trail: Trail
) -> Quantity:
    """The label's own multiple where it states one, else the site's policy. Never across a limit, never down to nothing."""
    stated = treated.regimen.rounding
    if stated is not None:
        return _to_multiple(amount, stated, limits, trail)
    if product is None or by_lot(product):
        return amount  # which vials there are is not known: there is nothing to round to
    try:
        made = to_vials(amount, strengths_of(product), policy.rounding, policy.percent, limits)
    except ValueError as problem:
        trail.say(refused("out_of_range", f"{problem}. Check the dose.", field="order.dose"))
        return amount
    trail.working += made.working
    return made.amount


def _to_multiple(amount: Quantity, stated: Multiple, limits: tuple[Ceiling, ...], trail: Trail) -> Quantity:
    step = stated.multiple_of.to(amount.unit)
    result = amount.rounded(step.amount)
    if amount < result and any(limit.most < result for limit in limits):
        result = result - step
    if result.amount <= 0:
        message = f"{told(amount)} is less than the smallest multiple of {step.spelled()}. The prescriber states the dose."
        trail.say(refused("below_minimum", message, field="order.dose", limit=step.spelled(), source=stated.source))
        return amount
    if not result.same(amount):
        trail.working.append(f"rounded to a multiple of {step.spelled()}: {told(result)}")
    return result


def off_multiple(wanted: Quantity, regimen: Regimen) -> tuple[Reason, ...]:
    """An ordered amount that is not a multiple of what the label asks for: for the prescriber, never changed."""
    stated = regimen.rounding
    if stated is None or wanted.amount % stated.multiple_of.to(wanted.unit).amount == 0:
        return ()
    step = stated.multiple_of.spelled()
    message = f"The order of {told(wanted)} is not a multiple of {step}. The prescriber confirms or changes it."
    return (review("mismatch", message, field="order.dose", limit=step, source=stated.source, override="prescriber"),)
