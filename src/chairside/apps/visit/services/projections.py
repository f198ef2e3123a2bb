"""The typed tables beside the log: double checks, administrations, doses given, readings. All rebuilt from the events alone."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from django.db import models, transaction
from django.db.models import Q

from chairside.apps.plans.models import PlannedDose
from chairside.apps.scheduling.models import Appointment, Chair
from chairside.apps.visit.doses import carried_by
from chairside.apps.visit.log import core_events
from chairside.apps.visit.models import (
    Acknowledgement,
    Administration,
    DoseGivenRecord,
    DoubleCheck,
    FollowUpCall,
    Incident,
    RuleReleased,
    Visit,
    VisitEvent,
)
from chairside.apps.visit.selectors import plan_of
from chairside.apps.visit.services.acknowledgements import acknowledgements_of
from chairside.apps.visit.services.blocks import blocks_record
from chairside.apps.visit.services.following import calls_of, incidents_of, releases_of
from chairside.apps.visit.services.readings import readings_record
from chairside.core.kernel.quantity import Quantity
from chairside.core.visit.events import CheckCompared, Corrected, Event
from chairside.core.visit.fold import fold
from chairside.core.visit.infusion import amount_given, volume_given
from chairside.core.visit.outlook import stage
from chairside.core.visit.plan import DrugPlan, Manner, VisitPlan
from chairside.core.visit.settling import settled
from chairside.core.visit.state import BEGINNINGS, VisitState
from chairside.core.visit.values import Mode


def projections_update(visit: Visit, plan: VisitPlan, state: VisitState, before: VisitState | None = None) -> None:
    """Bring the typed tables up to the state that the log has reached, in the gate's transaction.

    before  the state that they show already: what follows from it unchanged is not touched. None: look at everything
    """
    if not state.log:
        return
    for model, rows_of in (
        (Acknowledgement, lambda at: acknowledgements_of(visit, plan, at)),
        (DoubleCheck, lambda at: double_checks_of(visit, at)),
        (Administration, lambda at: administrations_of(visit, plan, at)),
        (DoseGivenRecord, lambda at: doses_given_of(visit, plan, at)),
        (Incident, lambda at: incidents_of(visit, at)),
        (FollowUpCall, lambda at: calls_of(visit, at)),
        (RuleReleased, lambda at: releases_of(visit, at)),
    ):
        wanted = rows_of(state)
        if before is None or _said(rows_of(before)) != _said(wanted):
            _settle(model, visit, wanted)
            if model is DoseGivenRecord:
                _move_doses(visit, wanted)
    readings_record(visit, state, before.sequence if before else 0)
    blocks_record(visit, plan, state, before.sequence if before else 0)
    if state.chair and (before is None or before.chair != state.chair):
        visit.chair = Chair.objects.filter(site_id=visit.site_id, name=state.chair).first()
    visit.stage, visit.closed = stage(state, plan, state.log[-1].received_at), state.signed_at is not None
    visit.save(update_fields=["sequence", "stage", "closed", "chair"])
    if before is None or _appointment_status(before) != _appointment_status(state):
        _move_appointment(visit, state)
    if state.discharged_at is not None and (before is None or before.discharged_at is None):
        _not_given_today(visit, plan, state)


def _not_given_today(visit: Visit, plan: VisitPlan, state: VisitState) -> None:
    """A dose that was not begun when the patient left is planned again: somebody books another day for it."""
    left = [carried.dose.pk for drug, carried in carried_by(visit, plan).items() if not state.infusions[drug].timeline]
    PlannedDose.objects.filter(pk__in=left, status=PlannedDose.Status.BOOKED).update(status=PlannedDose.Status.PLANNED)


def _said(rows: Iterable[models.Model]) -> list[tuple[object, ...]]:
    """What rows say, without the id that each gets anew."""
    return [tuple(getattr(row, field.attname) for field in row._meta.concrete_fields if field.attname != "id") for row in rows]


def projections_rebuild(visit: Visit) -> None:
    """Throw the visit's typed rows away and make them again from the log. Facts are append-only: what is missing is added."""
    with transaction.atomic():
        locked = Visit.objects.select_for_update().get(pk=visit.pk)
        rows = VisitEvent.objects.filter(visit=locked).order_by("sequence")
        plan = plan_of(locked)
        for model in (Acknowledgement, DoubleCheck, Administration, DoseGivenRecord, Incident, FollowUpCall, RuleReleased):
            model._default_manager.filter(visit=locked).delete()
        projections_update(locked, plan, fold(core_events(rows), plan))


