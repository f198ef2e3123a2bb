"""Reductions of the computed dose by facts, then the caps that are part of the formula. Percentages are always reductions."""

from __future__ import annotations

from dataclasses import dataclass

from chairside.core.kernel.decision import refused, review, unknown
from chairside.core.kernel.quantity import Quantity, plain
from chairside.core.plans.dates.phases import place_in_cycle
from chairside.core.plans.limits.ceilings import Ceiling, capped
from chairside.core.plans.selection import Place
from chairside.core.plans.told import told
from chairside.core.plans.trail import Trail
from chairside.core.protocols.schema.dose import Adjustment
from chairside.core.protocols.schema.regimen import Regimen
from chairside.core.protocols.truth import Known, Truth, evaluate


@dataclass(frozen=True, slots=True)
class Adjusted:
    """The dose after its reductions, and the limits that a reduction "by this much or more" sets."""

    amount: Quantity
    limits: tuple[Ceiling, ...] = ()


def reduced(
    usual: Quantity, regimen: Regimen, place: Place, known: Known, limits: tuple[Ceiling, ...], trail: Trail
) -> Adjusted | None:
    """Reductions by facts, then the caps that are part of the formula. None when a fact says not to give."""
    amount, most = usual, []
    for item in regimen.adjustments:
        if not _is_for(item, place):
            continue
        found = evaluate(item.when, known)
        if found.truth is Truth.UNKNOWN:
            message = f"{', '.join(map(known.called, found.missing))} decides on a reduction and is not on record."
            trail.say(unknown("missing_fact", message, field=found.missing[0], source=item.source))
        elif found.truth is Truth.TRUE and item.reduce_by_percent is None:
            message = "By the results on record this dose is not given."
            trail.say(refused("contraindicated", message, field="facts", source=item.source, override="prescriber"))
            return None
        elif found.truth is Truth.TRUE and item.reduce_by_percent is not None:
            amount = amount * ((100 - item.reduce_by_percent) / 100)
            trail.working.append(f"reduced by {item.reduce_by_percent:f} %: {told(amount)}")
            if item.at_least:
                most.append(_most(item, amount, trail))
    under = capped(amount, limits)
    if under < amount:
        trail.working.append(f"capped at {told(under)} (part of the dose rule)")
    return Adjusted(under, tuple(most))


def _is_for(item: Adjustment, place: Place) -> bool:
    """True when the reduction is for this phase and this dose of it (day 8 of each cycle)."""
    if item.phases and place.phase.key not in item.phases:
        return False
    return not item.positions or place_in_cycle(place.phase, place.position) in item.positions


def _most(item: Adjustment, amount: Quantity, trail: Trail) -> Ceiling:
    """A reduction by this much or more: the prescriber says how much, and more than this is refused."""
    by = f"{plain(item.reduce_by_percent)} % or more" if item.reduce_by_percent is not None else "more"
    message = f"The dose is reduced by {by}: {told(amount)} is the most. The prescriber states the dose."
    trail.say(review("risk_alert", message, field="order.dose", limit=told(amount), source=item.source, override="prescriber"))
    over = f"More than {told(amount)}, the most after a reduction by {by}. Ask the prescriber for a new order."
    return Ceiling(amount, refused("above_maximum", over, field="order.dose", limit=told(amount), source=item.source))
