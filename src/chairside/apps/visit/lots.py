"""Lots that may go into the bag of a visit's drug: on the shelf today, or drawn for this dose already."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Sum

from chairside.apps.stock.models import Lot, LotEntry
from chairside.apps.stock.selectors import usable_lots
from chairside.apps.visit.models import Visit
from chairside.core.kernel.quantity import Quantity


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


def lots_for(visit: Visit, brands: Iterable[str]) -> tuple[OnShelf, ...]:
    """What may be issued to this patient today, first to expire first, and what is out for the dose. Three queries."""
    out = out_for_dose(visit.planned_dose_id)
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


def out_for_dose(planned_dose: UUID | None) -> dict[UUID, int]:
    """Vials by lot that were drawn for a dose and not put back."""
    if planned_dose is None:
        return {}
    moved = LotEntry.objects.filter(planned_dose_id=planned_dose, kind__in=(LotEntry.Kind.DRAWN, LotEntry.Kind.RETURNED))
    sums = moved.order_by().values("lot").annotate(n=Sum("vials"))
    return {row["lot"]: -row["n"] for row in sums if row["n"] < 0}
