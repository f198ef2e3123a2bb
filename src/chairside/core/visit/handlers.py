"""What each kind of event changes: one small function a kind, from the state and the event to the fields that differ.

An event is placed in *clinical* time: a reported fact takes its true place in the timeline whenever it arrives.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol, TypeVar

from chairside.core.kernel.quantity import Quantity, quantity
from chairside.core.visit import events as e
from chairside.core.visit.state import Check, Infusion, PumpReading, RateChange, Reaction, VisitState, VitalsSet

Changes = dict[str, Any]
_VOLUME = quantity("0", "mL").unit
_OVERFILL = Decimal("1.25")


class _Timed(Protocol):
    @property
    def at(self) -> datetime: ...

    @property
    def sequence(self) -> int: ...


_Placed = TypeVar("_Placed", bound=_Timed)


def _checked_in(state: VisitState, event: e.Event, payload: e.CheckedIn) -> Changes:
    return {"identified_at": event.at}


def _seated(state: VisitState, event: e.Event, payload: e.Seated) -> Changes:
    return {"chair": payload.chair}


def _vitals(state: VisitState, event: e.Event, payload: e.VitalsRecorded) -> Changes:
    changes: Changes = {"vitals": _place(state.vitals, VitalsSet(event.at, event.sequence, event.id, payload))}
    weight = payload.value("weight_kg")
    before = state.weighed if weight is not None else None  # looks back over every set: only where there is a weight to compare
    if weight is not None and before is not None and not (weight.unit.comparable(before.unit) and weight.same(before)):
        changes |= _asked_again(state, {"weight.change"})
    return changes


def _asked_again(state: VisitState, rules: set[str]) -> Changes:
    """What was learned after go: go is said again, and a release given for what was known before is asked for again."""
    return {
        "cleared_at": state.cleared_at if state.any_started else None,
        "overrides": {rule: event for rule, event in state.overrides.items() if rule not in rules},
    }


def _allergies(state: VisitState, event: e.Event, payload: e.AllergiesReviewed) -> Changes:
    return {"allergies_at": event.at, "medicines_reviewed": state.medicines_reviewed or payload.medicines_reviewed}


def _questions(state: VisitState, event: e.Event, payload: e.QuestionsAnswered) -> Changes:
    told = {answer.question: answer.said for answer in payload.answers}
    changed = {f"question.{code}" for code, said in told.items() if state.answers.get(code, said) is not said}
    again = _asked_again(state, changed) if changed else {}
    return {"answers": state.answers | told, **again}


def _cleared(state: VisitState, event: e.Event, payload: e.Cleared) -> Changes:
    return {"cleared_at": event.at, "held": ""}


def _held(state: VisitState, event: e.Event, payload: e.Held) -> Changes:
    return {"cleared_at": None, "held": payload.reason or "held"}


def _overridden(state: VisitState, event: e.Event, payload: e.Overridden) -> Changes:
    return {"overrides": state.overrides | {payload.rule: event.id}}


def _replanned(state: VisitState, event: e.Event, payload: e.Replanned) -> Changes:
    """Go and every release were given for the plan that was, so they are asked for again. What was given stays given."""
    regions = dict(state.infusions)
    for drug in (*payload.prepare_again, *payload.check_again):
        kept = () if drug in payload.prepare_again else regions[drug].preparations
        regions[drug] = replace(regions[drug], preparations=kept, checks=(), compared=None)
    return {"cleared_at": None, "overrides": {}, "infusions": regions}


def _released(state: VisitState, event: e.Event, payload: e.ReleasedToPrepare) -> Changes:
    return _region(state, payload.drug, released_at=event.at)


def _access(state: VisitState, event: e.Event, payload: e.AccessPlaced) -> Changes:
    tried = state.attempts.get(event.actor.id, 0) + payload.attempts
    return {
        "access": (*state.access, payload),
        "attempts": state.attempts | {event.actor.id: tried},
        "access_removed_at": None if payload.placed else state.access_removed_at,
    }


def _premedicated(state: VisitState, event: e.Event, payload: e.PremedicationGiven) -> Changes:
    return {"premedications": state.premedications | {payload.premedication: event.at}}


def _prepared(state: VisitState, event: e.Event, payload: e.PreparationRecorded) -> Changes:
    # A new bag needs a new double check: what was compared was another bag.
    region = state.infusions.get(payload.drug, Infusion(payload.drug))
    return _region(state, payload.drug, preparations=(*region.preparations, payload), checks=(), compared=None)


def _check_entered(state: VisitState, event: e.Event, payload: e.CheckEntered) -> Changes:
    region = state.infusions.get(payload.drug, Infusion(payload.drug))
    entry = Check(event.id, event.actor.id, event.actor.session, event.at, payload)
    return _region(state, payload.drug, checks=(*(() if region.compared else region.checks), entry), compared=None)


def _check_compared(state: VisitState, event: e.Event, payload: e.CheckCompared) -> Changes:
    return _region(state, payload.drug, compared=payload)


def _started(state: VisitState, event: e.Event, payload: e.InfusionStarted) -> Changes:
    return _rate(state, event, payload.drug, payload)


def _step_changed(state: VisitState, event: e.Event, payload: e.StepChanged) -> Changes:
    return _rate(state, event, payload.drug, payload)


def _resumed(state: VisitState, event: e.Event, payload: e.Resumed) -> Changes:
    changes = _rate(state, event, payload.drug, payload, payload.hold_minutes)
    if payload.pump_volume is not None:
        region = changes["infusions"][payload.drug]
        reading = PumpReading(event.at, event.sequence, payload.pump_volume, event.id)
        changes["infusions"][payload.drug] = replace(region, pump=_place(region.pump, reading))
    return changes


def _paused(state: VisitState, event: e.Event, payload: e.Paused) -> Changes:
    regions = dict(state.infusions)
    for key, region in state.infusions.items():
        if payload.drug in ("", key) and region.timeline:
            regions[key] = _halt(region, event, payload.pump_volume)
    return {"infusions": regions, "stops_pressed": (*state.stops_pressed, event.at)}


def _stopped(state: VisitState, event: e.Event, payload: e.Stopped) -> Changes:
    region = _halt(state.infusions.get(payload.drug, Infusion(payload.drug)), event, payload.pump_volume)
    return {"infusions": state.infusions | {payload.drug: replace(region, stopped=payload, stopped_at=event.at)}}


def _flushed(state: VisitState, event: e.Event, payload: e.Flushed) -> Changes:
    return _region(state, payload.drug, flushed_at=event.at)


def _symptom(state: VisitState, event: e.Event, payload: e.SymptomReported) -> Changes:
    symptoms = {name: since for name, since in state.symptoms.items() if name != payload.symptom}
    if payload.present:
        symptoms[payload.symptom] = state.symptoms.get(payload.symptom, event.at)
    return {"symptoms": symptoms}


def _reaction(state: VisitState, event: e.Event, payload: e.ReactionRecorded) -> Changes:
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
        "unclaimed": _device_entry(state, event),
    }


def _graded(state: VisitState, drug: str, payload: e.ReactionRecorded) -> frozenset[tuple[str, int, str]]:
    """Every grade ever recorded in this visit. A term may bar a drug before it has a grade."""
    if payload.grade is None and not payload.term:
        return state.graded
    return state.graded | {(drug, payload.grade or 0, payload.term)}


def _observing(state: VisitState, event: e.Event, payload: e.ObservationStarted) -> Changes:
    return {"observation_at": event.at}


def _access_removed(state: VisitState, event: e.Event, payload: e.AccessRemoved) -> Changes:
    return {"access_removed_at": event.at, "bleeding_stopped": payload.bleeding_stopped or payload.secured}


def _discharged(state: VisitState, event: e.Event, payload: e.Discharged) -> Changes:
    return {"discharged": payload, "discharged_at": event.at}


def _noted(state: VisitState, event: e.Event, payload: e.NoteAdded) -> Changes:
    return {}


def _signed(state: VisitState, event: e.Event, payload: e.Signed) -> Changes:
    return {"signed_at": event.at}


def _claimed(state: VisitState, event: e.Event, payload: e.Claimed) -> Changes:
    return {"unclaimed": state.unclaimed - {payload.event}}


def _incident(state: VisitState, event: e.Event, payload: e.IncidentOpened) -> Changes:
    changes: Changes = {"incidents": (*state.incidents, (payload.trigger, payload.about))}
    if payload.trigger == "reported_without_guard":
        changes["unproven"] = state.unproven | {payload.about}
        # A check that was not independent is no half of a double check (H-013).
        changes["infusions"] = {
            key: replace(region, checks=tuple(check for check in region.checks if check.event != payload.about))
            for key, region in state.infusions.items()
        }
    return changes


# --- shared -------------------------------------------------------------------------------------------------------------------


def _region(state: VisitState, drug: str, **changes: Any) -> Changes:
    return {"infusions": state.infusions | {drug: replace(state.infusions.get(drug, Infusion(drug)), **changes)}}


def _rate(state: VisitState, event: e.Event, drug: str, payload: Any, hold: int | None = None) -> Changes:
    region = state.infusions.get(drug, Infusion(drug))
    change = RateChange(event.at, event.sequence, payload.rate, event.kind, event.id, hold)
    return _region(state, drug, timeline=_place(region.timeline, change))


def _halt(region: Infusion, event: e.Event, reading: Any) -> Infusion:
    change = RateChange(event.at, event.sequence, None, event.kind, event.id)
    pump = region.pump
    if reading is not None and _can_be(region, reading, event):
        pump = _place(pump, PumpReading(event.at, event.sequence, reading, event.id))
    return replace(region, timeline=_place(region.timeline, change), pump=pump)


def _can_be(region: Infusion, reading: Quantity, event: e.Event) -> bool:
    """A pump shows a volume that never falls and that its bag can hold. Another one stays in the record, not in the sums."""
    if not reading.unit.comparable(_VOLUME) or reading.amount < 0:
        return False
    bag = region.prepared.volume if region.prepared else None
    if bag is not None and bag.unit.comparable(_VOLUME) and bag * _OVERFILL < reading:
        return False
    return not any(earlier.at <= event.at and reading < earlier.volume for earlier in region.pump)


def _place(entries: tuple[_Placed, ...], entry: _Placed) -> tuple[_Placed, ...]:
    """Put an entry at its clinical time; equal times keep the accepted order."""
    if not entries or (entries[-1].at, entries[-1].sequence) <= (entry.at, entry.sequence):
        return (*entries, entry)
    placed = list(entries)
    insort(placed, entry, key=lambda item: (item.at, item.sequence))
    return tuple(placed)


def rate_at(region: Infusion, at: datetime) -> Quantity | None:
    """The rate last run at or before a moment: what a pause at that moment stopped."""
    rates = [change.rate for change in region.timeline if change.at <= at and change.rate is not None]
    return rates[-1] if rates else None


def _device_entry(state: VisitState, event: e.Event) -> frozenset[str]:
    return state.unclaimed | {event.id} if event.device and not event.actor.roles - {"device"} else state.unclaimed


HANDLERS: dict[str, Callable[[VisitState, e.Event, Any], Changes]] = {
    "checked_in": _checked_in,
    "seated": _seated,
    "vitals_recorded": _vitals,
    "allergies_reviewed": _allergies,
    "questions_answered": _questions,
    "cleared": _cleared,
    "held": _held,
    "overridden": _overridden,
    "replanned": _replanned,
    "released_to_prepare": _released,
    "access_placed": _access,
    "premedication_given": _premedicated,
    "preparation_recorded": _prepared,
    "check_entered": _check_entered,
    "check_compared": _check_compared,
    "infusion_started": _started,
    "step_changed": _step_changed,
    "paused": _paused,
    "resumed": _resumed,
    "stopped": _stopped,
    "flushed": _flushed,
    "symptom_reported": _symptom,
    "reaction_recorded": _reaction,
    "observation_started": _observing,
    "access_removed": _access_removed,
    "discharged": _discharged,
    "note_added": _noted,
    "signed": _signed,
    "claimed": _claimed,
    "incident_opened": _incident,
}
