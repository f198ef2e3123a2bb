"""Reading coverage: the work queue, and which approval covers which dose. Plans are read through the order, never imported."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.db.models import (
    BooleanField,
    Case,
    DateField,
    Exists,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from chairside.apps.coverage.models import Authorization, Coverage
from chairside.apps.formulary.selectors import protocol_of
from chairside.apps.intake.models import Order, OrderVersion
from chairside.apps.organizations.models import Site
from chairside.apps.people.models import Patient
from chairside.apps.people.selectors import records_of
from chairside.core.coverage.authorization import Approval, Cover, Need, spend, units_needed
from chairside.core.kernel.decision import Reason
from chairside.core.kernel.quantity import Quantity
from chairside.core.kernel.unit import UnitError, unit
from chairside.core.plans.supply import taken
from chairside.core.protocols.schema.product import BillingCode

FINISHED = "finished"


def coverage_queue(site: Site | None, *, today: date, state: str = "", text: str = "") -> QuerySet[Order]:
    """Signed orders with a dose ahead or not planned yet, with how the next dose stands: what puts one at risk comes first.

    An order whose course is over needs no approval any more; it is found under the state `FINISHED` only.
    """
    rows = Order.objects.filter(site=site).filter(Exists(OrderVersion.objects.filter(order=OuterRef("pk"), status="signed")))
    # A booked dose of an earlier version stays ahead when a new version is signed, so the version's status is not asked.
    of_plan = OrderVersion.objects.filter(order=OuterRef("pk"), plan__doses__status__in=["planned", "booked"])
    ahead = of_plan.order_by("plan__doses__target_on", "plan__doses__number")
    of_order = Authorization.objects.filter(order=OuterRef("pk"))
    answered = of_order.order_by("-recorded_at", "-id")
    rows = rows.annotate(
        next_dose_on=Subquery(ahead.values("plan__doses__target_on")[:1]),
        next_dose=Subquery(ahead.values("plan__doses__number")[:1]),
        course=Subquery(OrderVersion.objects.filter(order=OuterRef("pk"), status="signed").values("plan__status")[:1]),
        answer=Subquery(answered.values("status")[:1]),
    ).annotate(
        asked_on=Value(today, output_field=DateField()),
        needed_on=Coalesce("next_dose_on", Value(today, output_field=DateField())),
        finished=_flag(Q(next_dose_on=None, course__isnull=False)),
    )
    day = OuterRef("needed_on")
    insurances = Coverage.objects.filter(patient__in=records_of(OuterRef("patient")))
    rows = rows.annotate(
        approved=Exists(of_order.filter(status="approved", starts_on__lte=day, ends_on__gte=day)),
        not_required=Exists(of_order.filter(status="not_required")),
        verified=Exists(insurances.filter(verified_on__isnull=False)),
        insured=Exists(insurances),
        payer=Subquery(insurances.order_by("rank", "id").values("payer")[:1]),
        payer_line=Subquery(insurances.order_by("rank", "id").values("line")[:1]),
    ).annotate(safe=_flag(Q(approved=True) | Q(not_required=True)))
    rows = rows.filter(**{"finished": state == FINISHED, **_STATES.get(state, {})})
    if text:
        rows = rows.filter(
            Q(patient__family__icontains=text) | Q(patient__given__icontains=text) | Q(patient__mrn__iexact=text)
        )
    signed = OrderVersion.objects.filter(status="signed").select_related("release")
    return (
        rows.select_related("patient")
        .prefetch_related(
            Prefetch("versions", signed, to_attr="signed_versions"),
            Prefetch("authorizations", Authorization.objects.order_by("-recorded_at"), to_attr="newest_first"),
        )
        .order_by("safe", F("next_dose_on").asc(nulls_last=True), "pk")
    )


def _flag(when: Q) -> Case:
    return Case(When(when, then=Value(True)), default=Value(False), output_field=BooleanField())


# The newest answer of the payer holds: a request that was approved since waits no longer.
_STATES: dict[str, dict[str, object]] = {
    "at_risk": {"safe": False}, "covered": {"safe": True}, "pending": {"safe": False, "answer": "pending"},
    "denied": {"safe": False, "answer": "denied"}, "unverified": {"verified": False},
}  # fmt: skip
STATES = (
    ("at_risk", "At risk"),
    ("pending", "Waiting for the payer"),
    ("denied", "Denied"),
    ("unverified", "Benefits not checked"),
    ("covered", "Covered"),
    (FINISHED, "Course over"),
)


def signed_version(order: Order) -> OrderVersion | None:
    return order.versions.filter(status="signed").select_related("release").first()


def approvals_of(order: Order) -> list[Approval]:
    """What payers approved for an order, as the rulebook reads it."""
    rows = Authorization.objects.filter(order=order, status="approved").order_by("starts_on", "id")
    return [
        Approval(str(row.id), row.starts_on, row.ends_on, row.units)
        for row in rows
        if row.starts_on and row.ends_on and row.units is not None
    ]


def authorization_for(order: Order, day: date) -> Authorization | None:
    """The approval that covers a day, the one that ends last of several; or the payer's word that none is required."""
    rows = Authorization.objects.filter(order=order)
    covering = rows.filter(status="approved", starts_on__lte=day, ends_on__gte=day).order_by("-ends_on", "-recorded_at").first()
    return covering or rows.filter(status="not_required").order_by("-recorded_at").first()


