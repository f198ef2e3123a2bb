"""What protects the patient comes first: an open reaction, a site that is not used any more."""

from __future__ import annotations

from datetime import datetime

from chairside.core.visit.cards.card import NextAction
from chairside.core.visit.outlook import vitals_due
from chairside.core.visit.plan import DrugPlan, Manner, VisitPlan
from chairside.core.visit.reactions import reaction as reactions
from chairside.core.visit.reactions.symptoms import suspicion
from chairside.core.visit.state import Reaction, VisitState


def reaction(state: VisitState, plan: VisitPlan, at: datetime) -> NextAction | None:
    item = state.open_reaction
    met = suspicion(state, plan)
    if (item is None and met is None) or state.discharged_at:
        return None
    running = any(region.running for region in state.infusions.values())
    if item is None:
        assert met is not None
        return NextAction(*(_PAUSE if running else _RECORD), f"{met.words}.")
    drug = plan.drug(item.drug)
    action = reactions.act(item.worst, item.latest.term, drug.restarts if drug else ())
    if running and (met is not None or action.infusion in ("pause", "stop")):
        why = f"{met.words}." if met else action.provider
        return NextAction(*_PAUSE, why, evidence=_reaction_facts(item, drug), drug=item.drug)
    due = vitals_due(state, plan)
    if due is not None and due <= at:
        return NextAction("vitals_recorded", "Take vitals now", action.provider, evidence=_reaction_facts(item, drug), due=due)
    return NextAction(
        "reaction_recorded",
        "Follow the reaction",
        action.provider,
        evidence=_reaction_facts(item, drug),
        due=due,
        drug=item.drug,
    )


_PAUSE = ("paused", "Stop the pump, then press PAUSE")


_RECORD = ("reaction_recorded", "Record the reaction")


def site(state: VisitState, plan: VisitPlan, at: datetime) -> NextAction | None:
    """An access that is not used any more: nothing runs there, and going on takes a new one."""
    if state.site_failed_at is None or state.discharged_at or not plan.access_needed:
        return None
    waiting = [drug for drug in plan.drugs if not state.infusions[drug.key].over and state.infusions[drug.key].timeline]
    if not waiting:
        return None
    if any(state.infusions[drug.key].running for drug in waiting):
        return NextAction(*_PAUSE, "The access site is not used any more.", drug=waiting[0].key)
    why = "Another site, blood return seen. Or stop the drug for good."
    return NextAction("access_placed", "Place a new access", why, drug=waiting[0].key)


def _reaction_facts(item: Reaction, drug: DrugPlan | None) -> tuple[str, ...]:
    grade = "not graded" if item.worst is None else f"worst grade {item.worst} ({item.latest.criteria})"
    rate = f"rate at onset {item.rate_at_onset.spelled()}" if item.rate_at_onset else "drug not running at onset"
    kept = ("Keep the unit and its set for the blood bank",) if drug is not None and drug.manner is Manner.UNIT else ()
    return (item.latest.term.replace("_", " ") or "reaction", grade, rate, *item.latest.symptoms, *kept)
