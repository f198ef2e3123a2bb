"""One change of the formulary's standing at a time within an organization."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

_CLASS = 4712  # our number space among advisory locks


@contextmanager
def alone(organization: str) -> Iterator[None]:
    """A transaction in which nobody else of the organization reviews, approves, withdraws or stores a layer."""
    with transaction.atomic(durable=not transaction.get_connection().in_atomic_block):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_CLASS, organization])
        yield
