"""Many rows in one statement: columns as arrays. COPY would be quicker still, but row-level security does not let it write."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django.db import connection, models

Column = tuple[str, str, Sequence[object]]  # name, PostgreSQL type, values


def rows_insert(model: type[models.Model], organization: str, columns: Sequence[Column], unless: str = "") -> int:
    """Insert as many rows as the columns have values; how many were new.

    unless    the conflict after which a row is left out, as PostgreSQL writes it: `(organization_id, type, token)`
    """
    count = len(columns[0][2])
    if not count:
        return 0
    whole: list[Column] = [("id", "uuid", [uuid4() for _ in range(count)]), *columns]
    names = ", ".join(f'"{name}"' for name, _, _ in whole)
    arrays = ", ".join(f"%s::{kind}[]" for _, kind, _ in whole)
    conflict = f" ON CONFLICT {unless} DO NOTHING" if unless else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{model._meta.db_table}" ({names}, organization_id) '
            f"SELECT *, %s::uuid FROM unnest({arrays}){conflict}",
            [organization, *(list(values) for _, _, values in whole)],
        )
        return int(cursor.rowcount)


def rows_find(sql: str, *values: Any) -> list[tuple[object, ...]]:
    """The rows that a query answers."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
