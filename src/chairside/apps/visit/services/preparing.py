"""Preparing: the vials leave the shelf by the ledger's own service and the preparation passes the gate, in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from chairside.apps.plans.models import PlannedDose
from chairside.apps.stock.models import Lot
from chairside.apps.stock.services import vials_draw
from chairside.apps.visit.doses import dose_for
from chairside.apps.visit.lots import lot_reasons, out_for_dose
from chairside.apps.visit.models import Visit, VisitEvent
from chairside.apps.visit.services.gate import Locked, event_append, visit_lock
from chairside.core.access import Actor
from chairside.core.kernel.decision import Decision
from chairside.core.visit.events import PreparationRecorded
from chairside.core.visit.values import LotDraw


def preparation_record(
    *,
    visit: Visit,
    event_id: UUID,
    payload: PreparationRecorded,
    lots: Mapping[tuple[str, str], UUID],
    expected_sequence: int | None,
    actor: Actor,
    at: datetime,
) -> Decision[VisitEvent]:
    """Draw what is still to be drawn of each lot (by number and strength) for the dose, and record the preparation.

    Both or neither: a preparation that is refused leaves the shelf as it was, and the same id again draws nothing.
    """
    with transaction.atomic(durable=not transaction.get_connection().in_atomic_block):
        locked = visit_lock(visit)
        # The gate first, with the visit locked: what it refuses draws nothing.
        recorded = event_append(
            visit=visit, event_id=event_id, payload=payload, expected_sequence=expected_sequence, actor=actor, at=at
        )
        carried = dose_for(visit, payload.drug)
        if not recorded.allowed or locked.event(event_id) is not None or carried is None:
            return recorded
        dose = PlannedDose.objects.get(pk=carried)
        free = out_for_dose(dose.pk)
        for place, vials in _spent(locked, payload.drug).items():
            if place in lots:
                free[lots[place]] = free.get(lots[place], 0) - vials
        for draw in sorted(payload.draws, key=lambda draw: str(lots[draw.lot, str(draw.strength)])):
            lot = Lot.objects.select_for_update().get(pk=lots[draw.lot, str(draw.strength)])
            if against := lot_reasons(lot, visit.day):  # vials on the bench are recalled and expire like those on the shelf
                transaction.set_rollback(True)
                return Decision(None, against)
            missing = draw.vials - max(free.get(lot.pk, 0), 0)
            if missing <= 0:
                continue
            key = f"{event_id}:{lot.pk}"
            answer = vials_draw(
                planned_dose=dose, lot=lot, vials=missing, actor=actor, at=at, key=key, **_amounts(draw, missing)
            )
            if not answer.allowed:
                transaction.set_rollback(True)
                return answer.without_value()
    return recorded


def _spent(locked: Locked, drug: str) -> Counter[tuple[str, str]]:
    """Vials that were opened for earlier bags of this drug: what is in a bag is not on the bench any more."""
    spent: Counter[tuple[str, str]] = Counter()
    for event in locked.state.log:
        payload = event.payload
        if isinstance(payload, PreparationRecorded) and payload.drug == drug and event.id not in locked.state.corrected:
            for draw in payload.draws:
                spent[draw.lot, str(draw.strength)] += draw.vials
    return spent


def _amounts(draw: LotDraw, missing: int) -> dict[str, Decimal]:
    """What went into the bag and what stayed, when all of the vials are drawn here and now."""
    if missing != draw.vials:
        return {}
    return {"used_amount": draw.drawn.amount, "wasted_amount": draw.wasted.amount}
