"""Many rows in one statement, and rows by a query: columns and lists go to the server as arrays, not as text in the query.

COPY would do the same, but row-level security does not let it write.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import psycopg
from django.db import connection, models

Column = tuple[str, str, Sequence[object]]  # name, PostgreSQL type, values


def rows_insert(model: type[models.Model], organization: str, columns: Sequence[Column], unless: str = "") -> int:
    """Insert as many rows as the columns have values, in the caller's transaction; how many were new.

    unless    the conflict after which a row is left out, as PostgreSQL writes it: `(organization_id, type, token)`
    """
    count = len(columns[0][2])
    if not count:
        return 0
    whole: list[Column] = [("id", "uuid", [uuid4() for _ in range(count)]), *columns]
    names = ", ".join(f'"{name}"' for name, _, _ in whole)
    arrays = ", ".join(f"%b::{kind}[]" for _, kind, _ in whole)
    conflict = f" ON CONFLICT {unless} DO NOTHING" if unless else ""
    statement = (
        f'INSERT INTO "{model._meta.db_table}" (organization_id, {names}) SELECT %s::uuid, * FROM unnest({arrays}){conflict}'
    )
    with _cursor() as cursor:
        cursor.execute(statement.encode(), [organization, *(list(values) for _, _, values in whole)])
        return cursor.rowcount


def rows_find(query: str, *values: Any) -> list[tuple[Any, ...]]:
    """The rows that a query answers. `%b` takes a list as an array."""
    with _cursor() as cursor:
        cursor.execute(query.encode(), values)
        return list(cursor.fetchall())


@contextmanager
def _cursor() -> Iterator[psycopg.Cursor[Any]]:
    """A cursor that sends values beside the query: Django's own writes them into it, which is slow for long lists.

    What the database cannot do is raised as Django's own errors are.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        yield cursor
