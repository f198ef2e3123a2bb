"""Referrals, what they lack, and the orders that come of them."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q

from chairside.apps.formulary.models import ProtocolRelease
from chairside.apps.organizations.models import Site, TenantModel
from chairside.apps.people.models import Patient, Practitioner, User
from chairside.core.protocols.desensitization import SCHEMES


@pghistory.track()
class Referral(TenantModel):
    """A referral as received and judged. The received documents stay where they came in; `source` names them."""

    class Status(models.TextChoices):
        INCOMPLETE = "incomplete", "Incomplete"
        COMPLETE = "complete", "Complete"
        ORDERED = "ordered", "Order signed"
        CLOSED = "closed", "Closed"

    class Priority(models.TextChoices):
        ROUTINE = "routine", "Routine"
        URGENT = "urgent", "Urgent"
        ASAP = "asap", "As soon as possible"
        STAT = "stat", "At once"

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="referrals")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="referrals")
    practitioner = models.ForeignKey(Practitioner, null=True, on_delete=models.PROTECT)
    source = models.CharField(max_length=200)
    received_at = models.DateTimeField()
    judged_on = models.DateField()
    protocol = models.CharField(max_length=80, blank=True, help_text="The therapy, where one was recognised")
    therapy_text = models.CharField(max_length=300, blank=True, help_text="The therapy in the words of the referral")
    brand = models.CharField(max_length=80, blank=True)
    diagnosis = models.CharField(max_length=10, blank=True)
    setting = models.CharField(max_length=20, blank=True)
    priority = models.CharField(max_length=10, choices=Priority, default=Priority.ROUTINE)
    wanted_on = models.DateField(null=True, help_text="The day from which the sender wants the infusion")
    status = models.CharField(max_length=12, choices=Status)
    not_judged = models.TextField(blank=True, help_text="What nobody has judged yet, a line each")
    elsewhere = models.TextField(blank=True, help_text="What others judge, and who, a line each")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "source"], name="referral_source_once")]
        indexes = [models.Index(fields=["organization", "status", "received_at"], name="referral_queue")]


class Finding(TenantModel):
    """What intake found in a referral: hold, review or fix. Solved by what was missing, or by a person with a reason."""

    class Severity(models.TextChoices):
        HOLD = "hold", "Hold"
        REVIEW = "review", "Review"
        FIX = "fix", "Fix"

    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="findings")
    code = models.CharField(max_length=40)
    severity = models.CharField(max_length=6, choices=Severity)
    detail = models.TextField()
    source = models.CharField(
        max_length=80, blank=True, help_text="Whose rule it is: a key of the protocol's sources, or a law"
    )
    solved_at = models.DateTimeField(null=True)
    solved_by = models.CharField(max_length=300, blank=True, help_text="Who solved it and how, in words")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(solved_at=None, solved_by="") | Q(solved_at__isnull=False) & ~Q(solved_by=""),
                name="solved_finding_says_how",
            ),
        ]


class MissingItem(TenantModel):
    """Something that the packet lacks: a request with an owner and an age."""

    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="missing")
    what = models.CharField(max_length=300)
    solves = models.CharField(max_length=40, blank=True, help_text="The code of the finding that it solves once it is here")
    owner = models.ForeignKey(User, null=True, on_delete=models.PROTECT)
    opened_at = models.DateTimeField()
    requested_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=300, blank=True, help_text="What closed it, in words")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by="") | Q(closed_at__isnull=False) & ~Q(closed_by=""),
                name="closed_item_says_how",
            ),
        ]


class ReferredOrder(TenantModel):
    """A drug order as the prescriber sent it. It is what an order here is drafted from; nothing is given on it directly."""

    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="sent_orders")
    source = models.CharField(max_length=200)
    text = models.TextField()
    brand = models.CharField(max_length=80, blank=True)
    route = models.CharField(max_length=12, blank=True)
    indication = models.CharField(max_length=10, blank=True)
    dose_amount = models.DecimalField(max_digits=14, decimal_places=6, null=True)
    dose_unit = models.CharField(max_length=20, blank=True)
    calculated_amount = models.DecimalField(max_digits=14, decimal_places=6, null=True)
    calculated_unit = models.CharField(max_length=20, blank=True)
    instructions = models.TextField(blank=True)
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    status = models.CharField(max_length=20)
    signed_at = models.DateTimeField(null=True)
    signed_by = models.CharField(max_length=200, blank=True)


class Order(TenantModel):
    """A prescriber's order. What it says is in its versions; only a signed version may be acted on."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="orders")
    referral = models.ForeignKey(Referral, null=True, on_delete=models.PROTECT, related_name="orders")
    site = models.ForeignKey(Site, on_delete=models.PROTECT)


