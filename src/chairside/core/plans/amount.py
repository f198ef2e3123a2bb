"""The computed amount of each dose rule, with its working. What is missing stays missing; nothing is capped here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from chairside.core.kernel.decision import Decision, Reason, refused, unknown
from chairside.core.kernel.quantity import Quantity
from chairside.core.kernel.unit import UnitError, unit
from chairside.core.plans.body import Formula, surface
from chairside.core.plans.course import Course
from chairside.core.protocols.schema.dose import Axis, DoseRule, Flat, Ordered, PerSurface, PerWeight, Table, WeightChoice
from chairside.core.protocols.stretch import inside
from chairside.core.protocols.truth import Known, of_patient
from chairside.core.protocols.vocabulary import name_of

_WANTED = "is not on record as a final result, fresh and in its unit"


@dataclass(frozen=True, slots=True)
class Amount:
    """A computed amount, the weight or surface that a level of it is multiplied by, and what its cell adds."""

    quantity: Quantity
    per: Quantity | None = None
    interval_days: int | None = None
    least_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What the amount is asked for."""

    known: Known
    course: Course
    position: int  # of the dose in its phase, from 1
    weight: Quantity | None  # the dosing weight of record, in kg
    today: Quantity | None  # the weight taken on the day, in kg, where one was and it can be right
    formula: Formula
    level: Quantity | None = None  # an ordered level, and …
    ordered: Quantity | None = None  # … an ordered amount, for rules that leave the amount to the prescriber
    source: str = ""


def amount(rule: DoseRule, ask: Question) -> Decision[Amount]:
    """Compute the amount of a rule. Missing facts are `unknown`; a rule that is not computed yet refuses as not encoded."""
    match rule:
        case Flat():
            return Decision(Amount(rule.amount), working=(f"flat dose: {rule.amount.spelled()}",))
        case PerWeight():
            return _per_weight(rule, ask)
        case PerSurface():
            return _per_surface(rule, ask)
        case Table():
            return _table(rule, ask)
        case Ordered():
            return _ordered(rule, ask)
    message = f"The dose rule “{rule.rule}” is not computed here yet. The pharmacist computes and signs it."
    return Decision(None, (refused("not_encoded", message, field="dose", source=ask.source),))


def _per_weight(rule: PerWeight, ask: Question) -> Decision[Amount]:
    weight = weight_of(rule.weight, ask)
    if weight is None:
        return Decision(None, (_missing("patient.weight_kg", "The dosing weight is not on record.", ask),))
    try:
        result = (rule.amount * weight).to(_whole(rule.amount))
    except UnitError:
        return Decision(None, (_no_amount(rule.amount, ask),))
    return Decision(Amount(result, weight), working=(f"{rule.amount.spelled()} x {weight.spelled()} = {result.spelled()}",))


def _per_surface(rule: PerSurface, ask: Question) -> Decision[Amount]:
    height = ask.known.patient.height
    if ask.weight is None or height is None:
        what = "patient.weight_kg" if ask.weight is None else "patient.height_cm"
        return Decision(None, (_missing(what, "Height and weight are needed for the body surface.", ask),))
    area = surface(height, ask.weight, ask.formula)
    try:
        result = (rule.amount * area).to(_whole(rule.amount))
    except UnitError:
        return Decision(None, (_no_amount(rule.amount, ask),))
    shown = Quantity(area.amount.quantize(Decimal("0.0001")), area.unit)
    working = (
        f"body surface ({ask.formula.value}): {shown.spelled()}",
        f"{rule.amount.spelled()} x {shown.spelled()} = {result.spelled()}",
    )
    return Decision(Amount(result, area), working=working)


