"""One row of an organization in every table of the schema, made from the catalog alone, so that a new table is never left out.

Written by a superuser with foreign keys and checks switched off: these tests are about who may see and write a row, and not
about what is in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID, uuid4

import psycopg
from psycopg import sql

from chairside.apps.organizations.policies import APPEND_ONLY, GLOBAL_TABLES, LOG_IN_TABLES

OURS, THEIRS = UUID(int=1), UUID(int=2)

_BY_TYPE = {
    "uuid": "gen_random_uuid()", "text": "''", "integer": "1", "smallint": "1",
    "bigint": "1", "numeric": "1", "date": "DATE '2026-01-01'", "timestamp with time zone": "now()", "boolean": "false",
    "tstzrange": "tstzrange(now(), now() + interval '1 hour')", "time without time zone": "TIME '08:00'", "jsonb": "'{}'",
    "inet": "'127.0.0.1'", "bytea": "'x'",
}  # fmt: skip


@dataclass(frozen=True)
class Column:
    name: str
    kind: str
    length: int
    needed: bool

    def filled(self) -> sql.SQL:
        """Some value of its type; texts are never the same twice."""
        if self.length:
            return sql.SQL(f"left(gen_random_uuid()::text, {self.length})")
        return sql.SQL(_BY_TYPE[self.kind])


def tables(connection: psycopg.Connection) -> list[str]:
    rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
    return [table for (table,) in rows]


def tenant_tables(connection: psycopg.Connection) -> list[str]:
    return [table for table in tables(connection) if table not in GLOBAL_TABLES]


def columns(connection: psycopg.Connection, table: str) -> list[Column]:
    rows = connection.execute(
        """SELECT column_name, data_type, coalesce(character_maximum_length, 0),
                  is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO'
           FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %s ORDER BY ordinal_position""",
        [table],
    )
    return [Column(*row) for row in rows]


def populate(superuser: psycopg.Connection, organization: UUID) -> None:
    """One row of this organization in every table of organizations (parents of log-ins first), one in global records."""
    for table, name in _checks(superuser):
        superuser.execute(sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(sql.Identifier(table), sql.Identifier(name)))
    superuser.execute("SET session_replication_role = replica")
    user = uuid4()
    known: dict[str, object] = {"people_user": user}
    wanted = [*tenant_tables(superuser), *sorted(APPEND_ONLY & GLOBAL_TABLES)]
    for table in sorted(wanted, key=lambda name: name in LOG_IN_TABLES):
        known[table] = _insert(superuser, table, organization, user, known)
    superuser.execute("SET session_replication_role = origin")


def _checks(superuser: psycopg.Connection) -> list[tuple[str, str]]:
    query = """SELECT conrelid::regclass::text, conname FROM pg_constraint
               WHERE contype = 'c' AND connamespace = 'public'::regnamespace AND conrelid <> 0"""
    return superuser.execute(query).fetchall()


def _insert(superuser: psycopg.Connection, table: str, organization: UUID, user: UUID, known: Mapping[str, object]) -> object:
    found = {column.name: column for column in columns(superuser, table)}
    given: dict[str, object] = {"organization_id": organization} if "organization_id" in found else {}
    if table == "organizations_organization":
        given["id"] = organization
    if table == "people_user":
        given["id"] = user
    if table in LOG_IN_TABLES:
        parent, column = LOG_IN_TABLES[table]
        given[column] = known[parent]
    for name, described in found.items():
        if described.needed and name not in given:
            given[name] = described.filled()
    names = sql.SQL(", ").join(map(sql.Identifier, given))
    values = sql.SQL(", ").join(value if isinstance(value, sql.SQL) else sql.Literal(value) for value in given.values())
    query = sql.SQL("INSERT INTO {0} ({1}) VALUES ({2}) RETURNING to_jsonb({0})->>'id'")
    row = superuser.execute(query.format(sql.Identifier(table), names, values)).fetchone()
    assert row is not None
    return row[0]


def first_column(connection: psycopg.Connection, table: str) -> sql.Identifier:
    return sql.Identifier(columns(connection, table)[0].name)
