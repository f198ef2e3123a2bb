"""Reading visits: the plan and state behind the screens, the day's list, and the comparison of the log with its seals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from django.db.models import CharField, Exists, OuterRef
from django.db.models.functions import Cast

from chairside.apps.audit.models import AuditEntry
from chairside.apps.intake.models import OrderVersion
from chairside.apps.plans.models import DoseDecision, PlannedDose
from chairside.apps.plans.order import order_in_force
from chairside.apps.visit import plan_text
from chairside.apps.visit.clearing import open_reasons
from chairside.apps.visit.doses import carried_by
from chairside.apps.visit.log import core_events, event_digest
from chairside.apps.visit.models import Visit, VisitEvent
from chairside.core.kernel.decision import Reason, refused
from chairside.core.kernel.quantity import quantity
from chairside.core.visit.fold import fold
from chairside.core.visit.plan import DrugPlan, OrderOfRecord, VisitPlan
from chairside.core.visit.state import VisitState

_AT_ONCE = 1000


def plan_of(visit: Visit) -> VisitPlan:
    """The visit's plan as pinned, with the day's clearance as it stands now.

    Ladder, waits and rules never change under a running visit; a hold may be released while the patient waits. A dose or order
    that was changed meanwhile holds the visit until it is taken over (`services.visit_replan`)."""
    pinned = plan_text.from_text(visit.plan_text)
    if visit.planned_dose is None or not pinned.drugs:
        return pinned
    carried = carried_by(visit, pinned)
    if len({one.dose.pk for one in carried.values()}) < 2:
        clearance, stands = _clearance_now(visit, visit.planned_dose, pinned.drugs[0], pinned.order)
        return replace(pinned, clearance=clearance, weight_decided=stands)
    drugs, decided = [], []
    for drug in pinned.drugs:
        clearance, stands = _clearance_now(visit, carried[drug.key].dose, drug, drug.order or pinned.order)
        # Named by its drug: what is released for one drug is not released for another.
        own = None if clearance is None else tuple(replace(item, field=f"{drug.key}.{item.field}") for item in clearance)
        drugs.append(replace(drug, clearance=own))
        decided.append(stands)
    return replace(pinned, drugs=tuple(drugs), clearance=(), weight_decided=all(decided))


def _clearance_now(
    visit: Visit, dose: PlannedDose, drug: DrugPlan, order: OrderOfRecord
) -> tuple[tuple[Reason, ...] | None, bool]:
    """What holds one dose as things stand, and whether it was decided anew since the visit was opened."""
    rows = DoseDecision.objects.filter(planned_dose=dose, decided_at__gt=visit.opened_at)
    newest = rows.order_by("-decided_at", "-id").first()
    changed = (*_dose_changed(newest, drug), *_order_changed(order_in_force(dose), order))
    clearance = open_reasons(dose.pk, visit.day)
    held = (*(clearance or ()), *changed) if changed else clearance
    return held, newest is not None and newest.outcome not in _NO_DOSE


CHANGED_FIELDS = ("dose.decision", "order.version")
_NO_DOSE = ("refused", "unknown")


def _dose_changed(newest: DoseDecision | None, pinned: DrugPlan) -> tuple[Reason, ...]:
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


def _stands(decision: DoseDecision, pinned: DrugPlan) -> bool:
    if decision.amount is None or not quantity(decision.amount, decision.unit).same(pinned.dose):
        return False
    if decision.volume_ml is None or pinned.bags:
        return True  # of a desensitization the bags are the scheme's
    return pinned.volume_stated and quantity(decision.volume_ml, "mL").same(pinned.volume)


def _order_changed(version: OrderVersion, pinned: OrderOfRecord) -> tuple[Reason, ...]:
    if not pinned.version:
        return ()
    if version.status != OrderVersion.Status.SIGNED:
        message = f"The order is now marked “{version.get_status_display().lower()}”. No infusion without a signed order."
        return (refused("not_signed", message, field="order.version"),)
    if pinned.version == str(version.pk):
        return ()
    message = (
        f"Version {version.number} of the order was signed after this visit was opened. "
        "Take the new plan over before anything is given."
    )
    return (refused("mismatch", message, field="order.version"),)


def state_of(visit: Visit, plan: VisitPlan, before: VisitEvent | None = None) -> VisitState:
    """The visit's state, or how it stood right before an event of its log: one query, one fold."""
    rows = VisitEvent.objects.filter(visit=visit)
    return fold(core_events(rows.filter(sequence__lt=before.sequence) if before else rows), plan)


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
