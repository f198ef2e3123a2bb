"""Vials drawn for a dose, put back, thrown away."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from chairside.apps.people.selectors import person_of
from chairside.apps.plans.models import PlannedDose
from chairside.apps.stock.ledger import balance_of, brands_for, core_lot, out_for
from chairside.apps.stock.models import Lot, LotEntry
from chairside.apps.stock.services.entry import Line, entry_write, exact
from chairside.core.access import Action, Actor
from chairside.core.kernel.decision import Decision, Reason
from chairside.core.kernel.quantity import Quantity
from chairside.core.stock import ledger
from chairside.core.stock.keeping import contents_reasons, drawing_reasons, return_reasons, waste_reasons

Judged = tuple[tuple[Reason, ...], Line]


def vials_draw(
    *,
    planned_dose: PlannedDose,
    lot: Lot,
    vials: int,
    actor: Actor,
    at: datetime,
    used_amount: Decimal | None = None,
    wasted_amount: Decimal | None = None,
    key: str = "",
) -> Decision[LotEntry]:
    """Draw vials of a lot for a dose. Amounts are in the lot's unit; where both are given they must be what the vials hold."""

    def judge(locked: Lot) -> Judged:
        dose = PlannedDose.objects.select_related("plan__order_version", "plan__patient").get(pk=planned_dose.pk)
        used, wasted = (_amount(locked, amount) for amount in (used_amount, wasted_amount))
        decided = ledger.draw(
            core_lot(locked),
            balance_of(locked),
            vials=vials,
            products=brands_for(dose),
            day=at.astimezone(locked.site.zone).date(),
            at=at,
            patient=str(person_of(dose.plan.patient)),
            dose=str(dose.pk),
        )
        reasons = (*drawing_reasons(dose.status), *decided.reasons, *contents_reasons(locked.strength, vials, used, wasted))
        unit = locked.strength_unit if used or wasted else ""
        return reasons, {
            "kind": LotEntry.Kind.DRAWN,
            "vials": -vials,
            "used_amount": used_amount,
            "wasted_amount": wasted_amount,
            "unit": unit,
        }

    request = f"{planned_dose.pk} draw {vials} {exact(used_amount)} {exact(wasted_amount)}"
    return entry_write(
        lot_id=lot.pk,
        action=Action.LOT_DRAW,
        name="vials.draw",
        key=key,
        request=request,
        actor=actor,
        at=at,
        judge=judge,
        dose=planned_dose,
    )


def vials_return(
    *, planned_dose: PlannedDose, lot: Lot, vials: int, actor: Actor, at: datetime, reason: str = "", key: str = ""
) -> Decision[LotEntry]:
    """Put unopened vials back that were drawn for this dose."""

    def judge(locked: Lot) -> Judged:
        line: Line = {"kind": LotEntry.Kind.RETURNED, "vials": vials, "reason": reason.strip()}
        return tuple(return_reasons(out_for(locked, planned_dose), vials)), line

    return entry_write(
        lot_id=lot.pk,
        action=Action.LOT_DRAW,
        name="vials.return",
        key=key,
        request=f"{planned_dose.pk} return {vials}",
        actor=actor,
        at=at,
        judge=judge,
        dose=planned_dose,
    )


def waste_record(
    *,
    lot: Lot,
    reason: str,
    actor: Actor,
    at: datetime,
    vials: int = 0,
    amount: Decimal | None = None,
    planned_dose: PlannedDose | None = None,
    key: str = "",
) -> Decision[LotEntry]:
    """Record what was thrown away: whole vials from the shelf, or an amount left in vials that were drawn for a dose."""

    def judge(locked: Lot) -> Judged:
        found = waste_reasons(balance_of(locked).on_hand, vials=vials, amount=_amount(locked, amount), reason=reason)
        line: Line = {
            "kind": LotEntry.Kind.WASTED,
            "vials": -vials,
            "wasted_amount": amount,
            "reason": reason.strip(),
            "unit": locked.strength_unit if amount is not None else "",
        }
        return tuple(found), line

    request = f"{planned_dose and planned_dose.pk} waste {vials} {exact(amount)} {reason}"
    return entry_write(
        lot_id=lot.pk,
        action=Action.LOT_DRAW,
        name="waste.record",
        key=key,
        request=request,
        actor=actor,
        at=at,
        judge=judge,
        dose=planned_dose,
    )


def _amount(lot: Lot, amount: Decimal | None) -> Quantity | None:
    return None if amount is None else Quantity(amount, lot.strength.unit)
