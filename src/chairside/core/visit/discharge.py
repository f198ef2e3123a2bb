"""Discharge: the criteria, each as a reason while it is open. Leaving against advice is a path of its own, not an override."""

from __future__ import annotations

from datetime import datetime

from chairside.core.kernel.decision import Reason, refused, unknown
from chairside.core.visit.alerts import alerts_from_vitals
from chairside.core.visit.events import Discharged, PumpConnected
from chairside.core.visit.observation import ends_at, open_reasons
from chairside.core.visit.plan import VisitPlan
from chairside.core.visit.reactions.site import ADVICE_HOURS, vesicants
from chairside.core.visit.state import Infusion, VisitState
from chairside.core.visit.vitals import newest_complete

_SOURCE = "discharge criteria"


def ready(state: VisitState, plan: VisitPlan, at: datetime) -> tuple[Reason, ...]:
    """What still stands between the patient and the door, before advice and escort."""
    reasons: list[Reason] = []
    at_home = [region for region in state.infusions.values() if region.connected]
    if state.any_started and not all(
        region.stopped or region.connected for region in state.infusions.values() if region.timeline
    ):
        reasons.append(
            refused("wrong_state", "A drug has not been stopped with its pump reading.", field="infusion", source=_SOURCE)
        )
    elif state.any_started:
        reasons.extend(open_reasons(state, plan, at))
        reasons.extend(_final_vitals(state, plan))
    reasons.extend(refused("risk_alert", f"Open symptom: {name}.", field="symptoms", source=_SOURCE) for name in state.symptoms)
    if state.open_reaction:
        reasons.append(refused("risk_alert", "A reaction is open.", field="reaction", source=_SOURCE))
    reasons.extend(
        refused("risk_alert", alert.message, field=f"vitals.{alert.about}", source=alert.source, override="prescriber")
        for alert in alerts_from_vitals(state, plan)
        if alert.level == "act" and "discharge.vitals" not in state.overrides
    )
    if at_home:
        reasons.extend(_with_the_pump(state, at_home))
    elif state.access_site and state.access_removed_at is None:
        reasons.append(refused("wrong_state", "The access is still in. Remove or secure it.", field="access", source=_SOURCE))
    elif state.access_site and not state.bleeding_stopped:
        reasons.append(refused("wrong_state", "Bleeding at the access site has not stopped.", field="access", source=_SOURCE))
    return tuple(reasons)


def _with_the_pump(state: VisitState, at_home: list[Infusion]) -> list[Reason]:
    """Who leaves with a pump has the spill kit and a number to call, and the pump runs."""
    reasons = []
    for region in at_home:
        entries = [
            item.payload for item in state.log if isinstance(item.payload, PumpConnected) and item.id not in state.corrected
        ]
        told = next((entry for entry in entries if entry.drug == region.drug), None)
        if told is None or not (told.spill_kit_taught and told.contact_given):
            message = "The spill kit and the number to call are not on record for the pump. Correct its entry."
            reasons.append(unknown("missing_fact", message, field="pump.spill_kit", source=_SOURCE))
        if region.paused:
            reasons.append(refused("wrong_state", "The pump is paused.", field="infusion", source=_SOURCE))
    return reasons


def _final_vitals(state: VisitState, plan: VisitPlan) -> tuple[Reason, ...]:
    end = ends_at(state, plan)
    due = end if plan.cadence.after_observation and end is not None else None
    stops = [region.stopped_at for region in state.infusions.values() if region.stopped_at]
    newest = newest_complete(state, plan)
    if not plan.cadence.at_end and plan.observation_minutes == 0:
        return ()  # an injection that is not followed by observation (profile D)
    # Ten minutes early is early enough: the nurse takes the set while the clock runs out.
    since = due - plan.policy.vitals_valid if due and "observation.minutes" not in state.overrides else max(stops, default=None)
    if since is not None and (newest is None or newest.at < since):
        return (unknown("missing_fact", "Take the final set of vitals.", field="vitals", source=_SOURCE),)
    return ()


def leaving(state: VisitState, plan: VisitPlan, command: Discharged) -> tuple[Reason, ...]:
    """What the discharge itself must say: advice, teach-back, steady walking, an escort after a sedating premedication."""
    reasons: list[Reason] = []
    if not command.advice_given or not command.teach_back:
        reasons.append(
            refused(
                "missing_fact",
                "Give the written advice and let the patient say it back.",
                field="discharge.advice",
                source=_SOURCE,
            )
        )
    if (leaked := vesicants(state, plan)) and not command.site_advice:
        message = f"After {leaked[0].title}: give the advice for the site, {ADVICE_HOURS} h."
        reasons.append(refused("missing_fact", message, field="discharge.site_advice", source=_SOURCE))
    if command.returns_at is None and any(region.connected for region in state.infusions.values()):
        message = "When does the patient come back to have the pump taken off?"
        reasons.append(unknown("missing_fact", message, field="discharge.returns_at", source=_SOURCE))
    if command.walking_steady is None:
        reasons.append(unknown("missing_fact", "Does the patient walk steadily?", field="discharge.walking", source=_SOURCE))
    elif not command.walking_steady:
        reasons.append(refused("risk_alert", "The patient does not walk steadily.", field="discharge.walking", source=_SOURCE))
    given_sedating = [item.title for item in plan.premedications if item.sedating and item.code in state.premedications]
    if given_sedating and not command.escort.strip():
        reasons.append(
            refused(
                "missing_fact",
                f"After {', '.join(given_sedating)} the patient needs an escort and must not drive.",
                field="discharge.escort",
                source=_SOURCE,
            )
        )
    return tuple(reasons)
