"""Giving the drug: start, rate, pause, resume, stop, flush, symptoms and reactions."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from chairside.core.access import Actor
from chairside.core.kernel.decision import Reason, refused, unknown
from chairside.core.kernel.quantity import Quantity
from chairside.core.visit import desensitization
from chairside.core.visit import events as e
from chairside.core.visit.alerts import alerts_from_vitals
from chairside.core.visit.blood import in_time
from chairside.core.visit.double_check import outcome as check_outcome
from chairside.core.visit.guards.arrival import cleared_ahead, identified, order_of, tripped
from chairside.core.visit.guards.home import standing_home
from chairside.core.visit.guards.readiness import is_cleared, known_drug, standing_access, standing_premedication
from chairside.core.visit.guards.stopping import reading_possible
from chairside.core.visit.guards.weighing import weight
from chairside.core.visit.identity import compare
from chairside.core.visit.infusion import volume_given
from chairside.core.visit.ladder import decide_step, minutes_from, restart_ceiling, shortest
from chairside.core.visit.plan import DrugPlan, Manner, VisitPlan, minutes
from chairside.core.visit.reactions import grading
from chairside.core.visit.reactions.reaction import Restart, barred, behind_pause, count_for, rule_for
from chairside.core.visit.state import Infusion, VisitState
from chairside.core.visit.vitals import fresh


def standing_start(state: VisitState, plan: VisitPlan, drug: DrugPlan, at: datetime) -> tuple[Reason, ...]:
    """Everything that must be true before a drug runs: the three parallel regions complete, and the moment itself right."""
    region = state.infusions[drug.key]
    reasons = [
        *identified(state),
        *is_cleared(state),
        *order_of(plan, drug),
        *cleared_ahead(plan, drug),
        *tripped(state, plan),  # what was learned after go holds as it would have held go
        *weight(state, plan),
        *barred(state, drug.key, drug.restarts),
        *(standing_access(state, plan) if drug.manner is not Manner.INJECTION else ()),
        *standing_premedication(state, plan, at),
        *in_turn(state, plan, drug),
        *standing_home(state, plan),
    ]
    if region.deferred:
        message = f"{drug.title} was put off today: {region.deferred}. It takes a new visit."
        reasons.append(refused("wrong_state", message, field="infusion"))
    if region.timeline:
        reasons.append(refused("wrong_state", "The drug has been started already.", field="infusion"))
    if drug.barred:
        reasons.append(refused("contraindicated", drug.barred, field="drug", source=drug.source))
    if drug.manner is not Manner.DRAW:
        reasons.extend(_made_ready(plan, drug, region, at))
    if drug.manner is not Manner.INJECTION:  # for which the set of the assessment serves (profile D)
        reasons.extend(fresh(state, plan, at))
    reasons.extend(_not_well(state, plan))
    return tuple(reasons)


def _made_ready(plan: VisitPlan, drug: DrugPlan, region: Infusion, at: datetime) -> tuple[Reason, ...]:
    """What is given is there, checked by two, and usable for as long as it takes."""
    if region.prepared is None:
        text = "The unit is not here yet." if drug.manner is Manner.UNIT else "The drug has not been prepared."
        return (refused("wrong_state", text, field="preparation"),)
    reasons = check_outcome(plan, drug, region).reasons
    if drug.manner is Manner.UNIT:
        return (*reasons, *in_time(plan, drug, region, at, shortest(drug)))
    return (*reasons, *in_date(drug, region, at, shortest(drug), starting=True))


def in_turn(state: VisitState, plan: VisitPlan, drug: DrugPlan) -> tuple[Reason, ...]:
    """Drugs go one after the other in the order of the plan, the line flushed between them; those of one number together."""
    reasons = []
    for other in plan.drugs:
        region = state.infusions[other.key]
        if other.sequence >= drug.sequence or region.deferred:
            continue
        rule = f"sequence.{drug.key}"
        if region.stopped is None:
            message = f"{other.title} comes before {drug.title}, and it is not over."
            reasons.append(refused("wrong_state", message, field=rule, source="order of the drugs", override="prescriber"))
        elif by_line(plan, other) and by_line(plan, drug) and region.flushed_at is None:
            message = f"Flush the line after {other.title} first."
            reasons.append(refused("wrong_state", message, field=rule, source="order of the drugs"))
    return tuple(reasons)


def by_line(plan: VisitPlan, drug: DrugPlan) -> bool:
    """Whether it goes through the access, which is flushed after it."""
    return plan.access_needed and drug.manner not in (Manner.INJECTION, Manner.DRAW) and not drug.subcutaneous


def start(state: VisitState, plan: VisitPlan, command: e.InfusionStarted, actor: Actor, at: datetime) -> tuple[Reason, ...]:
    drug = plan.drug(command.drug)
    if drug is None:
        return known_drug(plan, command.drug)
    if drug.manner not in (Manner.INFUSION, Manner.UNIT) or not drug.ladder:
        return (*standing_start(state, plan, drug, at), _other_way(drug))
    reasons = [*standing_start(state, plan, drug, at), *compare(plan.subject, command.identifiers).reasons]
    reasons.extend(desensitization.begin(drug, command.one_to_one, command.kit_checked))
    first = drug.ladder[0].rate
    if command.rate.amount <= 0 or first < command.rate:
        reasons.append(
            refused(
                "rate_limit",
                f"The ladder starts at {first.spelled()}, not {command.rate.spelled()}.",
                field="rate",
                limit=first.spelled(),
                source=drug.source,
            )
        )
    return (*reasons, *bedside(command.line_traced, command.emergency_ready))


def bedside(line_traced: bool | None, emergency_ready: bool | None) -> tuple[Reason, ...]:
    """What is looked at in the last moment before something runs."""
    reasons: list[Reason] = []
    if not line_traced:
        reasons.append(unknown("missing_fact", "Trace the line from bag to patient.", field="start.line_traced"))
    if not emergency_ready:
        message = "Confirm that emergency drugs and a provider are available."
        reasons.append(unknown("missing_fact", message, field="start.emergency_ready"))
    return tuple(reasons)


def _other_way(drug: DrugPlan) -> Reason:
    """A live entry fits the way in which the drug is given."""
    way = _WAYS.get(drug.manner, "an infusion")
    return refused("wrong_route", f"{drug.title} is given as {way}. Record it as that.", field="drug", limit=way)


_WAYS = {
    Manner.PUSH: "a push by hand",
    Manner.INJECTION: "an injection",
    Manner.PUMP: "an ambulatory pump",
    Manner.DRAW: "blood that is let",
    Manner.UNIT: "a unit of blood",
}


def in_date(drug: DrugPlan, region: Infusion, at: datetime, needed: Decimal, starting: bool) -> tuple[Reason, ...]:
    """The preparation must be usable for as long as it still has to run (H-017). Nobody overrides it."""
    bag = region.prepared
    if bag is None or (drug.use_by_is_for == "start" and not starting):
        return ()
    ends = at if drug.use_by_is_for == "start" else at + minutes(needed)
    if ends <= bag.use_by:
        return ()
    what = "past its use-by time" if at > bag.use_by else f"usable for too short: it still needs {needed:.0f} min"
    return (
        refused(
            "preparation_expired",
            f"The preparation is {what}. A new one is needed.",
            field="preparation.use_by",
            limit=bag.use_by.isoformat(),
            source=drug.source,
        ),
    )


def _not_well(state: VisitState, plan: VisitPlan) -> list[Reason]:
    reasons = [refused("risk_alert", f"Open symptom: {name}.", field="symptoms") for name in state.symptoms]
    reasons += [
        refused("risk_alert", alert.message, field=f"vitals.{alert.about}", source=alert.source, override="prescriber")
        for alert in alerts_from_vitals(state, plan)
        if alert.level == "act"
    ]
    if state.open_reaction:
        reasons.append(refused("risk_alert", "A reaction is open.", field="reaction"))
    return reasons


def step(state: VisitState, plan: VisitPlan, command: e.StepChanged, actor: Actor, at: datetime) -> tuple[Reason, ...]:
    drug = plan.drug(command.drug)
    if drug is None:
        return known_drug(plan, command.drug)
    return decide_step(state, plan, drug, command.rate, at).reasons


def standing_resume(state: VisitState, plan: VisitPlan, drug: DrugPlan, at: datetime) -> tuple[Reason, ...]:
    """Reasons why a paused drug may not run again yet: reaction rule, clearance, symptoms, vitals, the preparation's time."""
    region = state.infusions[drug.key]
    if not region.paused:
        return (refused("wrong_state", "The drug is not paused.", field="infusion"),)
    ceiling = restart_ceiling(state, drug)
    reasons = [*ceiling.reasons, *standing_access(state, plan), *cleared_ahead(plan, drug)]
    reasons += [refused("risk_alert", f"Open symptom: {name}.", field="symptoms") for name in state.symptoms]
    behind = behind_pause(state, region)
    if behind is not None:
        reasons.extend(fresh(state, plan, at, after=behind.since))
        reasons.extend(
            refused("risk_alert", alert.message, field=f"vitals.{alert.about}", source=alert.source)
            for alert in alerts_from_vitals(state, plan)
            if alert.level == "act"
        )
    if ceiling.value is not None and ceiling.value.rate.amount > 0:
        left = drug.volume.to("mL") - volume_given(region, at)
        needed = _still(drug, ceiling.value, left) if left.amount > 0 else Decimal(0)
        reasons.extend(in_date(drug, region, at, needed, starting=False))
        reasons.extend(in_time(plan, drug, region, at, needed))
    reasons.extend(desensitization.interrupted(drug, region, at))
    return tuple(reasons)


