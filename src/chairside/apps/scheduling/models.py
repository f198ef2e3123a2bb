"""Chairs, nurses' shifts and appointments. The database refuses a chair or a nurse's hands twice at once."""

from __future__ import annotations

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from chairside.apps.organizations.models import Site, TenantModel
from chairside.apps.people.models import Patient, User
from chairside.apps.plans.models import PlannedDose


@pghistory.track()
class Chair(TenantModel):
    """A chair, a bed, or a room with one."""

    class Kind(models.TextChoices):
        CHAIR = "chair", "Chair"
        BED = "bed", "Bed"
        ISOLATION = "isolation", "Isolation room"

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="chairs")
    name = models.CharField(max_length=40)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.CHAIR)
    place = models.PositiveSmallIntegerField(help_text="Order on the board")
    in_use = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "name"], name="chair_name_once_a_site")]
        ordering = ["place"]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Shift(TenantModel):
    """When a nurse is here, and how many patients at once."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="shifts")
    nurse = models.ForeignKey(User, on_delete=models.PROTECT, related_name="shifts")
    during = DateTimeRangeField()
    patients_at_once = models.PositiveSmallIntegerField(default=4)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="one_shift_at_a_time", expressions=[("nurse", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)]
            ),
            models.CheckConstraint(condition=Q(patients_at_once__gte=1, patients_at_once__lte=8), name="patients_at_once_sane"),
        ]


@pghistory.track()
class Appointment(TenantModel):
    """A patient on a chair with a nurse, for a planned dose."""

    class Status(models.TextChoices):
        BOOKED = "booked", "Booked"
        ARRIVED = "arrived", "Arrived"
        DONE = "done", "Done"
        NO_SHOW = "no_show", "Did not come"
        CANCELLED = "cancelled", "Cancelled"

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="appointments")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="appointments")
    planned_dose = models.ForeignKey(PlannedDose, null=True, on_delete=models.PROTECT, related_name="appointments")
    chair = models.ForeignKey(Chair, on_delete=models.PROTECT, related_name="appointments")
    nurse = models.ForeignKey(User, on_delete=models.PROTECT, related_name="appointments")
    during = DateTimeRangeField()
    status = models.CharField(max_length=10, choices=Status, default=Status.BOOKED)
    booked_at = models.DateTimeField()
    booked_by = models.CharField(max_length=64)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="chair_no_overlap",
                expressions=[("chair", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
                condition=Q(status__in=["booked", "arrived", "done"]),
            ),
            ExclusionConstraint(
                name="patient_no_overlap",
                expressions=[("patient", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
                condition=Q(status__in=["booked", "arrived", "done"]),
            ),
            models.UniqueConstraint(
                fields=["planned_dose"], condition=Q(status__in=["booked", "arrived", "done"]), name="one_appointment_a_dose"
            ),
        ]
        indexes = [models.Index(fields=["site", "status"], name="appointment_by_site")]


class HandsOn(TenantModel):
    """Minutes that need a nurse's hands: a start, an end. Two never share them."""

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="hands_on")
    nurse = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    during = DateTimeRangeField()
    kind = models.CharField(max_length=10, choices=[("start", "Start"), ("end", "End")])

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="nurse_hands_no_overlap",
                expressions=[("nurse", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
            ),
        ]
