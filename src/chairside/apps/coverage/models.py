"""Coverages, and what a payer approved."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import F, Q

from chairside.apps.intake.models import Order
from chairside.apps.organizations.models import TenantModel
from chairside.apps.people.models import Patient


@pghistory.track()
class Coverage(TenantModel):
    """A patient's insurance as sent or recorded."""

    class Line(models.TextChoices):
        COMMERCIAL = "commercial", "Commercial"
        MEDICARE = "medicare", "Medicare"
        MEDICARE_ADVANTAGE = "medicare_advantage", "Medicare Advantage"
        MEDICAID = "medicaid", "Medicaid"
        VETERANS = "veterans", "Veterans"
        TRICARE = "tricare", "TRICARE"
        SELF_PAY = "self_pay", "Self-pay"
        OTHER = "other", "Other"

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="coverages")
    payer = models.CharField(max_length=200)
    payer_code = models.CharField(max_length=60, blank=True)
    line = models.CharField(max_length=20, choices=Line)
    plan = models.CharField(max_length=200, blank=True)
    member = models.CharField(max_length=80, blank=True)
    rank = models.PositiveSmallIntegerField(default=1, help_text="1 is primary")
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    source = models.CharField(max_length=200)
    verified_on = models.DateField(null=True, help_text="The day someone checked the benefits")
    verified_note = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "patient", "source"], name="coverage_source_once")]


@pghistory.track()
class Authorization(TenantModel):
    """What a payer approved for an order: product, units, dates."""

    class Status(models.TextChoices):
        NOT_REQUIRED = "not_required", "Not required"
        PENDING = "pending", "Pending"
        APPROVED = "approved", "Approved"
        DENIED = "denied", "Denied"

    coverage = models.ForeignKey(Coverage, on_delete=models.PROTECT, related_name="authorizations")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="authorizations")
    status = models.CharField(max_length=12, choices=Status)
    reference = models.CharField(max_length=80, blank=True)
    product_code = models.CharField(max_length=10, blank=True)
    units = models.DecimalField(max_digits=12, decimal_places=3, null=True)
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    note = models.TextField(blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gte=F("starts_on")),
                name="authorization_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=~Q(status="approved")
                | Q(units__gt=0, starts_on__isnull=False, ends_on__isnull=False) & ~Q(reference=""),
                name="approved_says_what_and_when",
            ),
        ]
