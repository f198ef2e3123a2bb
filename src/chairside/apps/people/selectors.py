"""Reading persons: the actor behind a log-in, facts for the rulebook."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from chairside.apps.organizations.models import Site
from chairside.apps.people.models import Fact, Membership, Patient, User
from chairside.core.access import Actor, Role
from chairside.core.intake.matching import Candidate, Name
from chairside.core.intake.referral import Identifier
from chairside.core.kernel import fact as core
from chairside.core.kernel.fact import FactKind
from chairside.core.kernel.quantity import decimal, quantity
from chairside.core.protocols.standing import present


def memberships_of(user: User) -> list[Membership]:
    """The roles that a person holds, with their sites, the first site by name. Needs the organization's scope."""
    return list(Membership.objects.filter(user=user).select_related("site").order_by("site__name", "role"))


def site_chosen(memberships: Sequence[Membership], wanted: str = "") -> Site | None:
    """The site with the wanted id among those where a role is held, else the first of them."""
    sites = {str(item.site_id): item.site for item in memberships}
    return sites.get(wanted) or next(iter(sites.values()), None)


def actor_for(
    user: User, session: str = "", memberships: Sequence[Membership] | None = None, site: Site | None = None
) -> Actor:
    """The person as an actor with the roles held at a site (all, when no site is named). Needs the organization's scope."""
    held = memberships_of(user) if memberships is None else memberships
    roles = frozenset(Role(item.role) for item in held if site is None or item.site_id == site.id)
    return Actor(id=str(user.id), name=str(user), organization=str(user.organization_id), roles=roles, session=session)


def system_actor(organization: object, name: str = "Chairside") -> Actor:
    """The system itself, for imports and jobs."""
    return Actor(id="system", name=name, organization=str(organization), roles=frozenset({Role.SYSTEM}), session="system")


def records_of(patient: Patient | UUID | OuterRef) -> QuerySet[Patient]:
    """Every record of the person that a record belongs to: the one that is kept and those merged into it.

    For `filter(patient__in=records_of(patient))`, also in a query over many (`records_of(OuterRef("patient"))`): the records of
    one person are read as one, while no row of any ever moves. Never from memory, so it is as true as its query.
    """
    if isinstance(patient, OuterRef):
        one: OuterRef | UUID = OuterRef(OuterRef(patient))  # two queries further in than where it was written
    else:
        one = patient.pk if isinstance(patient, Patient) else patient
    kept = Subquery(Patient.objects.filter(pk=one).values(kept=Coalesce("merged_into", "pk"))[:1])
    return Patient.objects.filter(Q(pk=kept) | Q(merged_into=kept)).order_by().values("pk")  # type: ignore[return-value]


OWN_NUMBERS = "urn:chairside:received"
"""The identifier system of a patient who came without any: it says where the record came from, not who it is."""


def candidate_of(*records: Patient) -> Candidate:
    """What the records of one person say of who it is, for comparing; the first is the one that is kept."""
    kept = records[0]
    return Candidate(
        names=tuple(dict.fromkeys(Name(row.family, row.given) for row in records)),
        born=kept.birth_date,
        birth_text=kept.birth_text,
        sex=kept.sex,
        phones=tuple(row.phone for row in records if row.phone),
        emails=tuple(row.email for row in records if row.email),
        addresses=tuple(row.address for row in records if row.address),
        postal_codes=tuple(row.postal_code for row in records if row.postal_code),
        identifiers=tuple(
            Identifier(item.system, item.value)
            for row in records
            for item in row.identifiers.all()
            if item.system != OWN_NUMBERS
        ),
    )


def person_of(patient: Patient) -> UUID:
    """The id of the record that stands for this person: what two records of one person have in common."""
    return patient.merged_into_id or patient.pk


def kept_record(patient: Patient) -> Patient:
    """The record that stands for this person: the patient's own, or the one it was merged into."""
    return patient.merged_into or patient


def facts_for(patient: Patient) -> tuple[core.Fact, ...]:
    """All facts of the person that stand (not corrected by a later one), oldest first, as the rulebook reads them."""
    rows = Fact.objects.filter(patient__in=records_of(patient), corrected_by=None).order_by("on", "recorded_at", "id")
    return tuple(core_facts(rows))


def core_facts(rows: Iterable[Fact]) -> Iterable[core.Fact]:
    """Stored facts as plain values, digit for digit."""
    for row in rows:
        value = decimal(row.exact) if row.exact else (row.amount if row.amount is not None else (row.word or None))
        yield core.Fact(
            kind=FactKind(row.kind),
            code=row.code,
            on=row.on,
            value=value,
            unit=row.unit,
            status=row.status,
            note=row.note,
            lower=row.lower,
            upper=row.upper,
            before_dose=row.before_dose,
            id=str(row.id),
        )


def recorders_of(rows: Iterable[Fact]) -> dict[str, str]:
    """Who or what each source of facts is, in words: a person's name, the visit, the referral. One query."""
    sources = {row.source for row in rows}
    persons = [source.removeprefix("person:") for source in sources if source.startswith("person:")]
    names = {str(user.id): user.name for user in User.objects.filter(id__in=[item for item in persons if item != "system"])}
    return {source: _recorder(source, names) for source in sources}


def _recorder(source: str, names: Mapping[str, str]) -> str:
    kind, _, who = source.partition(":")
    if kind == "person":
        return names.get(who) or ("Chairside" if who == "system" else "a person no longer here")
    return "visit" if kind == "visit" else "referral"


def core_patient(patient: Patient, facts: Iterable[core.Fact] = ()) -> core.Patient:
    """The patient as the rulebook may know them: latest weight and height from the facts, nothing invented.

    Of a merged record the birth date and sex are those of the record that is kept.
    """
    kept = kept_record(patient)
    sized = (fact for fact in facts if fact.kind is FactKind.VITAL and fact.code in ("weight_kg", "height_cm"))
    latest = {fact.code: fact for fact in sized if present(fact)}
    sizes = {code: quantity(fact.value, fact.unit, code) for code, fact in latest.items() if fact.value is not None}
    return core.Patient(
        born=kept.birth_date,
        sex=kept.sex,
        weight=sizes.get("weight_kg"),
        height=sizes.get("height_cm"),
        birth_text=kept.birth_text,
    )


@dataclass(frozen=True, slots=True)
class StaffRow:
    """One person of the staff list."""

    user: User
    roles: tuple[str, ...]
    second_step: bool


def staff(role: str = "", text: str = "") -> QuerySet[User]:
    """Those who log in, narrowed to a role and to a part of name or log-in."""
    people = User.objects.all()
    if role:
        people = people.filter(id__in=Membership.objects.filter(role=role).values("user"))
    return people.filter(Q(name__icontains=text) | Q(email__icontains=text)) if text else people


def staff_rows(people: Iterable[User]) -> list[StaffRow]:
    """The given persons with their roles and whether a second step is set up: three queries, however many rows."""
    users = list(people)
    roles: dict[object, list[str]] = {}
    for item in Membership.objects.filter(user__in=users).select_related("site").order_by("role"):
        roles.setdefault(item.user_id, []).append(f"{Role(item.role).label} ({item.site.name})")
    stepped = set(
        Authenticator.objects.filter(user__in=users)
        .exclude(type=Authenticator.Type.RECOVERY_CODES)
        .values_list("user", flat=True)
    )
    return [StaffRow(user, tuple(roles.get(user.id, ())), user.id in stepped) for user in users]
