"""What the screen shows now: stage, rate, volume given, place on the ladder, what is due and how late, alerts, forecast finish.

The state holds facts; everything here follows from them and the time `at`, so timers survive reload, sleep and clock skew.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from chairside.core.kernel.quantity import Quantity
from chairside.core.visit.alerts import Alert, alerts
from chairside.core.visit.blood import ends_by
from chairside.core.visit.discharge import ready
from chairside.core.visit.guards.arrival import standing_assessed
from chairside.core.visit.guards.readiness import standing_access, standing_premedication
from chairside.core.visit.infusion import finish, volume_given
from chairside.core.visit.ladder import Position, position, steps_ahead
from chairside.core.visit.monitoring import Lateness, lateness, next_set
from chairside.core.visit.observation import ends_at
from chairside.core.visit.plan import DrugPlan, Manner, VisitPlan
from chairside.core.visit.settling import settled
from chairside.core.visit.state import Infusion, VisitState

REACTION_VITALS = timedelta(minutes=5)  # while a reaction is open, a set every five minutes


@dataclass(frozen=True, slots=True)
class Due:
    """Something with a time: vitals, step, premedication, use_by, unit_end, finish, disconnect, observation_end."""

    what: str
    at: datetime
    lateness: Lateness
    drug: str = ""


@dataclass(frozen=True, slots=True)
class DrugNow:
    """One drug now. `given` is in mL; `finish` is the forecast if each step is taken as soon as it unlocks."""

    key: str
    stage: str
    rate: Quantity | None
    given: Quantity
    position: Position | None
    finish: datetime | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """The visit at one moment. `regions` says per parallel region: to_do, doing or done."""

    stage: str
    regions: dict[str, str]
    drugs: tuple[DrugNow, ...]
    due: tuple[Due, ...]
    alerts: tuple[Alert, ...]
    finish: datetime | None


def outlook(state: VisitState, plan: VisitPlan, at: datetime) -> Outlook:
    """Everything about a visit that depends on the time of day."""
    plan = settled(plan, state)
    drugs = tuple(_drug_now(state, drug, at) for drug in plan.drugs)
    due = _due(state, plan, drugs, at)
    late = [
        Alert("act" if item.lateness is Lateness.VERY_LATE else "watch", item.what, f"{item.what.capitalize()} late.", item.at)
        for item in due
        if item.what == "vitals" and item.lateness in (Lateness.LATE, Lateness.VERY_LATE)
    ]
    ends = [item.at for item in due if item.what in ("finish", "observation_end")]
    tail = timedelta(minutes=plan.observation_minutes) if any(item.what == "finish" for item in due) else timedelta()
    found = sorted((*alerts(state, plan), *late), key=lambda alert: alert.level != "act")
    return Outlook(
        stage(state, plan, at), regions(state, plan, at), drugs, due, tuple(found), max(ends) + tail if ends else None
    )


def stage(state: VisitState, plan: VisitPlan, at: datetime) -> str:
    """The one word for the whole visit (the machine of the safety reference)."""
    if state.signed_at:
        return "documented"
    if state.away:
        return next(region.stage for region in state.infusions.values() if region.connected)
    if state.discharged:
        if state.discharged.against_advice:
            return "left_against_advice"
        return "discharged"
    if state.transferred:
        return "transferred"
    stages = {region.stage for region in state.infusions.values()}
    for word in ("paused", "infusing", "infusing_ambulatory"):
        if word in stages:
            return word
    if state.any_started and state.all_ended:
        if state.observation_at is None and plan.observation_minutes:
            return "stopped_early" if "stopped_early" in stages else "infused"
        return "observing" if ready(state, plan, at) else "discharge_ready"
    if state.deferred and not state.any_started:
        return "deferred"
    if state.held:
        return "held"
    if state.cleared_at:
        return _readiness(state, plan, at)
    if state.identified_at:
        return "identified" if standing_assessed(state, plan) else "assessed"
    return "booked"


def _readiness(state: VisitState, plan: VisitPlan, at: datetime) -> str:
    done = regions(state, plan, at)
    if all(done[f"drug.{drug.key}"] == "done" for drug in plan.drugs):
        return "drug_verified"
    if done["access"] == "done" and done["premedication"] == "done" and plan.premedications:
        return "premedicated"
    return "access_ready" if done["access"] == "done" else "cleared"


def regions(state: VisitState, plan: VisitPlan, at: datetime) -> dict[str, str]:
    """The regions that run in parallel before a start: access, premedication, and one a drug."""
    waiting = standing_premedication(state, plan, at)
    found = {
        "access": "to_do" if plan.access_needed and standing_access(state, plan) else "done",
        "premedication": "done" if not waiting else "doing" if state.premedications else "to_do",
    }
    for key, region in state.infusions.items():
        made = plan.drug(key)
        if made is not None and made.manner is Manner.DRAW and region.stage == "waiting":
            found[f"drug.{key}"] = "done"  # nothing is prepared
            continue
        found[f"drug.{key}"] = {"waiting": "to_do", "preparing": "doing", "prepared": "doing"}.get(region.stage, "done")
    return found


def _drug_now(state: VisitState, drug: DrugPlan, at: datetime) -> DrugNow:
    region = state.infusions[drug.key]
    where = position(drug, region, at)
    ends = finish(region, drug.volume, steps_ahead(drug, where), at) if where else None
    return DrugNow(drug.key, region.stage, region.rate, volume_given(region, at), where, ends)


def pump_ends(state: VisitState, drug: DrugPlan, at: datetime) -> datetime | None:
    """When an ambulatory pump is empty and is taken off; None while it does not run."""
    return _drug_now(state, drug, at).finish


def _due(state: VisitState, plan: VisitPlan, drugs: tuple[DrugNow, ...], at: datetime) -> tuple[Due, ...]:
    found: list[Due] = []

    def add(what: str, moment: datetime | None, drug: str = "") -> None:
        if moment is not None:
            found.append(Due(what, moment, lateness(moment, at, plan.policy.vitals_amber, plan.policy.vitals_red), drug))

    add("vitals", vitals_due(state, plan))
    for item in plan.premedications:
        given = state.premedications.get(item.code)
        if given is not None and not state.any_started:
            add("premedication", given + timedelta(minutes=item.wait_minutes))
    for now in drugs:
        region = state.infusions[now.key]
        if now.position is not None and now.position.next is not None:
            add("step", at + now.position.left if now.position.left else _unlocked_since(now.position, at), now.key)
        add("disconnect" if region.connected else "finish", now.finish, now.key)
        made = plan.drug(now.key)
        if made is not None and made.manner is Manner.UNIT:
            add("unit_end", None if region.stopped else ends_by(plan, made, region), now.key)
        elif region.prepared is not None and not (region.stopped or region.connected or _begun_in_time(made, region)):
            add("use_by", region.prepared.use_by, now.key)
    if state.discharged_at is None:
        add("observation_end", ends_at(state, plan))
    return tuple(sorted(found, key=lambda item: item.at))


def _begun_in_time(drug: DrugPlan | None, region: Infusion) -> bool:
    """A use-by time that is for the start says nothing any more of a drug that has begun."""
    return drug is not None and drug.use_by_is_for == "start" and bool(region.timeline)


def _unlocked_since(where: Position, at: datetime) -> datetime:
    return at - (where.held - (where.hold or timedelta()))


def vitals_due(state: VisitState, plan: VisitPlan) -> datetime | None:
    """When the next set is due: every five minutes in an open reaction, else by the cadence, at the end, after observation."""
    taken = [item.at for item in state.vitals]
    if state.discharged_at:
        return None
    reaction = state.open_reaction
    if reaction is not None:
        return max([reaction.since, *(moment + REACTION_VITALS for moment in taken if moment >= reaction.since)])
    here = [region for region in state.infusions.values() if region.timeline and not region.stopped and not region.connected]
    running = [region.started_at for region in here]
    starts = [moment for moment in running if moment is not None]
    if starts:
        return next_set(plan.cadence, min(starts), taken)
    if state.any_started and plan.cadence.at_end:
        stops = [region.stopped_at for region in state.infusions.values() if region.stopped_at]
        if stops and not any(moment >= max(stops) for moment in taken):
            return max(stops)
    end = ends_at(state, plan)
    if (
        end is not None
        and plan.cadence.after_observation
        and not any(moment >= end - plan.policy.vitals_valid for moment in taken)
    ):
        return end
    return None
