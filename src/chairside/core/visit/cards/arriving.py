"""Arrival, assessment, and the decision to go or to hold."""

from __future__ import annotations

from datetime import datetime

from chairside.core.visit.cards.card import NextAction
from chairside.core.visit.decide import lifted
from chairside.core.visit.guards import arrival, weighing
from chairside.core.visit.plan import VisitPlan
from chairside.core.visit.state import VisitState
from chairside.core.visit.vitals import newest_complete


def arrival_card(state: VisitState, plan: VisitPlan, at: datetime) -> NextAction | None:
    if state.identified_at is None:
        return NextAction(
            "checked_in",
            "Check in: full name and birth date",
            "Ask as open questions; the patient says them.",
            who="front desk, medical assistant or nurse",
        )
    if state.any_started or state.cleared_at or state.discharged_at or state.deferred or state.signed_at:
        return None
    if not state.chair and plan.home is None:
        return NextAction("seated", "Seat the patient", "Choose the chair.", who="medical assistant or nurse")
    if newest_complete(state, plan) is None or (plan.dosing_weight is not None and state.weighed is None):
        return NextAction(
            "vitals_recorded",
            "Weight and baseline vitals",
            "Measured today; reactions are judged against them.",
            who="medical assistant or nurse",
            reasons=tuple(r for r in arrival.standing_assessed(state, plan) if r.field.startswith("vitals")),
        )
    if state.allergies_at is None or not state.medicines_reviewed:
        return NextAction("allergies_reviewed", "Review allergies and medicines", "Re-asked at every visit.")
    if any(question.code not in state.answers for question in plan.questions):
        return NextAction("questions_answered", "Ask the assessment questions", "Every question has an answer; unknown is one.")
    return None


def go_or_hold(state: VisitState, plan: VisitPlan, at: datetime) -> NextAction | None:
    if state.any_started or state.cleared_at or state.discharged_at or state.deferred:
        return None
    reasons = lifted(state, arrival.standing_clear(state, plan, at))
    if state.held or reasons:
        why = state.held or reasons[0].message
        who = "prescriber" if state.held or any(reason.override == "prescriber" for reason in reasons) else "nurse"
        return NextAction("cleared" if state.held else "held", "Held: a decision is needed", why, who=who, reasons=reasons)
    return NextAction("cleared", "Go or hold", "Everything asked for is met.", evidence=_clear_facts(state, plan))


def _clear_facts(state: VisitState, plan: VisitPlan) -> tuple[str, ...]:
    facts = [f"order {plan.order.id} signed {plan.order.signed_on}", "clearance evaluated, nothing open"]
    if state.weighed is not None and plan.dosing_weight is not None:
        facts.append(f"weight {state.weighed.spelled()} today, dosing weight {plan.dosing_weight.spelled()}")
    facts.append(weighing.drift(state, plan))
    return tuple(fact for fact in facts if fact)
