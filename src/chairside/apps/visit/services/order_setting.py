"""Writing and signing a site's order set. A version is never changed; nothing is given by one that no director signed."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from chairside.apps.audit.notify import notify_on_commit
from chairside.apps.audit.services import digest, entry_record
from chairside.apps.organizations.models import Site
from chairside.apps.visit.models import OrderSetSignature, OrderSetVersion
from chairside.apps.visit.order_sets import versions_of
from chairside.apps.visit.plan_text import items_from_text, items_to_text
from chairside.core.access import Action, Actor
from chairside.core.kernel.decision import Decision, refused
from chairside.core.visit.reactions.order_set import OrderItem, problems

WRITERS = (Action.PROTOCOL_REVIEW, Action.PROTOCOL_APPROVE)


def may_write(actor: Actor) -> Decision[None]:
    """A pharmacist or a medical director writes; only a medical director signs."""
    answers = [actor.may(action) for action in WRITERS]
    return next((answer for answer in answers if answer.allowed), answers[0])


def order_set_store(
    *, site: Site, items: tuple[OrderItem, ...], note: str, seen: int, actor: Actor, at: datetime
) -> Decision[OrderSetVersion]:
    """Store another version of the site's set. It need not be complete: what is missing stands against its signature.

    seen   the number of the newest version that the writer had before them, 0 for none
    """
    decision: Decision[OrderSetVersion] = may_write(actor).without_value()
    if not decision.allowed:
        return decision
    with transaction.atomic():
        Site.objects.select_for_update().get(pk=site.pk)
        newest = versions_of(site).first()
        number, text = newest.number if newest else 0, items_to_text(items)
        if number != seen:
            message = "Somebody else stored a version since you opened this page. Look at it first."
            return Decision(None, (refused("sequence_conflict", message, field="items", limit=str(number)),))
        if newest is not None and newest.text == text:
            message = f"Nothing was changed: this is version {number}."
            return Decision(None, (refused("wrong_state", message, field="items"),))
        version = OrderSetVersion.objects.create(
            organization_id=site.organization_id,
            site=site,
            number=number + 1,
            text=text,
            note=note.strip(),
            by_id=actor.id,
            at=at,
        )
        entry_record(
            actor=actor,
            action="order_set.store",
            subject_type="order_set",
            subject=version.pk,
            at=at,
            detail=f"{site.name}, version {version.number}",
            digest=digest(text),
        )
    return Decision(version)


def order_set_sign(*, version: OrderSetVersion, actor: Actor, at: datetime) -> Decision[OrderSetSignature]:
    """Put a version in force at its site, for visits that are opened from now on. The caller has asked for the password.

    Refused while an item lacks something, and for a version that a newer signed one has replaced.
    """
    decision: Decision[OrderSetSignature] = actor.may(Action.PROTOCOL_APPROVE).without_value()
    if not decision.allowed:
        return decision
    with transaction.atomic():
        site = Site.objects.select_for_update().get(pk=version.site_id)
        row = versions_of(site).get(pk=version.pk)
        decision = decision.because(*problems(items_from_text(row.text)))
        if hasattr(row, "signature"):
            decision = decision.because(refused("wrong_state", "This version is signed already.", field="signature"))
        newer = versions_of(site).filter(signature__isnull=False, number__gt=row.number).first()
        if newer is not None:
            message = f"Version {newer.number} is signed and newer. Store this text as another version to go back to it."
            decision = decision.because(refused("wrong_state", message, field="signature"))
        if not decision.allowed:
            return decision
        signature = OrderSetSignature.objects.create(
            organization_id=row.organization_id, version=row, digest=digest(row.text), by_id=actor.id, at=at
        )
        entry_record(
            actor=actor,
            action="order_set.sign",
            subject_type="order_set",
            subject=row.pk,
            at=at,
            detail=f"{site.name}, version {row.number}",
            digest=signature.digest,
        )
        notify_on_commit("site", site.pk)
    return Decision(signature)
