"""A prescriber changes or takes back an order that was sent: a person sees it, and nothing that is signed here changes."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from chairside.apps.audit.notify import topics_on_commit
from chairside.apps.audit.services import entry_record
from chairside.apps.intake.models import Finding, MissingItem, Order, OrderVersion, Referral
from chairside.apps.intake.services.judging import findings_write
from chairside.core.access import Action, Actor
from chairside.core.intake import findings as core
from chairside.core.kernel.decision import Decision

_OVER = (OrderVersion.Status.CANCELLED, OrderVersion.Status.SUPERSEDED)


def sent_order_change(*, referral: Referral, said: str, why: str, actor: Actor, at: datetime) -> Decision[Referral]:
    """An order was changed after it was sent: a hold says how, until a prescriber has looked at it.

    said    the order as it is to be now, in words
    why     what brought it: the message and its sender
    """
    return _found(referral, "order_changed", f"{why} changes the order: {said}. The order here stays as it is.", "", actor, at)


def sent_order_cancel(
    *, referral: Referral, reason: str, whole: bool, why: str, actor: Actor, at: datetime
) -> Decision[Referral]:
    """An order was taken back. A referral without an order here is closed; where one was drafted or signed, a hold says it.

    whole    True when it is all that the referral asks for; of several orders one never closes the referral
    """
    told = f"{why} takes the order back{f' ({reason})' if reason else ''}"
    ordered = Order.objects.filter(referral=referral, versions__in=OrderVersion.objects.exclude(status__in=_OVER)).exists()
    if ordered or not whole:
        rest = "An order was made of it here: stop or keep it." if ordered else "The referral asks for other orders too."
        return _found(referral, "order_cancelled", f"{told}. {rest}", "", actor, at)
    return _found(referral, "order_cancelled", f"{told}.", f"the referral was closed: {told}"[:300], actor, at)


def _found(referral: Referral, code: str, detail: str, closed: str, actor: Actor, at: datetime) -> Decision[Referral]:
    permitted = actor.may(Action.REFERRAL_RECEIVE)
    if not permitted.allowed:
        return permitted.without_value()
    with transaction.atomic(durable=not transaction.get_connection().in_atomic_block):
        row = Referral.objects.select_for_update().get(id=referral.id)
        if row.status == Referral.Status.CLOSED:
            return Decision(row)
        if not Finding.objects.filter(referral=row, code=code, detail=detail).exists():
            findings_write(row, [core.Finding(code, core.Severity.HOLD, detail)])
        if closed:
            Finding.objects.filter(referral=row, solved_at=None).update(solved_at=at, solved_by=closed)
            MissingItem.objects.filter(referral=row, closed_at=None).update(closed_at=at, closed_by=closed)
            row.status = Referral.Status.CLOSED
            row.save(update_fields=["status"])
        entry_record(
            actor=actor,
            action="referral.close" if closed else "referral.recall",
            subject_type="referral",
            subject=row.id,
            patient=row.patient_id,
            at=at,
            detail=detail,
        )
        topics_on_commit(("patient", row.patient_id), ("site", row.site_id))
    return Decision(row)
