"""One line of the ledger, written once: the key, the lock on the lot, the line, the record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from chairside.apps.audit.notify import notify_on_commit
from chairside.apps.audit.services import entry_record, key_claim, key_settle
from chairside.apps.plans.models import PlannedDose
from chairside.apps.stock.models import Lot, LotEntry
from chairside.core.access import Action, Actor
from chairside.core.kernel.decision import Decision, Reason

Line = dict[str, object]
Judge = Callable[[Lot], tuple[tuple[Reason, ...], Line]]


def entry_write(
    *,
    lot_id: UUID,
    action: Action,
    name: str,
    key: str,
    request: str,
    actor: Actor,
    at: datetime,
    judge: Judge,
    dose: PlannedDose | None = None,
) -> Decision[LotEntry]:
    """Lock the lot, let `judge` say what speaks against the line and what is in it, write it. A refusal writes nothing."""
    may = actor.may(action)
    if not may.allowed:
        return may.without_value()
    with transaction.atomic(durable=not transaction.get_connection().in_atomic_block):
        done = key_claim(actor=actor, key=key, action=name, request=f"{lot_id} {request}", at=at) if key else None
        if done is not None:
            return Decision(LotEntry.objects.get(pk=done.subject))
        lot = Lot.objects.select_for_update().get(pk=lot_id)
        reasons, line = judge(lot)
        if reasons:
            transaction.set_rollback(True)
            return Decision(None, reasons)
        row = line_add(lot, line, actor, at, name, dose)
        if key:
            key_settle(actor=actor, key=key, subject=row.pk)
    return Decision(row)


def line_add(lot: Lot, line: Line, actor: Actor, at: datetime, name: str, dose: PlannedDose | None = None) -> LotEntry:
    """Write the next line and its audit entry, in the caller's transaction, which holds the lot's lock."""
    last = lot.entries.aggregate(n=Max("sequence", default=0))["n"]
    row = LotEntry.objects.create(
        organization_id=lot.organization_id,
        lot=lot,
        sequence=last + 1,
        planned_dose=dose,
        at=at,
        by=actor.id,
        by_name=actor.name,
        **line,
    )
    amounts = " ".join(
        f"{field}={getattr(row, field)}" for field in ("used_amount", "wasted_amount", "unit") if getattr(row, field)
    )
    entry_record(
        actor=actor,
        action=name,
        subject_type="lot_entry",
        subject=row.pk,
        at=at,
        reason=row.reason,
        patient=dose.plan.patient_id if dose else lot.patient_id,
        detail=f"lot {lot.pk} vials {row.vials} {amounts}".strip(),
    )
    notify_on_commit("site", lot.site_id)
    return row


def exact(amount: Decimal | None) -> str:
    """An amount as part of a request's fingerprint."""
    return "-" if amount is None else format(amount.normalize(), "f")
