"""The dosing weight of record and the newest one taken, judged against each other and against every earlier one."""

from __future__ import annotations

from dataclasses import dataclass

from chairside.core.kernel.decision import Decision, Outcome
from chairside.core.kernel.quantity import Quantity
from chairside.core.plans.limits import tiers
from chairside.core.plans.limits.finishing import Treated
from chairside.core.plans.trail import Trail
from chairside.core.plans.weights import weight as weights
from chairside.core.protocols.schema.dose import DoseRule, Ordered, PerWeight, WantedRise, WeightChoice
from chairside.core.protocols.scope import for_regimen


@dataclass(frozen=True, slots=True)
class Weights:
    """In kg; None for one that is not there, cannot be used, or is not needed.

    of_today   the newest one where it was taken on the day itself
    """

    of_record: Quantity | None = None
    newest: Quantity | None = None
    of_today: Quantity | None = None


def _limited_by_weight(treated: Treated) -> bool:
    """True when a contraindication counts above a level a kilogram."""
    levels = for_regimen(treated.protocol.contraindications, treated.regimen.key)
    return any(item.above is not None and "kg" in dict(item.above.unit.powers) for item in levels)


def drifted(treated: Treated, of_start: Quantity | None) -> Decision[Quantity]:
    """The weight that the course froze against the newest one: for a person when it has changed beyond the tolerance."""
    if of_start is None or not _is_frozen(treated):
        return Decision()
    now = weights.measured(treated.known).value or treated.known.patient.weight
    return weights.judge(now, of_start, treated.protocol.tolerances.weight_percent)


def _is_frozen(treated: Treated) -> bool:
    rule = treated.place.phase.dose
    return isinstance(rule, PerWeight | WantedRise) and rule.weight is WeightChoice.FROZEN


def _by_level(rule: DoseRule, level: Quantity | None) -> bool:
    """True when the prescriber states the amount, and states it by weight or surface."""
    return isinstance(rule, Ordered) and level is not None and not {"kg", "m2"}.isdisjoint(dict(level.unit.powers))


def dosing_weights(treated: Treated, level: Quantity | None, trail: Trail) -> Weights:
    """The weights that the dose may be computed from, with every reason against them said. `level`: that of the order."""
    rule, known = treated.place.phase.dose, treated.known
    of_record = known.patient.weight
    by_amount = tiers.rule_reads_weight(rule) or _by_level(rule, level)
    if not by_amount and not tiers.reads_weight(treated.regimen) and not _limited_by_weight(treated):
        return Weights()
    newest: Decision[Quantity] = Decision() if _is_frozen(treated) else weights.measured(known)
    trail.say(*newest.reasons)
    judged = [weights.plausible(of_record)] if of_record is not None else []
    if newest.value is not None:
        judged.append(weights.plausible(newest.value, "vital.weight_kg"))
    if by_amount and of_record is not None:
        percent = treated.protocol.tolerances.weight_percent
        judged.append(weights.judge(newest.value, of_record, percent))
    if by_amount:
        judged.append(weights.slips(known, of_record))
    for part in judged:
        trail.follow(part)
    if any(part.outcome is Outcome.REFUSED for part in judged):
        return Weights()
    today = newest.value if weights.measured(known, 0).value is not None else None
    return Weights(of_record.to("kg") if of_record is not None else None, newest.value, today)
