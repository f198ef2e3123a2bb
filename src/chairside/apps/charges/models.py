"""Charges: coded lines with their evidence, and what was not billed and why."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from chairside.apps.organizations.models import TenantModel
from chairside.apps.visit.models import Visit


class ChargeSet(TenantModel):
    """The charges of a visit made from its events up to a sequence. Append-only; the newest one holds."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="charge_sets")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=64)
    up_to_sequence = models.PositiveIntegerField()
    payer = models.CharField(max_length=60, blank=True, help_text="The payer profile that was used; empty is the default one")
    working = models.TextField(blank=True)
    protocol_sha256 = models.CharField(max_length=64, blank=True)


class ChargeLine(TenantModel):
    """One coded line; or an event that may not be billed, or what holds the claim, with the reason. Codes are numbers only."""

    charge_set = models.ForeignKey(ChargeSet, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=14, choices=[(k, k) for k in ("administration", "drug", "waste", "not_billed", "hold")])
    code = models.CharField(max_length=10, blank=True)
    modifiers = models.CharField(max_length=20, blank=True)
    units = models.DecimalField(max_digits=12, decimal_places=3, null=True)
    explanation = models.TextField()
    rules = models.CharField(max_length=200, blank=True)
    evidence = models.TextField(blank=True, help_text="Ids of the visit events and ledger lines it rests on, a line each")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["charge_set", "position"], name="charge_position_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["not_billed", "hold"]) | Q(units__gte=0) & ~Q(code=""), name="a_line_has_code_and_units"
            ),
        ]
        ordering = ["position"]
