"""From the ledger's rows to the values that the rulebook folds. Decides nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db.models import Sum

from chairside.apps.formulary.selectors import protocol_of
from chairside.apps.people.selectors import person_of
from chairside.apps.plans.models import PlannedDose
from chairside.apps.stock.models import Lot, LotEntry
from chairside.core.stock import ledger as core

_KINDS = {
    LotEntry.Kind.RECEIVED: core.EntryKind.RECEIVED,
    LotEntry.Kind.DRAWN: core.EntryKind.DRAWN,
    LotEntry.Kind.RETURNED: core.EntryKind.RETURNED,
    LotEntry.Kind.WASTED: core.EntryKind.WASTED,
    LotEntry.Kind.QUARANTINED: core.EntryKind.QUARANTINED,
    LotEntry.Kind.RELEASED: core.EntryKind.RELEASED,
}


def balance_of(lot: Lot) -> core.Balance:
    """What the lot's entries add up to."""
    return core.fold(core_entries(lot.entries.order_by("sequence")))


def core_entries(rows: Iterable[LotEntry]) -> Iterator[core.Entry]:
    """Stored entries as plain values. A corrected count is vials found, or vials that are gone."""
    for row in rows:
        kind = LotEntry.Kind(row.kind)
        if kind is LotEntry.Kind.COUNTED:
            known = core.EntryKind.RECEIVED if row.vials >= 0 else core.EntryKind.WASTED
        else:
            known = _KINDS[kind]
        yield core.Entry(known, row.at, abs(row.vials), row.reason, str(row.planned_dose_id or ""))


def core_lot(lot: Lot) -> core.Lot:
    return core.Lot(lot.number, lot.brand, lot.strength, lot.expires_on, str(person_of(lot.patient)) if lot.patient else "")


def out_for(lot: Lot, dose: PlannedDose) -> int:
    """Vials of the lot that are out for a dose: drawn and not put back."""
    moved = lot.entries.filter(planned_dose=dose, kind__in=[LotEntry.Kind.DRAWN, LotEntry.Kind.RETURNED]).aggregate(
        n=Sum("vials")
    )
    return -(moved["n"] or 0)


def brands_for(dose: PlannedDose) -> tuple[str, ...]:
    """The brands that carry out the dose's order: the one that it names, else every brand of the therapy."""
    order = dose.plan.order_version
    return (order.brand,) if order.brand else tuple(product.brand for product in protocol_of(order.release_id).products)
