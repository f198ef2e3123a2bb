"""Dose tables and tiers: the cell that holds the patient's values, and the amount of this dose in it."""

from __future__ import annotations

from decimal import Decimal

from chairside.core.kernel.decision import Decision, refused
from chairside.core.kernel.quantity import Quantity
from chairside.core.kernel.unit import unit
from chairside.core.plans.amounts.asking import NOT_THERE, Amount, Question, missing, number
from chairside.core.plans.weights.weighing import frozen
from chairside.core.protocols.schema.dose import Axis, Table
from chairside.core.protocols.stretch import inside


def tabled(rule: Table, ask: Question) -> Decision[Amount]:
    """The amount of the cell. Outside the table, and in an empty cell, there is no dose."""
    point: list[Decimal] = []
    shown: list[str] = []
    for axis in rule.axes:
        value = _entry(axis, ask)
        if value is None:
            return Decision(
                None, (missing(axis.fact, f"{ask.called(axis.fact)} {NOT_THERE}; the dose table is entered by it.", ask),)
            )
        point.append(value)
        shown.append(f"{ask.called(axis.fact)} {Quantity(value, unit(axis.unit or '1')).spelled()}")
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
    found = Amount(result, ask.weight, cell.every_days, cell.least_minutes, ask.weight)
    return Decision(found, working=(f"table at {entered}: {result.spelled()}",))


def _entry(axis: Axis, ask: Question) -> Decimal | None:
    """The value by which the table is entered; of a frozen axis, the one that stood at the first dose of the course."""
    if axis.fact != "patient.weight_kg":
        return number(axis.fact, axis.unit, ask, axis.frozen)
    weight = frozen(ask)[0] if axis.frozen else ask.weight
    return weight.to(axis.unit).amount if weight is not None else None
