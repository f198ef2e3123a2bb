"""Organizations and sites, and the row that belongs to one organization."""

from __future__ import annotations

import uuid
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import models


def check_zone(name: str) -> None:
    """Refuse a time zone name that the zone data does not know."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValidationError(f"“{name}” is not a time zone name such as America/Chicago") from None


class Organization(models.Model):
    """A tenant: a center or a group of centers. Nothing of one is ever seen by another."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200)
    slug = models.SlugField(unique=True)
    demo = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name


class TenantModel(models.Model):
    """A row of one organization. Row-level security is put on every such table after each migration (policies.py)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class Site(TenantModel):
    """A place where infusions happen. Its zone decides the date of service, ages and code validity."""

    class Kind(models.TextChoices):
        CENTER = "center", "Infusion center"
        HOSPITAL = "hospital", "Hospital outpatient"
        OFFICE = "office", "Physician office"
        HOME = "home", "Home infusion"

    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.CENTER)
    time_zone = models.CharField(max_length=64, validators=[check_zone])
    phone = models.CharField(max_length=40, blank=True)
    address = models.TextField(blank=True)
    postal_code = models.CharField(max_length=12, blank=True)
    opens_at = models.TimeField()
    closes_at = models.TimeField()
    lock_minutes = models.PositiveSmallIntegerField(
        default=5, help_text="An enrolled device locks after so long without a touch"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "name"], name="site_name_once"),
            models.CheckConstraint(condition=models.Q(closes_at__gt=models.F("opens_at")), name="site_closes_after_it_opens"),
            models.CheckConstraint(condition=models.Q(lock_minutes__range=(1, 15)), name="site_locks_within_15_minutes"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)
