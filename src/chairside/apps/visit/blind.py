"""The state of a visit as one person may see it: a verifier's entries stay with the server until two have agreed (H-014)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, cast

from chairside.core.visit.events import CheckCompared, CheckEntered, Corrected, Event, Payload
from chairside.core.visit.state import Check, VisitState


@dataclass(frozen=True, slots=True)
class Withheld(Payload):
    """Stands where another verifier's entries are. It says for which drug and stage, from where, and nothing else."""

    kind: ClassVar[str] = "check_entered"
    drug: str
    stage: str = ""
    remote: bool = False


def as_seen_by(state: VisitState, actor_id: str) -> VisitState:
    """The same state without the check entries that this person may not see yet.

    Their own stay. All are open once every stage of the drug has agreed: a later stage computes the same numbers again, and so
    does the check of another bag.
    """
    complete = {key for key, region in state.infusions.items() if region.timeline or (region.check_stages and region.checked)}
    opened = {
        name
        for event in state.log
        if isinstance(event.payload, CheckCompared) and event.payload.agrees and event.payload.drug in complete
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
        key: replace(region, checks=tuple(_covered_check(check, hidden) for check in region.checks))
        for key, region in state.infusions.items()
    }
    return replace(state, log=log, infusions=infusions)


def _covered(event: Event, hidden: set[str]) -> Event:
    payload = event.payload
    if event.id in hidden:
        return replace(event, payload=_without_values(cast(CheckEntered, payload)))
    if isinstance(payload, Corrected) and payload.event in hidden:
        return replace(event, payload=replace(payload, replacement=""))
    return event


def _covered_check(check: Check, hidden: set[str]) -> Check:
    return replace(check, entered=cast(CheckEntered, _without_values(check.entered))) if check.event in hidden else check


def _without_values(entered: CheckEntered) -> Withheld:
    return Withheld(entered.drug, entered.stage, entered.remote)
