"""What a session remembers of its log-in: the end of the shift, whether it was a full one, the device that it belongs to."""

from __future__ import annotations

from datetime import datetime

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest

from chairside.apps.audit.services import entry_record
from chairside.apps.organizations import clock
from chairside.apps.organizations.context import organization_scope
from chairside.apps.people.devices import device_open
from chairside.apps.people.models import Device, QuickEntry, User
from chairside.apps.people.quick_entry import SHIFT, entry_open
from chairside.apps.people.selectors import actor_for, memberships_of, site_chosen
from chairside.core.access import needs_second_step

SITE_KEY = "site"
DEVICE_KEY, UNTIL_KEY, FULL_KEY = "device", "shift_until", "shift_full"
_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def shift_begin(request: HttpRequest, user: User) -> None:
    """A person has logged in by the log-in page: 12 hours from now it ends, whatever happens.

    With the second step (where a role asks for one) the quick way in opens for the site; on an enrolled device of it, this is
    the log-in of that device from now on.
    """
    at = clock.now()
    until = at + SHIFT
    with organization_scope(user.organization_id):
        device = _of_the_same(getattr(request, "device", None), user)
        memberships = memberships_of(user)
        wanted = str(device.site_id) if device else request.session.get(SITE_KEY, "")
        site = site_chosen(memberships, wanted)
        full = _second_step_done(request, user)
        request.session[UNTIL_KEY], request.session[FULL_KEY] = until.isoformat(), full
        if site is not None:
            request.session[SITE_KEY] = str(site.pk)
            if full:
                entry_open(user=user, site=site, until=until)
        if device is not None:
            request.session[DEVICE_KEY] = str(device.pk)
            device_open(device=device, at=at)


def person_enter(*, request: HttpRequest, entry: QuickEntry, device: Device, at: datetime) -> None:
    """Log in the person whose PIN was right, in a session of its own; the one that was here is gone."""
    request.session.flush()
    login(request, entry.user, backend=_BACKEND)
    request.session.set_expiry(0)  # a closed browser ends it
    request.session[SITE_KEY] = str(device.site_id)
    request.session[DEVICE_KEY] = str(device.pk)
    request.session[UNTIL_KEY], request.session[FULL_KEY] = entry.until.isoformat(), False
    device_open(device=device, at=at)
    actor = actor_for(entry.user, request.session.session_key or "")
    entry_record(actor=actor, action="entry.enter", subject_type="device", subject=device.pk, at=at, detail=device.name)


def person_unlock(*, request: HttpRequest, user: User, device: Device, at: datetime) -> None:
    """Open the log-in that was kept, after its person gave the password: the same log-in under a new session key."""
    request.session.cycle_key()
    device_open(device=device, at=at)
    actor = actor_for(user, request.session.session_key or "")
    entry_record(actor=actor, action="entry.unlock", subject_type="device", subject=device.pk, at=at, detail=device.name)


def shift_end(request: HttpRequest) -> datetime | None:
    """When this log-in ends; None for one that was not made by the log-in page or by PIN."""
    text = request.session.get(UNTIL_KEY, "")
    return datetime.fromisoformat(text) if text else None


def is_full(request: HttpRequest) -> bool:
    """Whether this is a full log-in, from which a PIN may be set."""
    return bool(request.session.get(FULL_KEY))


def _of_the_same(device: Device | None, user: User) -> Device | None:
    return device if device is not None and device.organization_id == user.organization_id else None


def _second_step_done(request: HttpRequest, user: User) -> bool:
    if not settings.MFA_REQUIRED or not needs_second_step(actor_for(user)):
        return True
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, user))
