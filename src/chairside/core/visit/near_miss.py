"""A command that was refused and that came near harm: the attempt is not recorded as done, but it is looked at afterwards.

Another person's identity, and what is never overridden at the chair (safety reference 1.6, 1.11).
"""

from __future__ import annotations

from chairside.core.kernel.decision import Reason
from chairside.core.visit import events as e
from chairside.core.visit.state import VisitState

_GIVING = frozenset({"infusion_started", "push_started", "pump_connected", "dose_given", "draw_started"})
_PREPARING = frozenset({"preparation_recorded", "unit_received", "bag_changed"})
_WRONG_PERSON = _GIVING | {"checked_in", "pump_disconnected", "unit_received"}
# By what is commanded: the reasons that nobody overrides and that say that something wrong was in somebody's hands.
_NEVER: dict[str, frozenset[str]] = {
    **dict.fromkeys(
        _GIVING, frozenset({"contraindicated", "not_signed", "preparation_expired", "wrong_product", "wrong_route"})
    ),
    **dict.fromkeys(_PREPARING, frozenset({"wrong_product", "wrong_route", "preparation_expired"})),
    "resumed": frozenset({"contraindicated", "preparation_expired"}),
    "check_entered": frozenset({"not_independent"}),
    "premedication_given": frozenset({"wrong_product", "wrong_route"}),
}


def near_miss(state: VisitState, command: e.Payload, reasons: tuple[Reason, ...]) -> e.IncidentOpened | None:
    """The incident that a refused live command opens, None for an ordinary refusal. The same one opens once in a visit."""
    found = _named(command, reasons)
    return None if found is None or any(_same(event.payload, found) for event in state.log) else found


def _same(payload: e.Payload, found: e.IncidentOpened) -> bool:
    return (
        isinstance(payload, e.IncidentOpened) and payload.trigger == found.trigger and payload.detail.startswith(found.detail)
    )


def _named(command: e.Payload, reasons: tuple[Reason, ...]) -> e.IncidentOpened | None:
    kind = command.kind
    person = [reason for reason in reasons if reason.code == "wrong_person"]
    if person and kind in _WRONG_PERSON:
        return e.IncidentOpened("wrong_patient", detail=_told(kind, person))
    never = [reason for reason in reasons if reason.code in _NEVER.get(kind, ()) and reason.override == "none"]
    return e.IncidentOpened("never_event_block", detail=_told(kind, never)) if never else None


def _told(kind: str, reasons: list[Reason]) -> str:
    """What was tried and what stopped it, by name only: never what somebody entered (H-014)."""
    what = "; ".join(dict.fromkeys(f"{reason.code} {reason.field}".strip() for reason in reasons))
    return f"refused: {kind}: {what}"
