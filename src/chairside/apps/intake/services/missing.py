"""Chasing what a referral lacks: asked of someone, then here; and a finding that a person settles with a reason."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from chairside.apps.audit.services import entry_record
from chairside.apps.intake.models import Finding, MissingItem, Referral
from chairside.apps.people.models import User
from chairside.core.access import Action, Actor
from chairside.core.kernel.decision import Decision, refused, unknown


def missing_item_request(*, item: MissingItem, owner: User, actor: Actor, at: datetime) -> Decision[MissingItem]:
    """Someone takes the item on and asks the sender for it."""
    permitted = actor.may(Action.REFERRAL_WORK)
    if not permitted.allowed:
        return permitted.without_value()
    with transaction.atomic(durable=not transaction.get_connection().in_atomic_block):
        row = MissingItem.objects.select_for_update().select_related("referral").get(id=item.id)
        if row.closed_at is not None:
            return _already_closed(row)
        row.owner, row.requested_at = owner, at
        row.save(update_fields=["owner", "requested_at"])
        entry_record(
            actor=actor,
            action="missing_item.request",
            subject_type="missing_item",
            subject=row.id,
            patient=row.referral.patient_id,
            at=at,
            detail=f"asked by {owner}",
        )
    return Decision(row)


def missing_item_close(*, item: MissingItem, note: str, actor: Actor, at: datetime) -> Decision[MissingItem]:
    """The item is here. The last one for a finding solves it; the last of all makes the referral complete."""
    permitted = actor.may(Action.REFERRAL_WORK)
    if not permitted.allowed:
        return permitted.without_value()
    if not note.strip():
        return Decision(
            item,
            (unknown("missing_fact", "Say what came and where it is, so that the next person can find it.", field="note"),),
        ).without_value()
    with transaction.atomic(durable=not transaction.get_connection().in_atomic_block):
        referral = Referral.objects.select_for_update().get(id=item.referral_id)
        row = MissingItem.objects.select_for_update().get(id=item.id)
        if row.closed_at is not None:
            return _already_closed(row)
        row.closed_at, row.closed_by = at, f"{note.strip()} ({actor.name})"[:300]
        row.save(update_fields=["closed_at", "closed_by"])
        waiting = MissingItem.objects.filter(referral=referral, closed_at=None)
        if row.solves and not waiting.filter(solves=row.solves).exists():
            Finding.objects.filter(referral=referral, code=row.solves, solved_at=None).update(
                solved_at=at, solved_by=row.closed_by
            )
        if referral.status == Referral.Status.INCOMPLETE and not waiting.exists():
            referral.status = Referral.Status.COMPLETE
            referral.save(update_fields=["status"])
        entry_record(
            actor=actor,
            action="missing_item.close",
            subject_type="missing_item",
            subject=row.id,
            patient=referral.patient_id,
            at=at,
            detail=note.strip(),
        )
    return Decision(row)


def finding_settle(*, finding: Finding, reason: str, actor: Actor, at: datetime) -> Decision[Finding]:
    """A finding is settled by a person with a reason: a hold by one who may release it, the others by intake."""
    hold = finding.severity == Finding.Severity.HOLD
    permitted = actor.may(Action.HOLD_RELEASE if hold else Action.REFERRAL_WORK)
    if not permitted.allowed:
        return permitted.without_value()
    if not reason.strip():
        return Decision(None, (unknown("missing_fact", "A reason is needed.", field="reason"),))
    with transaction.atomic(durable=not transaction.get_connection().in_atomic_block):
        row = Finding.objects.select_for_update().select_related("referral").get(id=finding.id)
        if row.solved_at is not None:
            return Decision(None, (refused("wrong_state", f"It is settled already: {row.solved_by}.", field="finding"),))
        row.solved_at, row.solved_by = at, f"{reason.strip()} ({actor.name})"[:300]
        row.save(update_fields=["solved_at", "solved_by"])
        entry_record(
            actor=actor,
            action="finding.settle",
            subject_type="finding",
            subject=row.id,
            patient=row.referral.patient_id,
            at=at,
            reason=reason.strip(),
            detail=row.code,
        )
    return Decision(row)


def _already_closed(row: MissingItem) -> Decision[MissingItem]:
    return Decision(None, (refused("wrong_state", f"It is closed already: {row.closed_by}.", field="missing_item"),))