def double_checks_of(visit: Visit, state: VisitState) -> list[DoubleCheck]:
    """Each live comparison that agreed, with its two verifiers."""
    by_id = {event.id: event for event in state.log}
    found = []
    for event in state.log:
        payload = event.payload
        if not isinstance(payload, CheckCompared) or not payload.agrees or not payload.second:  # one person is not two
            continue
        first, second = by_id[payload.first], by_id[payload.second]
        if Mode.REPORTED in (first.mode, second.mode):
            continue
        found.append(
            DoubleCheck(
                organization_id=visit.organization_id,
                visit=visit,
                event=UUID(event.id),
                first=first.actor.id,
                second=second.actor.id,
                first_session=first.actor.session,
                second_session=second.actor.session,
                at=event.at,
            )
        )
    return found


def administrations_of(visit: Visit, plan: VisitPlan, state: VisitState) -> list[Administration]:
    """One row a drug that was started."""
    found, carried, plan = [], carried_by(visit, plan), settled(plan, state)
    for drug in plan.drugs:
        region = state.infusions[drug.key]
        start = _start_of(state, drug.key)
        if start is None:
            continue
        ended = region.stopped_at if region.stopped_at and region.stopped_at >= start.at else None
        volume = volume_given(region, ended).to("mL") if ended and drug.volume_stated else None
        amount = amount_given(drug, region, ended) if ended else None
        found.append(
            Administration(
                organization_id=visit.organization_id,
                visit=visit,
                event=UUID(start.id),
                mode=start.mode.value,
                dose_decision=carried[drug.key].decision if drug.key in carried else None,
                started_by=start.actor.id,
                kind=_KINDS.get(drug.manner, "drug"),
                lots="\n".join(sorted({draw.lot for bag in region.preparations for draw in bag.draws})),
                started_at=region.started_at or start.at,  # an injection is told when it is over
                ended_at=ended,
                given_amount=_rounded(amount.amount, 6) if amount is not None else None,
                unit=drug.dose.unit.code if ended else "",
                volume_ml=_rounded(volume.amount, 3) if volume is not None else None,
            )
        )
    return found


_KINDS = {Manner.UNIT: "blood", Manner.DRAW: "procedure"}  # of an administration; the others are drugs


def doses_given_of(visit: Visit, plan: VisitPlan, state: VisitState) -> list[DoseGivenRecord]:
    """Each planned dose by its first drug, once every drug of it that was started has ended.

    One stopped early counts with its amount.
    """
    begun = [(drug, start) for drug in plan.drugs if (start := _start_of(state, drug.key)) is not None]
    if not begun:
        return []
    carried, plan = carried_by(visit, plan), settled(plan, state)
    by_dose: dict[PlannedDose, list[tuple[DrugPlan, Event]]] = {}
    for drug, start in begun:
        if drug.key in carried:
            by_dose.setdefault(carried[drug.key].dose, []).append((drug, start))
    found = []
    for dose, drugs in by_dose.items():
        amount = _given_of([plan.drug(drug.key) or drug for drug, _ in drugs], state)
        if amount is not None:
            found.append(_dose_given(visit, plan, state, *drugs[0], dose, amount))
    return found


