"""A plan of protocols given together in cycles: each item decided by its own protocol, in sequence, with what it adds up to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from chairside.core.kernel.decision import Decision, refused
from chairside.core.kernel.fact import DoseGiven, Fact, Patient
from chairside.core.kernel.quantity import Quantity
from chairside.core.kernel.unit import UnitError
from chairside.core.plans.dosing import Dose, OrderedDose, Policy, dose
from chairside.core.plans.plan_cycles import beyond_cycles, days_of, giving_days
from chairside.core.plans.selection import indication_for
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
    if protocol.plan is None:
        message = f"{protocol.names.en} is not a plan of protocols given together."
        trail.say(refused("not_encoded", message, field="protocol", source=protocol.source))
        return trail.end(None)
    days = days_of(protocol.plan, protocols)
    against = beyond_cycles(protocol.plan, dose_number, len(days), protocol.source)
    if against is not None:
        trail.say(against)
        return trail.end(None)
    cycle, place = divmod(dose_number - 1, len(days))
    today = sorted(
        (item for item in protocol.plan.items if days[place] in giving_days(item, protocols)), key=lambda item: item.sequence
    )
    made = tuple(_item(protocol, item, protocols, asked, cycle, days[place]) for item in today)
    for one in made:
        _follow(one, protocols, trail)
    totals = _totals(made)
    trail.working += [f"{total.protocol}: {told(total.amount)} a cycle" for total in totals]
    return trail.end(CombinedDose(cycle + 1, days[place], made, totals))


def _item(
    plan: Protocol, item: PlanItem, protocols: Mapping[str, Protocol], asked: Asked, cycle: int, plan_day: int
) -> ItemDose:
    """The dose of one item: counted in its own protocol, from its own doses."""
    own = protocols.get(item.protocol)
    if own is None:
        name = item.protocol.replace("_", " ")
        message = f"{name} is part of this plan and not encoded here. The pharmacist computes and signs it."
        return ItemDose(item, Decision(None, (refused("not_encoded", message, field=f"items.{item.key}", source=item.source),)))
    days = giving_days(item, protocols)
    decided = dose(
        own,
        indication=_indication(plan, own, asked.indication),
        dose_number=cycle * len(days) + days.index(plan_day) + 1,
        day=asked.day,
        patient=asked.patient,
        facts=asked.facts,
        history=_history_of(plan, item, asked.history),
        brand=asked.brands.get(item.key, ""),
        regimen=item.regimen,
        order=asked.orders.get(item.key),
        policy=asked.policy,
    )
    amount = decided.value.amount * len(days) if decided.value is not None else None
    return ItemDose(item, decided, amount)


def _indication(plan: Protocol, own: Protocol, asked: str) -> str:
    """A key of the plan as the item's protocol knows it: the same key, else the diagnosis that establishes it."""
    named = plan.indication(asked)
    if named is None or own.indication(asked) is not None:
        return asked
    return next((code.prefix for code in named.codes if not code.supporting), asked)


def _history_of(plan: Protocol, item: PlanItem, history: tuple[DoseGiven, ...]) -> tuple[DoseGiven, ...]:
    """The doses that this item gave. Two items of one protocol (a bolus and a pump) share its history, in their order.

    Where a day holds another number of doses than the plan has items, all of them are kept: nothing given is left out.
    """
    twins = [other for other in _items(plan) if other.protocol == item.protocol]
    if len(twins) < 2:
        return history
    place = twins.index(item)
    kept = [row for row in history if row.protocol != item.protocol]
    mine: list[DoseGiven] = []
    for day in sorted({row.on for row in history if row.protocol == item.protocol}):
        given = [row for row in history if row.protocol == item.protocol and row.on == day]
        mine += [given[place]] if len(given) == len(twins) else given
    return (*kept, *_numbered(mine))


def _numbered(rows: list[DoseGiven]) -> list[DoseGiven]:
    """The rows counted from 1 as doses of one item; a number that falls marks the start of another course."""
    made: list[DoseGiven] = []
    before, number = 0, 0
    for row in rows:
        number = number + 1 if row.dose_number >= before else 1
        before = row.dose_number
        made.append(replace(row, dose_number=number))
    return made


def _items(plan: Protocol) -> list[PlanItem]:
    return sorted(plan.plan.items, key=lambda item: item.sequence) if plan.plan is not None else []


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
