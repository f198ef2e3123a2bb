"""Giving the drug: what each entry changes in its timeline; symptoms and reactions."""

from __future__ import annotations

from dataclasses import replace

from chairside.core.visit import events as e
from chairside.core.visit.handlers.placing import Changes, changed, device_entry, ended, halt, place, rate_at, run_at
from chairside.core.visit.state import Infusion, PumpReading, Reaction, VisitState


def started(state: VisitState, event: e.Event, payload: e.InfusionStarted) -> Changes:
    return run_at(state, event, payload.drug, payload)


def step_changed(state: VisitState, event: e.Event, payload: e.StepChanged) -> Changes:
    return run_at(state, event, payload.drug, payload)


def resumed(state: VisitState, event: e.Event, payload: e.Resumed) -> Changes:
    changes = run_at(state, event, payload.drug, payload, payload.hold_minutes)
    if payload.pump_volume is not None:
        region = changes["infusions"][payload.drug]
        reading = PumpReading(event.at, event.sequence, payload.pump_volume, event.id)
        changes["infusions"][payload.drug] = replace(region, pump=place(region.pump, reading))
    return changes


def paused(state: VisitState, event: e.Event, payload: e.Paused) -> Changes:
    regions = dict(state.infusions)
    for key, region in state.infusions.items():
        if payload.drug in ("", key) and region.timeline:
            regions[key] = halt(region, event, payload.pump_volume)
    pressed = (*state.stops_pressed, event.at)
    return {"infusions": regions, "stops_pressed": pressed, "unclaimed": device_entry(state, event)}


def stopped(state: VisitState, event: e.Event, payload: e.Stopped) -> Changes:
    region = halt(state.infusions.get(payload.drug, Infusion(payload.drug)), event, payload.pump_volume)
    return {"infusions": state.infusions | {payload.drug: ended(region, event, payload)}}


def flushed(state: VisitState, event: e.Event, payload: e.Flushed) -> Changes:
    return changed(state, payload.drug, flushed_at=event.at)


def symptom(state: VisitState, event: e.Event, payload: e.SymptomReported) -> Changes:
    symptoms = {name: since for name, since in state.symptoms.items() if name != payload.symptom}
    if payload.present:
        symptoms[payload.symptom] = state.symptoms.get(payload.symptom, event.at)
    return {"symptoms": symptoms}


def reaction(state: VisitState, event: e.Event, payload: e.ReactionRecorded) -> Changes:
    known = state.reactions.get(payload.reaction)
    if known is not None:
        entry = replace(known, course=(*known.course, (event.at, payload)))
        return {"reactions": state.reactions | {known.key: entry}, "graded": _graded(state, known.drug, payload)}
    drug = payload.drug or next((key for key, region in state.infusions.items() if region.timeline and not region.stopped), "")
    region = state.infusions.get(drug)
    onset = rate_at(region, event.at) if region else None
    entry = Reaction(event.id, drug, event.at, onset, ((event.at, payload),))
    return {
        "reactions": state.reactions | {entry.key: entry},
        "graded": _graded(state, drug, payload),
        "unclaimed": device_entry(state, event),
    }


def _graded(state: VisitState, drug: str, payload: e.ReactionRecorded) -> frozenset[tuple[str, int, str]]:
    """Every grade ever recorded in this visit. A term may bar a drug before it has a grade."""
    if payload.grade is None and not payload.term:
        return state.graded
    return state.graded | {(drug, payload.grade or 0, payload.term)}
