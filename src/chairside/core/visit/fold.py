"""The fold: a log of events in accepted order becomes the state of the visit. The same log always gives the same state.

`fold` is `apply`, one event after the other. An event is placed in *clinical* time (a reported fact at its claimed time), so a
fact that arrives late changes the timeline and no earlier sequence. A correction folds the log again with the old event
replaced.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from chairside.core.visit import events as e
from chairside.core.visit.check_need import stages_of
from chairside.core.visit.encoding import from_text
from chairside.core.visit.handlers import HANDLERS, Changes
from chairside.core.visit.plan import VisitPlan
from chairside.core.visit.state import Infusion, Reaction, VisitState
from chairside.core.visit.values import Mode


class SequenceError(ValueError):
    """The log is broken: an event does not follow the one before it. A defect of storage, never of a person."""


def begin(plan: VisitPlan) -> VisitState:
    """The state of a visit in which nothing has happened."""
    return VisitState({drug.key: Infusion(drug.key, drug.volume, check_stages=stages_of(plan, drug)) for drug in plan.drugs})


def fold(events: Iterable[e.Event], plan: VisitPlan) -> VisitState:
    """The state after these events, which come in accepted order, sequences strictly rising."""
    state = begin(plan)
    for event in events:
        state = apply(state, event)
    return state


def apply(state: VisitState, event: e.Event) -> VisitState:
    """The state after one more event. Raises SequenceError when it does not come after the last."""
    if event.sequence <= state.sequence:
        raise SequenceError(f"event {event.sequence} cannot follow {state.sequence}")
    if isinstance(event.payload, e.Corrected):
        return _correct(state, event)
    changes = HANDLERS[event.kind](state, event, event.payload)
    changes["sequence"] = event.sequence
    changes["log"] = (*state.log, event)
    if event.mode is Mode.REPORTED:
        changes["reported"] = state.reported | {event.id}
    return _with(state, changes)


def _with(state: VisitState, changes: Changes) -> VisitState:
    """A changed copy. dataclasses.replace would run over all fields for each event; a fold of 500 should not notice."""
    copy = object.__new__(VisitState)
    copy.__dict__.update(state.__dict__)
    copy.__dict__.update(changes)
    return copy


def _correct(state: VisitState, event: e.Event) -> VisitState:
    """Fold the log again as if the old event had said what the correction says; the log itself keeps both."""
    payload = event.payload
    assert isinstance(payload, e.Corrected)
    corrections = {**state.corrected, payload.event: event.id}
    by_id = {entry.id: entry for entry in (*state.log, event)}
    again = VisitState(
        {key: Infusion(key, region.volume, check_stages=region.check_stages) for key, region in state.infusions.items()}
    )
    for entry in state.log:
        if isinstance(entry.payload, e.Corrected) or _void(entry, corrections, by_id):
            continue
        standing = _as_corrected(entry, by_id[corrections[entry.id]]) if entry.id in corrections else entry
        if standing is not None:
            again = apply(again, standing)
    reported = {entry.id for entry in by_id.values() if entry.mode is Mode.REPORTED}
    return _with(
        again,
        {
            "sequence": event.sequence,
            "log": (*state.log, event),
            "corrected": corrections,
            "reported": frozenset(reported),
            "graded": state.graded | again.graded,
            "reactions": {key: _as_bad(item, state.reactions.get(key)) for key, item in again.reactions.items()},
        },
    )


def _as_bad(now: Reaction, was: Reaction | None) -> Reaction:
    """A correction never makes a reaction better than it was on record: the worst grade stays (H-011)."""
    return now if was is None or was.worst is None else replace(now, floor=was.worst)


def _void(entry: e.Event, corrections: dict[str, str], by_id: dict[str, e.Event]) -> bool:
    """Whether an entry of the double check fell with what it compared: a check or the bag was corrected after it (H-013)."""
    payload = entry.payload
    if isinstance(payload, e.CheckCompared):
        if {payload.first, payload.second} & set(corrections):
            return True
    elif not isinstance(payload, e.CheckEntered):
        return False
    for name, correction in corrections.items():
        bag = by_id.get(name)
        if bag is None or not isinstance(bag.payload, e.PreparationRecorded) or bag.payload.drug != payload.drug:
            continue
        if bag.sequence < entry.sequence < by_id[correction].sequence:
            return True
    return False


def _as_corrected(entry: e.Event, correction: e.Event) -> e.Event | None:
    payload = correction.payload
    assert isinstance(payload, e.Corrected)
    if not payload.replacement:
        return None
    meant = from_text(entry.kind, payload.replacement)
    if payload.claimed_at is None:
        return replace(entry, payload=meant)
    return replace(entry, payload=meant, mode=Mode.REPORTED, claimed_at=payload.claimed_at)
