"""Lots on the shelf that may be drawn for a drug of a visit today."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Sum

from chairside.apps.stock.models import Lot
from chairside.core.kernel.quantity import Quantity, quantity


@dataclass(frozen=True, slots=True)
class OnShelf:
    """Vials of one lot, and how many are left."""

    id: UUID
    brand: str
    number: str
    strength: Quantity
    expires_on: date
    left: int
    owner: str


def lots_on_shelf(site: UUID, brands: Iterable[str], day: date) -> tuple[OnShelf, ...]:
    """What may be issued: neither expired nor in quarantine, first to expire first."""
    rows = (
        Lot.objects.filter(site_id=site, brand__in=list(brands), quarantined=False, expires_on__gte=day)
        .annotate(left=Sum("entries__vials", default=0)).filter(left__gt=0).order_by("expires_on", "number")
    )
    return tuple(OnShelf(row.id, row.brand, row.number, quantity(row.strength_amount, row.strength_unit), row.expires_on, row.left,
                         row.get_owner_display()) for row in rows)
