"""Writing what was done, and making a repeated request the same request."""

from __future__ import annotations

import hashlib
from datetime import datetime
from uuid import UUID

from django.db import transaction

from chairside.apps.audit import chain
from chairside.apps.audit.models import AuditEntry, IdempotencyKey
from chairside.core.access import Actor


def digest(text: str) -> str:
    """SHA-256 of exact text, as hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def entry_record(
    *,
    actor: Actor,
    action: str,
    subject_type: str,
    subject: object,
    at: datetime,
    patient: object | None = None,
    reason: str = "",
    detail: str = "",
    digest: str = "",
) -> AuditEntry:
    """Record one thing that was done or read, in the caller's transaction; it is sealed right after the commit."""
    entry = AuditEntry.objects.create(
        organization_id=UUID(actor.organization),
        at=at,
        actor=actor.id,
        actor_name=actor.name,
        action=action,
        subject_type=subject_type,
        subject=str(subject),
        patient=UUID(str(patient)) if patient else None,
        reason=reason,
        detail=detail,
        digest=digest,
    )
    _seal_after_commit(actor.organization)
    return entry


def _seal_after_commit(organization: str) -> None:
    """One sealing a transaction, however many entries it wrote. A failure is made good by the next sealing: nothing is lost."""
    planned = {hook[1].__dict__.get("organization") for hook in transaction.get_connection().run_on_commit}
    if organization in planned:
        return

    def seal() -> None:
        chain.seal(organization)

    seal.organization = organization  # type: ignore[attr-defined]
    transaction.on_commit(seal, robust=True)


class KeyConflict(Exception):
    """The same idempotency key came with another request: a mistake of the client, told as 409."""


def key_claim(*, actor: Actor, key: str, action: str, request: str, at: datetime) -> IdempotencyKey | None:
    """Claim a key for a request, in the caller's transaction.

    None: claimed now, go on. A row: it was done before, and `subject` says what came of it.
    Raises KeyConflict when the key was used for another request.
    """
    fingerprint = _fingerprint(action, request)
    row, made = IdempotencyKey.objects.get_or_create(
        organization_id=UUID(actor.organization), key=key, defaults={"action": action, "fingerprint": fingerprint, "at": at}
    )
    return None if made else _same_request(row, fingerprint)


def key_find(*, actor: Actor, key: str, action: str, request: str) -> IdempotencyKey | None:
    """What came of this request before, without claiming the key. Raises KeyConflict like `key_claim`."""
    row = IdempotencyKey.objects.filter(organization_id=UUID(actor.organization), key=key).first()
    return _same_request(row, _fingerprint(action, request)) if row else None


def key_settle(*, actor: Actor, key: str, subject: object) -> None:
    """Note what came of the request, so that a repetition gets the same answer."""
    IdempotencyKey.objects.filter(organization_id=UUID(actor.organization), key=key).update(subject=str(subject))


def _fingerprint(action: str, request: str) -> str:
    return digest(f"{action}\x1e{request}")


def _same_request(row: IdempotencyKey, fingerprint: str) -> IdempotencyKey:
    if row.fingerprint != fingerprint:
        raise KeyConflict(f"The key {row.key} was already used for another request.")
    return row
