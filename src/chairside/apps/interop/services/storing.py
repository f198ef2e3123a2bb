"""Keeping what came: canonical text by identity and version; what cannot be used in quarantine, with its outcome."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Max

from chairside.apps.interop.models import Quarantined, ReceivedResource
from chairside.exchange.fhir.outcome import operation_outcome
from chairside.exchange.fhir.read import Received
from chairside.exchange.fhir.text import canonical, digest


def resources_store(items: Sequence[Received], *, organization: UUID, source: str, at: datetime) -> tuple[int, int]:
    """Store each resource that is not yet stored with this very text; (new, unchanged).

    The same identity with another text is its next version: nothing that came is ever overwritten.
    """
    keyed = [(item, bounded(item.identity, 400)) for item in items]
    there = ReceivedResource.objects.filter(organization_id=organization, identity__in={key for _, key in keyed})
    stored = set(there.values_list("type", "identity", "digest"))
    versions = {(kind, key): last for kind, key, last in there.values_list("type", "identity").annotate(last=Max("version"))}
    rows = []
    for item, key in keyed:
        kind, text = item.entry.type, canonical(item.entry.resource)
        mark = (kind, key, digest(text))
        if mark in stored:
            continue
        stored.add(mark)
        versions[kind, key] = versions.get((kind, key), 0) + 1
        rows.append(
            ReceivedResource(
                organization_id=organization,
                type=kind,
                identity=key,
                version=versions[kind, key],
                text=text,
                digest=mark[2],
                full_url=bounded(item.entry.full_url, 300),
                source=bounded(f"{source}: {item.entry.label}", 300),
                received_at=at,
            )
        )
    ReceivedResource.objects.bulk_create(rows, batch_size=500)
    return len(rows), len(items) - len(rows)


def quarantine_store(items: Sequence[Received], *, organization: UUID, source: str, at: datetime) -> None:
    """Put aside what cannot be used, whole, with the OperationOutcome that says why. Once a source and text."""
    rows = []
    for item in items:
        text = canonical(item.entry.resource)
        rows.append(
            Quarantined(
                organization_id=organization,
                source=bounded(source, 300),
                entry=bounded(item.entry.label, 200),
                type=item.entry.type[:40],
                text=text,
                digest=digest(text),
                outcome=canonical(operation_outcome(item.issues)),
                received_at=at,
            )
        )
    Quarantined.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)


def bounded(text: str, limit: int) -> str:
    """The text; one too long for its column keeps its beginning and ends with a digest, so that two never become one."""
    return text if len(text) <= limit else f"{text[: limit - 33]}~{digest(text)[:32]}"
