"""Stored events as the rulebook's events, and the exact text of an event that its audit entry seals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from chairside.apps.audit.services import digest
from chairside.apps.visit.models import Visit, VisitEvent
from chairside.core.access import Actor, Role
from chairside.core.visit.encoding import from_text, to_text
from chairside.core.visit.events import Event
from chairside.core.visit.values import Mode

_BETWEEN = "\x1f"
# Stands in an entry's device: it waited there until the network was back.
QUEUED = "queued"


def without_secret(actor: Actor) -> Actor:
    """The actor with the log-in session as a digest: the log tells two log-ins apart and can open neither."""
    return replace(actor, session=digest(actor.session)[:40] if actor.session else "")


def core_event(row: VisitEvent) -> Event:
    """A stored event as a plain value."""
    actor = Actor(
        id=row.actor,
        name=row.actor_name,
        organization=str(row.organization_id),
        roles=frozenset(Role(role) for role in row.actor_roles.split()),
        session=row.session,
    )
    return Event(
        id=str(row.id),
        sequence=row.sequence,
        received_at=row.received_at,
        actor=actor,
        payload=from_text(row.kind, row.payload),
        mode=Mode(row.mode),
        claimed_at=row.claimed_at,
        device=row.device,
        protocol_sha256=row.protocol_sha256,
    )


def core_events(rows: Iterable[VisitEvent]) -> tuple[Event, ...]:
    """Stored events in accepted order."""
    return tuple(core_event(row) for row in sorted(rows, key=lambda row: row.sequence))


def row_for(visit: Visit, event: Event) -> VisitEvent:
    """The row that keeps an event."""
    return VisitEvent(
        id=UUID(event.id),
        organization_id=visit.organization_id,
        visit=visit,
        sequence=event.sequence,
        kind=event.kind,
        mode=event.mode.value,
        received_at=event.received_at,
        claimed_at=event.at,
        actor=event.actor.id,
        actor_name=event.actor.name,
        actor_roles=" ".join(sorted(role.value for role in event.actor.roles)),
        session=event.actor.session,
        device=event.device,
        payload=to_text(event.payload),
        protocol_sha256=event.protocol_sha256,
    )


def event_digest(row: VisitEvent) -> str:
    """SHA-256 over everything that the row says, for the audit entry beside it."""
    parts = (
        row.id,
        row.organization_id,
        row.visit_id,
        row.sequence,
        row.kind,
        row.mode,
        _moment(row.received_at),
        _moment(row.claimed_at),
        row.actor,
        row.actor_name,
        row.actor_roles,
        row.session,
        row.device,
        row.payload,
        row.protocol_sha256,
    )
    return digest(_BETWEEN.join(str(part) for part in parts))


def log_digest(rows: Iterable[VisitEvent]) -> str:
    """SHA-256 over a whole log in accepted order: it names on paper exactly the record that the paper shows."""
    return digest("\n".join(event_digest(row) for row in sorted(rows, key=lambda row: row.sequence)))


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}"
