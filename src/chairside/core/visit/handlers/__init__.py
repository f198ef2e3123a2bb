"""What each kind of event changes: one small function a kind, from the state and the event to the fields that differ.

An event is placed in *clinical* time: a reported fact takes its true place in the timeline whenever it arrives.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chairside.core.visit import events as e
from chairside.core.visit.handlers import arrival, care, giving, leaving, readiness, ways
from chairside.core.visit.handlers.placing import Changes, rate_at
from chairside.core.visit.state import VisitState

__all__ = ["HANDLERS", "Changes", "rate_at"]

HANDLERS: dict[str, Callable[[VisitState, e.Event, Any], Changes]] = {
    "checked_in": arrival.checked_in,
    "seated": arrival.seated,
    "vitals_recorded": arrival.vitals,
    "allergies_reviewed": arrival.allergies,
    "questions_answered": arrival.questions,
    "cleared": arrival.cleared,
    "held": arrival.held,
    "overridden": arrival.overridden,
    "replanned": arrival.replanned,
    "released_to_prepare": readiness.released,
    "access_placed": readiness.access,
    "premedication_given": readiness.premedicated,
    "preparation_recorded": readiness.prepared,
    "check_entered": readiness.check_entered,
    "check_compared": readiness.check_compared,
    "infusion_started": giving.started,
    "step_changed": giving.step_changed,
    "paused": giving.paused,
    "resumed": giving.resumed,
    "stopped": giving.stopped,
    "flushed": giving.flushed,
    "symptom_reported": giving.symptom,
    "reaction_recorded": giving.reaction,
    "dose_given": ways.dose_given,
    "push_started": ways.by_hand_started,
    "push_ended": ways.push_ended,
    "draw_started": ways.by_hand_started,
    "draw_ended": ways.draw_ended,
    "pump_connected": ways.pump_connected,
    "pump_disconnected": ways.pump_disconnected,
    "unit_received": ways.unit_received,
    "bag_changed": ways.bag_changed,
    "site_assessed": care.site_assessed,
    "provider_notified": care.provider_notified,
    "treatment_given": care.treatment_given,
    "acknowledged": care.acknowledged,
    "set_out": care.set_out,
    "kit_checked": care.kit_checked,
    "remotely_signed": care.remotely_signed,
    "observation_started": leaving.observing,
    "access_removed": leaving.access_removed,
    "discharged": leaving.discharged,
    "note_added": leaving.noted,
    "signed": leaving.signed,
    "claimed": leaving.claimed,
    "incident_opened": leaving.incident,
    "deferred": leaving.deferred,
    "transferred": leaving.transferred,
    "call_made": leaving.call_made,
    "incident_reported": leaving.incident_reported,
}
