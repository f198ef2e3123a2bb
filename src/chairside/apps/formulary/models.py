"""Protocol releases: immutable rows of the protocol files, shared by all organizations, and each organization's sign-off."""

from __future__ import annotations

from django.db import models

from chairside.apps.organizations.models import TenantModel


class ProtocolRelease(models.Model):
    """One version of one protocol as it was loaded. Plans and visits pin its hash. A global table."""

    sha256 = models.CharField(primary_key=True, max_length=64)
    protocol = models.CharField(max_length=80)
    version = models.CharField(max_length=20)
    status = models.CharField(max_length=10, choices=[(s, s) for s in ("draft", "reviewed", "approved")])
    name = models.CharField(max_length=200)
    text = models.TextField()
    loaded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["protocol", "-loaded_at"], name="release_latest")]

    def __str__(self) -> str:
        return f"{self.protocol} {self.version}"


class SignOff(TenantModel):
    """A pharmacist or medical director of this organization took responsibility for a release."""

    release = models.ForeignKey(ProtocolRelease, on_delete=models.PROTECT)
    signed_by = models.UUIDField()
    signed_name = models.CharField(max_length=200)
    role = models.CharField(max_length=24)
    at = models.DateTimeField()
    note = models.TextField(blank=True)
