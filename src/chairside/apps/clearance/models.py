"""Evaluations of requirements for a dose and a day, and the releases of what was held."""

from __future__ import annotations

from django.db import models

from chairside.apps.organizations.models import TenantModel
from chairside.apps.people.models import User
from chairside.apps.plans.models import PlannedDose


class Evaluation(TenantModel):
    """Requirements of one dose evaluated for one day. Append-only; the newest one holds."""

    planned_dose = models.ForeignKey(PlannedDose, on_delete=models.PROTECT, related_name="evaluations")
    day = models.DateField()
    evaluated_at = models.DateTimeField()
    outcome = models.CharField(max_length=8)
    protocol_sha256 = models.CharField(max_length=64)
    doses_known = models.PositiveIntegerField(default=0, help_text="How many doses given were on record")
    facts_known = models.PositiveIntegerField(default=0, help_text="How many facts were on record, readings at the chair aside")

    class Meta:
        indexes = [models.Index(fields=["planned_dose", "-evaluated_at"], name="evaluation_latest")]


class RequirementResult(TenantModel):
    """One requirement of an evaluation: met, held, due or unknown, with its evidence."""

    evaluation = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="results")
    requirement = models.CharField(max_length=80)
    what = models.CharField(max_length=20)
    code = models.CharField(max_length=80)
    state = models.CharField(max_length=8, choices=[(s, s) for s in ("met", "held", "review", "unknown", "due")])
    message = models.TextField()
    source = models.CharField(max_length=80, blank=True)
    release_by = models.CharField(max_length=24, blank=True, help_text="The role that may release it, or none")
    due_on = models.DateField(null=True)
    ask_from = models.DateField(null=True, help_text="The day from which to ask for it")
    limit = models.CharField(max_length=200, blank=True)
    fact = models.CharField(max_length=120, blank=True, help_text="The fact that answers it, as `lab.ferritin`")
    on_the_day = models.BooleanField(default=False, help_text="It can only be answered at the visit")
    advice = models.BooleanField(default=False, help_text="It tells and does not hold the dose")
    evidence = models.TextField(blank=True, help_text="Ids of the facts it rests on, a line each")


class HoldRelease(TenantModel):
    """A typed record of a hold that a person released, with role, reason and, where policy asks, a second person."""

    planned_dose = models.ForeignKey(PlannedDose, on_delete=models.PROTECT, related_name="releases")
    requirement = models.CharField(max_length=80)
    result = models.ForeignKey(
        RequirementResult,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="What was released: this result and no newer one",
    )
    day = models.DateField()
    released_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=24)
    second = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="a_release_has_a_reason"),
            models.CheckConstraint(
                condition=models.Q(second=None) | ~models.Q(second=models.F("released_by")), name="two_different_people_release"
            ),
        ]
