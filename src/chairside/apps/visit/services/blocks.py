"""A reaction that ends a drug for good writes its block in the same transaction (H-012), and future doses are held at once.

The block is a fact about the person, under the drug's own name: clearance reads it for every therapy that holds the drug. A
correction of the visit never takes it away; a person who may, corrects the fact.
"""

from __future__ import annotations

from chairside.apps.clearance.services import clearances_evaluate
from chairside.apps.formulary.selectors import protocol_of
from chairside.apps.people.models import Fact
from chairside.apps.people.selectors import records_of, system_actor
from chairside.apps.plans.models import PlannedDose
from chairside.apps.visit.models import Visit
from chairside.core.clearance.blocks import BLOCKED
from chairside.core.visit.events import Event, ReactionRecorded
from chairside.core.visit.plan import VisitPlan
from chairside.core.visit.reactions.reaction import ended_for_good, key_of
from chairside.core.visit.state import VisitState

_AHEAD = (PlannedDose.Status.PLANNED, PlannedDose.Status.BOOKED)


def blocks_record(visit: Visit, plan: VisitPlan, state: VisitState, since: int = 0) -> None:
    """Write the block of each drug that a reaction of this visit ended for good, where it is not on record yet.

    since   the sequence up to which the log was looked at before. Safe to repeat.
    """
    if not any(event.sequence > since and isinstance(event.payload, ReactionRecorded) for event in state.log):
        return
    ended = ended_for_good(state, plan)
    if not ended:
        return
    source = f"reaction:{visit.pk}:"
    known = set(Fact.objects.filter(patient_id=visit.patient_id, source__startswith=source).values_list("source", flat=True))
    last = next(event for event in reversed(state.log) if isinstance(event.payload, ReactionRecorded))
    made = [
        _fact(visit, plan, source + drug, drug, grade, term, last) for drug, grade, term in ended if source + drug not in known
    ]
    if made:
        Fact.objects.bulk_create(made)
        _hold_ahead(visit, last)


def _fact(visit: Visit, plan: VisitPlan, source: str, drug: str, grade: int, term: str, event: Event) -> Fact:
    planned = plan.drug(drug)
    sha256 = (planned.protocol_sha256 if planned else "") or visit.protocol_sha256
    return Fact(
        organization_id=visit.organization_id,
        patient_id=visit.patient_id,
        kind="reaction",
        code=protocol_of(sha256).generic[:80],
        word=key_of(term) or "reaction",
        amount=grade or None,
        exact=str(grade) if grade else "",
        status=BLOCKED,
        note="Ended for good by a reaction in a visit. Not given again without a new decision of the prescriber.",
        source=source,
        on=event.at.astimezone(visit.site.zone).date(),
        at=event.at,
        recorded_at=event.received_at,
    )


def _hold_ahead(visit: Visit, event: Event) -> None:
    """Every dose of this person that lies ahead is evaluated again, whichever record of them it stands under."""
    doses = PlannedDose.objects.filter(plan__patient__in=records_of(visit.patient_id), status__in=_AHEAD)
    rows = doses.exclude(visits=visit).select_related("plan__order_version__order__site")
    clearances_evaluate(planned_doses=rows, actor=system_actor(visit.organization_id), at=event.received_at)
