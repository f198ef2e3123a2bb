"""While a drug runs: the next step, vitals, the next bag, the end."""

from __future__ import annotations

from datetime import datetime

from chairside.core.visit.cards import ways
from chairside.core.visit.cards.card import NextAction
from chairside.core.visit.decide import lifted
from chairside.core.visit.guards import giving
from chairside.core.visit.infusion import volume_given
from chairside.core.visit.ladder import position, restart_ceiling, unlocked
from chairside.core.visit.outlook import vitals_due
from chairside.core.visit.plan import DrugPlan, Manner, VisitPlan
from chairside.core.visit.state import VisitState


def giving_card(state: VisitState, plan: VisitPlan, at: datetime) -> NextAction | None:
    if state.discharged_at and not any(region.ambulatory for region in state.infusions.values()):
        return None
    due = vitals_due(state, plan)
    for drug in plan.drugs:
        region = state.infusions[drug.key]
        if region.stopped is None and region.timeline and drug.manner in (Manner.PUSH, Manner.DRAW):
            return ways.by_hand(drug, region, at) if region.running else ways.paused_by_hand(state, plan, drug, at)
        if region.connected and (region.running or state.discharged_at):
            continue
        if region.paused:
            reasons = lifted(state, giving.standing_resume(state, plan, drug, at))
            return NextAction(
                "resumed",
                f"{drug.title} is paused",
                "Settle the reason, then resume or stop.",
                evidence=restart_ceiling(state, drug).working,
                drug=drug.key,
                reasons=reasons,
            )
        where = position(drug, region, at)
        if where is None:
            continue
        given = volume_given(region, at)
        if drug.volume <= given:
            return NextAction(
                "stopped",
                f"{drug.title}: the bag should be empty",
                "Read the pump and record the stop.",
                drug=drug.key,
                evidence=(f"about {given.amount:.0f} mL given",),
            )
        if due is not None and due <= at:
            return NextAction("vitals_recorded", "Take vitals and look at the site", "A set is due.", due=due, drug=drug.key)
        if where.next is not None:
            return _step(state, plan, drug, at)
        if where.then is not None:
            return ways.next_bag(state, plan, drug, where, at)
        return NextAction(
            "",
            f"{drug.title} runs at {where.rate.spelled()}",
            "The last step, until the bag is empty.",
            due=due,
            drug=drug.key,
            evidence=(f"about {given.amount:.0f} of {drug.volume.spelled()} given",),
        )
    return None


def _step(state: VisitState, plan: VisitPlan, drug: DrugPlan, at: datetime) -> NextAction:
    region = state.infusions[drug.key]
    where = position(drug, region, at)
    assert where is not None
    assert where.next is not None
    reasons = unlocked(state, plan, drug, where, at)
    waiting = any(reason.code == "too_early" for reason in reasons)
    rise = f"{drug.title}: raise to {where.next.rate.spelled()}"
    if waiting:
        left = reasons[0].message
        return NextAction(
            "", f"{drug.title} runs at {where.rate.spelled()}", left, due=at + where.left, drug=drug.key, reasons=reasons
        )
    if any(reason.field.startswith("vitals") for reason in reasons):
        return NextAction(
            "vitals_recorded",
            "Vitals and site, then the next step",
            "Each rise needs a fresh set.",
            due=at,
            drug=drug.key,
            reasons=reasons,
        )
    return NextAction(
        "step_changed",
        rise,
        reasons[0].message if reasons else "Time is up, vitals are fresh, no symptom is open.",
        drug=drug.key,
        due=at,
        reasons=reasons,
    )
