"""Treatment plans and their numbered doses."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import F, Q

from chairside.apps.intake.models import OrderVersion
from chairside.apps.organizations.models import TenantModel
from chairside.apps.people.models import Patient


@pghistory.track()
class TreatmentPlan(TenantModel):
    """The doses that a signed order version makes."""

    class Status(models.TextChoices):
        ACTIVE = "active", "Active"
        COMPLETED = "completed", "Completed"
        STOPPED = "stopped", "Stopped"

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="plans")
    order_version = models.OneToOneField(OrderVersion, on_delete=models.PROTECT, related_name="plan")
    started_on = models.DateField()
    status = models.CharField(max_length=10, choices=Status, default=Status.ACTIVE)


@pghistory.track()
class PlannedDose(TenantModel):
    """One numbered dose: its window of days, and the dose as it was last decided."""

    class Status(models.TextChoices):
        PLANNED = "planned", "Planned"
        BOOKED = "booked", "Booked"
        GIVEN = "given", "Given"
        CANCELLED = "cancelled", "Cancelled"

    plan = models.ForeignKey(TreatmentPlan, on_delete=models.PROTECT, related_name="doses")
    number = models.PositiveIntegerField()
    phase = models.CharField(max_length=60, blank=True)
    target_on = models.DateField()
    earliest_on = models.DateField()
    latest_on = models.DateField()
    status = models.CharField(max_length=10, choices=Status, default=Status.PLANNED)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="dose_number_once_a_plan"),
            models.CheckConstraint(
                condition=Q(earliest_on__lte=F("target_on"), latest_on__gte=F("target_on")), name="target_lies_in_the_window"
            ),
        ]
        indexes = [models.Index(fields=["organization", "status", "target_on"], name="dose_due")]


class DoseDecision(TenantModel):
    """A dose as decided, with inputs, working and the protocol's hash. Append-only; the newest one holds."""

    planned_dose = models.ForeignKey(PlannedDose, on_delete=models.PROTECT, related_name="decisions")
    decided_at = models.DateTimeField()
    decided_by = models.CharField(max_length=64)
    outcome = models.CharField(max_length=8)
    amount = models.DecimalField(max_digits=14, decimal_places=6, null=True)
    unit = models.CharField(max_length=20, blank=True)
    volume_ml = models.DecimalField(max_digits=10, decimal_places=3, null=True, help_text="Final volume of the bag")
    vials = models.TextField(blank=True, help_text="Strengths and counts, as exact text")
    working = models.TextField(blank=True)
    reasons = models.TextField(blank=True, help_text="Every reason, as exact JSON text")
    inputs = models.TextField(blank=True, help_text="What went in, as exact JSON text")
    reason = models.TextField(blank=True, help_text="Why the person who decided accepted what was for review")
    protocol_sha256 = models.CharField(max_length=64)

    class Meta:
        indexes = [models.Index(fields=["planned_dose", "-decided_at"], name="decision_latest")]
        constraints = [
            models.CheckConstraint(condition=Q(amount=None) | Q(amount__gt=0) & ~Q(unit=""), name="decided_dose_has_a_unit")
        ]
