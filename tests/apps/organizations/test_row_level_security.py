"""Tenants stay apart on every table, whatever a query forgets: tried with the app's own role on rows of two organizations."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql

from chairside.apps.organizations.policies import GLOBAL_TABLES, LOG_IN_TABLES, protect_tables
from chairside.cli.connection import connected_as
from tests.apps.organizations.rows import OURS, THEIRS, first_column, tables, tenant_tables

NOTHING = ""


@contextmanager
def scope(connection: psycopg.Connection, organization: UUID | str, signing_in: str = "") -> Iterator[None]:
    put = "SELECT set_config('chairside.organization', %s, false), set_config('chairside.signing_in', %s, false)"
    connection.execute(put, [str(organization), signing_in])
    yield
    connection.execute(put, ["", ""])


def count(connection: psycopg.Connection, table: str) -> int:
    row = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()
    assert row is not None
    return int(row[0])


def seen(connection: psycopg.Connection, names: list[str]) -> dict[str, int]:
    """The tables of which something is seen, with how many rows."""
    return {table: rows for table in names if (rows := count(connection, table))}


def test_every_table_is_protected_or_on_the_short_list(connect):
    owner = connect("owner")
    protected = {
        name
        for (name,) in owner.execute(
            """SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
               WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND c.relrowsecurity
                 AND EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid)"""
        )
    }
    assert set(tables(owner)) - protected - GLOBAL_TABLES == set()
    assert protected & GLOBAL_TABLES == set()


def test_a_global_table_has_no_organization_that_could_be_forgotten(connect):
    named = connect("owner").execute(
        "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'organization_id'"
    )
    assert {table for (table,) in named} & GLOBAL_TABLES == set()


def test_the_short_list_names_only_tables_that_exist(connect):
    assert set(tables(connect("owner"))) >= GLOBAL_TABLES | set(LOG_IN_TABLES)


def test_no_view_goes_around_the_policies(connect):
    found = connect("owner").execute(
        """SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
           WHERE n.nspname = 'public' AND c.relkind IN ('v', 'm')
             AND coalesce(c.reloptions::text, '') NOT LIKE '%security_invoker=true%'"""
    )
    assert found.fetchall() == []


def test_each_organization_sees_its_own_row_of_every_table_and_no_other(connect):
    app = connect("app")
    names = tenant_tables(app)
    for organization in (OURS, THEIRS):
        with scope(app, organization):
            assert set(seen(app, names)) == set(names)
            for table in names:
                column = "id" if table == "organizations_organization" else "organization_id"
                if table not in LOG_IN_TABLES:
                    query = sql.SQL("SELECT DISTINCT {} FROM {}").format(sql.Identifier(column), sql.Identifier(table))
                    assert app.execute(query).fetchall() == [(organization,)]


@pytest.mark.parametrize("role", ["app", "read"])
def test_another_organization_and_nobody_see_nothing_on_any_table(connect, role):
    connection = connect(role)
    names = tenant_tables(connection)
    assert seen(connection, names) == {}
    for stranger in (uuid4(), NOTHING):
        with scope(connection, stranger):
            assert seen(connection, names) == {}


def test_a_connection_that_never_had_a_scope_sees_nothing(connect):
    fresh = connect("app")
    assert seen(fresh, tenant_tables(fresh)) == {}


def test_signing_in_finds_log_ins_organizations_and_devices_and_no_other_row(connect):
    app = connect("app")
    with scope(app, NOTHING, signing_in="on"):
        expected = {"organizations_organization", "people_user", "people_device", *LOG_IN_TABLES}
        assert set(seen(app, tenant_tables(app))) == expected


def test_nobody_writes_a_row_for_another_organization_on_any_table(connect):
    """Each row of ours is offered again by theirs, by nobody, and while signing in: the database refuses it each time."""
    app = connect("app")
    let_in = []
    for table in tenant_tables(app):
        copy = sql.SQL("SELECT to_jsonb(t) FROM {} t").format(sql.Identifier(table))
        with scope(app, OURS):
            row = app.execute(copy).fetchone()
        assert row is not None
        insert = sql.SQL("INSERT INTO {0} SELECT * FROM jsonb_populate_record(NULL::{0}, %s)").format(sql.Identifier(table))
        for organization, signing_in in ((THEIRS, ""), (NOTHING, ""), (NOTHING, "on")):
            if signing_in and table in LOG_IN_TABLES:
                continue  # the log-in's own machinery writes these before the person is known
            with scope(app, organization, signing_in):
                try:
                    app.execute(insert, [psycopg.types.json.Jsonb(row[0])])
                except psycopg.errors.InsufficientPrivilege:
                    continue
                except psycopg.Error as problem:
                    let_in.append((table, organization, signing_in, type(problem).__name__))
                else:
                    let_in.append((table, organization, signing_in, "written"))
    assert let_in == []


def test_nobody_changes_or_deletes_a_row_of_another_organization(connect):
    app, superuser = connect("app"), connect("superuser")
    names = tenant_tables(app)
    before, changed = seen(superuser, names), []
    for table in tenant_tables(app):
        key = first_column(superuser, table)
        for statement in ("UPDATE {0} SET {1} = {1}", "DELETE FROM {0}"):
            query = sql.SQL(statement).format(sql.Identifier(table), key)
            for organization, signing_in in ((uuid4(), ""), (NOTHING, ""), (NOTHING, "on")):
                if signing_in and (table in LOG_IN_TABLES or (table == "people_user" and statement.startswith("UPDATE"))):
                    continue  # a log-in notes its last use before the person is known
                with scope(app, organization, signing_in):
                    try:
                        if app.execute(query).rowcount:
                            changed.append((table, statement))
                    except psycopg.errors.InsufficientPrivilege:
                        continue
    assert changed == []
    assert seen(superuser, names) == before


def test_a_row_cannot_be_handed_to_another_organization(connect):
    app = connect("app")
    with scope(app, OURS), pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
        app.execute("UPDATE people_patient SET organization_id = %s", [THEIRS])


@pytest.mark.django_db(transaction=True)
def test_a_new_table_without_an_organization_stops_the_migration(connect, floor_url):
    owner = connect("owner")
    owner.execute("CREATE TABLE forgotten (id bigint PRIMARY KEY)")
    try:
        with connected_as(floor_url("owner")), pytest.raises(RuntimeError, match="forgotten has no organization"):
            protect_tables()
    finally:
        owner.execute("DROP TABLE forgotten")


@pytest.mark.django_db(transaction=True)
def test_a_new_table_with_an_organization_is_protected_without_being_named_anywhere(connect, floor_url):
    owner = connect("owner")
    owner.execute("CREATE TABLE newcomer (id bigint PRIMARY KEY, organization_id uuid NOT NULL)")
    try:
        with connected_as(floor_url("owner")):
            protect_tables()
        connect("superuser").execute("INSERT INTO newcomer VALUES (1, %s)", [OURS])
        assert count(connect("app"), "newcomer") == 0
        assert count(connect("app", THEIRS), "newcomer") == 0
        assert count(connect("app", OURS), "newcomer") == 1
    finally:
        owner.execute("DROP TABLE newcomer")
