"""Visits, their append-only events, and the typed tables that are rebuilt from them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from chairside.apps.organizations.models import Site, TenantModel
from chairside.apps.people.models import Patient
from chairside.apps.plans.models import DoseDecision, PlannedDose
from chairside.apps.scheduling.models import Appointment, Chair
from chairside.apps.visit.follow_up_models import FollowUpCall as FollowUpCall
from chairside.apps.visit.follow_up_models import Incident as Incident
from chairside.apps.visit.follow_up_models import RuleHeld as RuleHeld
from chairside.apps.visit.follow_up_models import RuleReleased as RuleReleased
from chairside.apps.visit.order_set_models import OrderSetSignature as OrderSetSignature
from chairside.apps.visit.order_set_models import OrderSetVersion as OrderSetVersion
from chairside.apps.visit.policy_models import VisitPolicy as VisitPolicy


class Visit(TenantModel):
    """A visit: what it is for, and where its log stands. Its state is a fold over its events (core.visit.fold)."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="visits")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="visits")
    appointment = models.OneToOneField(Appointment, null=True, on_delete=models.PROTECT, related_name="visit")
    planned_dose = models.ForeignKey(PlannedDose, null=True, on_delete=models.PROTECT, related_name="visits")
    dose_decision = models.ForeignKey(DoseDecision, null=True, on_delete=models.PROTECT, related_name="visits")
    chair = models.ForeignKey(Chair, null=True, on_delete=models.PROTECT, related_name="visits")
    protocol_sha256 = models.CharField(max_length=64)
    plan_text = models.TextField(
        help_text="The visit plan (core.visit.plan) as exact text: resolved once, pinned for this visit"
    )
    opened_at = models.DateTimeField()
    day = models.DateField(help_text="The date of service, in the site's zone")
    sequence = models.PositiveIntegerField(default=0, help_text="The last accepted event")
    stage = models.CharField(max_length=24, default="arrived", help_text="Projection of the fold, for lists")
    closed = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["site", "day", "closed"], name="visits_of_a_day")]


class FurtherDose(TenantModel):
    """Another planned dose that the same visit carries out: which drug of its plan, and the decision behind it."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="further_doses")
    planned_dose = models.ForeignKey(PlannedDose, on_delete=models.PROTECT, related_name="further_visits")
    dose_decision = models.ForeignKey(DoseDecision, on_delete=models.PROTECT, related_name="+")
    drug = models.CharField(max_length=80, help_text="The key of the drug in the plan")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["visit", "drug"], name="further_dose_once_a_drug"),
            models.UniqueConstraint(fields=["visit", "planned_dose"], name="further_dose_once_a_visit"),
        ]
        ordering = ["visit", "drug"]


class VisitEvent(TenantModel):
    """One entry of the log. `id` is made by the client: a repeated request is the same event. Append-only."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="events")
    sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=40)
    mode = models.CharField(max_length=8, choices=[("live", "live"), ("reported", "reported")])
    received_at = models.DateTimeField(help_text="The server's time")
    claimed_at = models.DateTimeField(help_text="When it happened, by the person or device that says so")
    actor = models.CharField(max_length=64)
    actor_name = models.CharField(max_length=200)
    actor_roles = models.CharField(max_length=200, blank=True)
    session = models.CharField(max_length=64, blank=True)
    device = models.CharField(max_length=64, blank=True)
    payload = models.TextField(help_text="Exact canonical JSON text; decimals as text")
    protocol_sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["visit", "sequence"], name="visit_sequence_once"),
            models.CheckConstraint(condition=~Q(actor=""), name="every_event_has_an_actor"),
        ]
        ordering = ["visit", "sequence"]


class Acknowledgement(TenantModel):
    """Projection: something given by the order set, or ordered by word of mouth, that a prescriber signs afterwards."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="acknowledgements")
    event = models.UUIDField(unique=True)
    what = models.CharField(max_length=500)
    by = models.CharField(max_length=200, help_text="Who gave it, or wrote the order down")
    at = models.DateTimeField()
    signed_by = models.CharField(max_length=200, blank=True)
    signed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(signed_at=None, signed_by="") | Q(signed_at__isnull=False) & ~Q(signed_by=""),
                name="acknowledged_says_who",
            )
        ]
        indexes = [models.Index(fields=["signed_at", "-at"], name="waiting_for_a_signature")]


class DoubleCheck(TenantModel):
    """Projection of a live double check that agreed: two different people, two different log-ins."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="double_checks")
    event = models.UUIDField(unique=True)
    first = models.CharField(max_length=64)
    second = models.CharField(max_length=64)
    first_session = models.CharField(max_length=64)
    second_session = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(first=models.F("second")), name="two_different_verifiers"),
            models.CheckConstraint(condition=~Q(first_session=models.F("second_session")), name="two_different_log_ins"),
        ]


class Administration(TenantModel):
    """Projection: a drug being given or given. A live one has order, person and lot, or the database refuses it."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="administrations")
    event = models.UUIDField(unique=True, help_text="The start event")
    mode = models.CharField(max_length=8, choices=[("live", "live"), ("reported", "reported")])
    kind = models.CharField(max_length=12, choices=[(k, k) for k in ("drug", "blood", "procedure")], default="drug")
    dose_decision = models.ForeignKey(DoseDecision, null=True, on_delete=models.PROTECT)
    started_by = models.CharField(max_length=64, blank=True)
    lots = models.TextField(blank=True, help_text="Lot numbers drawn for it, a line each")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    given_amount = models.DecimalField(max_digits=14, decimal_places=6, null=True)
    unit = models.CharField(max_length=20, blank=True)
    volume_ml = models.DecimalField(max_digits=10, decimal_places=3, null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(mode="reported")
                | (Q(dose_decision__isnull=False) & ~Q(started_by="") & (Q(kind="procedure") | ~Q(lots=""))),
                name="live_needs_order_person_and_lot",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=models.F("started_at")), name="ends_after_it_starts"
            ),
        ]


class DoseGivenRecord(TenantModel):
    """Projection: a dose given, here or reported from elsewhere (core.kernel.fact.DoseGiven)."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="doses_given")
    visit = models.ForeignKey(Visit, null=True, on_delete=models.PROTECT, related_name="doses_given")
    planned_dose = models.ForeignKey(PlannedDose, null=True, on_delete=models.PROTECT, related_name="given")
    protocol = models.CharField(max_length=80)
    brand = models.CharField(max_length=80, blank=True)
    dose_number = models.PositiveIntegerField()
    on = models.DateField()
    amount = models.DecimalField(max_digits=14, decimal_places=6)
    unit = models.CharField(max_length=20)
    reaction_grade = models.PositiveSmallIntegerField(null=True)
    reaction_term = models.CharField(max_length=80, blank=True)
    tolerated = models.BooleanField()
    source = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(fields=["patient", "protocol", "on"], name="doses_given_by_therapy")]
        constraints = [models.UniqueConstraint(fields=["visit", "planned_dose"], name="dose_given_once_a_visit")]
