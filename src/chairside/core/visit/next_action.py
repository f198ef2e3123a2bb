"""The one card: what happens next, why, on what evidence, by whom. And of everything else: why it is not possible now."""

from __future__ import annotations

from datetime import datetime

from chairside.core.kernel.decision import Reason
from chairside.core.visit.cards.arriving import arrival_card, go_or_hold
from chairside.core.visit.cards.at_home import at_home
from chairside.core.visit.cards.card import NextAction
from chairside.core.visit.cards.ending import ending
from chairside.core.visit.cards.giving import giving_card
from chairside.core.visit.cards.protecting import reaction, site
from chairside.core.visit.cards.readying import readying
from chairside.core.visit.decide import lifted
from chairside.core.visit.discharge import ready
from chairside.core.visit.guards import arrival, giving, leaving, readiness
from chairside.core.visit.ladder import position, unlocked
from chairside.core.visit.plan import Manner, VisitPlan
from chairside.core.visit.settling import settled
from chairside.core.visit.state import VisitState

__all__ = ["NextAction", "blocked", "next_action"]


def next_action(state: VisitState, plan: VisitPlan, at: datetime) -> NextAction:
    """The next thing to do in this visit. What protects the patient comes before everything else."""
    plan = settled(plan, state)
    for find in (reaction, site, at_home, arrival_card, go_or_hold, readying, giving_card, ending):
        card = find(state, plan, at)
        if card is not None:
            return card
    return NextAction("", "The record is complete", "Signed. Only corrections can be added.", who="biller")


def blocked(state: VisitState, plan: VisitPlan, at: datetime) -> dict[str, tuple[Reason, ...]]:
    """For each command whose possibility changes in a visit: why it is not possible now. Possible ones are left out.

    Keys are kinds of events; those about one drug are written `kind:drug`.
    """
    plan = settled(plan, state)
    found: dict[str, tuple[Reason, ...]] = {
        "cleared": arrival.standing_clear(state, plan, at),
        "released_to_prepare": readiness.is_cleared(state),
        "discharged": ready(state, plan, at),
        "signed": leaving.standing_sign(state, plan),
    }
    for drug in plan.drugs:
        region = state.infusions[drug.key]
        if not region.timeline:
            found[f"{STARTED_BY[drug.manner]}:{drug.key}"] = giving.standing_start(state, plan, drug, at)
        if region.paused:
            found[f"resumed:{drug.key}"] = giving.standing_resume(state, plan, drug, at)
        where = position(drug, region, at)
        if where is not None and where.next is not None:
            found[f"step_changed:{drug.key}"] = unlocked(state, plan, drug, where, at)
    return {key: standing for key, reasons in found.items() if (standing := lifted(state, reasons))}


STARTED_BY = {
    Manner.INFUSION: "infusion_started",
    Manner.UNIT: "infusion_started",
    Manner.PUSH: "push_started",
    Manner.INJECTION: "dose_given",
    Manner.PUMP: "pump_connected",
    Manner.DRAW: "draw_started",
}
