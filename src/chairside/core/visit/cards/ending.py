"""Afterwards: flush, observation, access out, discharge, signature."""

from __future__ import annotations

from datetime import datetime

from chairside.core.visit.cards import ways
from chairside.core.visit.cards.card import NextAction
from chairside.core.visit.cards.readying import flush
from chairside.core.visit.decide import lifted
from chairside.core.visit.discharge import ready
from chairside.core.visit.guards import giving, leaving
from chairside.core.visit.outlook import pump_ends, vitals_due
from chairside.core.visit.plan import VisitPlan
from chairside.core.visit.state import Infusion, VisitState


def ending(state: VisitState, plan: VisitPlan, at: datetime) -> NextAction | None:
    if state.signed_at:
        return None
    if state.away:
        drug = next(item for item in plan.drugs if state.infusions[item.key].connected)
        return ways.take_off(drug, state.infusions[drug.key], pump_ends(state, drug, at))
    if state.discharged_at:
        if left := next((drug for drug in plan.drugs if _unread(state.infusions[drug.key])), None):
            why = "The patient has left. The record still needs what the pump says."
            return NextAction("stopped", f"{left.title}: read the pump and what is left", why, drug=left.key)
        return NextAction(
            "signed", "Sign the record", "Everything above is complete.", reasons=leaving.standing_sign(state, plan)
        )
    for drug in plan.drugs:
        region = state.infusions[drug.key]
        if region.stopped and region.flushed_at is None and giving.by_line(plan, drug) and state.access_removed_at is None:
            return flush(drug)
    if plan.observation_minutes and state.observation_at is None and state.any_started:
        return NextAction(
            "observation_started", f"Begin observation of {plan.observation_minutes} min", "Symptoms are asked for."
        )
    reasons = lifted(state, ready(state, plan, at))
    due = vitals_due(state, plan)
    if due is not None and due <= at:
        return NextAction(
            "vitals_recorded", "Final vitals", "At the end of the drug and of observation.", due=due, reasons=reasons
        )
    if any(reason.code == "too_early" for reason in reasons):
        return NextAction("", "Observe", reasons[0].message, due=due, reasons=reasons)
    if any(reason.field == "access" for reason in reasons):
        return NextAction("access_removed", "Take the access out", "Wait until bleeding has stopped.", reasons=reasons)
    why = reasons[0].message if reasons else "Advice, teach-back, escort."
    return NextAction("discharged", "Discharge", why, reasons=reasons)


def _unread(region: Infusion) -> bool:
    """A drug that was begun and whose end nobody recorded. A pump that goes home is read when it comes back."""
    return bool(region.timeline) and region.stopped is None and not region.ambulatory
