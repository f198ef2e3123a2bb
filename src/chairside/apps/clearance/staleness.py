"""Is the newest evaluation of a dose older than what is on record now? Asked in the database, so that a queue can mark it."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.fields import CharField

from chairside.apps.clearance.models import Evaluation, RequirementResult
from chairside.apps.people.models import Fact, Patient, PatientMerge
from chairside.apps.people.selectors import records_of
from chairside.apps.plans.models import PlannedDose

WHY = {
    "day": "The day that it was evaluated for has passed.",
    "fact": "A fact was recorded after the last evaluation.",
    "merge": "Two records of one person were merged, or parted again, after the last evaluation.",
    "given": "A dose was given, or one on record was changed, after the last evaluation.",
    "due": "Something that was still due then is overdue now.",
}
# Readings of a visit are judged at the chair; of the vital signs only the weight speaks about later doses.
_MATTERS = ~Q(kind="vital") | Q(code="weight_kg")


def facts_known(patient: UUID) -> int:
    """How many facts are on record. Facts are only ever added, so another number means that something was recorded since.

    Readings of a visit are left out: the visit's own guards judge them at the chair.
    """
    return Fact.objects.filter(patient__in=records_of(patient)).exclude(source__startswith="visit:").count()


def doses_known(patient: UUID) -> int:
    """How many doses given are on record, whichever record of the person they stand under."""
    return Patient.objects.filter(pk__in=records_of(patient), doses_given__isnull=False).count()


def is_outdated(planned_dose: PlannedDose, day: date) -> bool:
    """True when the newest evaluation of the dose for the day does not know every fact that is on record now."""
    newest = Evaluation.objects.filter(planned_dose=planned_dose, day=day).order_by("-evaluated_at", "-id").first()
    return newest is None or newest.facts_known != facts_known(planned_dose.plan.patient_id)


def with_staleness(rows: QuerySet[PlannedDose], today: date) -> QuerySet[Any]:
    """The same doses with `outcome` and `evaluation_id` of the newest evaluation, and `stale`: a key of WHY, or ""."""
    newest = Evaluation.objects.filter(planned_dose=OuterRef("pk")).order_by("-evaluated_at", "-id")
    rows = rows.annotate(
        outcome=Subquery(newest.values("outcome")[:1]),
        evaluation_id=Subquery(newest.values("id")[:1]),
        evaluated_at=Subquery(newest.values("evaluated_at")[:1]),
        evaluated_for=Subquery(newest.values("day")[:1]),
        doses_known=Subquery(newest.values("doses_known")[:1]),
    )
    records = records_of(OuterRef("plan__patient"))
    given = Patient.objects.filter(pk__in=records).values(one=Value(1)).annotate(number=Count("doses_given")).values("number")
    newer = Fact.objects.filter(_MATTERS, patient__in=records, recorded_at__gt=OuterRef("evaluated_at"))
    merges = PatientMerge.objects.filter(
        Q(merged__in=records) | Q(kept__in=records),
        Q(at__gt=OuterRef("evaluated_at")) | Q(undone_at__gt=OuterRef("evaluated_at")),
    )
    overdue = RequirementResult.objects.filter(
        evaluation=OuterRef("evaluation_id"), state="due", on_the_day=False, advice=False, due_on__lt=today
    )
    return rows.annotate(doses_given=Subquery(given)).annotate(
        stale=Case(
            When(evaluation_id=None, then=Value("")),
            When(evaluated_for__lt=today, then=Value("day")),
            When(Exists(newer), then=Value("fact")),
            When(Exists(merges), then=Value("merge")),
            When(~Q(doses_given=F("doses_known")), then=Value("given")),
            When(Exists(overdue), then=Value("due")),
            default=Value(""),
            output_field=CharField(),
        )
    )


def why_stale(dose: PlannedDose, today: date) -> str:
    """A sentence that says why the newest evaluation no longer tells how things stand; empty when it still does."""
    row = with_staleness(PlannedDose.objects.filter(pk=dose.pk), today).first()
    return WHY.get(row.stale, "") if row is not None else ""
