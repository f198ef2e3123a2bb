"""The cycles of a plan of protocols given together: on which days something is given, and where the plan ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from chairside.core.kernel.decision import Reason, refused
from chairside.core.kernel.quantity import quantity
from chairside.core.protocols.schema.dose import Flat
from chairside.core.protocols.schema.protocol import Protocol
from chairside.core.protocols.schema.regimen import Cycles, Phase, Regimen, Window
from chairside.core.protocols.schema.terms import Layer
from chairside.core.protocols.schema.visit import Plan, PlanItem

_NO_AMOUNT = quantity(0, "1")


def as_cycles(protocol: Protocol, protocols: Mapping[str, Protocol]) -> Protocol:
    """A plan as a protocol whose one regimen gives on its days of each cycle, so that its dates are counted."""
    if protocol.plan is None or protocol.regimens:
        return protocol
    plan = protocol.plan
    timing = Cycles(days_of(plan, protocols), plan.cycle_days, cycles=plan.cycles)
    # No amount of its own: each item has one. The plan states no window.
    cycle = Phase("cycle", Flat(_NO_AMOUNT), timing, Window(0, 0, Layer.PRACTICE, source=plan.source), source=plan.source)
    keys = tuple(item.key for item in protocol.indications)
    return replace(protocol, regimens=(Regimen("plan", protocol.names, keys, (cycle,), Layer.PRACTICE, source=plan.source),))


def giving_days(item: PlanItem, protocols: Mapping[str, Protocol]) -> tuple[int, ...]:
    """The days of a cycle on which a dose of the item begins. A pump that runs over several days is one dose, on the first."""
    own = protocols.get(item.protocol)
    regimen = own.regimen(item.regimen) if own is not None else None
    pumped = regimen is not None and any(phase.pump is not None for phase in regimen.phases)
    return item.days[:1] if pumped else item.days


def days_of(plan: Plan, protocols: Mapping[str, Protocol]) -> tuple[int, ...]:
    """The days of a cycle on which something is given."""
    return tuple(sorted({day for item in plan.items for day in giving_days(item, protocols)}))


def beyond_cycles(plan: Plan, dose_number: int, days: int, source: str) -> Reason | None:
    """A number before the first dose, or after the last cycle of `days` doses each."""
    if dose_number < 1:
        return refused("out_of_range", "Doses are numbered from 1.", field="dose_number", limit="1", source=source)
    if plan.cycles is not None and dose_number > plan.cycles * days:
        message = f"Dose {dose_number} is beyond the {plan.cycles} cycles of this plan."
        limit = f"{plan.cycles} cycles"
        where = plan.source or source
        return refused("course_complete", message, field="dose_number", limit=limit, source=where, override="prescriber")
    return None
