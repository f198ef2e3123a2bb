"""What is not possible now, on one list, each with its reasons; and the STOP whose pump nobody has read yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chairside.core.kernel.decision import Reason
from chairside.core.visit.next_action import NextAction, blocked
from chairside.core.visit.plan import VisitPlan
from chairside.core.visit.state import VisitState

_TITLES = {
    "cleared": "Go",
    "released_to_prepare": "Release to prepare",
    "infusion_started": "Start",
    "step_changed": "Raise the rate",
    "resumed": "Resume",
    "discharged": "Discharge",
    "signed": "Sign the record",
}


@dataclass(frozen=True, slots=True)
class NotPossible:
    title: str
    reasons: tuple[Reason, ...]


def impossible_now(state: VisitState, plan: VisitPlan, card: NextAction, at: datetime) -> tuple[NotPossible, ...]:
    """In the order of a visit. What the card itself already says that it waits for is not said twice."""
    found = []
    order = list(_TITLES)
    for key, reasons in blocked(state, plan, at).items():
        kind, _, key_of_drug = key.partition(":")
        if reasons == card.reasons or (kind == "cleared" and state.cleared_at):
            continue
        title = _TITLES.get(kind, kind.replace("_", " ").capitalize())
        drug = plan.drug(key_of_drug)
        place = order.index(kind) if kind in order else order.index("infusion_started")
        found.append((place, f"{title} {drug.title}" if drug else title, reasons))
    return tuple(NotPossible(title, reasons) for _, title, reasons in sorted(found, key=lambda item: item[:2]))


def stop_unread(state: VisitState) -> datetime | None:
    """When a drug was stopped whose pump has not been read since: it is stopped by hand, so this stays in sight."""
    found = []
    for region in state.infusions.values():
        if not region.paused or region.stopped or any(change.by_hand for change in region.timeline):
            continue
        pressed = region.timeline[-1].at
        if not any(reading.at >= pressed for reading in region.pump):
            found.append(pressed)
    return min(found, default=None)
