"""Ways of giving beside the infusion: each ends as a region that began, ran and was stopped, like an infusion."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from chairside.core.kernel.quantity import Quantity, quantity
from chairside.core.visit import events as e
from chairside.core.visit.handlers.placing import Changes, can_be, changed, ended, halt, place, ran, run_at
from chairside.core.visit.state import Dated, Infusion, PumpReading, RateChange, VisitState
from chairside.core.visit.values import LotDraw

_ONE_UNIT = quantity("1", "{unit}")


def dose_given(state: VisitState, event: e.Event, payload: e.DoseGiven) -> Changes:
    """An injection runs by hand for the minutes that it took, and is over."""
    region = state.infusions.get(payload.drug, Infusion(payload.drug))
    began = event.at - timedelta(microseconds=int((payload.minutes or 0) * 60_000_000))
    start = RateChange(began, event.sequence, None, event.kind, event.id, by_hand=True)
    region = replace(region, timeline=place(region.timeline, start))
    return _ended(state, event, region, payload.given, payload.why)


def by_hand_started(state: VisitState, event: e.Event, payload: e.PushStarted | e.DrawStarted) -> Changes:
    region = state.infusions.get(payload.drug, Infusion(payload.drug))
    start = RateChange(event.at, event.sequence, None, event.kind, event.id, by_hand=True)
    return changed(state, payload.drug, **ran(region, start))


def push_ended(state: VisitState, event: e.Event, payload: e.PushEnded) -> Changes:
    region = state.infusions.get(payload.drug, Infusion(payload.drug))
    return _ended(state, event, region, payload.given, payload.why)


def draw_ended(state: VisitState, event: e.Event, payload: e.DrawEnded) -> Changes:
    region = state.infusions.get(payload.drug, Infusion(payload.drug))
    return _ended(state, event, region, payload.taken, payload.why)


def _ended(state: VisitState, event: e.Event, region: Infusion, given: Quantity, why: str) -> Changes:
    """Over: what was given by hand stands where a pump's reading stands."""
    left, whole = None, region.whole
    if whole is not None and whole.unit.comparable(given.unit):
        left = whole - given if given <= whole else whole - whole
    stopped = e.Stopped(region.drug, "other" if why and left is not None and left.amount else "complete", given, left, why)
    region = halt(region, event, given)
    return {"infusions": state.infusions | {region.drug: ended(region, event, stopped)}}


def pump_connected(state: VisitState, event: e.Event, payload: e.PumpConnected) -> Changes:
    return run_at(state, event, payload.drug, payload)


def pump_disconnected(state: VisitState, event: e.Event, payload: e.PumpDisconnected) -> Changes:
    """The pump is off. A patient who had left with it is here again: the visit goes on until they leave for good."""
    region = halt(state.infusions.get(payload.drug, Infusion(payload.drug)), event, payload.pump_volume)
    stopped = e.Stopped(payload.drug, payload.reason, payload.pump_volume, payload.residual, payload.variance_reason)
    here: Changes = {"discharged": None, "discharged_at": None} if state.away and state.transferred is None else {}
    return here | {"infusions": state.infusions | {payload.drug: ended(region, event, stopped)}}


def unit_received(state: VisitState, event: e.Event, payload: e.UnitReceived) -> Changes:
    """The unit stands where a preparation stands: one unit, its number the lot, its volume what is given."""
    region = state.infusions.get(payload.drug, Infusion(payload.drug))
    draw = LotDraw(payload.component, payload.unit, _ONE_UNIT, 1, _ONE_UNIT, payload.expires.date())
    bag = e.PreparationRecorded(payload.drug, (draw,), payload.volume, "", payload.issued_at, payload.expires)
    return changed(
        state, payload.drug, preparations=(*region.preparations, bag), unit=payload, **region.unchecked(keep_before=True)
    )


def bag_changed(state: VisitState, event: e.Event, payload: e.BagChanged) -> Changes:
    """The next bag of the same dose: the rate goes on as said, and its lots are on record."""
    changes = run_at(state, event, payload.drug, payload)
    region: Infusion = changes["infusions"][payload.drug]
    pump = region.pump
    if payload.pump_volume is not None and can_be(region, payload.pump_volume, event):
        pump = place(pump, PumpReading(event.at, event.sequence, payload.pump_volume, event.id))
    bags = (*region.bags, Dated(event.at, event.id, payload))
    changes["infusions"][payload.drug] = replace(region, pump=pump, bags=bags)
    return changes
