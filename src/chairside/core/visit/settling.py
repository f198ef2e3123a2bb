"""What the preparation says where the plan could not: the volume of a syringe, a vial or a unit of blood, and what hangs on it.

A plan is made before anything is mixed. Where neither the protocol nor the decision about the dose states a volume, the dose
stands in its place, and nothing in mL is computed, until the preparation or the unit is on record.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from chairside.core.kernel.quantity import Quantity
from chairside.core.visit.plan import DrugPlan, LadderStep, Manner, VisitPlan
from chairside.core.visit.run.rates import Pace, as_decimal, settable, stretched
from chairside.core.visit.state import Infusion, VisitState


def settled(plan: VisitPlan, state: VisitState) -> VisitPlan:
    """The plan with the volumes that the preparations of this visit state. The same plan where nothing was left open."""
    if all(drug.volume_stated for drug in plan.drugs):
        return plan
    return replace(plan, drugs=tuple(_settled(drug, state.infusions.get(drug.key)) for drug in plan.drugs))


def _settled(drug: DrugPlan, region: Infusion | None) -> DrugPlan:
    if drug.volume_stated:
        return drug
    if region is None or region.prepared is None or region.prepared.volume.amount <= 0:
        return replace(drug, ladder=())  # no rate is judged by a volume that nobody knows
    volume = region.prepared.volume.to("mL")
    least = _least(drug, volume)
    return replace(drug, volume=volume, min_minutes=least, ladder=_ladder(drug, volume, least))


def _least(drug: DrugPlan, volume: Quantity) -> Decimal | None:
    """The shortest time: what is stated, and what the volume takes at the highest rate that is."""
    if drug.max_rate is None or drug.manner is not Manner.PUSH:
        return drug.min_minutes
    by_rate = volume.amount * 60 / drug.max_rate.to("mL/h").amount
    return max(by_rate, drug.min_minutes or Decimal(0))


def _ladder(drug: DrugPlan, volume: Quantity, least: Decimal | None) -> tuple[LadderStep, ...]:
    """Of a unit: its steps, slowed so that it takes its least minutes; one even rate where there are no steps."""
    if drug.manner is not Manner.UNIT or least is None:
        return drug.ladder
    ml, minutes = Fraction(volume.amount), Fraction(least)
    written = tuple(
        Pace(Fraction(step.rate.to("mL/h").amount), None if step.minutes is None else Fraction(step.minutes))
        for step in drug.ladder
    )
    paces = stretched(written, ml, minutes) if written else (Pace(ml * 60 / minutes),)
    return tuple(LadderStep(settable(pace.rate), None if pace.minutes is None else as_decimal(pace.minutes)) for pace in paces)
