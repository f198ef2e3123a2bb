"""What the plan of a visit takes from the record about size: height and body surface, and the weights of earlier days."""

from __future__ import annotations

from datetime import date
from typing import TypedDict

from chairside.core.kernel.fact import Fact, FactKind
from chairside.core.kernel.quantity import Quantity, quantity
from chairside.core.plans.amounts.body import Formula, surface
from chairside.core.protocols.truth import Known
from chairside.core.visit.plan import VisitPlan, Weighing
from chairside.core.visit.recomputing import by_surface


class Sizes(TypedDict):
    """Fields of a VisitPlan."""

    height: Quantity | None
    surface: Quantity | None
    first_weight: Weighing | None
    last_weight: Weighing | None


def sizes_of(plan: VisitPlan, known: Known, day: date) -> Sizes:
    """Height and surface only where a dose goes by surface: the surface of record is of the dosing weight of record.

    The first weight is one of the very day of the first dose, here or elsewhere; without one nothing is guessed.
    """
    height = known.patient.height if any(by_surface(drug) for drug in plan.drugs) else None
    weights = [item for fact in known.facts if (item := _weighing(fact)) is not None and item.on < day]
    began = min((given.on for given in known.history), default=None)
    return {
        "height": height,
        "surface": surface(height, plan.dosing_weight, Formula.MOSTELLER) if height and plan.dosing_weight else None,
        "first_weight": next((item for item in weights if item.on == began), None),
        "last_weight": max(weights, key=lambda item: item.on, default=None),
    }


def _weighing(fact: Fact) -> Weighing | None:
    if fact.kind is not FactKind.VITAL or fact.code != "weight_kg" or fact.value is None or isinstance(fact.value, str):
        return None
    return Weighing(fact.on, quantity(fact.value, fact.unit))
