"""Reading persons: the actor behind a log-in, facts for the rulebook."""

from __future__ import annotations

from collections.abc import Iterable

from chairside.apps.people.models import Fact, Membership, Patient, User
from chairside.core.access import Actor, Role
from chairside.core.kernel import fact as core
from chairside.core.kernel.fact import FactKind
from chairside.core.kernel.quantity import decimal, quantity


def actor_for(user: User, session: str = "") -> Actor:
    """The person as an actor with all roles held. Needs the organization's scope."""
    roles = Membership.objects.filter(user=user).values_list("role", flat=True)
    return Actor(
        id=str(user.id),
        name=str(user),
        organization=str(user.organization_id),
        roles=frozenset(Role(role) for role in roles),
        session=session,
    )


def system_actor(organization: object, name: str = "Chairside") -> Actor:
    """The system itself, for imports and jobs."""
    return Actor(id="system", name=name, organization=str(organization), roles=frozenset({Role.SYSTEM}), session="system")


def facts_for(patient: Patient) -> tuple[core.Fact, ...]:
    """All facts that stand (not corrected by a later one), oldest first, as the rulebook reads them."""
    rows = Fact.objects.filter(patient=patient, corrected_by=None).order_by("on", "recorded_at", "id")
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


def core_patient(patient: Patient, facts: Iterable[core.Fact] = ()) -> core.Patient:
    """The patient as the rulebook may know them: latest weight and height from the facts, nothing invented."""
    latest = {fact.code: fact for fact in facts if fact.kind is FactKind.VITAL and fact.code in ("weight_kg", "height_cm")}
    sizes = {code: quantity(fact.value, fact.unit, code) for code, fact in latest.items() if fact.value is not None}
    return core.Patient(
        born=patient.birth_date,
        sex=patient.sex,
        weight=sizes.get("weight_kg"),
        height=sizes.get("height_cm"),
        birth_text=patient.birth_text,
    )
