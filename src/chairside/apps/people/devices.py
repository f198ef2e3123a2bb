"""Enrolled devices: enrolling this browser, finding it by its cookie, locking it, taking it out of use."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from chairside.apps.audit.services import digest, entry_record
from chairside.apps.organizations.context import current, organization_scope
from chairside.apps.organizations.models import Site
from chairside.apps.people.models import Device
from chairside.core.access import Action, Actor, Role
from chairside.core.kernel.decision import Decision, refused

COOKIE, _SALT = "device", "chairside.device"
_COOKIE_SECONDS = 400 * 24 * 3600  # the longest that browsers keep one; it is sent anew while the device is in use
LONGEST_IDLE = 15  # minutes


# ---- who it is ----


def device_of(request: HttpRequest) -> Device | None:
    """The device in use that this browser is enrolled as, with its site; None for every other browser.

    While nobody is known yet the connection may look up devices; afterwards it sees those of the person's organization only,
    so a cookie of another organization is no device.
    """
    secret = request.get_signed_cookie(COOKIE, default="", salt=_SALT)
    if not secret:
        return None
    rows = Device.objects.filter(secret_hash=digest(secret), revoked_at=None)
    if not current().signing_in:
        return rows.select_related("site").first()
    organization = rows.values_list("organization_id", flat=True).first()
    if organization is None:
        return None
    with organization_scope(organization):
        return rows.select_related("site").first()


def cookie_set(response: HttpResponse, request: HttpRequest, secret: str = "") -> None:
    """Leave the secret in this browser, or the one it has for as long again. No script can read it."""
    value = secret or request.get_signed_cookie(COOKIE, default="", salt=_SALT) or ""
    response.set_signed_cookie(
        COOKIE, value, salt=_SALT, max_age=_COOKIE_SECONDS, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )


def device_actor(device: Device) -> Actor:
    """The device itself as an actor: it may pause and record a reaction, and nothing else."""
    return Actor(
        id=str(device.pk),
        name=device.name,
        organization=str(device.organization_id),
        roles=frozenset({Role.DEVICE}),
        session=f"device {device.pk}",
    )


def devices_of(site: Site | None, text: str = "", kind: str = "", state: str = "") -> QuerySet[Device]:
    """The devices of a site, narrowed to a part of the name, a kind, and those in use or revoked."""
    rows = Device.objects.filter(site=site).select_related("site")
    if kind:
        rows = rows.filter(kind=kind)
    if state in ("in_use", "revoked"):
        rows = rows.filter(revoked_at__isnull=state == "in_use")
    return rows.filter(name__icontains=text) if text else rows


# ---- enrolling and taking out of use ----


def device_enroll(
    *, site: Site, name: str, kind: str, chair: UUID | None, actor: Actor, at: datetime
) -> Decision[tuple[Device, str]]:
    """Enrol the browser that asks. Gives the device and the secret, which is kept nowhere but in that browser."""
    decision: Decision[tuple[Device, str]] = actor.may(Action.DEVICE_MANAGE).without_value()
    name = " ".join(name.split())
    if not name:
        decision = decision.because(
            refused("missing_fact", "Give the device a name that people see on it.", field="device.name")
        )
    if chair is not None and not site.chairs.filter(pk=chair).exists():
        decision = decision.because(refused("wrong_state", "That chair is not at this site.", field="device.chair"))
    if not decision.allowed:
        return decision
    secret = secrets.token_urlsafe(32)
    with transaction.atomic():
        Site.objects.select_for_update(no_key=True).get(pk=site.pk)  # one enrolment at a time, so that a name is used once
        if Device.objects.filter(site=site, name__iexact=name, revoked_at=None).exists():
            message = f"“{name}” is already enrolled at {site.name}. Choose another name, or revoke that one first."
            return decision.because(refused("wrong_state", message, field="device.name"))
        row = Device.objects.create(
            organization_id=actor.organization,
            site=site,
            name=name,
            kind=Device.Kind(kind),
            chair=chair,
            secret_hash=digest(secret),
            enrolled_at=at,
            enrolled_by=actor.name,
            seen_at=at,
            active_at=at,  # the person who enrols it is at it
        )
        _audit(actor, "device.enroll", row, at, f"{row.name}, {row.get_kind_display()}, {site.name}")
    return Decision((row, secret))


def device_revoke(*, device: Device, actor: Actor, at: datetime) -> Decision[Device]:
    """Take a device out of use, at once: its cookie is nothing from the next request on. Doing it again changes nothing."""
    decision: Decision[Device] = actor.may(Action.DEVICE_MANAGE).without_value()
    if not decision.allowed:
        return decision
    with transaction.atomic():
        row = Device.objects.select_for_update().get(pk=device.pk)
        if row.revoked_at is None:
            row.revoked_at, row.revoked_by = at, actor.name
            row.save(update_fields=["revoked_at", "revoked_by"])
            _audit(actor, "device.revoke", row, at, row.name)
    return Decision(row)


def site_idle_set(*, site: Site, minutes: int, actor: Actor, at: datetime) -> Decision[Site]:
    """After how many minutes without a touch the devices of a site lock: 1 to 15."""
    decision: Decision[Site] = actor.may(Action.DEVICE_MANAGE).without_value()
    if not 1 <= minutes <= LONGEST_IDLE:
        message = f"A device locks after 1 to {LONGEST_IDLE} minutes. You wrote {minutes}."
        limit = f"1 to {LONGEST_IDLE} min"
        decision = decision.because(refused("out_of_range", message, field="minutes", limit=limit))
    if not decision.allowed:
        return decision
    with transaction.atomic():
        row = Site.objects.select_for_update(no_key=True).get(pk=site.pk)
        before, row.lock_minutes = row.lock_minutes, minutes
        row.save(update_fields=["lock_minutes"])
        detail = f"locks after {minutes} min, before {before} min"
        entry_record(actor=actor, action="site.lock", subject_type="site", subject=row.pk, at=at, detail=detail)
    return Decision(row)


# ---- locking ----


def is_locked(device: Device, at: datetime) -> bool:
    """Locked by hand, or nobody has touched it for as long as the site says."""
    if device.locked_at is not None or device.active_at is None:
        return True
    return at - device.active_at >= timedelta(minutes=device.site.lock_minutes)


def device_lock(*, device: Device, by: Actor, how: str, at: datetime) -> None:
    """Lock it. What stands on it then is the locked screen, whatever a page still shows."""
    with transaction.atomic():
        if Device.objects.filter(pk=device.pk, locked_at=None).update(locked_at=at):
            _audit(by, "device.lock", device, at, how)
    device.locked_at = at


def device_open(*, device: Device, at: datetime) -> None:
    """A person has shown who they are at it."""
    Device.objects.filter(pk=device.pk).update(locked_at=None, active_at=at)
    device.locked_at, device.active_at = None, at


def device_touch(*, device: Device, at: datetime, person: bool) -> None:
    """It is in use; with `person`, somebody who is logged in did something. Never opens a device that was locked meanwhile."""
    Device.objects.filter(pk=device.pk).update(seen_at=at)
    if person:
        Device.objects.filter(pk=device.pk, locked_at=None).update(active_at=at)


def _audit(actor: Actor, action: str, device: Device, at: datetime, detail: str) -> None:
    entry_record(actor=actor, action=action, subject_type="device", subject=device.pk, at=at, detail=detail)