def coverages_of(patient: Patient) -> QuerySet[Coverage]:
    """The insurances of a person, by rank, whichever of their records they stand under."""
    return Coverage.objects.filter(patient__in=records_of(patient)).order_by("rank", "id")


def coverages_on(patient: Patient, day: date) -> list[Coverage]:
    """The insurances that hold on a day, by rank."""
    rows = coverages_of(patient)
    begun, not_over = Q(starts_on=None) | Q(starts_on__lte=day), Q(ends_on=None) | Q(ends_on__gte=day)
    return list(rows.filter(begun, not_over))


def cover_reasons(order: Order, number: int, day: date) -> tuple[Reason, ...]:
    """Why a dose given on a day is not covered by what was approved; nothing where none is required, or the patient pays."""
    approval = authorization_for(order, day)
    paying = next(iter(coverages_on(order.patient, day)), None)
    if (approval is not None and approval.status == "not_required") or (paying is not None and paying.line == "self_pay"):
        return ()
    planned = next((cover.reasons for cover in covers_of(order, {number: day}) if cover.need.number == number), None)
    if planned is not None:
        return planned
    # A dose that an earlier version of the order planned: only its day can still be held against what was approved.
    (cover,) = spend(approvals_of(order), [Need(number, day, Decimal(0))])
    return cover.reasons


def covers_of(order: Order, moved: Mapping[int, date] | None = None) -> tuple[Cover, ...]:
    """How each dose of the order's plan stands with what was approved: "approved units run out on dose 4".

    `moved` puts doses on other days than the plan's.
    """
    version = signed_version(order)
    plan = getattr(version, "plan", None)
    if version is None or plan is None:
        return ()
    code = billing_code(version, plan.started_on)
    needs = []
    for dose in plan.doses.exclude(status="cancelled").prefetch_related("decisions").order_by("number"):
        newest = max(dose.decisions.all(), key=lambda row: row.decided_at, default=None)
        amount = newest.amount if newest else None
        on = (moved or {}).get(dose.number, dose.target_on)
        needs.append(Need(dose.number, on, _units(amount, newest.unit if newest else "", code)))
    return spend(approvals_of(order), needs)


def billing_code(version: OrderVersion, day: date) -> BillingCode | None:
    """The code under which the ordered product is billed on a day; None when the brand is not named or has none."""
    product = protocol_of(version.release_id).product(version.brand)
    return None if product is None else taken.billing_code(product, day)


def _units(amount: Decimal | None, code: str, billed: BillingCode | None) -> Decimal | None:
    if amount is None or billed is None:
        return None
    try:
        return units_needed(Quantity(amount, unit(code)), billed.unit)
    except UnitError:
        return None
