"""Clearance of one day of a plan of protocols given together: each item cleared by its own protocol, as its doses are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from chairside.core.clearance.evaluate import evaluate
from chairside.core.clearance.item import Clearance
from chairside.core.kernel.decision import Decision
from chairside.core.kernel.fact import DoseGiven, Fact, Patient
from chairside.core.plans.together.plan_day import counted_as, not_encoded, plan_day
from chairside.core.protocols.schema.protocol import Protocol
from chairside.core.protocols.schema.visit import PlanItem


@dataclass(frozen=True, slots=True)
class ItemClearance:
    """One item of the day and its own clearance; None where its protocol is not encoded."""

    item: PlanItem
    decision: Decision[Clearance]


def evaluate_plan(
    protocol: Protocol,
    protocols: Mapping[str, Protocol],
    *,
    indication: str,
    dose_number: int,
    day: date,
    patient: Patient,
    facts: Iterable[Fact] = (),
    history: Iterable[DoseGiven] = (),
) -> Decision[tuple[ItemClearance, ...]]:
    """Clear every item of one day of a plan. The outcome is that of the strongest item, each reason said for its item."""
    placed = plan_day(protocol, protocols, dose_number)
    if placed.value is None:
        return placed.without_value()
    told, given = tuple(facts), tuple(history)
    made = []
    for item in placed.value.items:
        own = protocols.get(item.protocol)
        if own is None:
            made.append(ItemClearance(item, Decision(None, (not_encoded(item),))))
            continue
        counted = counted_as(protocol, own, item, placed.value, indication, given)
        decided = evaluate(
            own,
            indication=counted.indication,
            dose_number=counted.dose_number,
            day=day,
            patient=patient,
            facts=told,
            history=counted.history,
            regimen=item.regimen,
        )
        made.append(ItemClearance(item, decided))
    reasons = [replace(reason, field=f"items.{one.item.key}.{reason.field}") for one in made for reason in one.decision.reasons]
    return Decision(tuple(made), (*placed.reasons, *reasons))
