"""Lots as they come and are kept: received, put in quarantine, released."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from chairside.apps.audit.services import key_claim, key_settle
from chairside.apps.formulary.selectors import protocol_of
from chairside.apps.formulary.standing import release_in_use
from chairside.apps.organizations.models import Site
from chairside.apps.people.models import Patient
from chairside.apps.stock.models import Lot, LotEntry
from chairside.apps.stock.services.entry import Line, entry_write, line_add
from chairside.core.access import Action, Actor
from chairside.core.kernel.decision import Decision, Reason, refused, unknown
from chairside.core.kernel.quantity import Quantity
from chairside.core.stock.keeping import quarantine_reasons, receiving_reasons


def lot_receive(
    *,
    site: Site,
    protocol: str,
    brand: str,
    strength: Quantity,
    number: str,
    expires_on: date,
    vials: int,
    actor: Actor,
    at: datetime,
    ndc: str = "",
    owner: str = Lot.Owner.SITE,
    patient: Patient | None = None,
    key: str = "",
) -> Decision[Lot]:
    """Take vials onto the shelf. More of a lot that is known adds to it; its expiry date must then be the same."""
    may = actor.may(Action.LOT_RECEIVE)
    if not may.allowed:
        return may.without_value()
    number = number.strip().upper()
    day = at.astimezone(site.zone).date()
    reasons = _against(site, protocol, brand, strength, vials, expires_on, day, number, owner, patient)
    if reasons:
        return Decision(None, reasons)
    request = f"{site.pk} {brand} {strength} {number} {expires_on} {vials} {owner} {patient and patient.pk}"
    with transaction.atomic(durable=True):
        done = key_claim(actor=actor, key=key, action="lot.receive", request=request, at=at) if key else None
        if done is not None:
            return Decision(Lot.objects.get(pk=done.subject))
        lot, _ = Lot.objects.get_or_create(
            organization_id=site.organization_id,
            site=site,
            brand=brand,
            strength_amount=strength.amount,
            number=number,
            owner=owner,
            patient=patient,
            defaults={"protocol": protocol, "ndc": ndc, "strength_unit": str(strength.unit), "expires_on": expires_on},
        )
        lot = Lot.objects.select_for_update().get(pk=lot.pk)
        if lot.expires_on != expires_on:
            transaction.set_rollback(True)
            return Decision(None, (_other_expiry(lot),))
        line_add(lot, {"kind": LotEntry.Kind.RECEIVED, "vials": vials}, actor, at, "lot.receive")
        if key:
            key_settle(actor=actor, key=key, subject=lot.pk)
    return Decision(lot)


def lot_quarantine(*, lot: Lot, reason: str, actor: Actor, at: datetime, key: str = "") -> Decision[LotEntry]:
    """Nothing of the lot is issued any more, until a pharmacist releases it."""
    return _set_quarantine(lot, True, reason, actor, at, key)


def lot_release(*, lot: Lot, reason: str, actor: Actor, at: datetime, key: str = "") -> Decision[LotEntry]:
    """The lot may be issued again."""
    return _set_quarantine(lot, False, reason, actor, at, key)


def _set_quarantine(lot: Lot, wanted: bool, reason: str, actor: Actor, at: datetime, key: str) -> Decision[LotEntry]:
    kind = LotEntry.Kind.QUARANTINED if wanted else LotEntry.Kind.RELEASED

    def judge(locked: Lot) -> tuple[tuple[Reason, ...], Line]:
        reasons = tuple(quarantine_reasons(locked.quarantined, wanted=wanted, reason=reason))
        if not reasons:
            locked.quarantined = wanted
            locked.save(update_fields=["quarantined"])
        return reasons, {"kind": kind, "vials": 0, "reason": reason.strip()}

    return entry_write(
        lot_id=lot.pk,
        action=Action.LOT_RECEIVE,
        name=f"lot.{kind.value}",
        key=key,
        request=reason,
        actor=actor,
        at=at,
        judge=judge,
    )


def _against(
    site: Site,
    protocol: str,
    brand: str,
    strength: Quantity,
    vials: int,
    expires: date,
    day: date,
    number: str,
    owner: str,
    patient: Patient | None,
) -> tuple[Reason, ...]:
    release = release_in_use(protocol, site)
    if release is None:
        return (refused("wrong_product", "No protocol in use has this therapy.", field="protocol"),)
    product = protocol_of(release.sha256).product(brand)
    reasons = list(receiving_reasons(product, brand, strength, vials=vials, expires=expires, day=day))
    if not number:
        reasons.append(
            unknown(
                "missing_fact", "The lot number is on the carton. Without it nobody can be found in a recall.", field="number"
            )
        )
    if (owner == Lot.Owner.SITE) != (patient is None):
        reasons.append(unknown("missing_fact", "Say whose it is: the site's, or which patient's.", field="patient"))
    return tuple(reasons)


def _other_expiry(lot: Lot) -> Reason:
    return refused(
        "mismatch",
        f"Lot {lot.number} is on record with expiry {lot.expires_on}. Read the carton again; two dates on one lot "
        "number are for the supplier to explain.",
        field="expires_on",
        limit=str(lot.expires_on),
    )
