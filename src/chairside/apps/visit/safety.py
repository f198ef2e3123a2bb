"""The safety header: who this is and what could hurt them. What is not on record is None, never an empty list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from chairside.apps.people.selectors import records_of
from chairside.apps.visit.allergies import allergies_of
from chairside.apps.visit.models import DoseGivenRecord
from chairside.core.kernel.span import age_on
from chairside.core.visit.decide import standing
from chairside.core.visit.plan import DrugPlan, VisitPlan

if TYPE_CHECKING:
    from chairside.apps.visit.screen import Screen


def safety_of(screen: Screen) -> dict[str, Any]:
    """Who this is and what could hurt them. What is not on record is None, never an empty list."""
    visit, plan, state = screen.visit, screen.plan, screen.state
    patient = visit.patient
    allergies = allergies_of(patient)
    if state.allergies_at is not None:
        allergies = allergies or []  # asked today: the form takes no review of an empty list without “no allergies”
    earlier = DoseGivenRecord.objects.filter(patient__in=records_of(patient), reaction_grade__gte=1).order_by("-on")[:5]
    reactions = [
        {
            "text": f"{row.reaction_term or 'reaction'}, grade {row.reaction_grade}",
            "note": f"{row.protocol.replace('_', ' ')}, {row.on:%b %Y}",
        }
        for row in earlier
    ]
    changed = any(reason.code == "weight_changed" for reason in standing(state, plan, screen.at))
    return {
        "patient": patient,
        "age": f"{age_on(patient.birth_date, visit.day)} years" if patient.birth_date else "",
        "allergies": allergies,
        "allergies_note": f"re-asked {timezone.localtime(state.allergies_at):%H:%M}" if state.allergies_at else "",
        "reactions": reactions,
        "weight": plan.dosing_weight.spelled() if plan.dosing_weight else "",
        "weight_note": f"today {state.weighed.spelled()}" if state.weighed else "not weighed today",
        "weight_alarm": changed,
        "order": "; ".join(map(_ordered, plan.drugs)),
        "order_note": f"signed {', '.join(signed)}" if (signed := _signed(plan)) else "",
    }


def _ordered(drug: DrugPlan) -> str:
    per = f" ({drug.dose_per.spelled()})" if drug.dose_per else ""
    return f"{drug.title} {drug.dose.spelled()}{per} {drug.route.upper().replace('_', ' ')}"


def _signed(plan: VisitPlan) -> list[str]:
    """The days on which the orders of the visit were signed."""
    orders = [plan.order, *(drug.order for drug in plan.drugs if drug.order)]
    days = sorted({order.signed_on for order in orders if order.signed_on})
    return [f"{day:%b} {day.day}, {day.year}" for day in days]
