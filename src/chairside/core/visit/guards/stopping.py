"""The end of what runs: the pump's reading against the bag and against the recorded rates."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from chairside.core.access import Actor
from chairside.core.kernel.decision import Reason, refused, review, unknown
from chairside.core.kernel.quantity import Quantity
from chairside.core.visit import events as e
from chairside.core.visit.guards.readiness import known_drug
from chairside.core.visit.infusion import volume_by_clock
from chairside.core.visit.plan import DrugPlan, Manner, VisitPlan
from chairside.core.visit.state import Infusion, VisitState


def stop(state: VisitState, plan: VisitPlan, command: e.Stopped, actor: Actor, at: datetime) -> tuple[Reason, ...]:
    """The end of a drug, with the pump's reading: given + residual = bag, or the nurse says why not (H-027)."""
    drug = plan.drug(command.drug)
    if drug is None:
        return known_drug(plan, command.drug)
    region = state.infusions[drug.key]
    if not region.timeline or region.stopped:
        return (
            refused(
                "wrong_state",
                "The drug is not running." if not region.timeline else "The drug has been stopped already.",
                field="infusion",
            ),
        )
    if drug.manner in (Manner.PUSH, Manner.DRAW):
        message = "It is ended by what was given: record the end of the push, or of the draw."
        return (refused("wrong_route", message, field="drug", limit=drug.manner.value),)
    return ending(plan, drug, region, command, at)


def ending(plan: VisitPlan, drug: DrugPlan, region: Infusion, command: e.Stopped, at: datetime) -> tuple[Reason, ...]:
    """What the end of a drug that ran from a bag must say."""
    if not drug.volume_stated:
        message = "The volume is not on record: record the preparation, or the unit, first."
        return (unknown("missing_fact", message, field="preparation.volume"),)
    if command.pump_volume is None or command.residual is None:
        return (unknown("missing_fact", "Read the pump: volume given, and what is left in the bag.", field="pump_volume"),)
    reasons = list(reading_possible(drug, region, command.pump_volume))
    off = variances(plan, drug, region, command, at)
    if off and not command.variance_reason.strip():
        reasons.extend(
            review(
                "mismatch", f"{text} Say why.", field="stopped.volume", limit=f"{tolerance(plan, drug):f} mL", override="nurse"
            )
            for text in off
        )
    return tuple(reasons)


def variances(plan: VisitPlan, drug: DrugPlan, region: Infusion, command: e.Stopped, at: datetime) -> tuple[str, ...]:
    """Where the volumes do not add up: pump and residual against the bag, pump against the recorded rates."""
    if command.pump_volume is None or command.residual is None:
        return ()
    allowed, found = tolerance(plan, drug), []
    total = command.pump_volume.to("mL") + command.residual
    whole = drug.prepared_volume.to("mL")
    if abs(total.amount - whole.amount) > allowed:
        held = f"the {len(drug.bags)} bags'" if drug.bags else "the bag's"
        found.append(
            f"Given {command.pump_volume.spelled()} + left {command.residual.spelled()} is not {held} {whole.spelled()}."
        )
    charted = min(volume_by_clock(region, at).amount, drug.volume.to("mL").amount)  # an empty bag gives no more
    if abs(command.pump_volume.to("mL").amount - charted) > allowed:
        found.append(f"The pump says {command.pump_volume.spelled()}; the recorded rates add up to {charted:.0f} mL.")
    return tuple(found)


def tolerance(plan: VisitPlan, drug: DrugPlan) -> Decimal:
    """Millilitres by which volumes may differ: the larger of the site's fixed and relative tolerance."""
    return max(plan.policy.volume_tolerance_ml, drug.volume.to("mL").amount * plan.policy.volume_tolerance_percent / 100)


def reading_possible(drug: DrugPlan, region: Infusion, reading: Quantity) -> tuple[Reason, ...]:
    """A pump reading never falls and never exceeds what a bag and its overfill can hold."""
    if not reading.unit.comparable(drug.volume.unit) or reading.amount < 0 or drug.volume * Decimal("1.25") < reading:
        return (
            refused(
                "out_of_range",
                f"A pump reading of {reading.spelled()} cannot be right for a bag of {drug.volume.spelled()}.",
                field="pump_volume",
                limit=drug.volume.spelled(),
            ),
        )
    if region.pump and reading < region.pump[-1].volume:
        return (
            refused(
                "out_of_range",
                f"The pump showed {region.pump[-1].volume.spelled()} before; {reading.spelled()} is less.",
                field="pump_volume",
                limit=region.pump[-1].volume.spelled(),
            ),
        )
    return ()
