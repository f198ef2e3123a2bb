"""From the computed amount to the one that is given: reductions by facts, caps of the formula, the order, rounding."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from chairside.core.kernel.decision import refused, unknown
from chairside.core.kernel.quantity import Quantity
from chairside.core.plans.body import Formula
from chairside.core.plans.course import Course
from chairside.core.plans.limits import Ceiling
from chairside.core.plans.order import OrderedDose
from chairside.core.plans.rounding import Rounding, to_vials
from chairside.core.plans.selection import Place
from chairside.core.plans.trail import Trail
from chairside.core.protocols.schema.protocol import Protocol
from chairside.core.protocols.schema.regimen import Regimen
from chairside.core.protocols.truth import Known, Truth, evaluate
from chairside.core.protocols.vocabulary import name_of

# An order this many times the computed dose is a slip of the pen or of the unit, whatever the drug.
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


def reduced(usual: Quantity, regimen: Regimen, known: Known, limits: tuple[Ceiling, ...], trail: Trail) -> Quantity | None:
    """Reductions by facts, then the caps that are part of the formula. None when a fact says not to give."""
    amount = usual
    for item in regimen.adjustments:
        found = evaluate(item.when, known)
        if found.truth is Truth.UNKNOWN:
            message = f"{', '.join(map(name_of, found.missing))} decides on a reduction and is not on record."
            trail.say(unknown("missing_fact", message, field=found.missing[0], source=item.source))
        elif found.truth is Truth.TRUE and item.reduce_by_percent is None:
            message = "By the results on record this dose is not given."
            trail.say(refused("contraindicated", message, field="facts", source=item.source, override="prescriber"))
            return None
        elif found.truth is Truth.TRUE and item.reduce_by_percent is not None:
            amount = amount * ((100 - item.reduce_by_percent) / 100)
            trail.working.append(f"reduced by {item.reduce_by_percent:f} %: {amount.spelled()}")
    for limit in limits:
        if limit.part_of_formula and limit.most < amount:
            amount = limit.most
            trail.working.append(f"capped at {limit.most.spelled()} (part of the dose rule)")
    return amount


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
    if (like * _ABSURD) < wanted:
        message = f"An order of {wanted.spelled()} cannot be right beside {like.spelled()}. Check the number and its unit."
        limit = f"{_ABSURD} times the computed dose"
        trail.say(refused("out_of_range", message, field="order.dose", limit=limit, source=source))
        return None
    return wanted.to(like.unit)


def _agree(amount: Quantity, level: Quantity, per: Quantity | None, tolerance: Decimal) -> bool:
    """True when both are one dose, but for the rounding that an order may carry."""
    whole = level * per if per is not None else level
    if not whole.unit.comparable(amount.unit):
        return False
    return abs((amount - whole).amount) * 100 <= abs(whole.to(amount.unit).amount) * tolerance


def rounded(amount: Quantity, treated: Treated, policy: Policy, limits: tuple[Ceiling, ...], trail: Trail) -> Quantity:
    """The label's own multiple where it states one, else the site's policy. Never across a limit."""
    stated = treated.regimen.rounding
    if stated is not None:
        step = stated.multiple_of.to(amount.unit)
        result = amount.rounded(step.amount)
        if amount < result and any(limit.most < result for limit in limits):
            result = result - step
        if not result.same(amount):
            trail.working.append(f"rounded to a multiple of {step.spelled()}: {result.spelled()}")
        return result
    products = treated.protocol.products
    product = treated.protocol.product(treated.brand) if treated.brand else next(iter(products), None)
    strengths = [vial.strength for vial in product.vials] if product else []
    made = to_vials(amount, strengths, policy.rounding, policy.percent, limits)
    trail.working += made.working
    return made.amount
