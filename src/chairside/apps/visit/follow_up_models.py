"""What is worked on after the chair: incidents, calls after the visit, rules that held and rules that were released.

All are typed tables beside the log, rebuilt from its events; only what held a refused command has no event of its own.
"""

from __future__ import annotations

from django.db import models

from chairside.apps.organizations.models import TenantModel


class Incident(TenantModel):
    """An incident that a trigger opened, and how far its report has come."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        REPORTED = "reported", "Report begun"
        DONE = "done", "Report complete"

    visit = models.ForeignKey("visit.Visit", on_delete=models.PROTECT, related_name="incidents")
    event = models.UUIDField(unique=True, help_text="The event that opened it")
    trigger = models.CharField(max_length=60)
    detail = models.TextField(blank=True)
    opened_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    harm = models.CharField(max_length=1, blank=True, help_text="NCC MERP category, A to I")
    reported_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["organization", "state", "-opened_at"], name="incident_open")]
        ordering = ["-opened_at", "event"]


class FollowUpCall(TenantModel):
    """The call after a visit in which something was given: due a day later, late after three."""

    visit = models.OneToOneField("visit.Visit", on_delete=models.PROTECT, related_name="follow_up")
    left_at = models.DateTimeField()
    due_at = models.DateTimeField()
    late_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    reached_at = models.DateTimeField(null=True)
    concerns = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["organization", "reached_at", "due_at"], name="call_due")]
        ordering = ["due_at", "visit"]


class RuleReleased(TenantModel):
    """One rule released at the chair by a named person with a reason."""

    visit = models.ForeignKey("visit.Visit", on_delete=models.PROTECT, related_name="rules_released")
    event = models.UUIDField(unique=True)
    rule = models.CharField(max_length=200)
    why = models.TextField()
    by = models.CharField(max_length=200)
    roles = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["organization", "at"], name="release_of_rules")]
        ordering = ["-at", "event"]


class RuleHeld(TenantModel):
    """A rule that held a live command and that somebody may release, once a visit: what releases are measured by (H-024)."""

    visit = models.ForeignKey("visit.Visit", on_delete=models.PROTECT, related_name="rules_held")
    rule = models.CharField(max_length=200)
    code = models.CharField(max_length=60)
    message = models.TextField()
    override = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["visit", "rule"], name="rule_held_once_a_visit")]
        indexes = [models.Index(fields=["organization", "at"], name="rules_that_held")]
        ordering = ["-at", "rule"]
