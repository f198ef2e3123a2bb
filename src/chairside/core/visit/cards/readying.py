"""Getting ready: release first (the pharmacy takes longest), premedication, access, preparation, check, start."""

from __future__ import annotations

from datetime import datetime

from chairside.core.access import Role
from chairside.core.visit import double_check
from chairside.core.visit.cards import ways
from chairside.core.visit.cards.card import NextAction
from chairside.core.visit.decide import lifted
from chairside.core.visit.guards import arrival, giving, readiness
from chairside.core.visit.plan import DrugPlan, Manner, VisitPlan
from chairside.core.visit.policy import CheckStage
from chairside.core.visit.state import Infusion, VisitState


def readying(state: VisitState, plan: VisitPlan, at: datetime) -> NextAction | None:
    """Release first (the pharmacy takes longest), then premedication (it waits longest), access, preparation, check, start."""
    if state.discharged_at or state.all_ended:
        return None
    waiting = [drug for drug in arrival.todays(state, plan) if not state.infusions[drug.key].timeline]
    running = any(region.timeline and not region.over for region in state.infusions.values())
    if waiting and not running and (ended := _unflushed(state, plan)):
        return flush(ended[0])  # no drug stays in the line while the next one is made
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


def flush(drug: DrugPlan) -> NextAction:
    return NextAction("flushed", "Flush the line", f"After {drug.title}.", drug=drug.key)


def _check(plan: VisitPlan, drug: DrugPlan, region: Infusion, stage: CheckStage) -> NextAction:
    """Who may be second stands on the card; where nobody is free the answer is to wait or to ask, never a way round."""
    need, who = double_check.need_of(plan, drug), stage.who
    which = [*([stage.title] if len(plan.policy.stages) > 1 else []), *([drug.title] if len(plan.drugs) > 1 else [])]
    title = "Independent double check" + (f": {', '.join(which)}" if which else "")
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
