"""What the intake pages read: the queue, one packet, one order with its versions."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db.models import Case, Count, IntegerField, Prefetch, Q, QuerySet, Value, When

from chairside.apps.intake.models import Finding, MissingItem, Order, OrderVersion, Referral
from chairside.apps.organizations.models import Site

OPEN = (Referral.Status.INCOMPLETE, Referral.Status.COMPLETE)
_PRIORITY_FIRST = Case(
    When(priority="stat", then=Value(0)),
    When(priority="asap", then=Value(1)),
    When(priority="urgent", then=Value(2)),
    default=Value(3),
    output_field=IntegerField(),
)


def referral_queue(
    site: Site | None, *, status: str = "", severity: str = "", therapy: str = "", text: str = "", owner: UUID | None = None
) -> QuerySet[Referral]:
    """Referrals of a site with what is open in each; without a status, those that still need work."""
    rows = Referral.objects.filter(site=site)
    rows = rows.filter(status=status) if status else rows.filter(status__in=OPEN)
    if severity:
        rows = rows.filter(id__in=Finding.objects.filter(severity=severity, solved_at=None).values("referral"))
    if therapy:
        rows = rows.filter(protocol=therapy)
    if text:
        rows = rows.filter(
            Q(patient__family__icontains=text)
            | Q(patient__given__icontains=text)
            | Q(patient__mrn__iexact=text)
            | Q(therapy_text__icontains=text)
        )
    if owner:
        rows = rows.filter(id__in=MissingItem.objects.filter(owner=owner, closed_at=None).values("referral"))
    return (
        rows.annotate(
            urgency=_PRIORITY_FIRST,
            holds=Count("findings", filter=Q(findings__severity="hold", findings__solved_at=None), distinct=True),
        )
        .select_related("patient", "practitioner")
        .prefetch_related(
            Prefetch("findings", Finding.objects.filter(solved_at=None).order_by("severity", "code"), to_attr="open_findings"),
            Prefetch(
                "missing",
                MissingItem.objects.filter(closed_at=None).select_related("owner").order_by("opened_at", "what"),
                to_attr="open_missing",
            ),
        )
    )


def therapies_in(site: Site | None) -> list[str]:
    """Therapies that open referrals of a site are for, for the filter."""
    rows = Referral.objects.filter(site=site).exclude(protocol="").values_list("protocol", flat=True).distinct()
    return sorted(rows)


def versions_of(order: Order) -> QuerySet[OrderVersion]:
    """Every version of an order, newest first."""
    return order.versions.select_related("release", "prescriber", "signed_by", "order__patient").order_by("-number")


def age_days(since: datetime, now: datetime, site: Site) -> int:
    """Whole calendar days at the site."""
    day: date = since.astimezone(site.zone).date()
    return (now.astimezone(site.zone).date() - day).days