def _given_of(drugs: list[DrugPlan], state: VisitState) -> Quantity | None:
    """What was given of a dose: of several units of blood their sum. None while one runs, or where no volume says it."""
    total: Quantity | None = None
    for drug in drugs:
        region = state.infusions[drug.key]
        amount = amount_given(drug, region, region.stopped_at) if region.stopped_at else None
        if amount is None:
            return None
        total = amount if total is None else total + amount
    return total


def _dose_given(
    visit: Visit, plan: VisitPlan, state: VisitState, drug: DrugPlan, start: Event, dose: PlannedDose, amount: Quantity
) -> DoseGivenRecord:
    mine = [item for item in state.reactions.values() if item.drug in ("", drug.key)]
    worst = max(mine, key=lambda item: item.worst or 0, default=None)
    return DoseGivenRecord(
        organization_id=visit.organization_id,
        patient_id=visit.patient_id,
        visit=visit,
        planned_dose_id=dose.pk,
        protocol=plan.protocol_id if dose.pk == visit.planned_dose_id else drug.key,
        brand=dose.plan.order_version.brand,
        dose_number=dose.number,
        on=start.at.astimezone(visit.site.zone).date(),
        amount=_rounded(amount.amount, 6),
        unit=drug.dose.unit.code,
        reaction_grade=worst.worst if worst else None,
        reaction_term=worst.latest.term if worst else "",
        # An ungraded reaction is not known to be mild, so the dose does not count as tolerated.
        tolerated=all(item.worst is not None and item.worst < 2 for item in mine),
        source=f"visit:{visit.pk}",
    )


def _start_of(state: VisitState, drug: str) -> Event | None:
    errors = {old for old, new in state.corrected.items() if not _replacement(state, new)}
    return next(
        (
            event
            for event in state.log
            if event.kind in BEGINNINGS and getattr(event.payload, "drug", "") == drug and event.id not in errors
        ),
        None,
    )


def _replacement(state: VisitState, correction: str) -> str:
    payload = next(event.payload for event in state.log if event.id == correction)
    assert isinstance(payload, Corrected)
    return payload.replacement


def _rounded(amount: Decimal, places: int) -> Decimal:
    return amount.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def _settle(model: type[models.Model], visit: Visit, wanted: Iterable[models.Model]) -> None:
    """Make the table hold exactly these rows for the visit; rows that already say so are not touched."""
    names = [field.attname for field in model._meta.concrete_fields if field.attname != "id"]
    standing = {tuple(getattr(row, name) for name in names): row for row in model._default_manager.filter(visit=visit)}
    meant = {tuple(getattr(row, name) for name in names): row for row in wanted}
    stale = [row.pk for key, row in standing.items() if key not in meant]
    if stale:
        model._default_manager.filter(pk__in=stale).delete()
    for key, row in meant.items():
        if key not in standing:
            row.save(force_insert=True)


def _appointment_status(state: VisitState) -> str:
    if state.identified_at is None:
        return ""
    return Appointment.Status.DONE if state.discharged_at or state.left_with_pump else Appointment.Status.ARRIVED


def _move_appointment(visit: Visit, state: VisitState) -> None:
    status = _appointment_status(state)
    if visit.appointment_id and status:
        Appointment.objects.filter(visit=visit).exclude(status=status).update(status=status)


def _move_doses(visit: Visit, given_here: Iterable[models.Model]) -> None:
    """A planned dose is given once its visit gave it; it is booked again where the start was entered in error."""
    status = PlannedDose.Status
    given_now = [row.planned_dose_id for row in given_here if isinstance(row, DoseGivenRecord) and row.planned_dose_id]
    mine = PlannedDose.objects.filter(Q(visits=visit) | Q(further_visits__visit=visit)).order_by()
    mine.filter(pk__in=given_now, status__in=(status.PLANNED, status.BOOKED)).update(status=status.GIVEN)
    mine.filter(status=status.GIVEN).exclude(pk__in=given_now).update(status=status.BOOKED)
