"""Dose rules that are formulas: Calvert, a wanted rise, a deficit, a loss to replace, a dose from another product's dose."""

from __future__ import annotations

from decimal import Decimal

from chairside.core.kernel.decision import Decision, Reason, refused
from chairside.core.kernel.quantity import Quantity, plain
from chairside.core.kernel.unit import UnitError, unit
from chairside.core.plans.amounts.asking import NOT_THERE, Amount, Question, missing, no_amount, number, recorded, whole
from chairside.core.plans.course import total
from chairside.core.plans.told import told
from chairside.core.plans.weights.weighing import weight_for
from chairside.core.protocols.schema.dose import Calvert, Deficit, Replacement, WantedRise
from chairside.core.protocols.truth import Known

# Calvert 1989: the part of the clearance that is not the kidney's, in mL/min.
_CALVERT = Decimal(25)


def calvert(rule: Calvert, ask: Question) -> Decision[Amount]:
    """Milligrams = AUC x (GFR + 25), the GFR capped in the formula and the cap shown."""
    against = _level(ask, rule.least_level, rule.most_level, "area under the curve (AUC)")
    if ask.level is None or (against and against[0].code == "mismatch"):
        return Decision(None, against)
    gfr = number(rule.gfr_fact, "mL/min", ask)
    if gfr is None or gfr <= 0:
        message = f"{ask.called(rule.gfr_fact)} {NOT_THERE}; the formula needs it."
        return Decision(None, (missing(rule.gfr_fact, message, ask), *against))
    cap = rule.gfr_cap.to("mL/min").amount
    used = min(gfr, cap)
    clearance = Quantity(used + _CALVERT, unit("mL/min"))
    result = (ask.level.to("mg.min/mL") * clearance).to("mg")
    working = [f"{ask.called(rule.gfr_fact)} {plain(gfr)} mL/min"]
    if used < gfr:
        working.append(f"capped at {plain(cap)} mL/min in the formula")
    working.append(f"AUC {plain(ask.level.amount)} x ({plain(used)} + {plain(_CALVERT)}) = {told(result)}")
    return Decision(Amount(result, clearance), against, tuple(working))


def wanted_rise(rule: WantedRise, ask: Question) -> Decision[Amount]:
    """Weight x wanted rise x factor, or over the patient's own recovery where it is on record."""
    against = _level(ask, rule.least_rise, rule.most_rise, "wanted rise")
    if ask.level is None or (against and against[0].code == "mismatch"):
        return Decision(None, against)
    weight = weight_for(rule.weight, ask)
    if weight.value is None:
        return Decision(None, (*weight.reasons, *against))
    recovery = number(rule.recovery_fact, _unit_kept(rule.recovery_fact, ask.known), ask) if rule.recovery_fact else None
    if rule.recovery_fact and recovery is None and recorded(rule.recovery_fact, ask):
        message = f"{ask.called(rule.recovery_fact)} is on record and cannot be read; the dose depends on it."
        return Decision(None, (missing(rule.recovery_fact, message, ask), *against))
    if recovery is not None and recovery <= 0:
        message = f"{ask.called(rule.recovery_fact)} of {plain(recovery)} cannot be right. Check it."
        return Decision(None, (refused("out_of_range", message, field=rule.recovery_fact, source=ask.source), *against))
    code, _, volume = ask.level.unit.code.partition("/")
    if not volume:
        return Decision(None, (no_amount(ask.level, ask), *against))
    kilograms = weight.value.to("kg").amount
    by_weight = (
        Quantity(kilograms * rule.factor, unit(volume)) if recovery is None else Quantity(kilograms, unit(volume)) / recovery
    )
    result = (ask.level * by_weight).to(code)
    by = f"x {plain(rule.factor)}" if recovery is None else f"/ {plain(recovery)} (own recovery)"
    working = f"{told(weight.value)} x {ask.level.spelled()} {by} = {told(result)}"
    return Decision(Amount(result, by_weight, weight=weight.value), against, (*weight.working, working))