def _still(drug: DrugPlan, again: Restart, left: Quantity) -> Decimal:
    """Minutes that what is left still takes; of a ladder over several bags, or by hand, not more than the whole took."""
    return shortest(drug) if drug.bags or not drug.ladder else minutes_from(drug, again, left)


def resume(state: VisitState, plan: VisitPlan, command: e.Resumed, actor: Actor, at: datetime) -> tuple[Reason, ...]:
    drug = plan.drug(command.drug)
    if drug is None:
        return known_drug(plan, command.drug)
    if not drug.ladder:
        return (_other_way(drug),)
    region = state.infusions[drug.key]
    reasons = list(standing_resume(state, plan, drug, at))
    rule = restart_ceiling(state, drug)
    ceiling = rule.value
    if command.rate.amount <= 0 or (ceiling is not None and ceiling.rate < command.rate):
        limit = ceiling.rate.spelled() if ceiling else "the rate before the pause"
        why = f" ({rule.working[0]})" if rule.working else ""
        reasons.append(
            refused(
                "rate_limit",
                f"It may start again at up to {limit}, not {command.rate.spelled()}{why}.",
                field="rate",
                limit=limit,
                source=_said_by(state, drug, region),
            )
        )
    if not command.reason_closed.strip():
        reasons.append(unknown("missing_fact", "Say how the reason for the pause was settled.", field="resume.reason"))
    paused_at = region.timeline[-1].at if region.timeline else at
    if command.pump_volume is None and not any(reading.at >= paused_at for reading in region.pump):
        reasons.append(
            unknown("missing_fact", "Read the volume given from the pump before starting again.", field="pump_volume")
        )
    if command.pump_volume is not None:
        reasons.extend(reading_possible(drug, region, command.pump_volume))
    return tuple(reasons)


