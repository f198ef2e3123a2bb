"""Readiness: what each entry changes. A new bag needs a new double check."""

from __future__ import annotations

from chairside.core.visit import events as e
from chairside.core.visit.handlers.placing import Changes, changed
from chairside.core.visit.state import Check, Infusion, VisitState


def released(state: VisitState, event: e.Event, payload: e.ReleasedToPrepare) -> Changes:
    return changed(state, payload.drug, released_at=event.at)


def access(state: VisitState, event: e.Event, payload: e.AccessPlaced) -> Changes:
    tried = state.attempts.get(event.actor.id, 0) + payload.attempts
    return {
        "access": (*state.access, payload),
        "attempts": state.attempts | {event.actor.id: tried},
        "access_removed_at": None if payload.placed else state.access_removed_at,
        "site_failed_at": None if payload.placed else state.site_failed_at,
    }


def premedicated(state: VisitState, event: e.Event, payload: e.PremedicationGiven) -> Changes:
    return {"premedications": state.premedications | {payload.premedication: event.at}}


def prepared(state: VisitState, event: e.Event, payload: e.PreparationRecorded) -> Changes:
    # A new bag needs a new double check: what was compared was another bag.
    region = state.infusions.get(payload.drug, Infusion(payload.drug))
    return changed(state, payload.drug, preparations=(*region.preparations, payload), **region.unchecked(keep_before=True))


def check_entered(state: VisitState, event: e.Event, payload: e.CheckEntered) -> Changes:
    region = state.infusions.get(payload.drug, Infusion(payload.drug))
    entry = Check(event.id, event.actor.id, event.actor.session, event.at, payload, event.actor.roles)
    round_ = () if region.compared else tuple(check for check in region.checks if check.entered.stage == payload.stage)
    agreed = tuple(item for item in region.agreed if item.stage != payload.stage)  # entered anew: it must agree anew
    return changed(state, payload.drug, checks=(*round_, entry), compared=None, agreed=agreed)


def check_compared(state: VisitState, event: e.Event, payload: e.CheckCompared) -> Changes:
    region = state.infusions.get(payload.drug, Infusion(payload.drug))
    agreed = (*region.agreed, payload) if payload.agrees else region.agreed
    return changed(state, payload.drug, compared=payload, agreed=agreed)
