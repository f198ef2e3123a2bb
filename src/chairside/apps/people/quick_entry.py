"""The quick way back in: a PIN, after a badge or a name, on enrolled devices of one site, until the end of the shift.

Only a full log-in opens it (with the second step, where the role asks for one). It is never a step-up: signing and overriding
ask for the password as everywhere. Each entry makes a new session, so that two people at one tablet are two log-ins (H-013).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils.crypto import constant_time_compare, salted_hmac

from chairside.apps.audit.services import entry_record
from chairside.apps.organizations.models import Site
from chairside.apps.people.devices import device_actor
from chairside.apps.people.models import Device, QuickEntry, User
from chairside.core.access import Actor
from chairside.core.kernel.decision import Decision, refused

SHIFT = timedelta(hours=12)
PIN_DIGITS = 6
MOST_WRONG = 5
SHORTEST_BADGE = 6
_FULL = "Log in with your password, and your second step where you have one."


# ---- setting it ----


def pin_problem(pin: str) -> str:
    """What is wrong with a PIN, in a sentence; empty when it may be used."""
    if len(pin) != PIN_DIGITS or not pin.isascii() or not pin.isdigit():
        return f"The PIN is {PIN_DIGITS} digits."
    steps = {int(after) - int(before) for before, after in pairwise(pin)}
    if len(steps) == 1 and steps <= {-1, 0, 1}:
        return "This PIN is too easy to guess: not one digit six times, and not digits in a row."
    return ""


def entry_set(
    *, user: User, site: Site, pin: str, badge: str, until: datetime | None, actor: Actor, at: datetime
) -> Decision[QuickEntry]:
    """Set one's PIN, and the badge if there is one. `until`: the end of the shift that a full log-in began, else None."""
    decision: Decision[QuickEntry] = Decision()
    badge = badge.strip()
    if until is None or until <= at:
        message = f"A PIN is set right after a full log-in. {_FULL}"
        decision = decision.because(refused("not_permitted", message, field="entry"))
    if problem := pin_problem(pin):
        decision = decision.because(refused("out_of_range", problem, field="entry.pin", limit=f"{PIN_DIGITS} digits"))
    if badge and len(badge) < SHORTEST_BADGE:
        message = f"A badge code has {SHORTEST_BADGE} characters or more. Scan it again."
        decision = decision.because(refused("out_of_range", message, field="entry.badge", limit=f"{SHORTEST_BADGE} characters"))
    if not decision.allowed or until is None:
        return decision
    values = {
        "organization_id": user.organization_id,
        "site": site,
        "pin": make_password(pin),
        "badge": _badge_hash(badge) if badge else "",
        "wrong": 0,
        "until": until,
        "password_mark": _mark(user),
        "set_at": at,
    }
    try:
        with transaction.atomic():
            row, _ = QuickEntry.objects.update_or_create(user=user, defaults=values)
            _audit(actor, "entry.set", user, at, "PIN and badge" if badge else "PIN")
    except IntegrityError:
        return decision.because(refused("wrong_state", "This badge is another person's already.", field="entry.badge"))
    return Decision(row)


def entry_remove(*, user: User, actor: Actor, at: datetime) -> None:
    """Forget one's PIN and badge."""
    with transaction.atomic():
        if QuickEntry.objects.filter(user=user).delete()[0]:
            _audit(actor, "entry.remove", user, at, "")


def entry_open(*, user: User, site: Site, until: datetime) -> None:
    """A full log-in opens the quick way in at a site until the end of the shift, and forgets wrong PINs."""
    QuickEntry.objects.filter(user=user).update(site=site, until=until, wrong=0, password_mark=_mark(user))


# ---- coming in ----


def entries_at(device: Device, at: datetime) -> QuerySet[QuickEntry]:
    """Who may come in by PIN at this device now: people of its site, within their shift, and not after too many wrong PINs."""
    return (
        QuickEntry.objects.filter(
            site=device.site_id,
            until__gt=at,
            wrong__lt=MOST_WRONG,
            user__is_active=True,
            user__memberships__site=device.site_id,
        )
        .select_related("user")
        .order_by("user__name")
        .distinct()
    )


def person_of_badge(device: Device, badge: str, at: datetime) -> User | None:
    """Whose badge it is, among those who may come in here. A badge says who; the PIN proves it."""
    row = entries_at(device, at).filter(badge=_badge_hash(badge.strip())).first() if badge.strip() else None
    return row.user if row else None


def entry_enter(*, device: Device, person: UUID, pin: str, at: datetime) -> Decision[QuickEntry]:
    """Judge a PIN typed at a device. A wrong one is counted before the answer is given; the fifth closes the quick way in."""
    with transaction.atomic():
        row = QuickEntry.objects.select_for_update(of=("self",)).select_related("user").filter(user=person).first()
        if row is None or not entries_at(device, at).filter(pk=row.pk).exists() or not _same_password(row):
            return Decision(None, (refused("not_permitted", f"A PIN does not let you in here now. {_FULL}", field="pin"),))
        if check_password(pin, row.pin):
            QuickEntry.objects.filter(pk=row.pk).update(wrong=0)
            return Decision(row)
        QuickEntry.objects.filter(pk=row.pk).update(wrong=F("wrong") + 1)
        left = MOST_WRONG - row.wrong - 1
        _audit(device_actor(device), "entry.refuse", row.user, at, f"wrong PIN, {left} tries left")
    if not left:
        return Decision(None, (refused("not_permitted", f"The PIN was wrong {MOST_WRONG} times. {_FULL}", field="pin"),))
    message = f"This is not the PIN. {left} {'try' if left == 1 else 'tries'} left."
    return Decision(None, (refused("wrong_person", message, field="pin"),))


def _same_password(row: QuickEntry) -> bool:
    return constant_time_compare(row.password_mark, _mark(row.user))


def _mark(user: User) -> str:
    return user.get_session_auth_hash()[:64]


def _badge_hash(badge: str) -> str:
    return salted_hmac("chairside.badge", badge, algorithm="sha256").hexdigest()


def _audit(actor: Actor, action: str, user: User, at: datetime, detail: str) -> None:
    entry_record(actor=actor, action=action, subject_type="person", subject=user.pk, at=at, detail=detail)
