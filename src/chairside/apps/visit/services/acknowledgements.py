"""What waits for a prescriber's signature: rows made from the log, one for each treatment and each order by word of mouth."""

from __future__ import annotations

from uuid import UUID

from chairside.apps.visit.models import Acknowledgement, Visit
from chairside.core.visit.events import Acknowledged, Event, ProviderNotified, TreatmentGiven
from chairside.core.visit.plan import VisitPlan
from chairside.core.visit.state import VisitState

_LONGEST = 500


def acknowledgements_of(visit: Visit, plan: VisitPlan, state: VisitState) -> list[Acknowledgement]:
    """The rows that the log adds up to, with the signature where there is one."""
    if not state.treatments and not state.told:
        return []
    by_id = {event.id: event for event in state.log}
    signed: dict[str, Event] = {}
    for event in state.log:
        if isinstance(event.payload, Acknowledged):
            signed.setdefault(event.payload.event, event)
    asked = [(item.event, item.at, treatment_words(plan, item.entry)) for item in state.treatments]
    asked += [(item.event, item.at, order_words(item.entry)) for item in state.told if item.entry.orders.strip()]
    return [
        Acknowledgement(
            organization_id=visit.organization_id,
            visit=visit,
            event=UUID(event),
            what=what[:_LONGEST],
            by=by_id[event].actor.name,
            at=at,
            signed_by=signed[event].actor.name if event in signed else "",
            signed_at=signed[event].received_at if event in signed else None,
        )
        for event, at, what in asked
    ]


def treatment_words(plan: VisitPlan, entry: TreatmentGiven) -> str:
    """Such as “EPINEPHrine 0.5 mg IM mid-outer thigh”."""
    item = plan.order_set.item(entry.item) if plan.order_set else None
    return f"{item.title if item else entry.item.replace('_', ' ')} {entry.dose.spelled()} {entry.route}"


def order_words(entry: ProviderNotified) -> str:
    return f"Order by word of mouth, {entry.who}: {entry.orders}" + ("" if entry.read_back else " (not read back)")
