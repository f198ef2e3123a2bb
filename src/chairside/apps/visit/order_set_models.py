"""A site's order set for reactions: versions as they were written, and the signature that puts one in force. Append-only."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from chairside.apps.organizations.models import Site, TenantModel


class OrderSetVersion(TenantModel):
    """One version as it was written. Nothing is given by it until a medical director signs; a change is another version."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="order_sets")
    number = models.PositiveIntegerField(help_text="Counts the site's versions from 1")
    text = models.TextField(help_text="The items (core.visit.reactions.order_set) as exact canonical JSON text")
    note = models.TextField(blank=True, help_text="What was changed, and why")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "number"], name="order_set_number_once"),
            models.CheckConstraint(condition=~Q(text="") & Q(number__gte=1), name="order_set_has_a_text"),
        ]
        ordering = ["site", "-number"]

    def __str__(self) -> str:
        return f"order set {self.number}"


class OrderSetSignature(TenantModel):
    """A medical director's signature under one version: what was signed by its digest, who and when."""

    version = models.OneToOneField(OrderSetVersion, on_delete=models.PROTECT, related_name="signature")
    digest = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