@pghistory.track()
class OrderVersion(TenantModel):
    """One version of an order against one protocol release. A change makes a new version that needs a new signature."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Not signed"
        SIGNED = "signed", "Signed"
        SUPERSEDED = "superseded", "Replaced"
        CANCELLED = "cancelled", "Cancelled"

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    release = models.ForeignKey(ProtocolRelease, on_delete=models.PROTECT)
    brand = models.CharField(max_length=80, blank=True)
    indication = models.CharField(max_length=10, help_text="ICD-10-CM code")
    regimen = models.CharField(max_length=60, blank=True)
    dose_amount = models.DecimalField(
        max_digits=14, decimal_places=6, null=True, help_text="As ordered, where the order states one"
    )
    dose_unit = models.CharField(max_length=20, blank=True)
    dosing_weight_kg = models.DecimalField(max_digits=7, decimal_places=3, null=True, help_text="The dosing weight of record")
    dosing_weight_on = models.DateField(null=True)
    start_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    instructions = models.TextField(blank=True)
    desensitization = models.CharField(
        max_length=40, blank=True, default="", help_text="The scheme by which it is given (core.protocols.desensitization)"
    )
    prescriber = models.ForeignKey(Practitioner, null=True, on_delete=models.PROTECT)
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    signed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT)
    signed_at = models.DateTimeField(null=True)
    signed_digest = models.CharField(max_length=64, blank=True)

    @property
    def desensitization_title(self) -> str:
        scheme = SCHEMES.get(self.desensitization)
        return scheme.title if scheme else self.desensitization

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "number"], name="order_version_once"),
            models.UniqueConstraint(fields=["order"], condition=Q(status="signed"), name="one_signed_version_an_order"),
            models.CheckConstraint(
                condition=Q(signed_by=None, signed_at=None, signed_digest="") & Q(status__in=["draft", "cancelled"])
                | Q(signed_by__isnull=False, signed_at__isnull=False) & ~Q(signed_digest="") & ~Q(status="draft"),
                name="signed_means_who_when_and_what",
            ),
            models.CheckConstraint(
                condition=Q(dosing_weight_kg=None) | Q(dosing_weight_kg__gt=0, dosing_weight_kg__lt=700),
                name="dosing_weight_possible",
            ),
            models.CheckConstraint(
                condition=Q(dose_amount=None) | Q(dose_amount__gt=0) & ~Q(dose_unit=""), name="dose_has_a_unit"
            ),
        ]


class PremedicationOrdered(TenantModel):
    """One premedication of an order version, signed with it. Append-only, and written only while the version is a draft:
    a change makes a new version."""

    version = models.ForeignKey(OrderVersion, on_delete=models.PROTECT, related_name="premedications")
    place = models.PositiveSmallIntegerField(help_text="Its place on the order")
    key = models.CharField(max_length=60, help_text="The protocol's key, or a key made of the agent's name")
    agent = models.CharField(max_length=120)
    amount = models.DecimalField(max_digits=14, decimal_places=6)
    unit = models.CharField(max_length=20)
    route = models.CharField(max_length=20)
    wait_minutes = models.PositiveSmallIntegerField(help_text="From giving it to the start of the infusion")
    sedating = models.BooleanField(help_text="The patient may not drive after it")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="premedication_once_a_version"),
            models.UniqueConstraint(fields=["version", "place"], name="premedication_place_once"),
            models.CheckConstraint(
                condition=Q(amount__gt=0) & ~Q(unit="") & ~Q(route="") & ~Q(agent="") & ~Q(key=""),
                name="premedication_says_everything",
            ),
        ]
        ordering = ["version", "place"]
        triggers = [
            pgtrigger.Trigger(
                name="only_before_signing",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                func="""
                    IF (SELECT status FROM intake_orderversion WHERE id = NEW.version_id) IS DISTINCT FROM 'draft' THEN
                        RAISE EXCEPTION 'a signed order is not added to: make a new version'
                            USING ERRCODE = 'restrict_violation';
                    END IF;
                    RETURN NULL;
                """,
            )
        ]
