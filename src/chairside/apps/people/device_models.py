"""Enrolled devices, and the quick way back in for a person who logged in fully at the start of the shift."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from chairside.apps.organizations.models import Site, TenantModel


class Device(TenantModel):
    """A browser that belongs to a site. It is known by a secret of which only the hash is kept; who uses it is in the log-in.

    Whether it is locked stands here and not in a log-in's session, where two answers at once could overwrite each other.
    """

    class Kind(models.TextChoices):
        TABLET = "tablet", "Chair tablet"
        WALL = "wall", "Wall screen"
        WORKSTATION = "workstation", "Shared workstation"

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="devices")
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=12, choices=Kind)
    chair = models.UUIDField(null=True, help_text="The chair that it stands at; chairs belong to a later stage of the journey")
    secret_hash = models.CharField(max_length=64, unique=True)
    enrolled_at = models.DateTimeField()
    enrolled_by = models.CharField(max_length=200)
    seen_at = models.DateTimeField(null=True)
    active_at = models.DateTimeField(null=True, help_text="When a person last did something at it")
    locked_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "name"], condition=Q(revoked_at=None), name="device_name_once_a_site"),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by="") | (Q(revoked_at__isnull=False) & ~Q(revoked_by="")),
                name="revoked_device_says_who",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class QuickEntry(TenantModel):
    """A person's PIN and badge for the enrolled devices of one site, until the shift's end. Both are kept as hashes."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="quick_entry")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    pin = models.CharField(max_length=128)
    badge = models.CharField(max_length=64, blank=True)
    wrong = models.PositiveSmallIntegerField(default=0, help_text="Wrong PINs since the last right one")
    until = models.DateTimeField(help_text="The end of the shift; then it takes the full log-in")
    password_mark = models.CharField(max_length=64, help_text="Changes with the password, which ends the quick way in")
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "badge"], condition=~Q(badge=""), name="badge_of_one_person")
        ]
