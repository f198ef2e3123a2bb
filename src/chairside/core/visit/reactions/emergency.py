"""Millilitres of an emergency order: the dose comes from the signed order set, the volume is computed, nothing is invented."""

from __future__ import annotations

from dataclasses import dataclass

from chairside.core.kernel.decision import Decision, refused, unknown
from chairside.core.kernel.quantity import Quantity, quantity


@dataclass(frozen=True, slots=True)
class EmergencyOrder:
    """An order by weight with a maximum: what the signed order set says. `repeat_minutes`: least and most."""

    per_kg: Quantity
    most: Quantity
    concentration: Quantity
    route: str
    repeat_minutes: tuple[int, int]
    source: str


# The published adult order for epinephrine (AAFP 2012; EB Medicine; WAO 2020). A site's signed order set replaces it.
EPINEPHRINE_IM = EmergencyOrder(
    quantity("0.01", "mg/kg"),
    quantity("0.5", "mg"),
    quantity(1, "mg/mL"),
    "IM mid-outer thigh",
    (5, 15),
    "AAFP 2012; EB Medicine; WAO 2020",
)


@dataclass(frozen=True, slots=True)
class EmergencyDose:
    dose: Quantity
    volume: Quantity
    capped: bool


def emergency_dose(order: EmergencyOrder, weight: Quantity | None) -> Decision[EmergencyDose]:
    """The dose for this weight, at most the order's maximum, and its volume. Unknown without a weight."""
    if weight is None:
        message = f"No weight is on record. The order set's own dose for adults is at most {order.most.spelled()}. Do not wait."
        return Decision(None, (unknown("missing_fact", message, field="weight_kg", source=order.source),))
    if weight.amount <= 0:
        return Decision(None, (refused("out_of_range", "A weight must be above zero.", field="weight_kg"),))
    computed = (order.per_kg * weight.to("kg")).to(order.most.unit)
    dose = min(computed, order.most, key=lambda item: item.amount)
    working = (f"{order.per_kg.spelled()} x {weight.spelled()} = {computed.spelled()}, at most {order.most.spelled()}",)
    return Decision(EmergencyDose(dose, (dose / order.concentration).to("mL"), order.most < computed), working=working)
