"""Reading stock: what is on hand, what may be drawn, who got a lot, and what is to be prepared today."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import F, Max, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Lower

from chairside.apps.clearance.models import Evaluation
from chairside.apps.formulary.selectors import current_releases, protocol_of
from chairside.apps.organizations.models import Site
from chairside.apps.people.models import Patient
from chairside.apps.people.selectors import records_of
from chairside.apps.plans.models import DoseDecision, PlannedDose
from chairside.apps.stock.models import Lot, LotEntry
from chairside.core.kernel.quantity import Quantity

_HERE_TODAY = ("booked", "arrived", "done")


@dataclass(frozen=True, slots=True)
class Recipient:
    """A patient whose dose took vials of a lot, and how many stayed with it."""

    patient: Patient
    dose: PlannedDose
    lot: Lot
    vials: int
    first_at: datetime
    last_at: datetime


def lots_at(site: Site | None, *, state: str = "", text: str = "", today: date) -> QuerySet[Lot]:
    """Lots of a site with `on_hand`. States: usable, expiring (within 30 days), expired, quarantined, empty."""
    rows = Lot.objects.filter(site=site).annotate(on_hand=Sum("entries__vials", default=0)).select_related("patient")
    if text:
        rows = rows.filter(Q(number__icontains=text) | Q(brand__icontains=text) | Q(ndc__startswith=text))
    shelf = rows.filter(quarantined=False, on_hand__gt=0)
    by_state = {
        "usable": shelf.filter(expires_on__gte=today),
        "expiring": shelf.filter(expires_on__gte=today, expires_on__lte=today + timedelta(days=30)),
        "expired": rows.filter(on_hand__gt=0, expires_on__lt=today),
        "quarantined": rows.filter(quarantined=True),
        "empty": rows.filter(on_hand=0),
    }
    return by_state.get(state, rows)


def on_hand(lot: Lot) -> int:
    """Vials of a lot on the shelf: the sum of its ledger."""
    return int(lot.entries.aggregate(n=Sum("vials", default=0))["n"])


def usable_lots(
    site: Site | UUID, brands: Iterable[str], day: date, *, patient: UUID | None = None, strength: Decimal | None = None
) -> QuerySet[Lot]:
    """Lots that may be drawn on a day, first to expire first: the site's, and this patient's own. Annotated with `on_hand`."""
    rows = Lot.objects.filter(site=site, brand__in=list(brands), quarantined=False, expires_on__gte=day)
    rows = rows.filter(Q(patient=None) | Q(patient__in=records_of(patient))) if patient else rows.filter(patient=None)
    if strength is not None:
        rows = rows.filter(strength_amount=strength)
    return rows.annotate(on_hand=Sum("entries__vials", default=0)).filter(on_hand__gt=0).order_by("expires_on", "number", "pk")


def recipients_of(number: str, brand: str = "") -> list[Recipient]:
    """Who got lot X, at every site of the organization: each dose that kept vials of it, newest first. Two queries."""
    rows = LotEntry.objects.filter(lot__number__iexact=number, kind__in=[LotEntry.Kind.DRAWN, LotEntry.Kind.RETURNED])
    if brand:
        rows = rows.filter(lot__brand=brand)
    kept = (
        rows.order_by()
        .values("lot", "planned_dose")
        .annotate(n=-Sum("vials"), first=Min("at"), last=Max("at"))
        .filter(n__gt=0)
        .order_by("-last")
    )
    found = list(kept)
    lots = Lot.objects.select_related("site").in_bulk({row["lot"] for row in found})
    doses = PlannedDose.objects.select_related("plan__patient").in_bulk({row["planned_dose"] for row in found})
    return [
        Recipient(
            doses[row["planned_dose"]].plan.patient,
            doses[row["planned_dose"]],
            lots[row["lot"]],
            row["n"],
            row["first"],
            row["last"],
        )
        for row in found
    ]


def ledger_of(lot: Lot) -> QuerySet[LotEntry]:
    """The lines of a lot, newest first."""
    return lot.entries.select_related("planned_dose__plan__patient").order_by("-sequence")


def to_prepare(site: Site | None, day: date) -> QuerySet[Any]:
    """Doses with an appointment on that day, by time: with the decided dose, the clearance for that day, the vials drawn.

    The appointment is reached from the dose, because scheduling is a neighbour of stock and not below it.
    """
    if site is None:
        return PlannedDose.objects.none()
    first, last = (
        datetime.combine(one, datetime.min.time(), site.zone).astimezone(UTC) for one in (day, day + timedelta(days=1))
    )
    decision = DoseDecision.objects.filter(planned_dose=OuterRef("pk")).order_by("-decided_at", "-pk")
    evaluated = Evaluation.objects.filter(planned_dose=OuterRef("pk"), day=day).order_by("-evaluated_at", "-pk")
    drawn = (
        LotEntry.objects.filter(planned_dose=OuterRef("pk"), kind__in=["drawn", "returned"]).order_by().values("planned_dose")
    )
    return (
        PlannedDose.objects.filter(
            appointments__site=site,
            appointments__status__in=_HERE_TODAY,
            appointments__during__overlap=DateTimeTZRange(first, last),
        )
        .annotate(
            starts_at=Lower("appointments__during"),
            chair=F("appointments__chair__name"),
            arrived=F("appointments__status"),
            cleared=Subquery(evaluated.values("outcome")[:1]),
            outcome=Subquery(decision.values("outcome")[:1]),
            amount=Subquery(decision.values("amount")[:1]),
            unit=Subquery(decision.values("unit")[:1]),
            vials=Subquery(decision.values("vials")[:1]),
            drawn=Subquery(drawn.annotate(n=-Sum("vials")).values("n")[:1]),
        )
        .select_related("plan__patient", "plan__order_version__release")
        .order_by("starts_at", "pk")
    )


@dataclass(frozen=True, slots=True)
class Choice:
    """A vial as sold: what a carton can be received as."""

    key: str
    label: str
    protocol: str
    brand: str
    strength: Quantity


def vials_known() -> tuple[Choice, ...]:
    """Every vial of every protocol in use, by brand. Strengths that a lot's own label states are not listed."""
    found = [
        Choice(
            f"{protocol.id}|{product.brand}|{vial.strength}",
            f"{product.brand}, {vial.strength.spelled()}",
            protocol.id,
            product.brand,
            vial.strength,
        )
        for protocol in (protocol_of(release.sha256) for release in current_releases())
        for product in protocol.products
        for vial in product.vials
        if not vial.potency_by_lot
    ]
    return tuple(sorted(found, key=lambda choice: choice.label))


def drawn_for(dose: PlannedDose) -> list[tuple[Lot, int]]:
    """Lots of which vials are out for a dose, and how many."""
    moved = LotEntry.objects.filter(planned_dose=dose, kind__in=[LotEntry.Kind.DRAWN, LotEntry.Kind.RETURNED])
    out = dict(moved.order_by().values("lot").annotate(n=-Sum("vials")).filter(n__gt=0).values_list("lot", "n"))
    return [(lot, out[lot.pk]) for lot in Lot.objects.filter(pk__in=out).order_by("expires_on", "number")]


def dose_of(key: UUID) -> PlannedDose | None:
    """A dose with what the preparation page shows of it."""
    rows = PlannedDose.objects.select_related(
        "plan__patient", "plan__order_version__release", "plan__order_version__order__site"
    )
    return rows.filter(pk=key).first()
