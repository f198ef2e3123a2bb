"""A plan of protocols given together in cycles: each item decided by its own protocol, in sequence, with what it adds up to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from chairside.core.kernel.decision import Decision
from chairside.core.kernel.fact import DoseGiven, Fact, Patient
from chairside.core.kernel.quantity import Quantity
from chairside.core.kernel.unit import UnitError
from chairside.core.plans.dosing import Dose, OrderedDose, Policy, dose
from chairside.core.plans.selection import indication_for
from chairside.core.plans.together.plan_day import PlanDay, counted_as, not_encoded, plan_day
from chairside.core.plans.told import told
from chairside.core.plans.trail import Trail
from chairside.core.protocols.schema.protocol import Protocol
from chairside.core.protocols.schema.visit import PlanItem
from chairside.core.protocols.truth import Known


@dataclass(frozen=True, slots=True)
class ItemDose:
    """One item of the day: its own decision, and what its doses of one cycle come to."""

    item: PlanItem
    decision: Decision[Dose]
    per_cycle: Quantity | None = None


@dataclass(frozen=True, slots=True)
class CycleTotal:
    """What one protocol gives in a cycle, all of its items together."""

    protocol: str
    amount: Quantity


@dataclass(frozen=True, slots=True)
class CombinedDose:
    """The doses of one day of a plan, in the order in which they run; items of one sequence number run together."""

    cycle: int
    day: int
    items: tuple[ItemDose, ...]
    per_cycle: tuple[CycleTotal, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom and when the plan is asked for, and what the order says of each item by its key."""

    indication: str
    dose_number: int
    day: date
    patient: Patient
    facts: tuple[Fact, ...] = ()
    history: tuple[DoseGiven, ...] = ()
    orders: Mapping[str, OrderedDose] = field(default_factory=dict)
    brands: Mapping[str, str] = field(default_factory=dict)
    policy: Policy = field(default_factory=Policy)


def plan_doses(
    protocol: Protocol,
    protocols: Mapping[str, Protocol],
    *,
    indication: str,
    dose_number: int,
    day: date,
    patient: Patient,
    facts: Iterable[Fact] = (),
    history: Iterable[DoseGiven] = (),
    orders: Mapping[str, OrderedDose] | None = None,
    brands: Mapping[str, str] | None = None,
    policy: Policy | None = None,
) -> Decision[CombinedDose]:
    """Decide every dose of one day of a plan. The outcome is that of the strongest item; each keeps its own decision.

    protocols     the protocols of the items, by id; one that is not there is refused as not encoded
    dose_number   counts the days of the plan on which something is given, over all cycles
    orders, brands   by the key of the item
    """
    asked = Asked(
        indication,
        dose_number,
        day,
        patient,
        tuple(facts),
        tuple(history),
        orders or {},
        brands or {},
        policy or Policy(),
    )
    trail = Trail()
    found = indication_for(protocol, indication, Known(day, patient, asked.facts, asked.history, protocol.facts))
    trail.follow(found)
    placed = plan_day(protocol, protocols, dose_number)
    trail.follow(placed)
    if placed.value is None:
        return trail.end(None)
    of_day = placed.value
    made = tuple(_item(protocol, item, protocols, asked, of_day) for item in of_day.items)
    for one in made:
        _follow(one, protocols, trail)
    totals = _totals(made)
    trail.working += [f"{total.protocol}: {told(total.amount)} a cycle" for total in totals]
    return trail.end(CombinedDose(of_day.cycle, of_day.day, made, totals))


def _item(plan: Protocol, item: PlanItem, protocols: Mapping[str, Protocol], asked: Asked, of_day: PlanDay) -> ItemDose:
    """The dose of one item: counted in its own protocol, from its own doses."""
    own = protocols.get(item.protocol)
    if own is None:
        return ItemDose(item, Decision(None, (not_encoded(item),)))
    counted = counted_as(plan, own, item, of_day, asked.indication, asked.history)
    decided = dose(
        own,
        indication=counted.indication,
        dose_number=counted.dose_number,
        day=asked.day,
        patient=asked.patient,
        facts=asked.facts,
        history=counted.history,
        brand=asked.brands.get(item.key, ""),
        regimen=item.regimen,
        order=asked.orders.get(item.key),
        policy=asked.policy,
    )
    amount = decided.value.amount * counted.a_cycle if decided.value is not None else None
    return ItemDose(item, decided, amount)


def _follow(one: ItemDose, protocols: Mapping[str, Protocol], trail: Trail) -> None:
    """Take over the reasons and the working of an item, each said for which item."""
    own = protocols.get(one.item.protocol)
    name = f"{own.tall_man if own is not None else one.item.protocol} ({one.item.key.replace('_', ' ')})"
    trail.say(
        *(
            replace(reason, message=f"{name}: {reason.message}", field=f"items.{one.item.key}.{reason.field}")
            for reason in one.decision.reasons
        )
    )
    trail.working += [f"{name}: {line}" for line in one.decision.working]
    if one.decision.value is not None and one.per_cycle is not None:
        each = told(one.decision.value.amount)
        trail.working.append(f"{name}: {each} a dose, {told(one.per_cycle)} a cycle")


def _totals(made: tuple[ItemDose, ...]) -> tuple[CycleTotal, ...]:
    """What each protocol gives in a cycle, where every item of it could be computed."""
    totals: dict[str, Quantity | None] = {}
    for one in made:
        before = totals.get(one.item.protocol, one.per_cycle - one.per_cycle if one.per_cycle is not None else None)
        try:
            totals[one.item.protocol] = before + one.per_cycle if before is not None and one.per_cycle is not None else None
        except UnitError:
            totals[one.item.protocol] = None
    return tuple(CycleTotal(name, amount) for name, amount in totals.items() if amount is not None)
