"""Quarantine is worked off: a mended resource comes in by the same gate as an import, or it is left aside for good."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from django.db import DatabaseError, transaction

from chairside.apps.audit.services import entry_record
from chairside.apps.intake.services import ReferralReceived
from chairside.apps.intake.services.lock import receiving_lock
from chairside.apps.intake.texts import fit
from chairside.apps.interop.models import PatientToRead, Quarantined, ReceivedDocument, ReceivedResource, Resource
from chairside.apps.interop.selectors import person_of_resource
from chairside.apps.interop.services.documents import document_keep
from chairside.apps.interop.services.keeping import Placed, resources_keep
from chairside.apps.interop.services.origins import links_of, stands_here
from chairside.apps.interop.services.placing import Names, patient_of, references_place, resources_place
from chairside.apps.interop.services.reading import patient_read
from chairside.apps.organizations.models import Site
from chairside.core.access import Action, Actor
from chairside.core.intake.issue import Issue
from chairside.core.kernel.decision import Decision, Reason, refused, unknown
from chairside.exchange.fhir.bundle import Entry
from chairside.exchange.fhir.read import Received, judged
from chairside.exchange.fhir.references import resolve
from chairside.exchange.fhir.text import JsonProblem, parse
from chairside.exchange.fhir.window import DocumentProblem

log = structlog.get_logger()
_NUMBER = re.compile(r"(?:entry|line) ([0-9]{1,9})")


@dataclass(frozen=True, slots=True)
class Retried:
    """What came of trying again.

    issues      what is wrong with the text now; when it was used, what in it cannot be read as meant
    resource    the resource that it became, None while it is refused
    referral    what intake made of it, None when no referral came of it
    refusal     why intake did not receive the patient's packet, though the resource is kept
    """

    issues: tuple[Issue, ...] = ()
    resource: Resource | None = None
    referral: ReferralReceived | None = None
    refusal: tuple[Reason, ...] = ()


def quarantine_retry(*, quarantined: Quarantined, text: str, site: Site, actor: Actor, at: datetime) -> Decision[Retried]:
    """Try again with a mended text. It is judged as an import judges, and becomes the very resource that others point at.

    site    where it is worked on; a referral that comes of it goes to the site of the import that brought it, where known
    Refused, nothing is written: the text is the caller's to keep, and the original stays as it came.
    """
    permitted = actor.may(Action.REFERRAL_RECEIVE)
    if not permitted.allowed:
        return permitted.without_value()
    data = text.encode("utf-8", "replace")
    try:
        resource = parse(data)
    except JsonProblem as problem:
        return Decision(None, (refused("mismatch", f"{_sentence(str(problem))}. Nothing was changed.", field="text"),))
    if not isinstance(resource, dict):
        return Decision(
            None, (refused("mismatch", "A resource is a JSON object: it begins with { and ends with }.", field="text"),)
        )
    mark = hashlib.sha256(data).hexdigest()
    entry = Entry(_index(quarantined), quarantined.full_url, resource, quarantined.if_none_exist, 0, len(data), mark)
    scope, names = quarantined.scope or quarantined.source, Names(actor.organization)
    issues = judged(entry, links_of(quarantined.document, entry, scope, names))
    if not all(issue.mendable for issue in issues):
        count = f"{len(issues)} things are" if len(issues) > 1 else "One thing is"
        return Decision(Retried(issues), (refused("mismatch", f"{count} still wrong. Nothing was changed.", field="text"),))
    try:
        return _use(quarantined, _Mended(data, entry, issues, scope, names), site, actor, at)
    except DocumentProblem as problem:  # it would put somebody in another person's place
        return Decision(None, (refused("wrong_person", f"{_sentence(str(problem))}.", field="text"),))


@dataclass(frozen=True, slots=True)
class _Mended:
    """A text that is a valid resource, and what its references mean."""

    data: bytes
    entry: Entry
    issues: tuple[Issue, ...]
    scope: str
    names: Names


def _use(quarantined: Quarantined, mended: _Mended, site: Site, actor: Actor, at: datetime) -> Decision[Retried]:
    entry, scope, names = mended.entry, mended.scope, mended.names
    with transaction.atomic():
        receiving_lock(actor.organization)
        row = Quarantined.objects.select_for_update(of=("self",)).select_related("document__run__site").get(id=quarantined.id)
        key = stands_here(row, entry, scope)
        stale = _against(row, entry.type, key)
        if stale:
            return Decision(None, (stale,))
        document = _keep_document(row, mended.data, at)
        (here,) = resources_place([(entry, key)], scope=scope, names=names)
        references_place([entry], scope=scope, names=names)
        placed = _placed(Received(entry, key, mended.issues, here), scope, names)
        resources_keep([placed], document=document, organization=row.organization_id, at=at)
        found = Resource.objects.get(type=entry.type, logical_id=here)
        where = row.document.run.site if row.document and row.document.run else site
        keys = _patients(placed, row)
        _note(keys, where, document.name, at)
        row.solved_at, row.solved_by = at, fit(f"{actor.name} mended it", 300)
        row.save(update_fields=["solved_at", "solved_by"])
        subject = person_of_resource(found)
        told = {"subject_type": "quarantined", "subject": row.id, "at": at, "patient": subject.id if subject else None}
        entry_record(actor=actor, action="quarantine.retry", digest=document.digest, detail=placed.name, **told)  # type: ignore[arg-type]
    return Decision(_read(keys, where, document.name, actor, at, Retried(mended.issues, found)))


def quarantine_leave(*, quarantined: Quarantined, reason: str, actor: Actor, at: datetime) -> Decision[Quarantined]:
    """Leave something aside for good. It stays to be read, with the reason."""
    permitted = actor.may(Action.REFERRAL_RECEIVE)
    if not permitted.allowed:
        return permitted.without_value()
    if not reason.strip():
        return Decision(None, (unknown("missing_fact", "Say why it is left aside.", field="reason"),))
    with transaction.atomic():
        row = Quarantined.objects.select_for_update().get(id=quarantined.id)
        if row.solved_at is not None:
            return Decision(None, (_solved_already(row),))
        row.solved_at, row.solved_by = at, fit(f"{actor.name} left it aside: {reason.strip()}", 300)
        row.save(update_fields=["solved_at", "solved_by"])
        told = {"subject_type": "quarantined", "subject": row.id, "at": at}
        entry_record(actor=actor, action="quarantine.leave", reason=reason.strip(), **told)  # type: ignore[arg-type]
    return Decision(row)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _index(row: Quarantined) -> int:
    """The number of its entry, which is part of the key of a resource that nothing else names."""
    found = _NUMBER.match(row.entry)
    return int(found[1]) - 1 if found else 0


def _against(row: Quarantined, kind: str, key: str) -> Reason | None:
    if row.solved_at is not None:
        return _solved_already(row)
    newer = ReceivedResource.objects.filter(
        resource__type=kind, resource__identity=key, received_at__gt=row.received_at
    ).first()  # of this very resource: the mended text is older than it, and would stand above it
    if newer is None:
        return None
    message = (
        f"A newer version of this resource came in since, from {newer.source}. "
        "What is mended here would count as newer than that. Leave this one aside."
    )
    return refused("wrong_state", message, field="text")


def _solved_already(row: Quarantined) -> Reason:
    return refused("wrong_state", f"This is solved already: {row.solved_by}. What you sent was not used.", field="text")


def _keep_document(row: Quarantined, data: bytes, at: datetime) -> ReceivedDocument:
    return document_keep(
        stream=io.BytesIO(data),
        digest=hashlib.sha256(data).hexdigest(),
        size=len(data),
        name=fit(f"mended: {row.source}", 300),
        kind=ReceivedDocument.Kind.RESOURCE,
        organization=row.organization_id,
        at=at,
    )


def _placed(item: Received, scope: str, names: Names) -> Placed:
    resource = item.entry.resource
    about = item.logical_id if item.entry.type == "Patient" else patient_of(item.entry, scope, names)
    sent = str(resource.get("id", ""))
    resolve(resource, item.logical_id, lambda reference: names.find(reference, scope, item.entry.full_url))
    return Placed(item, about, sent)


def _patients(placed: Placed, row: Quarantined) -> list[str]:
    """Who is to be read again: whom it is about; for what is about nobody, the one patient of its packet."""
    if placed.patient_key:
        return [placed.patient_key]
    if row.document is None:
        return []
    versions = ReceivedResource.objects.filter(document=row.document).exclude(resource__patient_key="")
    keys = list(versions.order_by().values_list("resource__patient_key", flat=True).distinct()[:2])
    return keys if len(keys) == 1 else []


def _note(keys: Sequence[str], site: Site, source: str, at: datetime) -> None:
    """Should this process end, the next import reads them."""
    rows = [
        PatientToRead(organization_id=site.organization_id, patient_key=key, source=source, site=site, since=at) for key in keys
    ]
    PatientToRead.objects.bulk_create(rows, ignore_conflicts=True)


def _read(keys: Sequence[str], site: Site, name: str, actor: Actor, at: datetime, done: Retried) -> Retried:
    for key in keys:
        try:
            with transaction.atomic():
                receiving_lock(actor.organization)
                outcome = patient_read(patient_key=key, site=site, name=name, actor=actor, at=at)
                PatientToRead.objects.filter(organization_id=UUID(actor.organization), patient_key=key).delete()
        except DatabaseError:
            raise
        except Exception:
            log.exception("quarantine.patient_not_read", patient_key=key)
            message = "It is kept, and the patient could not be read. That is tried again at the next import."
            return Retried(done.issues, done.resource, None, (unknown("not_available", message),))
        if outcome is not None:
            return Retried(done.issues, done.resource, outcome.value, outcome.reasons if outcome.value is None else ())
    return done
