"""The policy that a site set for its visits. Append-only: the newest version holds; a visit keeps the one of its opening."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from chairside.apps.organizations.models import Site, TenantModel


class VisitPolicy(TenantModel):
    """One version of a site's policy, with who set it and why."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="visit_policies")
    number = models.PositiveIntegerField(help_text="Counts the site's versions from 1; 0 is nobody's, the proposal")
    text = models.TextField(help_text="The policy (core.visit.policy) as exact canonical JSON text")
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "number"], name="visit_policy_number_once"),
            models.CheckConstraint(condition=~Q(reason="") & ~Q(text="") & Q(number__gte=1), name="visit_policy_says_why"),
        ]
        ordering = ["site", "-number"]
