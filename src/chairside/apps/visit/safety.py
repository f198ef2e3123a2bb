"""The safety header: who this is and what could hurt them. What is not on record is None, never an empty list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils import timezone

from chairside.apps.people.models import Fact
from chairside.apps.people.selectors import records_of
from chairside.apps.visit.models import DoseGivenRecord, Visit
from chairside.core.kernel.span import age_on
from chairside.core.visit.decide import standing

if TYPE_CHECKING:
    from chairside.apps.visit.screen import Screen

NO_KNOWN_ALLERGY = "no_known_allergy"


def allergy_facts(visit: Visit) -> list[Fact]:
    """Allergies that stand, one a substance."""
    rows = (
        Fact.objects.filter(patient__in=records_of(visit.patient_id), kind="allergy", corrected_by=None)
        .exclude(Q(status__in=("entered_in_error", "refuted", "inactive", "resolved")) | Q(code=NO_KNOWN_ALLERGY))
        .order_by("code", "-recorded_at")
    )
    return list({row.code: row for row in rows}.values())


def safety_of(screen: Screen) -> dict[str, Any]:
    """Who this is and what could hurt them. What is not on record is None, never an empty list."""
    visit, plan, state = screen.visit, screen.plan, screen.state
    patient = visit.patient
    facts = Fact.objects.filter(patient__in=records_of(patient), kind="allergy", corrected_by=None)
    allergies: list[dict[str, str]] | None = [
        {"text": row.display or row.code.replace("_", " "), "note": row.note} for row in allergy_facts(visit)
    ]
    if not allergies and not facts.filter(code=NO_KNOWN_ALLERGY).exists():
        allergies = None
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
    drug = plan.drugs[0] if plan.drugs else None
    per = f" ({drug.dose_per.spelled()})" if drug and drug.dose_per else ""
    return {
        "patient": patient,
        "age": f"{age_on(patient.birth_date, visit.day)} years" if patient.birth_date else "",
        "allergies": allergies,
        "allergies_note": f"re-asked {timezone.localtime(state.allergies_at):%H:%M}" if state.allergies_at else "",
        "reactions": reactions,
        "weight": plan.dosing_weight.spelled() if plan.dosing_weight else "",
        "weight_note": f"today {state.weighed.spelled()}" if state.weighed else "not weighed today",
        "weight_alarm": changed,
        "order": f"{drug.title} {drug.dose.spelled()}{per} {drug.route.upper()}" if drug else "",
        "order_note": f"signed {plan.order.signed_on:%b} {plan.order.signed_on.day}, {plan.order.signed_on.year}"
        if plan.order.signed_on
        else "",
    }
