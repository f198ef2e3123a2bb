"""The one card: what happens next, why, on what evidence, by whom. And of everything else: why it is not possible now."""

from __future__ import annotations

from datetime import datetime

from chairside.core.access import Role
from chairside.core.kernel.decision import Reason
from chairside.core.visit import cards_of_ways as ways
from chairside.core.visit import double_check
from chairside.core.visit.card import NextAction as NextAction  # offered here too
from chairside.core.visit.decide import lifted
from chairside.core.visit.discharge import ready
from chairside.core.visit.guards import arrival, giving, leaving, readiness, weighing
from chairside.core.visit.infusion import volume_given
from chairside.core.visit.ladder import position, unlocked
from chairside.core.visit.next_at_home import at_home
from chairside.core.visit.outlook import pump_ends, vitals_due
from chairside.core.visit.plan import DrugPlan, Manner, VisitPlan
from chairside.core.visit.policy import CheckStage
from chairside.core.visit.reactions import reaction as reactions
from chairside.core.visit.reactions.symptoms import suspicion
from chairside.core.visit.settling import settled
from chairside.core.visit.state import Infusion, Reaction, VisitState
from chairside.core.visit.vitals import newest_complete


def next_action(state: VisitState, plan: VisitPlan, at: datetime) -> NextAction:
    """The next thing to do in this visit. What protects the patient comes before everything else."""
    plan = settled(plan, state)
    for find in (_reaction, _site, at_home, _arrival, _clearing, _readying, _giving, _ending):
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


def _reaction(state: VisitState, plan: VisitPlan, at: datetime) -> NextAction | None:
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


def _site(state: VisitState, plan: VisitPlan, at: datetime) -> NextAction | None:
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


def _arrival(state: VisitState, plan: VisitPlan, at: datetime) -> NextAction | None:
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


def _clearing(state: VisitState, plan: VisitPlan, at: datetime) -> NextAction | None:
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


def _readying(state: VisitState, plan: VisitPlan, at: datetime) -> NextAction | None:
    """Release first (the pharmacy takes longest), then premedication (it waits longest), access, preparation, check, start."""
    if state.discharged_at or state.all_ended:
        return None
    waiting = [drug for drug in arrival.todays(state, plan) if not state.infusions[drug.key].timeline]
    running = any(region.timeline and not region.over for region in state.infusions.values())
    if waiting and not running and (ended := _unflushed(state, plan)):
        return _flush(ended[0])  # no drug stays in the line while the next one is made
    for drug in waiting:
        if (
            state.infusions[drug.key].stage == "waiting"
            and drug.manner is not Manner.DRAW
            and _due_to_be_ready(state, plan, drug)
        ):
            return ways.release(drug)
    if waiting and not state.any_started:
        for item in plan.premedications:
            if item.required and item.code not in state.premedications:
                return NextAction(
                    "premedication_given",
                    f"Give {item.title} {item.dose.spelled()} {item.route}",
                    f"{item.wait_minutes} min before the start." if item.wait_minutes else "Before the start.",
                )
    through = [drug for drug in waiting if drug.manner is not Manner.INJECTION]
    if through and readiness.standing_access(state, plan):
        return NextAction("access_placed", "Place the access", "Site, side, gauge, blood return.")
    turn = [drug for drug in waiting if not giving.in_turn(state, plan, drug)] or waiting
    cards = (_ready_drug(state, plan, drug, at) for drug in turn)
    # Beside a drug that runs only what may run together with it, and only once it is ready: the one that runs comes first.
    return next((card for card in cards if not running or card.ready), None)


def _due_to_be_ready(state: VisitState, plan: VisitPlan, drug: DrugPlan) -> bool:
    """Whether it may be made ready now: a unit of blood only when the one before it is over, for its clock runs from issue."""
    return drug.manner is not Manner.UNIT or not giving.in_turn(state, plan, drug)


def _unflushed(state: VisitState, plan: VisitPlan) -> list[DrugPlan]:
    """Drugs that are over and whose line is not flushed, while another one waits."""
    regions = state.infusions
    return [
        drug
        for drug in plan.drugs
        if giving.by_line(plan, drug) and regions[drug.key].stopped and regions[drug.key].flushed_at is None
    ]


def _flush(drug: DrugPlan) -> NextAction:
    return NextAction("flushed", "Flush the line", "After each drug.", drug=drug.key)


def _check(plan: VisitPlan, drug: DrugPlan, region: Infusion, stage: CheckStage) -> NextAction:
    """Who may be second stands on the card; where nobody is free the answer is to wait or to ask, never a way round."""
    need, who = double_check.need_of(plan, drug), stage.who
    title = "Independent double check" + (f": {stage.title}" if len(plan.policy.stages) > 1 else "")
    if stage.people == 1:
        return NextAction("check_entered", title, "One person, from the raw inputs.", who=_spelled(who), drug=drug.key)
    told = double_check.round_of(region, stage)
    why = "One check is in; the second person enters theirs." if told else "Two people, each alone, each with own log-in."
    second = f"one of the two: {_spelled(need.second & who)}" + (
        "; one may be at another place" if need.remote and not stage.presence else ""
    )
    nobody = "nobody free: wait, or ask the prescriber; without it the drug is not given"
    return NextAction("check_entered", title, why, who=_spelled(who), evidence=(second, nobody), drug=drug.key)


def _spelled(roles: frozenset[Role]) -> str:
    *first, last = double_check.spelled_roles(roles).split(", ")
    return f"{', '.join(first)} or {last}" if first else last


def _ready_drug(state: VisitState, plan: VisitPlan, drug: DrugPlan, at: datetime) -> NextAction:
    region = state.infusions[drug.key]
    if region.stage in ("preparing", "prepared") and (stage := double_check.due(plan, drug, region)) is not None:
        return _check(plan, drug, region, stage)
    if region.stage == "preparing":
        return ways.make_ready(plan, drug)
    reasons = lifted(state, giving.standing_start(state, plan, drug, at))
    if any(reason.field == "vitals" for reason in reasons):
        return NextAction(
            "vitals_recorded", "Vitals before the start", "Within ten minutes of the start.", drug=drug.key, reasons=reasons
        )
    return ways.begin(drug, region, reasons)


def _giving(state: VisitState, plan: VisitPlan, at: datetime) -> NextAction | None:
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
                "resumed", f"{drug.title} is paused", "Settle the reason, then resume or stop.", drug=drug.key, reasons=reasons
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


def _unread(region: Infusion) -> bool:
    """A drug that was begun and whose end nobody recorded. A pump that goes home is read when it comes back."""
    return bool(region.timeline) and region.stopped is None and not region.ambulatory


def _ending(state: VisitState, plan: VisitPlan, at: datetime) -> NextAction | None:
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
            return _flush(drug)
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
