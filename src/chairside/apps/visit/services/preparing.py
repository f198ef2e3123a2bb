"""Preparing: the vials leave the shelf by the ledger's own service, then the preparation is recorded through the gate.

Two durable steps with keys made from one event id: whatever breaks between them, sending the same again finishes both and
doubles neither.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from chairside.apps.plans.models import PlannedDose
from chairside.apps.stock.models import Lot
from chairside.apps.stock.services import vials_draw, vials_return
from chairside.apps.visit.lots import out_for_dose
from chairside.apps.visit.models import Visit, VisitEvent
from chairside.apps.visit.services.gate import event_append, event_judge
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

    Judged before anything leaves the shelf; what was drawn for a preparation that is then refused goes back.
    """
    judged = event_judge(
        visit=visit, event_id=event_id, payload=payload, expected_sequence=expected_sequence, actor=actor, at=at
    )
    if judged.reasons or visit.planned_dose_id is None:
        return judged.without_value()
    dose = PlannedDose.objects.get(pk=visit.planned_dose_id)
    drawn: list[tuple[Lot, int]] = []
    out = out_for_dose(dose.pk)
    for draw in payload.draws:
        lot = Lot.objects.get(pk=lots[draw.lot, str(draw.strength)])
        missing = draw.vials - out.get(lot.pk, 0)
        if missing <= 0:
            continue
        answer = vials_draw(
            planned_dose=dose, lot=lot, vials=missing, actor=actor, at=at, key=f"{event_id}:{lot.pk}", **_amounts(draw, missing)
        )
        if not answer.allowed:
            _put_back(drawn, dose, event_id, actor, at)
            return answer.without_value()
        drawn.append((lot, missing))
    recorded = event_append(
        visit=visit, event_id=event_id, payload=payload, expected_sequence=expected_sequence, actor=actor, at=at
    )
    if not recorded.allowed:
        _put_back(drawn, dose, event_id, actor, at)
    return recorded


def _amounts(draw: LotDraw, missing: int) -> dict[str, Decimal]:
    """What went into the bag and what stayed, when all of the vials are drawn here and now."""
    if missing != draw.vials:
        return {}
    return {"used_amount": draw.drawn.amount, "wasted_amount": draw.wasted.amount}


def _put_back(drawn: list[tuple[Lot, int]], dose: PlannedDose, event_id: UUID, actor: Actor, at: datetime) -> None:
    for lot, vials in drawn:
        vials_return(
            planned_dose=dose,
            lot=lot,
            vials=vials,
            actor=actor,
            at=at,
            reason="the preparation was refused",
            key=f"{event_id}:{lot.pk}:back",
        )
