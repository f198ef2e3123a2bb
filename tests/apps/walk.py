"""The way of one referral through the center: people of every role, an imported referral, its order, plan and doses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.test import Client, override_settings

from chairside.apps.formulary.services import releases_sync
from chairside.apps.intake import services as intake
from chairside.apps.intake.models import Finding, MissingItem, Order, OrderVersion, Referral
from chairside.apps.interop.services import bundle_import
from chairside.apps.organizations.context import organization_scope
from chairside.apps.organizations.models import Organization, Site
from chairside.apps.people.models import Membership, Patient, User
from chairside.apps.people.selectors import actor_for
from chairside.apps.plans import services as plans
from chairside.apps.plans.models import TreatmentPlan
from chairside.core.access import Actor, Role
from tests.cast import REFERRALS as REFERRALS
from tests.cast import bundle
from tests.releases import approve

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
PASSWORD = "four plain words here"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@dataclass
class Center:
    """A site with one person in every role, each with the same password."""

    organization: Organization
    site: Site
    users: dict[Role, User] = field(default_factory=dict)

    def actor(self, role: Role) -> Actor:
        return actor_for(self.users[role], session=f"session of {role.value}")

    def client(self, role: Role) -> Client:
        client = Client(HTTP_HOST="127.0.0.1")
        client.force_login(self.users[role], backend=BACKEND)
        return client


@contextmanager
def center(slug: str = "alder", roles: tuple[Role, ...] = tuple(Role), *, approved: bool = True) -> Iterator[Center]:
    """A center within its organization's scope, its protocols approved; the shell's clock stands at `NOW`."""
    releases = releases_sync()
    organization = Organization(name=slug.title(), slug=slug)
    shifted = override_settings(CLOCK_OFFSET_SECONDS=(NOW - datetime.now(UTC)).total_seconds())
    with shifted, organization_scope(organization.id):
        organization.save(force_insert=True)
        own = {"organization": organization}
        site = Site.objects.create(**own, name="Alder Falls", time_zone="America/Chicago", opens_at=time(7), closes_at=time(19))
        made = Center(organization, site)
        for role in roles:
            user = User.objects.create_user(
                f"{role.value}@{slug}.example.org", None, organization=organization, name=role.label
            )
            Membership.objects.create(**own, user=user, site=site, role=role.value)
            made.users[role] = user
        if approved and {Role.PHARMACIST, Role.MEDICAL_DIRECTOR} <= set(roles):
            people = {"reviewer": made.users[Role.PHARMACIST], "director": made.users[Role.MEDICAL_DIRECTOR]}
            approve(site, releases, **people, at=NOW - timedelta(days=1))
        yield made


def give_password(user: User) -> None:
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])


def take_in(place: Center, start: str, at: datetime = NOW) -> Referral:
    """Import the referral whose file name starts so (`s01`)."""
    actor = place.actor(Role.INTAKE)
    decision = bundle_import(bundle=bundle(start), name=f"{start}.json", site=place.site, actor=actor, at=at, as_of=TODAY)
    assert decision.value is not None, decision.reasons
    return Referral.objects.latest("received_at", "id")


def complete(place: Center, referral: Referral) -> None:
    """Everything that the packet lacks arrives, and what was found is settled."""
    for item in MissingItem.objects.filter(referral=referral, closed_at=None).exclude(solves="order_not_signed"):
        must(intake.missing_item_close(item=item, note="received by fax", actor=place.actor(Role.INTAKE), at=NOW))
    for finding in Finding.objects.filter(referral=referral, solved_at=None).exclude(code="order_not_signed"):
        by = place.actor(Role.PRESCRIBER if finding.severity == Finding.Severity.HOLD else Role.INTAKE)
        must(intake.finding_settle(finding=finding, reason="read and judged", actor=by, at=NOW))


def signed(place: Center, start: str = "s01") -> OrderVersion:
    """A referral, imported, completed, made an order, signed by the prescriber."""
    referral = take_in(place, start)
    complete(place, referral)
    version = must(intake.order_draft_from_referral(referral=referral, actor=place.actor(Role.INTAKE), at=NOW))
    return sign(place, version)


def sign(place: Center, version: OrderVersion) -> OrderVersion:
    digest = intake.signing_judgement(version).value or ""
    return must(
        intake.order_sign(
            version=version, seen_digest=digest, actor=place.actor(Role.PRESCRIBER), at=NOW, reason="read and judged"
        )
    )


def planned(place: Center, start: str = "s01", start_on: date = TODAY + timedelta(days=10)) -> TreatmentPlan:
    version = signed(place, start)
    return must(plans.plan_make(order_version=version, start_on=start_on, actor=place.actor(Role.PHARMACIST), at=NOW))


def must(decision: Any) -> Any:
    """The value of a decision that must have one."""
    assert decision.value is not None, [reason.message for reason in decision.reasons]
    return decision.value


def copies(place: Center, number: int, make: Any) -> None:
    """`number` more of something, to see that queries do not grow with the rows."""
    with transaction.atomic():
        for count in range(number):
            make(count)


def another_patient(place: Center, count: int) -> Patient:
    return Patient.objects.create(
        organization=place.organization,
        mrn=f"copy-{count}",
        family=f"Copy {count:03}",
        given="Ann",
        birth_date=date(1970, 1, 1),
    )


def another_order(place: Center, like: OrderVersion, count: int) -> OrderVersion:
    """The same signed order for another patient."""
    order = Order.objects.create(organization=place.organization, patient=another_patient(place, count), site=place.site)
    like = OrderVersion.objects.get(id=like.id)
    like.pk, like.id, like._state.adding = None, None, True  # type: ignore[assignment]
    fresh = OrderVersion(
        **{f.attname: getattr(like, f.attname) for f in OrderVersion._meta.fields if f.name not in ("id", "order")}
    )
    fresh.order = order
    fresh.save()
    return fresh
