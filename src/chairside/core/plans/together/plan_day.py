"""One day of a plan of protocols given together: its items in order, and each item as its own protocol counts it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from chairside.core.kernel.decision import Decision, Reason, refused
from chairside.core.kernel.fact import DoseGiven
from chairside.core.plans.together.plan_cycles import beyond_cycles, days_of, giving_days
from chairside.core.protocols.schema.protocol import Protocol
from chairside.core.protocols.schema.visit import PlanItem


@dataclass(frozen=True, slots=True)
class PlanDay:
    """A day of a cycle (both from 1), its items in the order in which they run, and the days on which each item is given."""

    cycle: int
    day: int
    items: tuple[PlanItem, ...]
    days: Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Counted:
    """An item as its own protocol is asked: indication, number of the dose, the doses it gave, and how many a cycle has."""

    indication: str
    dose_number: int
    history: tuple[DoseGiven, ...]
    a_cycle: int


def plan_day(protocol: Protocol, protocols: Mapping[str, Protocol], dose_number: int) -> Decision[PlanDay]:
    """The day that a number counts: the days of the plan on which something is given, over all cycles."""
    if protocol.plan is None:
        message = f"{protocol.names.en} is not a plan of protocols given together."
        return Decision(None, (refused("not_encoded", message, field="protocol", source=protocol.source),))
    days = days_of(protocol.plan, protocols)
    against = beyond_cycles(protocol.plan, dose_number, len(days), protocol.source)
    if against is not None:
        return Decision(None, (against,))
    cycle, place = divmod(dose_number - 1, len(days))
    given = {item.key: giving_days(item, protocols) for item in protocol.plan.items}
    today = tuple(item for item in _items(protocol) if days[place] in given[item.key])
    return Decision(PlanDay(cycle + 1, days[place], today, given))


def counted_as(
    plan: Protocol, own: Protocol, item: PlanItem, of_day: PlanDay, indication: str, history: tuple[DoseGiven, ...]
) -> Counted:
    """What an item's own protocol is asked on that day."""
    days = of_day.days[item.key]
    number = (of_day.cycle - 1) * len(days) + days.index(of_day.day) + 1
    return Counted(_indication(plan, own, indication), number, _history_of(plan, item, history), len(days))


def not_encoded(item: PlanItem) -> Reason:
    """The refusal of an item whose protocol the formulary does not hold."""
    name = item.protocol.replace("_", " ")
    message = f"{name} is part of this plan and not encoded here. The pharmacist computes and signs it."
    return refused("not_encoded", message, field=f"items.{item.key}", source=item.source)


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
