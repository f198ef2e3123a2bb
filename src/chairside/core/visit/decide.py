"""From a command to a decision: `decide` is the one gate of a live command.

A live command passes every guard or is refused with all reasons, each saying who may release it. A reported fact happened: it
is never refused for a guard, only for who writes it, and what it did not meet opens an incident (`consequences`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from chairside.core.access import Action, Actor, Role
from chairside.core.kernel.decision import Decision, Outcome, Reason, refused, unknown
from chairside.core.visit import events as e
from chairside.core.visit.discharge import ready
from chairside.core.visit.guards import (
    arrival,
    bags,
    care,
    correcting,
    giving,
    home,
    leaving,
    pump,
    readiness,
    stopping,
    units,
    ways,
)
from chairside.core.visit.ladder import restart_ceiling
from chairside.core.visit.plan import VisitPlan
from chairside.core.visit.proven import not_counted, proven, rests
from chairside.core.visit.readable import unreadable
from chairside.core.visit.settling import settled
from chairside.core.visit.state import VisitState
from chairside.core.visit.values import Mode

Guard = Callable[[VisitState, VisitPlan, Any, Actor, datetime], tuple[Reason, ...]]


def _free(state: VisitState, plan: VisitPlan, command: e.Payload, actor: Actor, at: datetime) -> tuple[Reason, ...]:
    return ()


def _after_identity(state: VisitState, plan: VisitPlan, command: e.Payload, actor: Actor, at: datetime) -> tuple[Reason, ...]:
    return arrival.identified(state)


def _override(state: VisitState, plan: VisitPlan, command: e.Overridden, actor: Actor, at: datetime) -> tuple[Reason, ...]:
    """A rule is released by the role that its reason names, with a reason of its own; an unknown fact is never released."""
    if not command.why.strip():
        return (unknown("missing_fact", "Say why the rule is released.", field="override.why"),)
    found = dict.fromkeys((*standing(state, plan, at), *(standing(proven(state, plan), plan, at) if state.unproven else ())))
    open_now = [reason for reason in found if reason.field == command.rule and reason.override != "none"]
    if not open_now or any(reason.outcome is Outcome.UNKNOWN for reason in open_now):
        return (refused("wrong_state", f"“{command.rule}” is not open, or nobody may release it.", field="override.rule"),)
    return tuple(
        refused("not_permitted", f"This takes: {reason.override.replace('_', ' ')}.", field="actor", limit=reason.override)
        for reason in open_now
        if not actor.roles & _RELEASERS.get(reason.override, frozenset())
    )


def _correct(state: VisitState, plan: VisitPlan, command: e.Corrected, actor: Actor, at: datetime) -> tuple[Reason, ...]:
    return correcting.correct(state, plan, command, actor, at, may=_permitted, unmet=unmet)


_PRESCRIBERS = frozenset({Role.PRESCRIBER, Role.MEDICAL_DIRECTOR})
_RELEASERS: dict[str, frozenset[Role]] = {
    "nurse": frozenset({Role.NURSE, Role.CHARGE_NURSE}) | _PRESCRIBERS,
    "charge_nurse": frozenset({Role.CHARGE_NURSE}) | _PRESCRIBERS,
    "pharmacist": frozenset({Role.PHARMACIST}) | _PRESCRIBERS,
    "prescriber": _PRESCRIBERS,
    "medical_director": frozenset({Role.MEDICAL_DIRECTOR}),
}

GUARDS: dict[str, tuple[frozenset[Action], Guard]] = {
    kind: (frozenset(actions), guard)
    for kind, actions, guard in (
        ("checked_in", {Action.VISIT_CHECK_IN}, arrival.check_in),
        ("seated", {Action.VISIT_CHECK_IN}, arrival.seat),
        ("vitals_recorded", {Action.VISIT_ASSESS}, arrival.vitals),
        ("allergies_reviewed", {Action.VISIT_ASSESS}, _after_identity),
        ("questions_answered", {Action.VISIT_ASSESS}, arrival.questions),
        ("cleared", {Action.VISIT_GIVE, Action.HOLD_RELEASE}, arrival.clear),
        ("held", {Action.VISIT_GIVE, Action.HOLD_RELEASE}, arrival.hold),
        ("overridden", {Action.VISIT_GIVE, Action.HOLD_RELEASE, Action.VISIT_VERIFY}, _override),
        ("released_to_prepare", {Action.VISIT_GIVE}, readiness.release),
        ("access_placed", {Action.VISIT_GIVE}, readiness.access),
        ("premedication_given", {Action.VISIT_GIVE}, readiness.premedicate),
        ("preparation_recorded", {Action.LOT_DRAW}, readiness.prepare),
        ("check_entered", {Action.VISIT_VERIFY}, readiness.enter_check),
        ("infusion_started", {Action.VISIT_GIVE}, giving.start),
        ("step_changed", {Action.VISIT_GIVE}, giving.step),
        ("paused", {Action.VISIT_PAUSE}, _free),
        ("resumed", {Action.VISIT_GIVE}, giving.resume),
        ("stopped", {Action.VISIT_GIVE}, stopping.stop),
        ("flushed", {Action.VISIT_GIVE}, giving.flush),
        ("symptom_reported", {Action.VISIT_REPORT}, giving.symptom),
        ("reaction_recorded", {Action.VISIT_REACTION}, giving.reaction),
        ("observation_started", {Action.VISIT_GIVE}, leaving.observe),
        ("access_removed", {Action.VISIT_GIVE}, leaving.remove_access),
        ("discharged", {Action.VISIT_DISCHARGE}, leaving.leave),
        ("note_added", {Action.VISIT_ASSESS, Action.VISIT_REPORT}, leaving.note),
        ("signed", {Action.VISIT_GIVE}, leaving.sign),
        ("corrected", {Action.VISIT_GIVE, Action.VISIT_ASSESS, Action.HOLD_RELEASE, Action.LOT_DRAW}, _correct),
        ("claimed", {Action.VISIT_REPORT}, leaving.claim),
        ("incident_opened", {Action.VISIT_REPORT}, _free),
        ("dose_given", {Action.VISIT_GIVE}, ways.dose),
        ("push_started", {Action.VISIT_GIVE}, ways.start_push),
        ("push_ended", {Action.VISIT_GIVE}, ways.end_push),
        ("draw_started", {Action.VISIT_GIVE}, ways.start_draw),
        ("draw_ended", {Action.VISIT_GIVE}, ways.end_draw),
        ("pump_connected", {Action.VISIT_GIVE}, pump.connect),
        ("pump_disconnected", {Action.VISIT_GIVE}, pump.disconnect),
        ("unit_received", {Action.LOT_DRAW}, units.receive),
        ("bag_changed", {Action.VISIT_GIVE}, bags.change),
        ("site_assessed", {Action.VISIT_ASSESS, Action.VISIT_GIVE}, care.assess_site),
        ("provider_notified", {Action.VISIT_REPORT}, care.notify),
        ("treatment_given", {Action.VISIT_GIVE}, care.treat),
        ("acknowledged", {Action.HOLD_RELEASE}, care.acknowledge),
        ("set_out", {Action.VISIT_GIVE}, home.set_out),
        ("kit_checked", {Action.VISIT_GIVE}, home.check_kit),
        ("remotely_signed", {Action.HOLD_RELEASE, Action.DOSE_DECIDE}, home.sign_remotely),
        ("deferred", {Action.VISIT_GIVE, Action.HOLD_RELEASE}, leaving.defer),
        ("transferred", {Action.VISIT_DISCHARGE}, leaving.transfer),
        ("call_made", {Action.VISIT_ASSESS}, leaving.call),
        ("incident_reported", {Action.VISIT_REPORT}, leaving.report_incident),
    )
}
AFTER_SIGNING = frozenset({"corrected", "claimed", "incident_opened", "incident_reported", "call_made", "acknowledged"})
OF_THE_RECORD = frozenset(
    {"corrected", "claimed", "signed", "acknowledged"}
)  # done to the record now, so never "it happened earlier"
# After a transfer the bag stays: its pump is read when there is time.
AFTER_DISCHARGE = AFTER_SIGNING | {
    *("note_added", "signed", "symptom_reported", "reaction_recorded", "provider_notified", "stopped"),
}
# The patient is back to have an ambulatory pump taken off, or calls about it.
BACK = frozenset({"pump_disconnected", "vitals_recorded", "questions_answered", "checked_in", "seated", "paused"})


def decide(
    state: VisitState,
    plan: VisitPlan,
    command: e.Payload,
    actor: Actor,
    at: datetime,
    *,
    mode: Mode = Mode.LIVE,
    expected_sequence: int | None = None,
    received_at: datetime | None = None,
) -> Decision[e.Payload]:
    """What becomes of a command: the event to record, and every reason that speaks against recording it as a live one.

    at                 the server's time for a live command, the claimed time for a reported fact
    expected_sequence  the last event that the person had seen; another one since then refuses with `sequence_conflict`
    received_at        the server's time; a fact is not reported from after it
    """
    if command.kind not in GUARDS:
        return Decision(None, (refused("not_permitted", "Only the system records this.", field="kind"),))
    permitted = _permitted(command, actor)
    slips = unreadable(plan, command, received_at, at if mode is Mode.REPORTED else None)
    if slips:
        return Decision(None, (*permitted, *slips))
    if mode is Mode.REPORTED and command.kind not in OF_THE_RECORD:
        return Decision(_completed(state, plan, command), permitted)
    reasons = [*permitted, *unmet(state, plan, command, actor, at)]
    if expected_sequence is not None and expected_sequence != state.sequence and command.kind not in _NEVER_STALE:
        reasons.append(
            refused(
                "sequence_conflict",
                "Somebody else has recorded something since you opened this page. Look again.",
                field="sequence",
                limit=str(state.sequence),
            )
        )
    return Decision(_completed(state, plan, command), tuple(reasons))


_NEVER_STALE = frozenset(
    {
        *("paused", "symptom_reported", "reaction_recorded"),
        *("provider_notified", "treatment_given", "site_assessed", "transferred", "acknowledged"),
    }
)  # what protects is taken whatever was on the screen


def unmet(state: VisitState, plan: VisitPlan, command: e.Payload, actor: Actor, at: datetime) -> tuple[Reason, ...]:
    """Every guard that a command does not meet at a time, less those that were released for this visit.

    What was reported without meeting its own guards satisfies none: the guards are asked with it and without it.
    """
    reasons = _against(state, plan, command, actor, at)
    if not state.unproven or not rests(state, command):
        return reasons
    more = [reason for reason in _against(proven(state, plan), plan, command, actor, at) if reason not in reasons]
    return (*reasons, not_counted(state), *more) if more else reasons


def _against(state: VisitState, plan: VisitPlan, command: e.Payload, actor: Actor, at: datetime) -> tuple[Reason, ...]:
    plan = settled(plan, state)
    reasons = list(GUARDS[command.kind][1](state, plan, command, actor, at)) if command.kind in GUARDS else []
    if state.signed_at and command.kind not in AFTER_SIGNING:
        reasons.append(refused("wrong_state", "The record is signed. Only corrections can be added.", field="signature"))
    elif state.discharged_at and command.kind not in (AFTER_DISCHARGE | BACK if state.away else AFTER_DISCHARGE):
        how = "transferred" if state.transferred else "discharged"
        reasons.append(refused("wrong_state", f"The patient has been {how}.", field="discharge"))
    return lifted(state, tuple(reasons))


def lifted(state: VisitState, reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
    """The reasons that stand: one that names a role falls when released in this visit; an unknown never does."""
    return tuple(
        reason
        for reason in reasons
        if reason.override == "none" or reason.outcome is Outcome.UNKNOWN or reason.field not in state.overrides
    )


def standing(state: VisitState, plan: VisitPlan, at: datetime) -> tuple[Reason, ...]:
    """All reasons that are open now, whatever command meets them."""
    plan = settled(plan, state)
    reasons = [*arrival.standing_clear(state, plan, at), *ready(state, plan, at)]
    for drug in plan.drugs:
        reasons.extend(giving.standing_start(state, plan, drug, at))
        if state.infusions[drug.key].paused:
            reasons.extend(giving.standing_resume(state, plan, drug, at))
    reasons.extend(care.standing_treatments(state, plan, at))
    if state.access_site is None and plan.access_needed and not any(drug.vesicant for drug in plan.drugs):
        reasons.append(refused("risk_alert", "No blood return.", field="access.blood_return", override="nurse"))
    return tuple(reasons)


def _permitted(command: e.Payload, actor: Actor) -> tuple[Reason, ...]:
    answers = [actor.may(action) for action in sorted(GUARDS[command.kind][0])]
    return () if any(answer.allowed for answer in answers) else answers[0].reasons


def _completed(state: VisitState, plan: VisitPlan, command: e.Payload) -> e.Payload:
    """The command with what the rules add to it: the hold after a restart."""
    if isinstance(command, e.Resumed) and (drug := plan.drug(command.drug)) is not None:
        ceiling = restart_ceiling(state, drug).value
        return replace(command, hold_minutes=ceiling.hold_minutes if ceiling else None)
    return command
