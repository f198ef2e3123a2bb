"""A document comes in: kept byte for byte; its resources placed, resolved and kept; what is wrong put aside; the rest read."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from chairside.apps.audit.services import entry_record
from chairside.apps.intake.services import ReferralReceived
from chairside.apps.intake.services.lock import receiving_lock
from chairside.apps.interop.models import ReceivedDocument
from chairside.apps.interop.services.documents import document_keep
from chairside.apps.interop.services.keeping import Placed, quarantine_keep, resources_keep
from chairside.apps.interop.services.leaving import resources_leave
from chairside.apps.interop.services.placing import Names, patient_of, references_place, resources_place
from chairside.apps.interop.services.reading import packet_receive, patients_to_read, standing
from chairside.apps.organizations.models import Site
from chairside.core.access import Action, Actor
from chairside.core.kernel.decision import Decision
from chairside.exchange.fhir.bundle import Entry
from chairside.exchange.fhir.outcome import operation_outcome
from chairside.exchange.fhir.read import Received, judged
from chairside.exchange.fhir.references import identities, resolve
from chairside.exchange.fhir.split import split_bundle
from chairside.exchange.fhir.text import Json, canonical


@dataclass(frozen=True, slots=True)
class Problem:
    """A resource that went to quarantine: where it stood and the OperationOutcome."""

    entry: str
    resource: str
    outcome: Json


@dataclass(frozen=True, slots=True)
class BundleImported:
    """What came of a document, or of a part of it. imported + unchanged + quarantined is the number of resources in it.

    put_aside    how many of the quarantined had not come before
    """

    imported: int
    unchanged: int
    problems: tuple[Problem, ...] = ()
    put_aside: int = 0
    referral: ReferralReceived | None = None
    refusal: Decision[ReferralReceived] | None = None  # why the packet was not received, though its resources are kept

    @property
    def quarantined(self) -> int:
        return len(self.problems)


@dataclass(frozen=True, slots=True)
class Arrival:
    """What everything of one document shares.

    at_once    all of the document is here, so that a packet about one patient is read straight away
    """

    document: ReceivedDocument
    site: Site
    actor: Actor
    at: datetime
    as_of: date | None = None
    at_once: bool = True

    @property
    def organization(self) -> UUID:
        return UUID(self.actor.organization)


def bundle_import(
    *, bundle: Json, name: str, site: Site, actor: Actor, at: datetime, as_of: date | None = None
) -> Decision[BundleImported]:
    """Take in one bundle, or one resource by itself, that was made here. What came from outside comes as its bytes."""
    return document_import(data=canonical(bundle).encode(), name=name, site=site, actor=actor, at=at, as_of=as_of)


def document_import(
    *, data: bytes, name: str, site: Site, actor: Actor, at: datetime, as_of: date | None = None, scope: str = ""
) -> Decision[BundleImported]:
    """Take in one bundle, or one resource by itself, in one transaction. The same again changes nothing.

    name     the file or message, as a person finds it again
    scope    where ids that nothing global names are at home; the document's name when not given
    as_of    the day on which a referral is judged; the site's day of receipt when not given
    Raises DocumentProblem when it breaks off or is not a JSON object.
    """
    permitted = actor.may(Action.REFERRAL_RECEIVE)
    if not permitted.allowed:
        return permitted.without_value()
    items = list(split_bundle(io.BytesIO(data)))
    with transaction.atomic(durable=not transaction.get_connection().in_atomic_block):
        receiving_lock(actor.organization)
        document = document_keep(
            stream=io.BytesIO(data),
            digest=hashlib.sha256(data).hexdigest(),
            size=len(data),
            name=name[:300],
            kind=ReceivedDocument.Kind.BUNDLE,
            organization=UUID(actor.organization),
            at=at,
        )
        arrival = Arrival(document, site, actor, at, as_of)
        return Decision(entries_import(items, arrival, Names(actor.organization), scope or name))


def entries_import(items: Sequence[Entry], arrival: Arrival, names: Names, scope: str) -> BundleImported:
    """Take in the entries of a document, or a run of them, in the caller's transaction under the receiving lock."""
    keyed = list(zip(items, identities(items, scope), strict=True))
    placeable = [(entry, key) for entry, key in keyed if entry.type and not entry.problem]
    ids = dict(zip((id(entry) for entry, _ in placeable), resources_place(placeable, scope=scope, names=names), strict=True))
    received = [Received(entry, key, judged(entry, names.types), ids.get(id(entry), "")) for entry, key in keyed]
    references_place((item.entry for item in received if item.usable), scope=scope, names=names)
    good = [_resolved(item, scope, names) for item in received if item.usable]
    bad = [item for item in received if not item.usable]
    kept, outdated, moved = _keep(good, bad, arrival, scope)
    resources_leave(moved, actor=arrival.actor, at=arrival.at)
    told = (arrival.site, arrival.document.name, arrival.actor, arrival.at, arrival.as_of)
    outcome = packet_receive(standing(good, outdated, arrival.actor.organization), *told) if arrival.at_once else None
    _record(kept, arrival, outcome.value.patient.id if outcome and outcome.value else None)
    if outcome is None:
        patients_to_read(good, site=arrival.site, source=arrival.document.name, at=arrival.at)
        return kept
    return replace(kept, referral=outcome.value, refusal=outcome if outcome.value is None else None)


def _resolved(item: Received, scope: str, names: Names) -> Placed:
    scope, full_url = ("", "") if id(item.entry) in names.ours else (scope, item.entry.full_url)
    key = item.logical_id if item.entry.type == "Patient" else patient_of(item.entry, scope, names)
    sent_id = str(item.entry.resource.get("id", ""))
    resolve(item.entry.resource, item.logical_id, lambda sent: names.find(sent, scope, full_url))
    return Placed(item, key, sent_id)


def _keep(
    good: Sequence[Placed], bad: Sequence[Received], arrival: Arrival, scope: str
) -> tuple[BundleImported, frozenset[str], tuple[tuple[str, str], ...]]:
    document, organization = arrival.document, arrival.organization
    kept = resources_keep(good, document=document, organization=organization, at=arrival.at)
    put_aside = quarantine_keep(bad, document=document, scope=scope, organization=organization, at=arrival.at)
    problems = tuple(Problem(item.entry.label, item.entry.type, operation_outcome(item.issues)) for item in bad)
    return BundleImported(len(kept.new), kept.unchanged, problems, put_aside), kept.outdated, kept.moved


def _record(kept: BundleImported, arrival: Arrival, patient: UUID | None) -> None:
    """One audit row with the document's digest for what came together; none when nothing was new."""
    if kept.imported or kept.put_aside:
        entry_record(
            actor=arrival.actor,
            action="bundle.import",
            subject_type="document",
            subject=arrival.document.id,
            patient=patient,
            at=arrival.at,
            digest=arrival.document.digest,
            detail=f"{kept.imported} new, {kept.unchanged} unchanged, {kept.quarantined} in quarantine",
        )
