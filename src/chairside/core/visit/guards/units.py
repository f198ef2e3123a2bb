"""A unit of blood comes to the chair: label and issue slip against the order, the sample and the clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from chairside.core.access import Actor
from chairside.core.kernel.decision import Reason, refused
from chairside.core.visit import events as e
from chairside.core.visit.blood import fitness, in_time
from chairside.core.visit.guards.giving import in_turn
from chairside.core.visit.guards.readiness import is_cleared, known_drug
from chairside.core.visit.guards.ways import other_manner
from chairside.core.visit.plan import Manner, VisitPlan
from chairside.core.visit.state import VisitState


def receive(state: VisitState, plan: VisitPlan, command: e.UnitReceived, actor: Actor, at: datetime) -> tuple[Reason, ...]:
    """A unit in place of a preparation. What does not fit goes back, and the entry says why."""
    drug = plan.drug(command.drug)
    if drug is None:
        return known_drug(plan, command.drug)
    region = state.infusions[drug.key]
    reasons = [*is_cleared(state), *other_manner(drug, Manner.UNIT)]
    if region.released_at is None:
        reasons.append(refused("wrong_state", "The unit has not been asked for.", field="preparation"))
    reasons.extend(in_turn(state, plan, drug))
    if region.timeline:
        reasons.append(refused("wrong_state", "A unit runs already. The next one is a dose of its own.", field="infusion"))
    others = [item.unit.unit for key, item in state.infusions.items() if key != drug.key and item.unit is not None]
    if command.unit in others:
        reasons.append(refused("mismatch", "This unit is on record for another dose of today.", field="unit.number"))
    if command.volume.amount <= 0:
        reasons.append(refused("out_of_range", "Read the volume from the label of the unit.", field="unit.volume"))
    reasons.extend(fitness(drug, command, at))
    return (*reasons, *in_time(plan, drug, replace(region, unit=command), at, drug.min_minutes or Decimal(0)))