def _table(rule: Table, ask: Question) -> Decision[Amount]:
    point: list[Decimal] = []
    shown: list[str] = []
    for axis in rule.axes:
        value = _entry(axis, ask)
        if value is None:
            return Decision(
                None, (_missing(axis.fact, f"{name_of(axis.fact)} {_WANTED}; the dose table is entered by it.", ask),)
            )
        point.append(value)
        shown.append(f"{name_of(axis.fact)} {Quantity(value, unit(axis.unit or '1')).spelled()}")
    cell = next((cell for cell in rule.cells if inside(cell, point)), None)
    entered = ", ".join(shown)
    if cell is None or not cell.amounts:
        message = f"The dose table has no dose for {entered}. Do not dose; ask the prescriber."
        return Decision(
            None, (refused("out_of_range", message, field=rule.axes[0].fact, source=ask.source, override="prescriber"),)
        )
    result = cell.amounts[min(ask.position, len(cell.amounts)) - 1]
    if result.amount == 0:
        message = f"For {entered} this dose is not given: the table ends with the dose before."
        return Decision(
            None, (refused("course_complete", message, field="dose_number", source=ask.source, override="prescriber"),)
        )
    found = Amount(result, ask.weight, cell.every_days, cell.least_minutes)
    return Decision(found, working=(f"table at {entered}: {result.spelled()}",))


def _ordered(rule: Ordered, ask: Question) -> Decision[Amount]:
    per = None
    least, most = rule.least, rule.most
    if "kg" in dict(least.unit.powers):
        per = weight_of(rule.weight, ask)
        if per is None:
            return Decision(None, (_missing("patient.weight_kg", "The dosing weight is not on record.", ask),))
        least, most = least * per, most * per
    given = ask.ordered or (ask.level * per if ask.level is not None and per is not None else None)
    if given is not None and not given.unit.comparable(least.unit):
        message = f"The order of {given.spelled()} cannot be compared with {least.spelled()} to {most.spelled()}."
        return Decision(None, (refused("mismatch", message, field="order.dose", limit=str(least.unit), source=ask.source),))
    if given is None:
        message = f"The prescriber states the amount ({least.spelled()} to {most.spelled()}); none is on the order."
        return Decision(None, (_missing("order.dose", message, ask),))
    if given < least or most < given:
        code = "below_minimum" if given < least else "above_maximum"
        message = f"{given.spelled()} is outside {least.spelled()} to {most.spelled()}."
        limit = f"{least.spelled()} to {most.spelled()}"
        return Decision(Amount(given, per), (refused(code, message, field="order.dose", limit=limit, source=ask.source),))
    return Decision(Amount(given, per), working=(f"ordered: {given.spelled()}, within {least.spelled()} to {most.spelled()}",))


def weight_of(choice: WeightChoice, ask: Question) -> Quantity | None:
    """The weight that a rule asks for, in kg: today's where the rule says so and one was taken, else the one of record."""
    if choice is WeightChoice.ACTUAL and ask.today is not None:
        return ask.today
    if choice in (WeightChoice.ACTUAL, WeightChoice.RECORD, WeightChoice.FROZEN):
        return ask.weight
    return None  # lean and adjusted weights need a stated rule for short people: not computed yet


def _entry(axis: Axis, ask: Question) -> Decimal | None:
    """The value by which the table is entered; of a frozen axis, the one that stood at the first dose of the course."""
    first = ask.course.doses[0].on if axis.frozen and ask.course.doses else None
    if axis.fact == "patient.weight_kg":
        return ask.weight.to(axis.unit).amount if ask.weight is not None else None
    known = ask.known if first is None else replace(ask.known, day=first)
    value = of_patient(axis.fact, known)
    if value is None:
        newest = known.latest(axis.fact)
        values = {(fact.value, fact.unit) for fact in newest.of_day}
        if newest.doubt is not None or newest.fact is None or len(values) != 1:
            return None  # not final, not there, or two results of one day
        if known.is_old(newest.fact, known.fresh.get(axis.fact)) or not isinstance(newest.fact.value, Decimal):
            return None
        if bool(newest.fact.unit) is not bool(axis.unit):
            return None
        value = Quantity(newest.fact.value, unit(newest.fact.unit)) if newest.fact.unit else newest.fact.value
    try:
        return value.to(axis.unit).amount if isinstance(value, Quantity) else value if isinstance(value, Decimal) else None
    except UnitError:
        return None


def _whole(level: Quantity) -> str:
    """The unit of the whole dose: `mg` of `mg/kg`."""
    return level.unit.code.partition("/")[0]


def _no_amount(stated: Quantity, ask: Question) -> Reason:
    message = f"The protocol's level of {stated.spelled()} does not make an amount. The pharmacist computes and signs it."
    return refused("not_encoded", message, field="dose", limit=str(stated.unit), source=ask.source)


def _missing(fact: str, message: str, ask: Question) -> Reason:
    return unknown("missing_fact", message, field=fact, source=ask.source)
