"""One change of who is who at a time within an organization: receiving, merging and undoing take this lock first.

It comes before any row's lock, so that a message which finds a patient and then merges them meets no deadlock with a person who
merges at the same moment.
"""

from __future__ import annotations

from django.db import connection

_CLASS = 4711  # our number space among advisory locks


def receiving_lock(organization: str) -> None:
    """Hold, until the transaction ends, the organization's lock on what comes in. Taking it again is free."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_CLASS, organization])
