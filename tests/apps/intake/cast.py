"""The center that intake tests happen in, its people, and the invented referrals that come to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from chairside.apps.formulary.services import releases_sync
from chairside.apps.interop.services import BundleImported, bundle_import
from chairside.apps.organizations.context import organization_scope, signing_in
from chairside.apps.organizations.models import Organization, Site
from chairside.apps.people.models import User
from chairside.core.access import Actor, Role
from tests.cast import REFERRALS as REFERRALS
from tests.cast import bundle as bundle
from tests.releases import approve

AS_OF = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Center:
    organization: Organization
    site: Site
    intake: Actor
    prescriber: Actor
    front_desk: Actor
    nurse: Actor

    def user(self, actor: Actor) -> User:
        return User.objects.get(id=actor.id)


@contextmanager
def center(slug: str = "northlight") -> Iterator[Center]:
    """A center with one site in Chicago, inside its organization's scope."""
    with signing_in():
        organization = Organization(name=slug.title(), slug=slug)
    releases = releases_sync()
    with organization_scope(organization.id):
        organization.save()
        site = Site.objects.create(
            organization=organization, name="Alder Falls", time_zone="America/Chicago", opens_at=time(7), closes_at=time(19)
        )
        ines = _person(organization, "Ines Intake", Role.INTAKE)
        pia = _person(organization, "Pia Prescriber", Role.PRESCRIBER)
        people = {"reviewer": User.objects.get(id=ines.id), "director": User.objects.get(id=pia.id)}
        approve(site, releases, **people, at=NOW)
        yield Center(
            organization,
            site,
            ines,
            pia,
            _person(organization, "Fred Front", Role.FRONT_DESK),
            _person(organization, "Nora Nurse", Role.NURSE),
        )


def _person(organization: Organization, name: str, role: Role) -> Actor:
    email = f"{name.replace(' ', '.').lower()}@{organization.slug}.example.org"
    user = User.objects.create(organization=organization, email=email, name=name)
    return Actor(str(user.id), name, str(organization.id), frozenset({role}))


def take_in(place: Center, start: str, at: datetime = NOW) -> BundleImported:
    """Import one referral as the intake coordinator."""
    decision = bundle_import(
        bundle=bundle(start), name=f"{start}.json", site=place.site, actor=place.intake, at=at, as_of=AS_OF
    )
    assert decision.value is not None, decision.reasons
    return decision.value
