"""Reading visits: the plan and state behind the screens, the day's list, and the comparison of the log with its seals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from django.db.models import CharField, Exists, OuterRef
from django.db.models.functions import Cast

from chairside.apps.audit.models import AuditEntry
from chairside.apps.intake.models import OrderVersion
from chairside.apps.plans.models import DoseDecision
from chairside.apps.plans.order import order_in_force
from chairside.apps.visit import plan_text
from chairside.apps.visit.clearing import open_reasons
from chairside.apps.visit.log import core_events, event_digest
from chairside.apps.visit.models import Visit, VisitEvent
from chairside.core.kernel.decision import Reason, refused
from chairside.core.kernel.quantity import quantity
from chairside.core.visit.fold import fold
from chairside.core.visit.plan import VisitPlan
from chairside.core.visit.state import VisitState

_AT_ONCE = 1000


def plan_of(visit: Visit) -> VisitPlan:
    """The visit's plan as pinned, with the day's clearance as it stands now.

    Ladder, waits and rules never change under a running visit; a hold may be released while the patient waits. A dose or order
    that was changed meanwhile holds the visit until it is taken over (`services.visit_replan`)."""
    pinned = plan_text.from_text(visit.plan_text)
    if visit.planned_dose_id is None:
        return pinned
    assert visit.planned_dose is not None
    rows = DoseDecision.objects.filter(planned_dose=visit.planned_dose_id, decided_at__gt=visit.opened_at)
    newest = rows.order_by("-decided_at", "-id").first()
    changed = (*_dose_changed(newest, pinned), *_order_changed(order_in_force(visit.planned_dose), pinned))
    clearance = open_reasons(visit.planned_dose_id, visit.day)
    stands = newest is not None and newest.outcome not in _NO_DOSE
    return replace(pinned, clearance=(*(clearance or ()), *changed) if changed else clearance, weight_decided=stands)


CHANGED_FIELDS = ("dose.decision", "order.version")
_NO_DOSE = ("refused", "unknown")


def _dose_changed(newest: DoseDecision | None, pinned: VisitPlan) -> tuple[Reason, ...]:
    """A decision about this dose made while the patient waited, as after a change of weight."""
    if newest is None or (newest.outcome not in _NO_DOSE and _stands(newest, pinned)):
        return ()
    if newest.outcome in _NO_DOSE:
        message = f"The dose was decided anew after this visit was opened, as “{newest.outcome}”. It takes a new decision."
    else:
        message = (
            "The dose was decided anew after this visit was opened, and it is another one. "
            "Take the new plan over before anything is given."
        )
    return (refused("mismatch", message, field="dose.decision"),)


def _stands(decision: DoseDecision, pinned: VisitPlan) -> bool:
    first = pinned.drugs[0] if pinned.drugs else None
    if decision.amount is None or first is None or not quantity(decision.amount, decision.unit).same(first.dose):
        return False
    return decision.volume_ml is None or quantity(decision.volume_ml, "mL").same(first.volume)


def _order_changed(version: OrderVersion, pinned: VisitPlan) -> tuple[Reason, ...]:
    if not pinned.order.version:
        return ()
    if version.status != OrderVersion.Status.SIGNED:
        message = f"The order is now marked “{version.get_status_display().lower()}”. No infusion without a signed order."
        return (refused("not_signed", message, field="order.version"),)
    if pinned.order.version == str(version.pk):
        return ()
    message = (
        f"Version {version.number} of the order was signed after this visit was opened. "
        "Take the new plan over before anything is given."
    )
    return (refused("mismatch", message, field="order.version"),)


def state_of(visit: Visit, plan: VisitPlan) -> VisitState:
    """The visit's state: one query, one fold."""
    return fold(core_events(VisitEvent.objects.filter(visit=visit)), plan)


@dataclass(frozen=True, slots=True)
class AlteredEvent:
    """An event that does not say what its audit entry sealed."""

    event: str
    visit: str
    problem: str


def altered_events() -> Iterator[AlteredEvent]:
    """Every event of the organization that was changed, removed or slipped in behind the services. Constant memory; for
    `chairside audit verify`, which checks the seals themselves first."""
    sealed = AuditEntry.objects.filter(subject_type="visit_event").order_by("at", "id").values_list("subject", "digest")
    for chunk in _chunks(sealed.iterator(chunk_size=_AT_ONCE)):
        rows = {str(row.pk): row for row in VisitEvent.objects.filter(pk__in=[subject for subject, _ in chunk])}
        for subject, digest in chunk:
            row = rows.get(subject)
            if row is None:
                yield AlteredEvent(subject, "", "its event is gone")
            elif event_digest(row) != digest:
                yield AlteredEvent(subject, str(row.visit_id), "its event was changed")
    seal = AuditEntry.objects.filter(subject_type="visit_event", subject=OuterRef("key"))
    unsealed = VisitEvent.objects.annotate(key=Cast("id", CharField())).filter(~Exists(seal))
    for pk, visit in unsealed.order_by("visit", "sequence").values_list("pk", "visit_id").iterator():
        yield AlteredEvent(str(pk), str(visit), "it was never recorded by the services")


def _chunks(items: Iterator[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    while chunk := list(islice(items, _AT_ONCE)):
        yield chunk
