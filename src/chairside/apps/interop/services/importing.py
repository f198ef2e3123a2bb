"""One bundle comes in: kept, put aside where it must be, and received as a referral by intake. One transaction a bundle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from chairside.apps.audit.services import entry_record
from chairside.apps.intake.services import ReferralReceived, referral_receive
from chairside.apps.intake.services.lock import receiving_lock
from chairside.apps.intake.tables import FormularyTables
from chairside.apps.interop.services.coverages import coverages_receive
from chairside.apps.interop.services.storing import quarantine_store, resources_store
from chairside.apps.organizations.models import Site
from chairside.core.access import Action, Actor
from chairside.core.intake.referral import Packet
from chairside.core.kernel.decision import Decision
from chairside.exchange.fhir.bundle import Entry
from chairside.exchange.fhir.outcome import operation_outcome
from chairside.exchange.fhir.read import Received, packet, read_bundle, received
from chairside.exchange.fhir.text import Json, canonical, digest


@dataclass(frozen=True, slots=True)
class Problem:
    """A resource that went to quarantine: where it stood and the OperationOutcome."""

    entry: str
    resource: str
    outcome: Json


@dataclass(frozen=True, slots=True)
class BundleImported:
    """What came of a bundle. imported + unchanged + quarantined is the number of resources in it."""

    imported: int
    unchanged: int
    problems: tuple[Problem, ...] = ()
    referral: ReferralReceived | None = None
    refusal: Decision[ReferralReceived] | None = None  # why the packet was not received, though its resources are kept

    @property
    def quarantined(self) -> int:
        return len(self.problems)


def bundle_import(
    *, bundle: Json, name: str, site: Site, actor: Actor, at: datetime, as_of: date | None = None
) -> Decision[BundleImported]:
    """Take in one bundle, or one resource by itself. The same bundle again changes nothing.

    name     the file or message, as a person finds it again
    as_of    the day on which the referral is judged; the site's day of receipt when not given
    """
    permitted = actor.may(Action.REFERRAL_RECEIVE)
    if not permitted.allowed:
        return permitted.without_value()
    whole = bundle.get("resourceType") == "Bundle"
    items = read_bundle(bundle, name) if whole else received([Entry(0, "", bundle)], name)
    with transaction.atomic(durable=not transaction.get_connection().in_atomic_block):
        receiving_lock(actor.organization)
        kept = _keep(items, name, actor, at)
        outcome = _receive(items, site, name, actor, at, as_of) if whole else None
        patient = outcome.value.patient.id if outcome and outcome.value else None
        _record(kept, digest(canonical(bundle)), patient, actor, at)
    if outcome is None:
        return Decision(kept)
    return Decision(replace(kept, referral=outcome.value, refusal=outcome if outcome.value is None else None))


def resources_import(
    *, resources: Sequence[Json], first: int, name: str, actor: Actor, at: datetime
) -> Decision[BundleImported]:
    """Keep resources that come one by one, as in a bulk export. They are stored and judged; no referral is made of them.

    first    the line of the first one, counted from zero
    """
    permitted = actor.may(Action.REFERRAL_RECEIVE)
    if not permitted.allowed:
        return permitted.without_value()
    items = received([Entry(first + at_line, "", resource) for at_line, resource in enumerate(resources)], name)
    with transaction.atomic(durable=not transaction.get_connection().in_atomic_block):
        receiving_lock(actor.organization)
        kept = _keep(items, name, actor, at)
        _record(kept, digest("\n".join(canonical(resource) for resource in resources)), None, actor, at)
    return Decision(kept)


def _keep(items: Sequence[Received], name: str, actor: Actor, at: datetime) -> BundleImported:
    organization = UUID(actor.organization)
    bad = [item for item in items if not item.usable]
    imported, unchanged = resources_store(
        [item for item in items if item.usable], organization=organization, source=name, at=at
    )
    quarantine_store(bad, organization=organization, source=name, at=at)
    problems = tuple(Problem(item.entry.label, item.entry.type, operation_outcome(item.issues)) for item in bad)
    return BundleImported(imported, unchanged, problems)


def _record(kept: BundleImported, mark: str, patient: UUID | None, actor: Actor, at: datetime) -> None:
    """One audit row with a digest for what came together; none when nothing was new."""
    if kept.imported or kept.problems:
        entry_record(
            actor=actor,
            action="bundle.import",
            subject_type="bundle",
            subject=mark,
            patient=patient,
            at=at,
            digest=mark,
            detail=f"{kept.imported} new, {kept.unchanged} unchanged, {kept.quarantined} in quarantine",
        )


def _receive(
    items: Sequence[Received], site: Site, name: str, actor: Actor, at: datetime, as_of: date | None
) -> Decision[ReferralReceived] | None:
    """Hand the packet to intake; None when the bundle holds nothing about one patient."""
    read = packet(items, codes=FormularyTables(), zone=site.zone, on=as_of or at.astimezone(site.zone).date())
    if read.person is None and read.request is None:
        return None
    source = _source(read, name)
    outcome = referral_receive(site=site, packet=read, source=source, actor=actor, at=at, as_of=as_of)
    if outcome.value is not None:
        coverages_receive(patient=outcome.value.patient, coverages=read.coverages)
    return outcome


def _source(read: Packet, name: str) -> str:
    """What the referral is known by: its request, else its patient."""
    if read.request is not None:
        return read.request.source
    return read.person.source if read.person else f"fhir:{name}"
