"""The computed amount of each dose rule, with its working. What is missing stays missing; nothing is capped here."""

from __future__ import annotations

from decimal import Decimal

from chairside.core.kernel.decision import Decision, Reason, refused
from chairside.core.kernel.quantity import Quantity
from chairside.core.kernel.unit import UnitError
from chairside.core.plans.amounts.asking import Amount, Question, missing, no_amount, whole
from chairside.core.plans.amounts.body import surface
from chairside.core.plans.amounts.formulas import calvert, deficit, replacement, wanted_rise
from chairside.core.plans.amounts.other_product import from_product
from chairside.core.plans.amounts.tables import tabled
from chairside.core.plans.told import told
from chairside.core.plans.weights.weighing import weight_for
from chairside.core.protocols.schema.dose import (
    Calvert,
    Deficit,
    DoseRule,
    Flat,
    FromProduct,
    Ordered,
    PerSurface,
    PerWeight,
    Replacement,
    Table,
    WantedRise,
)

__all__ = ["Amount", "Question", "amount"]


def amount(rule: DoseRule, ask: Question) -> Decision[Amount]:
    """Compute the amount of a rule. Missing facts are `unknown`."""
    match rule:
        case Flat():
            return Decision(Amount(rule.amount), working=(f"flat dose: {rule.amount.spelled()}",))
        case PerWeight():
            return _per_weight(rule, ask)
        case PerSurface():
            return _per_surface(rule, ask)
        case Table():
            return tabled(rule, ask)
        case Ordered():
            return _ordered(rule, ask)
        case Calvert():
            return calvert(rule, ask)
        case WantedRise():
            return wanted_rise(rule, ask)
        case Deficit():
            return deficit(rule, ask)
        case Replacement():
            return replacement(rule, ask)
        case FromProduct():
            return from_product(rule, ask)


def _per_weight(rule: PerWeight, ask: Question) -> Decision[Amount]:
    found = weight_for(rule.weight, ask)
    if found.value is None:
        return found.without_value()
    try:
        result = (rule.amount * found.value).to(whole(rule.amount))
    except UnitError:
        return Decision(None, (no_amount(rule.amount, ask),))
    working = f"{rule.amount.spelled()} x {told(found.value)} = {told(result)}"
    return Decision(Amount(result, found.value, weight=found.value), working=(*found.working, working))


def _per_surface(rule: PerSurface, ask: Question) -> Decision[Amount]:
    area = _surface(ask)
    if area.value is None:
        return area.without_value()
    try:
        result = (rule.amount * area.value).to(whole(rule.amount))
    except UnitError:
        return Decision(None, (no_amount(rule.amount, ask),))
    shown = _shown(area.value)
    working = (*area.working, f"{rule.amount.spelled()} x {shown.spelled()} = {told(result)}")
    return Decision(Amount(result, area.value, weight=ask.weight), working=working)


def _surface(ask: Question) -> Decision[Quantity]:
    height = ask.known.patient.height
    if ask.weight is None or height is None:
        what = "patient.weight_kg" if ask.weight is None else "patient.height_cm"
        return Decision(None, (missing(what, "Height and weight are needed for the body surface.", ask),))
    area = surface(height, ask.weight, ask.formula)
    return Decision(area, working=(f"body surface ({ask.formula.value}): {_shown(area).spelled()}",))


def _shown(area: Quantity) -> Quantity:
    return Quantity(area.amount.quantize(Decimal("0.0001")), area.unit)


def _ordered(rule: Ordered, ask: Question) -> Decision[Amount]:
    found = _per(rule, ask)
    if found is not None and found.value is None:
        return found.without_value()
    per = found.value if found is not None else None
    least, most = (rule.least, rule.most) if per is None or not _is_level(rule.least) else (rule.least * per, rule.most * per)
    given = ask.ordered or (ask.level * per if ask.level is not None and per is not None else None)
    said = f"{least.spelled()} to {most.spelled()}"
    if given is None:
        message = f"The prescriber states the amount ({said}); none is on the order."
        return Decision(None, (missing("order.dose", message, ask),))
    if not given.unit.comparable(least.unit):
        message = f"The order of {told(given)} cannot be compared with {said}."
        return Decision(None, (refused("mismatch", message, field="order.dose", limit=str(least.unit), source=ask.source),))
    given = given.to(least.unit)
    working = (*(found.working if found is not None else ()), f"ordered: {told(given)}, allowed: {said}")
    return Decision(Amount(given, per, weight=ask.weight), _outside(given, least, most, ask), working)


def _per(rule: Ordered, ask: Question) -> Decision[Quantity] | None:
    """What an ordered level is multiplied by: the weight or the surface, as the range or the order is written."""
    levels = [rule.least.unit, *([ask.level.unit] if ask.level is not None else [])]
    if any("kg" in dict(code.powers) for code in levels):
        return weight_for(rule.weight, ask)
    return _surface(ask) if any("m2" in dict(code.powers) for code in levels) else None


def _is_level(stated: Quantity) -> bool:
    return bool({"kg", "m2"} & dict(stated.unit.powers).keys())


def _outside(given: Quantity, least: Quantity, most: Quantity, ask: Question) -> tuple[Reason, ...]:
    if least <= given and given <= most:
        return ()
    code = "below_minimum" if given < least else "above_maximum"
    limit = f"{least.spelled()} to {most.spelled()}"
    message = f"{told(given)} is outside {limit}. Ask the prescriber for a new order."
    return (refused(code, message, field="order.dose", limit=limit, source=ask.source),)
