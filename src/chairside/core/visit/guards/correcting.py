"""Who may correct what, and what a correction puts in place: it passes the guards that the entry itself would pass.

Nothing here forbids to say that an entry was wrong. It says who, keeps what protects, and asks again what rested on it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from chairside.core.access import Action, Actor, Role
from chairside.core.kernel.decision import Reason, refused
from chairside.core.visit import events as e
from chairside.core.visit.alerts import alerts_from_vitals
from chairside.core.visit.encoding import PayloadError, from_text
from chairside.core.visit.fold import fold
from chairside.core.visit.guards import leaving
from chairside.core.visit.plan import VisitPlan
from chairside.core.visit.readable import unreadable
from chairside.core.visit.state import STARTS, VisitState
from chairside.core.visit.values import Mode

May = Callable[[e.Payload, Actor], tuple[Reason, ...]]
Unmet = Callable[[VisitState, VisitPlan, e.Payload, Actor, datetime], tuple[Reason, ...]]

# What protects the patient is erased by a nurse or a prescriber, and only in the open: an incident tells of it (H-011).
PROTECTING = STARTS | {
    *("reaction_recorded", "symptom_reported", "paused", "stopped", "held"),
    *("push_ended", "draw_ended", "pump_disconnected", "unit_received"),
}
_ERASERS = frozenset({Role.NURSE, Role.CHARGE_NURSE, Role.PRESCRIBER, Role.MEDICAL_DIRECTOR})
_PRESCRIBERS = frozenset({Role.PRESCRIBER, Role.MEDICAL_DIRECTOR})
# Entered again, never rewritten: a check is made blind, a release is given for one rule by one role (H-013).
ENTERED_AGAIN = frozenset({"check_entered", "overridden"})
TELLS_NOTHING_NEW = frozenset({"note_added", "seated"})


def correct(
    state: VisitState, plan: VisitPlan, command: e.Corrected, actor: Actor, at: datetime, *, may: May, unmet: Unmet
) -> tuple[Reason, ...]:
    """Every reason against a correction. `may` and `unmet` are the rules of the entry that it is about."""
    reasons = leaving.correct(state, plan, command, actor, at)
    old = next((entry for entry in state.log if entry.id == command.event), None)
    if reasons or old is None:
        return reasons
    who = _who(state, plan, old, actor, may)
    if not command.replacement:
        return who
    if old.kind in ENTERED_AGAIN:
        message = "A check or a release is not rewritten. Mark it as entered in error and enter it again."
        return (*who, refused("wrong_state", message, field="correction.replacement"))
    meant = from_text(old.kind, command.replacement)
    if slips := unreadable(plan, meant):
        return (*who, *slips)
    if isinstance(meant, e.Resumed) and isinstance(old.payload, e.Resumed) and meant.hold_minutes != old.payload.hold_minutes:
        message = "The time to stay at the rate after a restart comes from the rule. It is not corrected."
        return (*who, refused("wrong_state", message, field="correction.replacement"))
    if command.claimed_at is not None or old.mode is Mode.REPORTED:
        return who  # it says what happened: stored, and an incident tells which guards it did not meet
    return (*who, *replaced(state, plan, command, unmet))


def _who(state: VisitState, plan: VisitPlan, old: e.Event, actor: Actor, may: May) -> tuple[Reason, ...]:
    reasons = () if actor.id == old.actor.id or actor.roles & _PRESCRIBERS else may(old.payload, actor)
    if _protects(state, plan, old) and not actor.roles & _ERASERS:
        reasons = (*reasons, _not(f"A {old.kind.replace('_', ' ')} is corrected by a nurse or a prescriber.", "nurse"))
    if old.kind == "held" and not actor.may(Action.HOLD_RELEASE).allowed:
        reasons = (*reasons, _not("A hold is taken back by a prescriber.", "prescriber"))
    signer = next((entry.actor.id for entry in state.log if entry.kind == "signed"), None)
    if state.signed_at and actor.id != signer and not actor.roles & _PRESCRIBERS:
        reasons = (*reasons, _not("The record is signed. Who signed it or a prescriber corrects it.", "prescriber"))
    return reasons


def replaced(state: VisitState, plan: VisitPlan, command: e.Corrected, unmet: Unmet) -> tuple[Reason, ...]:
    """The guards that a replacement does not meet at the place of the entry that it replaces."""
    old = next((entry for entry in state.log if entry.id == command.event), None)
    if old is None or not command.replacement:
        return ()
    try:
        meant = from_text(old.kind, command.replacement)
    except PayloadError:
        return ()
    then = replace(fold([entry for entry in state.log if entry.sequence < old.sequence], plan), unproven=state.unproven)
    return unmet(then, plan, meant, old.actor, command.claimed_at or old.at)


def _protects(state: VisitState, plan: VisitPlan, old: e.Event) -> bool:
    """What holds the visit back now: also a set of vitals, while one of them asks for action."""
    if old.kind == "vitals_recorded":
        return any(alert.level == "act" for alert in alerts_from_vitals(state, plan))
    return old.kind in PROTECTING


def incident(state: VisitState, plan: VisitPlan, old: e.Event) -> str:
    """Which incident a correction of this entry opens, "" for none: it took protection away, or what a running drug rests on.

    state  before the correction
    """
    if old.kind in TELLS_NOTHING_NEW:
        return ""
    if state.signed_at:
        return "corrected_after_signature"
    if any(region.timeline for region in state.infusions.values()):
        return "corrected_after_start"
    return "protection_corrected" if _protects(state, plan, old) else ""


def _not(message: str, role: str) -> Reason:
    return refused("not_permitted", message, field="actor", limit=role)