def deficit(rule: Deficit, ask: Question) -> Decision[Amount]:
    """What is missing up to the target, from the level at the start of the course, less what this course has given already."""
    level = number(rule.level_fact, rule.level_unit, ask, frozen=True)
    if level is None:
        message = f"{ask.called(rule.level_fact)} {NOT_THERE}; the deficit needs it."
        return Decision(None, (missing(rule.level_fact, message, ask),))
    target = Quantity(rule.target, unit(rule.level_unit))
    if level >= rule.target:
        message = (
            f"{ask.called(rule.level_fact)} of {Quantity(level, target.unit).spelled()} is not below the target of "
            f"{target.spelled()}: there is no deficit to make good."
        )
        return Decision(None, (_no_need(message, rule.level_fact, target, ask),))
    absent = [str(item) for item in range(1, ask.dose_number) if ask.course.numbered(item) is None]
    if absent:
        message = f"Dose {', '.join(absent)} of this course is not on record; what is left of the deficit needs it."
        return Decision(None, (missing("history", message, ask),))
    weight = weight_for(rule.weight, ask)
    if weight.value is None:
        return weight.without_value()
    points = rule.target - level
    try:
        whole_deficit, parts = _deficit(rule, weight.value, points, ask.weight or weight.value)
        given = total(ask.course.counted, whole_deficit)
    except UnitError:
        return Decision(None, (no_amount(rule.per_kg_point, ask),))
    left = whole_deficit - given
    working = [*weight.working, f"deficit: {parts} = {told(whole_deficit)}"]
    if given.amount:
        working.append(f"given in this course: {told(given)}; left: {told(left)}")
    if left.amount <= 0:
        message = f"The deficit of {told(whole_deficit)} is made good: {told(given)} was given in this course."
        reason = refused("course_complete", message, field="dose_number", source=ask.source, override="prescriber")
        return Decision(None, (reason,), tuple(working))
    made = Amount(left, weight.value, weight=weight.value, course_total=whole_deficit)
    return Decision(made, working=tuple(working))


def _deficit(rule: Deficit, weight: Quantity, points: Decimal, actual: Quantity) -> tuple[Quantity, str]:
    """The whole deficit and how it is put together. Raises UnitError for levels that make no amount."""
    code = whole(rule.per_kg_point)
    result = (rule.per_kg_point * weight * points).to(code)
    said = f"{rule.per_kg_point.spelled()} x {told(weight)} x {plain(points)}"
    if rule.per_kg is not None:
        result = result + (rule.per_kg * weight).to(code)
        said += f" + {rule.per_kg.spelled()} x {told(weight)}"
    if rule.stores is not None and (rule.stores_from is None or rule.stores_from <= actual):
        result = result + rule.stores
        said += f" + {rule.stores.spelled()} for the stores"
    return result, said


def replacement(rule: Replacement, ask: Question) -> Decision[Amount]:
    """What was lost: volume x fraction, each mL of it standing for a stated amount."""
    loss, share = number(rule.loss_fact, "mL", ask), _share(rule.fraction_fact, ask)
    absent = [fact for fact, value in ((rule.loss_fact, loss), (rule.fraction_fact, share)) if value is None]
    if loss is None or share is None:
        return Decision(
            None,
            tuple(missing(fact, f"{ask.called(fact)} is not on record; the loss is computed from it.", ask) for fact in absent),
        )
    if loss <= 0 or not 0 < share <= 1:
        message = f"A loss of {plain(loss)} mL at {plain(share * 100)} % cannot be right. Check both."
        return Decision(None, (refused("out_of_range", message, field=rule.loss_fact, source=ask.source),))
    try:
        result = (rule.per * Quantity(loss * share, unit("mL"))).to(whole(rule.per))
    except UnitError:
        return Decision(None, (no_amount(rule.per, ask),))
    working = f"{plain(loss)} mL x {plain(share * 100)} % x {rule.per.spelled()} = {told(result)}"
    return Decision(Amount(result, course_total=result), working=(working,))


def _share(fact: str, ask: Question) -> Decimal | None:
    """A fraction, recorded in percent or as a plain number."""
    percent = number(fact, "%", ask)
    return percent / 100 if percent is not None else number(fact, "", ask)


def _level(ask: Question, least: Quantity, most: Quantity, name: str) -> tuple[Reason, ...]:
    """What speaks against the ordered level. It is never guessed, and never lowered."""
    limit = f"{least.spelled()} to {most.spelled()}"
    if ask.level is None:
        message = f"The prescriber states the {name} ({limit}); none is on the order."
        return (missing("order.level", message, ask),)
    if not ask.level.unit.comparable(least.unit):
        message = f"The order of {ask.level.spelled()} cannot be compared with {limit}."
        return (refused("mismatch", message, field="order.level", limit=str(least.unit), source=ask.source),)
    if ask.level < least or most < ask.level:
        code = "below_minimum" if ask.level < least else "above_maximum"
        message = f"A {name} of {ask.level.spelled()} is outside {limit}. Ask the prescriber for a new order."
        return (refused(code, message, field="order.level", limit=limit, source=ask.source),)
    return ()


def _no_need(message: str, fact: str, target: Quantity, ask: Question) -> Reason:
    return refused(
        "out_of_range", message, field=fact, limit=f"below {target.spelled()}", source=ask.source, override="prescriber"
    )


def _unit_kept(fact: str, known: Known) -> str:
    """The unit in which the protocol declares the fact."""
    return next((key.unit for key in known.declared if key.fact == fact), "")
