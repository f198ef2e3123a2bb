"""Lots and the append-only ledger of what came, went and was thrown away."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import Q

from chairside.apps.organizations.models import Site, TenantModel
from chairside.apps.people.models import Patient
from chairside.apps.plans.models import PlannedDose
from chairside.core.kernel.quantity import Quantity, quantity


@pghistory.track()
class Lot(TenantModel):
    """Vials of one product, strength and lot number at a site. How many are left is the sum of its ledger."""

    class Owner(models.TextChoices):
        SITE = "site", "Bought by the site"
        PATIENT = "patient", "Patient's own"
        FREE_DRUG = "free_drug", "Free drug program"

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="lots")
    protocol = models.CharField(max_length=80)
    brand = models.CharField(max_length=80)
    ndc = models.CharField(max_length=13, blank=True)
    strength_amount = models.DecimalField(max_digits=12, decimal_places=4)
    strength_unit = models.CharField(max_length=20)
    number = models.CharField("lot number", max_length=40)
    expires_on = models.DateField()
    owner = models.CharField(max_length=10, choices=Owner, default=Owner.SITE)
    patient = models.ForeignKey(
        Patient, null=True, on_delete=models.PROTECT, related_name="lots", help_text="Whose it is, if not the site's"
    )
    quarantined = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["site", "brand", "strength_amount", "number", "owner", "patient"],
                name="lot_once_a_site",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(owner="site", patient=None) | ~Q(owner="site") & Q(patient__isnull=False),
                name="what_is_not_the_sites_is_one_patients",
            ),
            models.CheckConstraint(condition=Q(strength_amount__gt=0), name="a_vial_holds_something"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def strength(self) -> Quantity:
        return quantity(self.strength_amount, self.strength_unit)


class LotEntry(TenantModel):
    """One line of the ledger. Append-only: a mistake is another line."""

    class Kind(models.TextChoices):
        RECEIVED = "received", "Received"
        DRAWN = "drawn", "Drawn"
        RETURNED = "returned", "Put back"
        WASTED = "wasted", "Thrown away"
        COUNTED = "counted", "Count corrected"
        QUARANTINED = "quarantined", "Put in quarantine"
        RELEASED = "released", "Released from quarantine"

    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="entries")
    sequence = models.PositiveIntegerField(help_text="Its place in the lot's ledger; server clocks may differ, this does not")
    kind = models.CharField(max_length=12, choices=Kind)
    vials = models.IntegerField(help_text="Change in whole vials: negative when they leave")
    planned_dose = models.ForeignKey(PlannedDose, null=True, on_delete=models.PROTECT, related_name="lot_entries")
    used_amount = models.DecimalField(
        max_digits=14, decimal_places=6, null=True, help_text="Of the drawn vials, what went into the dose"
    )
    wasted_amount = models.DecimalField(max_digits=14, decimal_places=6, null=True)
    unit = models.CharField(max_length=20, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=64)
    by_name = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lot", "sequence"], name="lot_sequence_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["received", "returned"], vials__gt=0)
                | Q(kind="drawn", vials__lt=0)
                | Q(kind="wasted", vials__lte=0)
                | Q(kind="counted")
                | Q(kind__in=["quarantined", "released"], vials=0) & ~Q(reason=""),
                name="ledger_sign_fits_the_kind",
            ),
        ]
        indexes = [models.Index(fields=["lot", "at"], name="lot_entries_by_time")]
        ordering = ["lot", "sequence"]
