"""The planned doses that one visit carries out: the one it was booked for, and others of the same patient and day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef

from chairside.apps.people.selectors import records_of
from chairside.apps.plans.models import DoseDecision, PlannedDose, TreatmentPlan
from chairside.apps.scheduling.models import Appointment
from chairside.apps.visit.models import FurtherDose, Visit
from chairside.core.visit.plan import VisitPlan


@dataclass(frozen=True, slots=True)
class Carried:
    """One planned dose of a visit, and the decision that says how much."""

    dose: PlannedDose
    decision: DoseDecision | None


def further_of(visit: Visit) -> dict[str, FurtherDose]:
    """The further doses of a visit by drug. One query."""
    rows = FurtherDose.objects.filter(visit=visit).select_related("planned_dose__plan__order_version", "dose_decision")
    return {row.drug: row for row in rows}


def carried_by(visit: Visit, plan: VisitPlan) -> dict[str, Carried]:
    """For each drug of the plan the planned dose that it carries out. A drug without one is left out."""
    further = further_of(visit) if len(plan.drugs) > 1 else {}
    found = {}
    for drug in plan.drugs:
        if drug.key in further:
            found[drug.key] = Carried(further[drug.key].planned_dose, further[drug.key].dose_decision)
        elif visit.planned_dose is not None:
            found[drug.key] = Carried(visit.planned_dose, visit.dose_decision)
    return found


def dose_for(visit: Visit, drug: str) -> UUID | None:
    """The planned dose that a drug of this visit carries out."""
    row = FurtherDose.objects.filter(visit=visit, drug=drug).values_list("planned_dose_id", flat=True).first()
    return row or visit.planned_dose_id


def also_today(appointment: Appointment, day: date) -> list[PlannedDose]:
    """Other planned doses of this patient whose day this is and that no appointment of their own or other visit takes up."""
    others = Appointment.objects.filter(planned_dose=OuterRef("pk"), status__in=("booked", "arrived", "done"))
    rows = PlannedDose.objects.filter(
        plan__patient__in=records_of(appointment.patient_id),
        plan__status=TreatmentPlan.Status.ACTIVE,
        status=PlannedDose.Status.PLANNED,
        target_on=day,
    )
    if appointment.planned_dose_id:
        rows = rows.exclude(pk=appointment.planned_dose_id)
    rows = rows.filter(~Exists(others), ~Exists(FurtherDose.objects.filter(planned_dose=OuterRef("pk"))))
    return list(rows.order_by("plan__started_on", "plan__pk", "number"))
