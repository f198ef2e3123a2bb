"""Leaving and the record: what each entry changes."""

from __future__ import annotations

from dataclasses import replace

from chairside.core.visit import events as e
from chairside.core.visit.handlers.placing import Changes
from chairside.core.visit.state import Dated, VisitState


def observing(state: VisitState, event: e.Event, payload: e.ObservationStarted) -> Changes:
    return {"observation_at": event.at}


def access_removed(state: VisitState, event: e.Event, payload: e.AccessRemoved) -> Changes:
    return {"access_removed_at": event.at, "bleeding_stopped": payload.bleeding_stopped or payload.secured}


def discharged(state: VisitState, event: e.Event, payload: e.Discharged) -> Changes:
    changes: Changes = {"discharged": payload, "discharged_at": event.at}
    if any(region.connected for region in state.infusions.values()):
        changes["left_with_pump"] = Dated(event.at, event.id, payload)
    return changes


def noted(state: VisitState, event: e.Event, payload: e.NoteAdded) -> Changes:
    return {}


def signed(state: VisitState, event: e.Event, payload: e.Signed) -> Changes:
    return {"signed_at": event.at}


def claimed(state: VisitState, event: e.Event, payload: e.Claimed) -> Changes:
    return {"unclaimed": state.unclaimed - {payload.event}}


def incident(state: VisitState, event: e.Event, payload: e.IncidentOpened) -> Changes:
    changes: Changes = {"incidents": (*state.incidents, (payload.trigger, payload.about))}
    if payload.trigger == "reported_without_guard":
        changes["unproven"] = state.unproven | {payload.about}
        # A check that was not independent is no half of a double check (H-013).
        changes["infusions"] = {
            key: replace(region, checks=tuple(check for check in region.checks if check.event != payload.about))
            for key, region in state.infusions.items()
        }
    return changes


def deferred(state: VisitState, event: e.Event, payload: e.Deferred) -> Changes:
    """Not today: one drug, or everything that was not begun."""
    regions = dict(state.infusions)
    for key, region in state.infusions.items():
        if payload.drug in ("", key) and not region.timeline:
            regions[key] = replace(region, deferred=payload.reason or "deferred")
    return {"infusions": regions, "deferred": state.deferred if payload.drug else payload.reason or "deferred"}


def transferred(state: VisitState, event: e.Event, payload: e.Transferred) -> Changes:
    return {"transferred": Dated(event.at, event.id, payload), "discharged_at": event.at}


def call_made(state: VisitState, event: e.Event, payload: e.CallMade) -> Changes:
    return {"calls": (*state.calls, Dated(event.at, event.id, payload))}


def incident_reported(state: VisitState, event: e.Event, payload: e.IncidentReported) -> Changes:
    return {"reports": state.reports | {payload.incident: payload}}
