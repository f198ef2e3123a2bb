"""Lots that may go into the bag of a visit's drug: on the shelf today, or drawn for this dose already."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.db.models import Q, Sum

from chairside.apps.stock.models import Lot, LotEntry
from chairside.apps.stock.selectors import usable_lots
from chairside.apps.visit.models import Visit
from chairside.core.kernel.decision import Reason
from chairside.core.kernel.quantity import Quantity
from chairside.core.stock.keeping import use_reasons
from chairside.core.visit.plan import VisitPlan
from chairside.core.visit.state import VisitState


@dataclass(frozen=True, slots=True)
class OnShelf:
    """Vials of one lot: how many are left, and how many are out for this dose."""

    id: UUID
    brand: str
    number: str
    strength: Quantity
    expires_on: date
    left: int
    out: int
    owner: str


def lots_for(visit: Visit, brands: Iterable[str], planned_dose: UUID | None) -> tuple[OnShelf, ...]:
    """What may be issued to this patient today, first to expire first, and what is out for the dose. Three queries."""
    out = out_for_dose(planned_dose)
    rows = list(usable_lots(visit.site_id, brands, visit.day, patient=visit.patient_id))
    known = {row.pk for row in rows}
    rows = [*Lot.objects.filter(pk__in=[key for key in out if key not in known]), *rows]
    return tuple(
        OnShelf(
            row.pk,
            row.brand,
            row.number,
            row.strength,
            row.expires_on,
            getattr(row, "on_hand", 0),
            out.get(row.pk, 0),
            row.get_owner_display(),
        )
        for row in rows
    )


def lot_reasons(lot: Lot, day: date) -> tuple[Reason, ...]:
    """What speaks against giving what came from this lot on a day."""
    return tuple(use_reasons(lot.number, expires=lot.expires_on, quarantined=lot.quarantined, day=day))


def with_lots(visit: Visit, plan: VisitPlan, state: VisitState) -> VisitPlan:
    """The plan, held where the bag of a drug that is still to be given came from a lot that was recalled or has expired since.

    No query until something was prepared, one then.
    """
    bags = [region.prepared for region in state.infusions.values() if region.prepared and not region.stopped]
    numbers = {draw.lot.strip().upper() for bag in bags for draw in bag.draws}
    if not numbers:
        return plan
    rows = Lot.objects.filter(Q(quarantined=True) | Q(expires_on__lt=visit.day), site=visit.site_id, number__in=numbers)
    brands = {draw.product.casefold() for bag in bags for draw in bag.draws}
    held = tuple(reason for row in rows if row.brand.casefold() in brands for reason in lot_reasons(row, visit.day))
    return replace(plan, clearance=(*(plan.clearance or ()), *held)) if held else plan


def out_for_dose(planned_dose: UUID | None) -> dict[UUID, int]:
    """Vials by lot that were drawn for a dose and not put back."""
    if planned_dose is None:
        return {}
    moved = LotEntry.objects.filter(planned_dose_id=planned_dose, kind__in=(LotEntry.Kind.DRAWN, LotEntry.Kind.RETURNED))
    sums = moved.order_by().values("lot").annotate(n=Sum("vials"))
    return {row["lot"]: -row["n"] for row in sums if row["n"] < 0}
