"""What was received, exactly as it came, and what could not be used and why."""

from __future__ import annotations

from django.db import models

from chairside.apps.organizations.models import TenantModel


class ReceivedResource(TenantModel):
    """A resource as received: canonical text with every digit. `identity` makes the same thing from many bundles one row."""

    type = models.CharField(max_length=40)
    identity = models.CharField(max_length=400, help_text="The identifier it is known by, else its bundle and id")
    full_url = models.CharField(max_length=300, blank=True, help_text="How other resources of its bundle point at it")
    version = models.PositiveIntegerField(default=1)
    text = models.TextField()
    digest = models.CharField(max_length=64)
    source = models.CharField(max_length=300, help_text="File or message, and the entry in it")
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "type", "identity", "version"], name="received_version_once")
        ]
        indexes = [models.Index(fields=["organization", "digest"], name="received_by_digest")]


class Quarantined(TenantModel):
    """Something received that could not be used: kept as it came, with the outcome that says why."""

    source = models.CharField(max_length=300)
    entry = models.CharField(max_length=200, blank=True)
    type = models.CharField(max_length=40, blank=True)
    text = models.TextField()
    digest = models.CharField(max_length=64)
    outcome = models.TextField(help_text="An OperationOutcome as JSON text")
    received_at = models.DateTimeField()
    solved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "digest", "source"], name="quarantined_once")]
