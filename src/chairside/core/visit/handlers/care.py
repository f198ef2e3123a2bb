"""Care around the drug, and visits at home: what each entry changes."""

from __future__ import annotations

from chairside.core.visit import events as e
from chairside.core.visit.handlers.placing import Changes
from chairside.core.visit.state import Dated, VisitState


def site_assessed(state: VisitState, event: e.Event, payload: e.SiteAssessed) -> Changes:
    """A site that is not used any more waits for a new access; the old one stays on record."""
    seen = {"sites": (*state.sites, Dated(event.at, event.id, payload))}
    return {**seen, "site_failed_at": event.at} if payload.stopped else seen


def provider_notified(state: VisitState, event: e.Event, payload: e.ProviderNotified) -> Changes:
    """Details that follow a tap take its place: one telling is one entry, with the time of the tap."""
    waiting = state.unacknowledged | {event.id} if payload.orders.strip() else state.unacknowledged
    first = next((item for item in state.told if payload.follows and item.event == payload.follows), None)
    others = tuple(item for item in state.told if item is not first)
    return {"told": (*others, Dated(first.at if first else event.at, event.id, payload)), "unacknowledged": waiting}


def treatment_given(state: VisitState, event: e.Event, payload: e.TreatmentGiven) -> Changes:
    return {
        "treatments": (*state.treatments, Dated(event.at, event.id, payload)),
        "unacknowledged": state.unacknowledged | {event.id},
    }


def acknowledged(state: VisitState, event: e.Event, payload: e.Acknowledged) -> Changes:
    return {"unacknowledged": state.unacknowledged - {payload.event}}


def set_out(state: VisitState, event: e.Event, payload: e.SetOut) -> Changes:
    return {"set_out_at": event.at}


def kit_checked(state: VisitState, event: e.Event, payload: e.KitChecked) -> Changes:
    return {"kit": payload}


def remotely_signed(state: VisitState, event: e.Event, payload: e.RemotelySigned) -> Changes:
    return {"remotely_signed": state.remotely_signed | {event.actor.id: event.at}}
