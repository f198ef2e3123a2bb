"""A demo center: organization, site, chairs, staff with log-ins, shifts. What the services need to act as somebody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from chairside.apps.organizations.context import organization_scope
from chairside.apps.organizations.models import Organization, Site
from chairside.apps.people.models import Membership, User
from chairside.apps.people.selectors import actor_for, system_actor
from chairside.apps.scheduling.models import Chair, Shift
from chairside.core.access import Actor
from chairside.core.kernel.decision import Decision

PASSWORD = "first do no harm"
_DAYS_AHEAD = 14
_SATURDAY = 5
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Staff:
    """Someone who logs in as `key`@the center's domain. A nurse with hours has shifts."""

    key: str
    name: str
    credentials: str
    role: str
    at_once: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """A center as told: its name, hours, chairs (name and kind) and staff."""

    slug: str
    name: str
    zone: ZoneInfo
    opens: time
    closes: time
    phone: str
    address: str
    postal_code: str
    chairs: tuple[tuple[str, str], ...]
    staff: tuple[Staff, ...]


@dataclass
class Center:
    """A center as made, seen on one day."""

    place: Place
    day: date
    organization: Organization
    site: Site
    users: dict[str, User] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)
    chairs: dict[str, Chair] = field(default_factory=dict)

    def at(self, clock: str, days: int = 0) -> datetime:
        """A time at the center, `days` from the demo's day."""
        return datetime.combine(self.day + timedelta(days=days), time.fromisoformat(clock), self.place.zone)

    @property
    def system(self) -> Actor:
        return system_actor(self.organization.pk)


def email(place: Place, staff: Staff) -> str:
    return f"{staff.key}@{place.slug.partition('-')[0]}.example"


@contextmanager
def make(place: Place, day: date) -> Iterator[Center]:
    """Make the center of `place`; its organization's scope holds until the block ends."""
    organization = Organization(name=place.name, slug=place.slug, demo=True)
    with organization_scope(organization.pk):
        with transaction.atomic():
            organization.save(force_insert=True)
            site = Site.objects.create(
                organization=organization,
                name=place.name,
                time_zone=place.zone.key,
                phone=place.phone,
                address=place.address,
                postal_code=place.postal_code,
                opens_at=place.opens,
                closes_at=place.closes,
            )
            made = Center(place, day, organization, site)
            _chairs(made)
            _staff(made)
            _shifts(made)
        yield made


def _chairs(center: Center) -> None:
    rows = [
        Chair(organization=center.organization, site=center.site, name=name, kind=kind, place=number)
        for number, (name, kind) in enumerate(center.place.chairs, start=1)
    ]
    center.chairs = {row.name: row for row in Chair.objects.bulk_create(rows)}


def _staff(center: Center) -> None:
    secret = make_password(PASSWORD)  # once: to hash it slowly is the point of it, and the password is the same for all
    users = [
        User(
            organization=center.organization,
            email=email(center.place, staff),
            name=staff.name,
            credentials=staff.credentials,
            password=secret,
        )
        for staff in center.place.staff
    ]
    User.objects.bulk_create(users)
    roles = [
        Membership(organization=center.organization, user=user, site=center.site, role=staff.role)
        for user, staff in zip(users, center.place.staff, strict=True)
    ]
    Membership.objects.bulk_create(roles)
    for user, staff, role in zip(users, center.place.staff, roles, strict=True):
        center.users[staff.key] = user
        center.actors[staff.key] = actor_for(user, session=f"demo log-in of {staff.key}", memberships=[role])


def _shifts(center: Center) -> None:
    """Every nurse the whole day, on the demo's day whatever day it is, and on the weekdays of the two weeks after it."""
    days = [center.day, *(center.day + timedelta(days=n) for n in range(1, _DAYS_AHEAD + 1))]
    Shift.objects.bulk_create(
        Shift(
            organization=center.organization,
            site=center.site,
            nurse=center.users[staff.key],
            during=DateTimeTZRange(
                datetime.combine(day, center.place.opens, center.place.zone),
                datetime.combine(day, center.place.closes, center.place.zone),
                "[)",
            ),
            patients_at_once=staff.at_once,
        )
        for day in days
        if day == center.day or day.weekday() < _SATURDAY
        for staff in center.place.staff
        if staff.at_once
    )


def must(decision: Decision[Value]) -> Value:
    """The value of a decision that the demo counts on; its reasons as an error otherwise."""
    if decision.value is None or not decision.allowed:
        raise AssertionError("; ".join(f"{reason.code}: {reason.message}" for reason in decision.reasons) or "no value")
    return decision.value
