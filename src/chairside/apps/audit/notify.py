"""Telling live screens that something changed: an id on a channel after the commit, and no word of what or who."""

from __future__ import annotations

from uuid import UUID

from django.db import connection, transaction

CHANNEL = "chairside"


def notify_on_commit(topic: str, key: UUID | str) -> None:
    """Send `topic:key` (such as `site:<uuid>`) to every process that listens, when and only if this transaction commits."""
    topics_on_commit((topic, key))


def topics_on_commit(*topics: tuple[str, UUID | str]) -> None:
    """The same for several topics, in one statement."""
    if transaction.get_connection().in_atomic_block:
        with connection.cursor() as cursor:  # PostgreSQL itself holds it back until the commit and drops repetitions
            cursor.execute(
                "SELECT pg_notify(%s, message) FROM unnest(%s::text[]) AS message",
                [CHANNEL, [f"{topic}:{key}" for topic, key in topics]],
            )
    else:
        raise RuntimeError("notify_on_commit needs the service's transaction")
