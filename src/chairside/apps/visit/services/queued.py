"""What was entered at the chair without network, and comes when it is back: facts that are reported, never commands."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from chairside.apps.visit.models import Visit, VisitEvent
from chairside.apps.visit.services.gate import event_append
from chairside.core.access import Actor
from chairside.core.kernel.decision import Decision, refused
from chairside.core.visit.events import Payload
from chairside.core.visit.values import Mode

# They are done to the record now, or decide what comes next, or must not lie on a device that others use (H-014).
NOT_QUEUED = frozenset(
    """
    check_entered preparation_recorded cleared released_to_prepare overridden replanned corrected claimed signed
    incident_opened
    """.split()  # noqa: SIM905 - a paragraph of words is easier to read than a column of strings
)


def queued_append(
    *, visit: Visit, event_id: UUID, payload: Payload, pressed_at: datetime, actor: Actor, at: datetime
) -> Decision[VisitEvent]:
    """Take a queued entry as what it is by now: something that happened when it was pressed (H-020, H-021).

    A start, a restart or a higher rate among them is reported too: it is judged, opens its incident, and carries nothing out.
    The same id again, or one whose live command had arrived after all, is the same event.

    pressed_at  the moment of the tap, by the server's clock as the page counted it on
    """
    if payload.kind in NOT_QUEUED:
        message = "This cannot be sent later: it is decided with the record open. Enter it again on the page of the visit."
        return Decision(None, (refused("wrong_state", message, field="kind"),))
    return event_append(
        visit=visit,
        event_id=event_id,
        payload=payload,
        mode=Mode.REPORTED,
        claimed_at=pressed_at,
        actor=actor,
        at=at,
        queued=True,
    )
