"""Reading plans: the list, one plan with its doses as decided, and whether the dosing weight still stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import F, Min, Prefetch, Q, QuerySet

from chairside.apps.formulary.selectors import protocol_of
from chairside.apps.organizations.models import Site
from chairside.apps.people.models import Fact
from chairside.apps.people.selectors import records_of
from chairside.apps.plans import texts
from chairside.apps.plans.models import DoseDecision, PlannedDose, TreatmentPlan
from chairside.core.kernel.decision import Decision, Reason
from chairside.core.kernel.quantity import Quantity, quantity
from chairside.core.plans.weights import weight


@dataclass(frozen=True, slots=True)
class DoseRow:
    """A planned dose with the decision that holds, or None while nobody decided it."""

    dose: PlannedDose
    decision: DoseDecision | None
    working: tuple[str, ...]
    vials: tuple[str, ...]
    reasons: tuple[Reason, ...]


def plans_list(site: Site | None, *, status: str = "", text: str = "") -> QuerySet[Any]:
    """Plans of a site with the day of the next dose."""
    rows = TreatmentPlan.objects.filter(order_version__order__site=site)
    if status:
        rows = rows.filter(status=status)
    if text:
        rows = rows.filter(
            Q(patient__family__icontains=text) | Q(patient__given__icontains=text) | Q(patient__mrn__iexact=text)
        )
    coming = Min("doses__target_on", filter=Q(doses__status__in=["planned", "booked"]))
    return rows.annotate(next_on=coming).select_related("patient", "order_version__release")


def dose_rows(plan: TreatmentPlan) -> list[DoseRow]:
    """Every dose of a plan in order: two queries, however many doses."""
    newest = DoseDecision.objects.order_by("planned_dose_id", "-decided_at", "-id").distinct("planned_dose_id")
    doses = plan.doses.order_by("number").prefetch_related(Prefetch("decisions", newest, to_attr="newest"))
    return [dose_row(dose, dose.newest[0] if dose.newest else None) for dose in doses]


def dose_row(dose: PlannedDose, decision: DoseDecision | None) -> DoseRow:
    if decision is None:
        return DoseRow(dose, None, (), (), ())
    return DoseRow(
        dose,
        decision,
        tuple(decision.working.splitlines()),
        tuple(decision.vials.splitlines()),
        texts.reasons_from(decision.reasons),
    )


def decision_of(dose: PlannedDose) -> DoseDecision | None:
    """The decision that holds: the newest one."""
    return DoseDecision.objects.filter(planned_dose=dose).order_by("-decided_at", "-id").first()


def due_doses(site: Site | None) -> QuerySet[PlannedDose]:
    """Doses that still lie ahead, the soonest first."""
    rows = PlannedDose.objects.filter(plan__order_version__order__site=site, status__in=["planned", "booked"])
    return rows.select_related("plan__patient", "plan__order_version__release").order_by(F("target_on").asc(), "pk")


def weight_judgement(plan: TreatmentPlan) -> Decision[Quantity] | None:
    """Does the dosing weight of record still stand beside the newest weight? None when nobody weighed since."""
    version = plan.order_version
    rows = Fact.objects.filter(patient__in=records_of(plan.patient), kind="vital", code="weight_kg", corrected_by=None)
    newest = rows.exclude(exact="").order_by("-on", "-recorded_at").first()
    if newest is None or version.dosing_weight_kg is None:
        return None
    today = quantity(newest.exact, newest.unit, "weight")
    percent = protocol_of(version.release_id).tolerances.weight_percent
    return weight.judge(today, quantity(version.dosing_weight_kg, "kg"), percent)
