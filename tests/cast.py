"""The fixed cast of the stories: one center with its people, chairs and shifts, and a second organization next door.

Every person has a name, a role, a log-in and the same password. Nothing of a therapy stands here: it comes with the referral.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from chairside.apps.formulary.services import releases_sync
from chairside.apps.organizations.context import organization_scope
from chairside.apps.organizations.models import Organization, Site
from chairside.apps.people.models import Membership, User
from chairside.apps.people.selectors import actor_for
from chairside.apps.scheduling.models import Chair, Shift
from chairside.core.access import Actor, Role
from chairside.exchange.fhir.text import Json, parse
from tests.releases import approve

REFERRALS = Path(__file__).parent / "data" / "infusion-referrals"
ZONE = ZoneInfo("America/Chicago")
MONDAY = date(2026, 11, 23)  # the day on which the referrals come in
TUESDAY = date(2026, 12, 1)  # the day of the first infusion
PASSWORD = "drip by drip all day"


@dataclass(frozen=True, slots=True)
class Person:
    """Someone of the cast."""

    name: str
    role: Role

    @property
    def email(self) -> str:
        return f"{self.name.split()[0].lower()}@northlight.example.org"


INES = Person("Ines Okafor", Role.INTAKE)
PIA = Person("Pia Lindqvist", Role.PRESCRIBER)
THEO = Person("Theo Marsh", Role.PHARMACIST)
DELIA = Person("Delia Rahimi", Role.MEDICAL_DIRECTOR)
AVA = Person("Ava Castillo", Role.AUTHORIZATION)
SAM = Person("Sam Whitfield", Role.SCHEDULER)
FRED = Person("Fred Nakamura", Role.FRONT_DESK)
NORA = Person("Nora Bell", Role.NURSE)
OMAR = Person("Omar Haddad", Role.NURSE)
CLEO = Person("Cleo Vance", Role.CHARGE_NURSE)
BETH = Person("Beth Sorensen", Role.BILLER)
MAX = Person("Max Ferreira", Role.MANAGER)
CAST = (INES, PIA, THEO, DELIA, AVA, SAM, FRED, NORA, OMAR, CLEO, BETH, MAX)


def moment(clock: str, day: date = MONDAY) -> datetime:
    """A time at the center, in UTC."""
    return datetime.combine(day, time.fromisoformat(clock), ZONE).astimezone(UTC)


@dataclass
class Center:
    """What a story needs to reach for."""

    organization: Organization
    site: Site
    chairs: list[Chair] = field(default_factory=list)
    users: dict[str, User] = field(default_factory=dict)

    def actor(self, person: Person) -> Actor:
        return actor_for(self.users[person.name], session=f"session of {person.name}")


@contextmanager
def northlight(slug: str = "northlight", cast: tuple[Person, ...] = CAST, chairs: int = 3) -> Iterator[Center]:
    """The center, open on the two days of the stories, within its organization's scope."""
    releases = releases_sync()
    organization = Organization(name=slug.title(), slug=slug)
    password = make_password(PASSWORD)
    with organization_scope(organization.id):
        organization.save(force_insert=True)
        own = {"organization": organization}
        site = Site.objects.create(**own, name="Alder Falls", time_zone=ZONE.key, opens_at=time(7), closes_at=time(19))
        made = Center(organization, site)
        made.chairs = [Chair.objects.create(**own, site=site, name=f"Chair {n}", place=n) for n in range(1, chairs + 1)]
        for person in cast:
            email = person.email.replace("northlight", slug)
            user = User.objects.create(**own, email=email, name=person.name, password=password)
            Membership.objects.create(**own, user=user, site=site, role=person.role)
            made.users[person.name] = user
        if {THEO.name, DELIA.name} <= set(made.users):
            reviewer, director = made.users[THEO.name], made.users[DELIA.name]
            approve(site, releases, reviewer=reviewer, director=director, at=moment("08:00"))
        for nurse in (person for person in cast if person.role is Role.NURSE):
            for day in (MONDAY, MONDAY + timedelta(days=1), TUESDAY):
                during = DateTimeTZRange(moment("07:00", day), moment("18:00", day))
                Shift.objects.create(**own, site=site, nurse=made.users[nurse.name], during=during)
        yield made


# A referral like s04 for a drug that no protocol here is for.
NO_PROTOCOL = "no-protocol"
_ANOTHER_DRUG = ((b"golimumab (Simponi Aria)", b"siltuximab (Sylvant)"), (b"J1602", b"J2860"))


def bundle(start: str) -> Json:
    """The referral whose file name starts so (`s01`)."""
    data = next(REFERRALS.glob(f"{'s04' if start == NO_PROTOCOL else start}-*.json")).read_bytes()
    for ours, other in _ANOTHER_DRUG if start == NO_PROTOCOL else ():
        assert ours in data
        data = data.replace(ours, other)
    document: Json = parse(data)
    return document


def must(decision: Any) -> Any:
    """The value of a decision that must have one, and nothing that stands against it."""
    assert decision.value is not None, [f"{reason.code}: {reason.message}" for reason in decision.reasons]
    return decision.value


def codes(decision: Any) -> set[str]:
    """The codes of a decision that was not allowed."""
    assert decision.value is None or not decision.allowed, "this should not have been allowed"
    return {reason.code for reason in decision.reasons}
