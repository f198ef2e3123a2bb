"""The state of a visit as one person may see it: a verifier's entries stay with the server until two have agreed (H-014)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, cast

from chairside.core.visit.events import CheckCompared, CheckEntered, Corrected, Event, Payload
from chairside.core.visit.state import Check, Infusion, VisitState


@dataclass(frozen=True, slots=True)
class Withheld(Payload):
    """Stands where another verifier's entries are. It says for which drug, and nothing else."""

    kind: ClassVar[str] = "check_entered"
    drug: str


def as_seen_by(state: VisitState, actor_id: str) -> VisitState:
    """The same state without the check entries that this person may not see yet.

    Their own stay; all are open once two have agreed.
    """
    opened = {
        name
        for event in state.log
        if isinstance(event.payload, CheckCompared) and event.payload.agrees
        for name in (event.payload.first, event.payload.second)
    }
    hidden = {
        event.id
        for event in state.log
        if isinstance(event.payload, CheckEntered) and event.id not in opened and event.actor.id != actor_id
    }
    if not hidden:
        return state
    log = tuple(_covered(event, hidden) for event in state.log)
    infusions = {
        key: replace(region, checks=tuple(_covered_check(region, check, hidden) for check in region.checks))
        for key, region in state.infusions.items()
    }
    return replace(state, log=log, infusions=infusions)


def _covered(event: Event, hidden: set[str]) -> Event:
    payload = event.payload
    if event.id in hidden:
        return replace(event, payload=Withheld(cast(CheckEntered, payload).drug))
    if isinstance(payload, Corrected) and payload.event in hidden:
        return replace(event, payload=replace(payload, replacement=""))
    return event


def _covered_check(region: Infusion, check: Check, hidden: set[str]) -> Check:
    return replace(check, entered=cast(CheckEntered, Withheld(region.drug))) if check.event in hidden else check
