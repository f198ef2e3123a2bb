"""A visit at home: on the way, the kit, the remote sign-off."""

from __future__ import annotations

from datetime import datetime

from chairside.core.access import Actor
from chairside.core.kernel.decision import Reason, refused, unknown
from chairside.core.visit import events as e
from chairside.core.visit.guards.arrival import standing_assessed
from chairside.core.visit.plan import VisitPlan
from chairside.core.visit.state import VisitState

_HOME = "home visit"


def standing_home(state: VisitState, plan: VisitPlan) -> tuple[Reason, ...]:
    """What stands against giving anything at home: the kit not checked, something critical missing, nobody has signed."""
    if plan.home is None:
        return ()
    reasons: list[Reason] = []
    if state.kit is None:
        reasons.append(unknown("missing_fact", "Check the kit item by item.", field="home.kit", source=_HOME))
    else:
        missing = tuple(key for key in state.kit.missing if key in plan.home.critical)
        if missing:
            message = f"The kit lacks {plan.home.titles(missing)}. Without it nothing is given at home."
            reasons.append(refused("wrong_state", message, field="home.kit", source=_HOME))
    if plan.home.remote_sign_off and not _signed(state):
        message = "A pharmacist or prescriber signs from elsewhere, after the assessment of today."
        reasons.append(refused("not_signed", message, field="home.sign_off", source=_HOME))
    return tuple(reasons)


def _signed(state: VisitState) -> bool:
    """Somebody signed after the last answer of the patient: what was told later was not seen by who signed."""
    asked = [event.sequence for event in state.log if event.kind == "questions_answered"]
    signed = [event.sequence for event in state.log if event.kind == "remotely_signed" and event.id not in state.corrected]
    return bool(signed) and max(signed) > max(asked, default=0)


def _at_home(plan: VisitPlan) -> tuple[Reason, ...]:
    return () if plan.home else (refused("wrong_state", "This visit is not at home.", field="home"),)


def set_out(state: VisitState, plan: VisitPlan, command: e.SetOut, actor: Actor, at: datetime) -> tuple[Reason, ...]:
    """On the way with a kit that was checked; what is critical is fetched before, not missed at the bedside."""
    if plan.home is None:
        return _at_home(plan)
    reasons = [reason for reason in standing_home(state, plan) if reason.field == "home.kit"]
    if state.identified_at or state.set_out_at:
        reasons.append(refused("wrong_state", "The nurse is on the way, or there, already.", field="home"))
    return tuple(reasons)


def check_kit(state: VisitState, plan: VisitPlan, command: e.KitChecked, actor: Actor, at: datetime) -> tuple[Reason, ...]:
    """Each item of the kit is there or is missing: none is left out."""
    if plan.home is None:
        return _at_home(plan)
    wanted, told = {item.key for item in plan.home.kit}, (*command.present, *command.missing)
    reasons = []
    if silent := tuple(key for key in sorted(wanted) if key not in told):
        message = f"Not answered: {plan.home.titles(silent)}."
        reasons.append(unknown("missing_fact", message, field="home.kit", source=_HOME))
    if len(told) != len(set(told)) or set(told) - wanted:
        message = "Each item of the kit is there or missing, once."
        reasons.append(refused("out_of_range", message, field="home.kit", source=_HOME))
    return tuple(reasons)


def sign_remotely(
    state: VisitState, plan: VisitPlan, command: e.RemotelySigned, actor: Actor, at: datetime
) -> tuple[Reason, ...]:
    """Another person than those at the bedside, by their own log-in, after the assessment."""
    if plan.home is None:
        return _at_home(plan)
    reasons = [*standing_assessed(state, plan)]
    there = [event.actor for event in state.log if event.actor.roles and event.kind != "remotely_signed"]
    if any(actor.id == other.id or (actor.session and actor.session == other.session) for other in there):
        message = "Who is at the bedside does not sign for themselves. Another person signs, by their own log-in."
        reasons.append(refused("not_independent", message, field="actor", source=_HOME))
    if not command.statement.strip():
        reasons.append(unknown("missing_fact", "Say what you sign.", field="home.statement"))
    return tuple(reasons)
