"""A weight that crosses the border of a regimen or a tier: another dose by today's weight than by that of record (H-003)."""

from __future__ import annotations

from dataclasses import replace

from chairside.core.kernel.decision import Decision, Outcome, Reason, review
from chairside.core.kernel.quantity import Quantity
from chairside.core.plans.amounts import amount as amounts
from chairside.core.plans.selection import regimen_for
from chairside.core.plans.weights.weight import measured, plausible
from chairside.core.protocols.schema.condition import Condition
from chairside.core.protocols.schema.dose import (
    Deficit,
    DoseRule,
    Ordered,
    PerSurface,
    PerWeight,
    Table,
    WantedRise,
    WeightChoice,
)
from chairside.core.protocols.schema.indication import Indication
from chairside.core.protocols.schema.protocol import Protocol
from chairside.core.protocols.schema.regimen import Regimen
from chairside.core.protocols.truth import Known

_WEIGHT = "patient.weight_kg"


def rule_reads_weight(rule: DoseRule) -> bool:
    """True when the amount follows from the weight."""
    match rule:
        case Table():
            return any(axis.fact == _WEIGHT for axis in rule.axes)
        case Ordered():
            return not {"kg", "m2"}.isdisjoint(dict(rule.least.unit.powers))
    return isinstance(rule, PerWeight | PerSurface | WantedRise | Deficit)


def reads_weight(regimen: Regimen) -> bool:
    """True when the regimen is chosen by the weight, or a limit of it is a level."""
    return _reads(regimen.applies) or any(_reads(cap.when) or "kg" in dict(cap.amount.unit.powers) for cap in regimen.caps)


def regimen_by_weight(
    protocol: Protocol, indication: Indication | None, asked: str, known: Known, brand: str = ""
) -> Decision[Regimen]:
    """The regimen by the weight of record, for review where today's weight makes it another one.

    Where the amount is computed from today's weight, the regimen is chosen by it too: both come from one weight.
    """
    chosen = regimen_for(protocol, indication, asked, known, brand)
    today, record = measured(known).value, known.patient.weight
    if chosen.value is None or today is None or record is None or plausible(today).outcome is Outcome.REFUSED:
        return chosen
    other = regimen_for(protocol, indication, asked, _weighing(known, today), brand)
    if other.value is not None and other.value.key == chosen.value.key and len(other.reasons) == len(chosen.reasons):
        return chosen
    named = f"“{other.value.names.en}”" if other.value is not None and other.value is not chosen.value else "not this regimen"
    message = (
        f"{today.spelled()} as last weighed, {record.spelled()} of record: by the newest weight it is {named}. "
        "The prescriber decides which weight the dose goes by."
    )
    reason = review("weight_changed", message, field="vital.weight_kg", source=chosen.value.source, override="prescriber")
    by_today = other.value is not None and measured(known, 0).value is not None and _is_actual(chosen.value, other.value)
    return (other if by_today else chosen).because(reason)


def other_tier(rule: DoseRule, ask: amounts.Question, today: Quantity | None, source: str) -> tuple[Reason, ...]:
    """A table that gives another amount by today's weight. The weight that a course froze is not asked again."""
    if not isinstance(rule, Table) or today is None or ask.weight is None:
        return ()
    if not any(axis.fact == _WEIGHT and not (axis.frozen and ask.course.doses) for axis in rule.axes):
        return ()
    by_record = amounts.amount(rule, ask).value
    by_today = amounts.amount(rule, replace(ask, weight=today)).value
    if by_record is None or (by_today is not None and by_today.quantity.same(by_record.quantity)):
        return ()
    shown = by_today.quantity.spelled() if by_today is not None else "no dose"
    message = (
        f"{today.spelled()} as last weighed gives {shown}, {ask.weight.spelled()} of record gives "
        f"{by_record.quantity.spelled()}. The prescriber decides which weight the dose goes by."
    )
    return (review("weight_changed", message, field="vital.weight_kg", source=source, override="prescriber"),)


def _reads(condition: Condition | None) -> bool:
    return condition is not None and any(test.fact == _WEIGHT for test in (*condition.all, *condition.any))


def _is_actual(*regimens: Regimen) -> bool:
    rules = [phase.dose for regimen in regimens for phase in regimen.phases]
    return any(isinstance(rule, PerWeight) and rule.weight is WeightChoice.ACTUAL for rule in rules)


def _weighing(known: Known, weight: Quantity) -> Known:
    return replace(known, patient=replace(known.patient, weight=weight))
