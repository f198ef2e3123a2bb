"""Arrival and assessment: identity, vitals, allergies, questions, and the go or hold decision."""

from __future__ import annotations

from datetime import datetime

from chairside.core.access import Action, Actor
from chairside.core.kernel.decision import Reason, refused, review, unknown
from chairside.core.visit import events as e
from chairside.core.visit.guards.weighing import weight
from chairside.core.visit.identity import compare
from chairside.core.visit.plan import DrugPlan, VisitPlan
from chairside.core.visit.state import VisitState
from chairside.core.visit.values import Said
from chairside.core.visit.vitals import judge, missing, newest_complete, spelled


def check_in(state: VisitState, plan: VisitPlan, command: e.CheckedIn, actor: Actor, at: datetime) -> tuple[Reason, ...]:
    reasons = list(compare(plan.subject, command.identifiers).reasons)
    if command.consent_current is None:
        reasons.append(unknown("missing_fact", "Is there a current consent to treatment?", field="consent"))
    elif not command.consent_current:
        reasons.append(
            refused("requires_consent", "There is no current consent to treatment. Obtain it first.", field="consent")
        )
    return tuple(reasons)


def identified(state: VisitState) -> tuple[Reason, ...]:
    if state.identified_at:
        return ()
    return (
        refused(
            "wrong_state", "Identify the patient first: full name and birth date, asked as open questions.", field="identity"
        ),
    )


def seat(state: VisitState, plan: VisitPlan, command: e.Seated, actor: Actor, at: datetime) -> tuple[Reason, ...]:
    return identified(state)


def vitals(state: VisitState, plan: VisitPlan, command: e.VitalsRecorded, actor: Actor, at: datetime) -> tuple[Reason, ...]:
    return (*identified(state), *judge(command))


def questions(
    state: VisitState, plan: VisitPlan, command: e.QuestionsAnswered, actor: Actor, at: datetime
) -> tuple[Reason, ...]:
    known = {question.code for question in plan.questions}
    strangers = [answer.question for answer in command.answers if answer.question not in known]
    return (
        *identified(state),
        *(
            refused("out_of_range", f"“{code}” is not a question of this visit.", field=f"question.{code}")
            for code in strangers
        ),
    )


def standing_assessed(state: VisitState, plan: VisitPlan) -> tuple[Reason, ...]:
    """What the assessment still lacks. A weight is measured today, never carried over (H-003)."""
    reasons = list(identified(state))
    if newest_complete(state, plan) is None:
        absent = missing(state.vitals[-1].recorded, plan.vitals_needed) if state.vitals else plan.vitals_needed
        reasons.append(unknown("missing_fact", f"Vitals are missing: {spelled(absent)}.", field="vitals"))
    if plan.dosing_weight is not None and state.weighed is None:
        reasons.append(unknown("missing_fact", "Weigh the patient today.", field="vitals.weight_kg"))
    if state.allergies_at is None:
        reasons.append(unknown("missing_fact", "Review the allergies with the patient.", field="allergies"))
    if not state.medicines_reviewed:
        reasons.append(unknown("missing_fact", "Review the list of medicines with the patient.", field="medicines"))
    for question in plan.questions:
        if question.code not in state.answers:
            reasons.append(
                unknown("missing_fact", f"Not answered yet: {question.text}", field=f"question.{question.code}.answer")
            )
    return tuple(reasons)


def standing_clear(state: VisitState, plan: VisitPlan, at: datetime) -> tuple[Reason, ...]:
    """What holds this visit: assessment, tripping answers, weight, order, clearance, a barred drug."""
    return (
        *standing_assessed(state, plan),
        *tripped(state, plan),
        *weight(state, plan),
        *cleared_visit(plan),
        *(reason for drug in todays(state, plan) for reason in order_of(plan, drug)),
        *(reason for drug in todays(state, plan) for reason in cleared_drug(drug)),
        *(
            refused("contraindicated", drug.barred, field="drug", source=drug.source)
            for drug in todays(state, plan)
            if drug.barred
        ),
    )


def todays(state: VisitState, plan: VisitPlan) -> tuple[DrugPlan, ...]:
    """The drugs of this visit without those that were put off: what is not given today holds nothing."""
    return tuple(drug for drug in plan.drugs if not state.infusions[drug.key].deferred)


def tripped(state: VisitState, plan: VisitPlan) -> tuple[Reason, ...]:
    """Answers that hold. Unknown trips a hard question exactly as yes does."""
    reasons = []
    for question in plan.questions:
        said = state.answers.get(question.code)
        if said is None or not (said.value in question.trips_on or (question.hard and said is Said.UNKNOWN)):
            continue
        way = f" It takes the {question.release.replace('_', ' ')}." if question.release != "none" else ""
        made = refused if question.hard else review
        reasons.append(
            made(
                "risk_alert",
                f"{question.text} Answer: {said.value}.{way}",
                field=f"question.{question.code}",
                source=question.source,
                override=question.release,
            )
        )
    return tuple(reasons)


def order_of(plan: VisitPlan, drug: DrugPlan) -> tuple[Reason, ...]:
    """No infusion without a prescriber's signed order that is in date. Nobody overrides it at the chair."""
    signed = drug.order or plan.order
    if signed.signed_on is None:
        return (refused("not_signed", "The order is not signed. No infusion without a prescriber's signature.", field="order"),)
    if signed.valid_until is None:
        return ()
    if plan.day is None:
        return (
            unknown(
                "missing_fact", "The calendar day of the visit is not known, so the order cannot be judged.", field="order"
            ),
        )
    if plan.day > signed.valid_until:
        return (
            refused(
                "too_late",
                f"The order ended on {signed.valid_until}. It takes a new signature.",
                field="order",
                limit=str(signed.valid_until),
            ),
        )
    return ()


def cleared_visit(plan: VisitPlan) -> tuple[Reason, ...]:
    """The day's clearance as evaluated before. Not evaluated is unknown, never clear."""
    if plan.clearance is None:
        return (unknown("missing_fact", "Clearance of this dose has not been evaluated for today.", field="clearance"),)
    return plan.clearance


def cleared_drug(drug: DrugPlan) -> tuple[Reason, ...]:
    """What holds one drug of several."""
    if drug.clearance is None:
        message = f"Clearance of {drug.title} has not been evaluated for today."
        return (unknown("missing_fact", message, field=f"clearance.{drug.key}"),)
    return drug.clearance


def cleared_ahead(plan: VisitPlan, drug: DrugPlan) -> tuple[Reason, ...]:
    """What the day's clearance says against one drug."""
    return (*cleared_visit(plan), *cleared_drug(drug))


def clear(state: VisitState, plan: VisitPlan, command: e.Cleared, actor: Actor, at: datetime) -> tuple[Reason, ...]:
    reasons = standing_clear(state, plan, at)
    if state.held and not actor.may(Action.HOLD_RELEASE).allowed:
        return (
            *reasons,
            refused(
                "not_permitted",
                f"The visit is held: {state.held}. A prescriber releases it.",
                field="hold",
                override="prescriber",
            ),
        )
    return reasons


def hold(state: VisitState, plan: VisitPlan, command: e.Held, actor: Actor, at: datetime) -> tuple[Reason, ...]:
    if not command.reason.strip():
        return (unknown("missing_fact", "Say why the visit is held.", field="hold.reason"),)
    return identified(state)
