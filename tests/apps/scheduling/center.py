"""A small center for the tests of scheduling and stock: a site, chairs, nurses on shift, patients with a dose to book.

Rows are written by the models, so that these tests do not depend on the services of the stages before.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from chairside.apps.formulary.models import ProtocolRelease
from chairside.apps.intake.models import Order, OrderVersion
from chairside.apps.organizations.context import organization_scope
from chairside.apps.organizations.models import Organization, Site
from chairside.apps.people.models import Membership, Patient, User
from chairside.apps.plans.models import PlannedDose, TreatmentPlan
from chairside.apps.scheduling.models import Chair, Shift
from chairside.core.access import Actor, Role
from chairside.formulary import loader

ZONE = ZoneInfo("America/Chicago")
DAY = date(2026, 12, 1)
NOW = datetime(2026, 11, 23, 16, 42, tzinfo=UTC)


def moment(clock: str, day: date = DAY) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), ZONE)


@dataclass
class Center:
    """What a test needs to reach for."""

    organization: Organization
    site: Site
    chairs: list[Chair]
    nurses: list[User]
    release: ProtocolRelease
    scheduler: User

    def actor(self, *roles: Role) -> Actor:
        held = frozenset(roles or (Role.SCHEDULER,))
        return Actor(str(self.scheduler.pk), "Sam Scheduler", str(self.organization.pk), held, "session-1")

    def dose(self, number: int = 1, *, target: date = DAY, early: int = 2, late: int = 3, family: str = "Doe") -> PlannedDose:
        """A patient with a signed order, an active plan and one planned dose."""
        patient = Patient.objects.create(organization=self.organization, mrn=uuid4().hex, family=family, given="Jo")
        order = Order.objects.create(organization=self.organization, patient=patient, site=self.site)
        version = OrderVersion.objects.create(
            organization=self.organization, order=order, number=1, release=self.release, indication="K50.90",
            status=OrderVersion.Status.SIGNED, signed_by=self.scheduler, signed_at=NOW, signed_digest="0" * 64,
        )  # fmt: skip
        plan = TreatmentPlan.objects.create(
            organization=self.organization, patient=patient, order_version=version, started_on=target
        )
        return PlannedDose.objects.create(
            organization=self.organization, plan=plan, number=number, target_on=target,
            earliest_on=target - timedelta(days=early), latest_on=target + timedelta(days=late),
        )  # fmt: skip


def user(organization: Organization, name: str) -> User:
    return User.objects.create(organization=organization, email=f"{uuid4().hex}@example.org", name=name, password="!")


def center(
    *, chairs: int = 3, nurses: int = 2, at_once: int = 4, days: tuple[date, ...] = (DAY,), name: str = "North"
) -> Center:
    """Make one. Needs the scope of nothing: it opens its own organization's."""
    key = uuid4()
    with organization_scope(key):
        organization = Organization.objects.create(id=key, name=name, slug=f"{name.lower()}-{key.hex[:8]}")
        site = Site.objects.create(
            organization=organization, name=name, time_zone=ZONE.key, opens_at=time(8), closes_at=time(17)
        )
        places = [
            Chair.objects.create(organization=organization, site=site, name=f"Chair {n}", place=n) for n in range(1, chairs + 1)
        ]
        people = [user(organization, f"Nurse {n}") for n in range(1, nurses + 1)]
        for nurse in people:
            Membership.objects.create(organization=organization, user=nurse, site=site, role=Role.NURSE)
            for day in days:
                during = DateTimeTZRange(moment("08:00", day), moment("17:00", day))
                Shift.objects.create(organization=organization, site=site, nurse=nurse, during=during, patients_at_once=at_once)
        scheduler = user(organization, "Sam Scheduler")
        Membership.objects.create(organization=organization, user=scheduler, site=site, role=Role.SCHEDULER)
    return Center(organization, site, places, people, release(), scheduler)


def release(protocol_id: str = "infliximab_iv") -> ProtocolRelease:
    protocol = loader.load(protocol_id)
    text = loader.path_of(protocol_id).read_text(encoding="utf-8")
    row, _ = ProtocolRelease.objects.get_or_create(
        sha256=protocol.sha256,
        defaults={"protocol": protocol.id, "version": protocol.version, "status": protocol.status, "name": protocol.names.en,
                  "text": text, "loaded_at": NOW},
    )  # fmt: skip
    return row


@contextmanager
def open_center(**shape) -> Iterator[Center]:
    made = center(**shape)
    with organization_scope(made.organization.pk):
        yield made