def _said_by(state: VisitState, drug: DrugPlan, region: Infusion) -> str:
    """The source of the rate at which it may start again: the restart rule's after a reaction, else the ladder's."""
    behind = behind_pause(state, region)
    if behind is None or behind.worst is None:
        return drug.source
    rule = rule_for(drug.restarts, behind.worst, behind.latest.term, count_for(state, drug.key))
    return rule.source if rule else drug.source


def flush(state: VisitState, plan: VisitPlan, command: e.Flushed, actor: Actor, at: datetime) -> tuple[Reason, ...]:
    region = state.infusions.get(command.drug)
    if region is None or region.stopped is None:
        return (*known_drug(plan, command.drug), refused("wrong_state", "Stop the drug before the flush.", field="infusion"))
    return ()


def symptom(state: VisitState, plan: VisitPlan, command: e.SymptomReported, actor: Actor, at: datetime) -> tuple[Reason, ...]:
    return () if command.symptom.strip() else (unknown("missing_fact", "Which symptom?", field="symptom"),)


def reaction(state: VisitState, plan: VisitPlan, command: e.ReactionRecorded, actor: Actor, at: datetime) -> tuple[Reason, ...]:
    """One tap is enough to record a reaction. A grade names its criteria; a later entry names the reaction that it follows."""
    reasons = []
    if command.reaction and command.reaction not in state.reactions:
        reasons.append(refused("wrong_state", "That reaction is not on record in this visit.", field="reaction"))
    if command.grade is not None and not 1 <= command.grade <= 5:
        reasons.append(refused("out_of_range", "A grade lies between 1 and 5.", field="reaction.grade", limit="1 to 5"))
    if command.grade is not None and not command.criteria.strip():
        reasons.append(unknown("missing_fact", "Name the grading criteria and their version.", field="reaction.criteria"))
    if (
        command.resolved
        and command.grade is None
        and (command.reaction not in state.reactions or state.reactions[command.reaction].worst is None)
    ):
        reasons.append(unknown("missing_fact", "Grade the reaction before closing it.", field="reaction.grade"))
    return (*reasons, *grading.reasons_against(state, command))
