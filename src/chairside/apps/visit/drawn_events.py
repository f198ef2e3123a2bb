"""What happened beside the numbers, for the flowsheet: symptoms as spans, drugs and events as ticks with a few words."""

from __future__ import annotations

from dataclasses import replace

from chairside.apps.visit.telling import Told, told
from chairside.core.visit import events as e
from chairside.core.visit.encoding import from_text
from chairside.core.visit.plan import VisitPlan
from chairside.core.visit.state import VisitState
from chairside.core.visit.values import Mode
from chairside.web.charts.flowsheet import Span, Tick

_DRUGS = frozenset({"premedication_given", "treatment_given", "dose_given", "push_started"})
_EVENTS = {
    "infusion_started": "now",
    "paused": "due",
    "resumed": "now",
    "stopped": "done",
    "bag_changed": "now",
    "push_ended": "done",
    "draw_started": "now",
    "draw_ended": "done",
    "pump_connected": "now",
    "pump_disconnected": "done",
    "reaction_recorded": "act",
    "site_assessed": "act",
    "provider_notified": "due",
    "observation_started": "observe",
    "discharged": "done",
    "transferred": "act",
}
_SHORT = {"paused": "pause", "resumed": "resume", "observation_started": "observation", "bag_changed": "next bag"}


def spans(state: VisitState, plan: VisitPlan) -> tuple[Span, ...]:
    """Each symptom from when it was told until it was gone, by clinical time."""
    found: list[Span] = []
    for event in sorted(_standing(state), key=lambda event: (event.at, event.sequence)):
        if not isinstance(event.payload, e.SymptomReported):
            continue
        name = event.payload.symptom
        open_now = next((n for n, span in enumerate(found) if span.name == name and span.end is None), None)
        if event.payload.present and open_now is None:
            found.append(Span(name, event.at))
        elif not event.payload.present and open_now is not None:
            found[open_now] = replace(found[open_now], end=event.at)
    return tuple(found)


def ticks(state: VisitState, plan: VisitPlan) -> tuple[Tick, ...]:
    """Drugs given beside the infusion, and the turns of the visit; what was corrected is not drawn."""
    said = {line.id: line for line in told(state, plan)}
    found = []
    for event in _standing(state):
        lane = "drugs" if event.kind in _DRUGS else "events"
        line = said.get(event.id)
        if line is None or (lane == "events" and event.kind not in _EVENTS):
            continue
        found.append(Tick(event.at, _words(event, line), lane, _EVENTS.get(event.kind, "plain"), event.id in state.reported))
    return tuple(found)


def _words(event: e.Event, line: Told) -> str:
    """A few words: there is little room beside a tick."""
    if isinstance(event.payload, e.ReactionRecorded):
        return f"reaction, grade {event.payload.grade}" if event.payload.grade else "reaction"
    if event.kind == "premedication_given" and line.detail:
        return line.detail
    return _SHORT.get(event.kind) or line.title


def _standing(state: VisitState) -> list[e.Event]:
    """The log as it counts: an entry that was corrected says what its correction says, or nothing."""
    by_id = {event.id: event for event in state.log}
    found = []
    for event in state.log:
        correction = by_id.get(state.corrected.get(event.id, ""))
        if correction is None:
            found.append(event)
        elif isinstance(correction.payload, e.Corrected) and correction.payload.replacement:
            meant = from_text(event.kind, correction.payload.replacement)
            claimed = correction.payload.claimed_at
            said = replace(event, payload=meant)
            found.append(replace(said, mode=Mode.REPORTED, claimed_at=claimed) if claimed else said)
    return found
