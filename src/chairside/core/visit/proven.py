"""What a later live command may rest on: the log without the reported entries that did not meet their guards.

Such an entry happened: it is in the record, it is shown, it protects (its pause is a pause, its symptom a symptom) and it has
opened an incident. It never satisfies the guard of a live command, so that "it happened earlier" is no way around one.
"""

from __future__ import annotations

from dataclasses import replace

from chairside.core.kernel.decision import Reason, refused
from chairside.core.visit import events as e
from chairside.core.visit.fold import fold
from chairside.core.visit.plan import VisitPlan
from chairside.core.visit.state import VisitState

# What a live command rests on what was recorded before. What protects, and what only tells, is not among them.
RESTING = frozenset(
    {
        "seated",
        "cleared",
        "released_to_prepare",
        "access_placed",
        "premedication_given",
        "preparation_recorded",
        "check_entered",
        "infusion_started",
        "step_changed",
        "resumed",
        "unit_received",
        "dose_given",
        "push_started",
        "draw_started",
        "pump_connected",
        "bag_changed",
    }
)
_PROTECTING = frozenset(
    {"paused", "stopped", "push_ended", "draw_ended", "pump_disconnected", "held", "symptom_reported", "reaction_recorded"}
)


def rests(state: VisitState, command: e.Payload) -> bool:
    """Whether a command rests on what was recorded before. A lower rate never does."""
    if isinstance(command, e.StepChanged):
        region = state.infusions.get(command.drug)
        now = region.rate if region else None
        return now is None or not (now.unit.comparable(command.rate.unit) and command.rate <= now)
    return command.kind in RESTING


def proven(state: VisitState, plan: VisitPlan) -> VisitState:
    """The state as it would be without the reported entries that did not meet their guards."""
    if not state.unproven:
        return state
    left = [entry for entry in state.log if entry.id not in state.unproven or entry.kind in _PROTECTING]
    return replace(fold(left, plan), unproven=frozenset())


def not_counted(state: VisitState) -> Reason:
    """Why a guard is open that looks met on the screen."""
    kinds = dict.fromkeys(
        entry.kind.replace("_", " ") for entry in state.log if entry.id in state.unproven and entry.kind not in _PROTECTING
    )
    return refused(
        "wrong_state",
        f"Reported without meeting its guards, so it does not count here: {', '.join(kinds)}. "
        "Lower, pause and stop are always possible.",
        field="reported",
        limit=", ".join(kinds),
    )
