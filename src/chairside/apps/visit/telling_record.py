"""Entries of the record itself and of the way home, in a few plain words; and what only another entry can tell of one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils import timezone

from chairside.core.visit import events as e
from chairside.core.visit.identity import compare
from chairside.core.visit.plan import VisitPlan
from chairside.core.visit.state import VisitState

Said = tuple[str, str, str]
_OTHER_PERSON = "name and birth date are not on it, or not as the record has them"


def beside(state: VisitState, plan: VisitPlan, say: Callable[[e.Event], Said]) -> dict[str, Said]:
    """By entry, what is said instead of its own words: which tap somebody claims, a check-in that does not fit the record."""
    by_id = {event.id: event for event in state.log}
    found = {}
    for event in state.log:
        match event.payload:
            case e.Claimed(event=name) if name in by_id:
                tap = by_id[name]
                title = f"It was me: {say(tap)[0]} {timezone.localtime(tap.at):%H:%M}"
                found[event.id] = title, f"pressed on the locked screen of {tap.actor.name}", "plain"
            case e.CheckedIn(identifiers=given) if not compare(plan.subject, given).allowed:
                found[event.id] = "Checked in", _OTHER_PERSON, "act"
    return found


def pressed_by(state: VisitState) -> dict[str, str]:
    """By the tap of a locked device, who pressed it and when they said so."""
    claims = (event for event in state.log if isinstance(event.payload, e.Claimed))
    return {
        event.payload.event: f", locked screen; pressed by {event.actor.name}, who said so {timezone.localtime(event.at):%H:%M}"
        for event in claims
        if isinstance(event.payload, e.Claimed)
    }


RECORD: dict[str, Callable[[Any, str], Said]] = {
    "note_added": lambda p, d: ("Note", p.text, "plain"),
    "signed": lambda p, d: ("Signed", p.statement, "done"),
    "corrected": lambda p, d: ("Correction", p.reason, "due"),
    "claimed": lambda p, d: ("It was me", "", "plain"),
    "set_out": lambda p, d: ("On the way", "", "plain"),
    "kit_checked": lambda p, d: (
        "Kit checked",
        f"missing: {', '.join(p.missing).replace('_', ' ')}" if p.missing else "complete",
        "due" if p.missing else "done",
    ),
    "remotely_signed": lambda p, d: ("Signed from elsewhere", p.statement, "done"),
    "call_made": lambda p, d: (
        "Called after the visit" if p.reached else "Called after the visit, not reached",
        "; ".join(part for part in (", ".join(p.concerns).replace("_", " "), p.note) if part),
        "due" if p.concerns or not p.reached else "done",
    ),
    "incident_reported": lambda p, d: (
        "Incident report" + (", complete" if p.done else ""),
        f"harm {p.harm}, {p.phase}: {p.what}",
        "done" if p.done else "due",
    ),
    "incident_opened": lambda p, d: (f"Incident: {p.trigger.replace('_', ' ')}", p.detail, "act"),
}
