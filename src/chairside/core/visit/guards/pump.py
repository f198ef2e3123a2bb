"""An ambulatory pump: connected here, gone home with the patient, taken off when they come back."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from chairside.core.access import Actor
from chairside.core.kernel.decision import Reason, refused, review, unknown
from chairside.core.visit import events as e
from chairside.core.visit.guards.giving import bedside, standing_start
from chairside.core.visit.guards.readiness import known_drug
from chairside.core.visit.guards.stopping import ending
from chairside.core.visit.guards.ways import other_manner
from chairside.core.visit.identity import compare
from chairside.core.visit.ladder import shortest
from chairside.core.visit.plan import DrugPlan, Manner, VisitPlan
from chairside.core.visit.state import VisitState

_LONGER_PERCENT = 20  # by which the pump may run longer than planned, as its whole tenths of mL/h make it


def connect(state: VisitState, plan: VisitPlan, command: e.PumpConnected, actor: Actor, at: datetime) -> tuple[Reason, ...]:
    """The pump starts: what it shows is recomputed, and nobody leaves without spill kit and a number to call (H-004)."""
    drug = plan.drug(command.drug)
    if drug is None:
        return known_drug(plan, command.drug)
    if other := other_manner(drug, Manner.PUMP):
        return other  # what such a pump shows cannot be held against this drug
    reasons = [
        *standing_start(state, plan, drug, at),
        *compare(plan.subject, command.identifiers).reasons,
        *bedside(command.line_traced, command.emergency_ready),
        *_programmed(drug, command),
    ]
    if not command.pump.strip():
        reasons.append(unknown("missing_fact", "Write down the number of the pump.", field="pump.number"))
    if not command.spill_kit_taught:
        message = "Give the spill kit and show how it is used."
        reasons.append(unknown("missing_fact", message, field="pump.spill_kit"))
    if not command.contact_given:
        message = "Give the number to call, day and night, if the pump alarms or leaks."
        reasons.append(unknown("missing_fact", message, field="pump.contact"))
    return tuple(reasons)


def _programmed(drug: DrugPlan, command: e.PumpConnected) -> list[Reason]:
    """Reservoir and rate as the pump shows them: the volume that was prepared, over no less than the least time (H-004)."""
    if command.reservoir is None:
        return [unknown("missing_fact", "Read the volume in the pump from its display.", field="pump.reservoir")]
    if not command.reservoir.unit.comparable(drug.volume.unit) or not command.reservoir.same(drug.volume):
        message = f"The pump shows {command.reservoir.spelled()}; prepared is {drug.volume.spelled()}."
        return [refused("mismatch", message, field="pump.reservoir", limit=drug.volume.spelled())]
    if command.rate.amount <= 0:
        return [refused("out_of_range", "The pump has no rate.", field="rate")]
    hours, planned = drug.volume / command.rate, shortest(drug) / 60
    runs = hours.to("h").amount
    slowest = f"{drug.ladder[0].rate.spelled()}" if drug.ladder else ""
    if drug.ladder and drug.ladder[0].rate < command.rate:
        message = (
            f"At {command.rate.spelled()} the pump is empty after {_told(runs)} h; the order is {_told(planned)} h. "
            f"Set it to {slowest} or less."
        )
        return [refused("rate_limit", message, field="rate", limit=slowest, source=drug.source)]
    if runs * 100 > planned * (100 + _LONGER_PERCENT):
        message = f"At {command.rate.spelled()} the pump runs for {_told(runs)} h; the order is {_told(planned)} h."
        return [review("rate_limit", message, field="pump.hours", limit=slowest, source=drug.source, override="prescriber")]
    return []


def _told(hours: Decimal) -> str:
    text = f"{hours.quantize(Decimal('0.1')):f}"
    return text.removesuffix(".0")


def disconnect(
    state: VisitState, plan: VisitPlan, command: e.PumpDisconnected, actor: Actor, at: datetime
) -> tuple[Reason, ...]:
    """The patient is back: identity again, the pump's reading and what is left, whether anything leaked."""
    drug = plan.drug(command.drug)
    if drug is None:
        return known_drug(plan, command.drug)
    region = state.infusions[drug.key]
    if not region.connected:
        return (refused("wrong_state", "No pump of this drug is connected.", field="infusion"),)
    reasons = list(compare(plan.subject, command.identifiers).reasons)
    if command.spilled is None:
        reasons.append(unknown("missing_fact", "Did anything leak, at home or now?", field="pump.spilled"))
    stop = e.Stopped(command.drug, command.reason, command.pump_volume, command.residual, command.variance_reason)
    return (*reasons, *ending(plan, drug, region, stop, at))
