"""Arrival and assessment: what each entry changes."""

from __future__ import annotations

from dataclasses import replace

from chairside.core.visit import events as e
from chairside.core.visit.handlers.placing import Changes, place
from chairside.core.visit.state import VisitState, VitalsSet


def checked_in(state: VisitState, event: e.Event, payload: e.CheckedIn) -> Changes:
    return {"identified_at": event.at}


def seated(state: VisitState, event: e.Event, payload: e.Seated) -> Changes:
    return {"chair": payload.chair}


def vitals(state: VisitState, event: e.Event, payload: e.VitalsRecorded) -> Changes:
    changes: Changes = {"vitals": place(state.vitals, VitalsSet(event.at, event.sequence, event.id, payload))}
    weight = payload.value("weight_kg")
    before = state.weighed if weight is not None else None  # looks back over every set: only where there is a weight to compare
    if weight is not None and before is not None and not (weight.unit.comparable(before.unit) and weight.same(before)):
        changes |= _asked_again(state, {"weight.change", "weight.surface"})
    return changes


def _asked_again(state: VisitState, rules: set[str]) -> Changes:
    """What was learned after go: go is said again, and a release given for what was known before is asked for again."""
    return {
        "cleared_at": state.cleared_at if state.any_started else None,
        "overrides": {rule: event for rule, event in state.overrides.items() if rule not in rules},
    }


def allergies(state: VisitState, event: e.Event, payload: e.AllergiesReviewed) -> Changes:
    return {"allergies_at": event.at, "medicines_reviewed": state.medicines_reviewed or payload.medicines_reviewed}


def questions(state: VisitState, event: e.Event, payload: e.QuestionsAnswered) -> Changes:
    told = {answer.question: answer.said for answer in payload.answers}
    changed = {f"question.{code}" for code, said in told.items() if state.answers.get(code, said) is not said}
    again = _asked_again(state, changed) if changed else {}
    return {"answers": state.answers | told, **again}


def cleared(state: VisitState, event: e.Event, payload: e.Cleared) -> Changes:
    return {"cleared_at": event.at, "held": ""}


def held(state: VisitState, event: e.Event, payload: e.Held) -> Changes:
    return {"cleared_at": None, "held": payload.reason or "held"}


def overridden(state: VisitState, event: e.Event, payload: e.Overridden) -> Changes:
    return {"overrides": state.overrides | {payload.rule: event.id}}


def replanned(state: VisitState, event: e.Event, payload: e.Replanned) -> Changes:
    """Go and every release were given for the plan that was, so they are asked for again. What was given stays given."""
    regions = dict(state.infusions)
    for drug in (*payload.prepare_again, *payload.check_again):
        kept = () if drug in payload.prepare_again else regions[drug].preparations
        regions[drug] = replace(regions[drug], preparations=kept, **regions[drug].unchecked())
    return {"cleared_at": None, "overrides": {}, "infusions": regions}
