"""Audit entries, the chain that seals them, and the keys that make a repeated request the same request."""

from __future__ import annotations

from django.db import models

from chairside.apps.organizations.models import Organization, TenantModel


class AuditEntry(TenantModel):
    """One thing that was done or read. Append-only: the app's role may insert and read; a trigger refuses the rest.

    subject and patient are plain ids, so that an entry outlives what it is about. `digest` is the SHA-256 of what was written.
    """

    at = models.DateTimeField()
    actor = models.CharField(max_length=64)
    actor_name = models.CharField(max_length=200, blank=True)
    action = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=60)
    subject = models.CharField(max_length=64)
    patient = models.UUIDField(null=True)
    reason = models.TextField(blank=True)
    detail = models.TextField(blank=True)
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["organization", "at"], name="audit_by_time"),
            models.Index(fields=["organization", "patient", "at"], name="audit_by_patient"),
        ]


class AuditLink(models.Model):
    """A link of an organization's chain: SHA-256 over the link before and the entry. Written only by `audit_seal()`."""

    id = models.BigAutoField(primary_key=True)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    number = models.BigIntegerField()
    entry = models.UUIDField(unique=True)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "number"], name="audit_link_number_once")]


class AuditPending(models.Model):
    """An entry that waits to be sealed. Written by a trigger and emptied by `audit_seal()`; nobody else may."""

    entry = models.UUIDField(primary_key=True)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")


class IdempotencyKey(TenantModel):
    """A request that was already carried out: the same key gives the same answer, another body under it is refused."""

    key = models.CharField(max_length=100)
    action = models.CharField(max_length=60)
    fingerprint = models.CharField(max_length=64)
    subject = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "key"], name="idempotency_key_once")]
