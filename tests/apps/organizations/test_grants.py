"""What the app's and the read role may not do, tried as them: change the record, forge the chain, switch protection off."""

from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from chairside.apps.organizations.policies import APPEND_ONLY, WRITTEN_BY_THE_DATABASE
from tests.apps.organizations.rows import OURS, first_column, tables, tenant_tables

REFUSED = (psycopg.errors.InsufficientPrivilege, psycopg.errors.RestrictViolation)


def histories(connection: psycopg.Connection) -> list[str]:
    """The row histories: tables that a pghistory trigger writes."""
    query = "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'pgh_obj_id'"
    return [table for (table,) in connection.execute(query)]


def allowed(connection: psycopg.Connection, statement: str, names: list[str]) -> list[str]:
    """The tables on which a statement went through."""
    through = []
    for table in names:
        try:
            connection.execute(sql.SQL(statement).format(sql.Identifier(table)))
        except REFUSED:
            continue
        through.append(table)
    return through


def test_the_record_is_named(connect):
    """Pinned here too, so that a table does not leave the list unnoticed."""
    record = """audit_auditentry audit_auditlink visit_visitevent stock_lotentry plans_dosedecision clearance_evaluation
        clearance_requirementresult clearance_holdrelease charges_chargeset charges_chargeline people_fact
        formulary_protocolrelease formulary_layerversion formulary_reviewentry formulary_approval formulary_withdrawal
        interop_receivedresource"""
    assert set(record.split()) <= APPEND_ONLY <= set(tables(connect("owner")))


def test_the_app_never_changes_or_deletes_a_row_of_the_record(connect):
    app = connect("app", OURS)
    record = sorted(APPEND_ONLY | set(histories(app)))
    assert len(record) > 20
    for table in record:
        first = first_column(app, table).as_string()
        assert allowed(app, f"UPDATE {{}} SET {first} = {first}", [table]) == []
    assert allowed(app, "DELETE FROM {}", record) == []


def test_the_app_empties_no_table(connect):
    app = connect("app", OURS)
    assert allowed(app, "TRUNCATE {} CASCADE", tables(app)) == []


def test_even_the_owner_is_stopped_by_the_triggers(connect):
    """Whoever works as the owner must go out of their way: a trigger refuses, row by row and for the whole table."""
    owner = connect("owner")
    record = sorted(APPEND_ONLY | set(histories(owner)))
    for table in record:
        first = first_column(owner, table).as_string()
        assert allowed(owner, f"UPDATE {{}} SET {first} = {first}", [table]) == []
    assert allowed(owner, "DELETE FROM {}", record) == []
    assert allowed(owner, "TRUNCATE {} CASCADE", record) == []


def test_the_triggers_hold_in_replica_mode(connect):
    superuser = connect("superuser")
    superuser.execute("SET session_replication_role = replica")
    for table in sorted(APPEND_ONLY):
        assert allowed(superuser, "DELETE FROM {}", [table]) == []


# "must be owner", "permission denied", "would be affected by row-level security": all the same refusal.
SWITCHING_OFF = (
    "ALTER TABLE audit_auditentry DISABLE TRIGGER ALL",
    "ALTER TABLE audit_auditentry DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE audit_auditentry OWNER TO chairside_app",
    "DROP TRIGGER append_only ON visit_visitevent",
    "DROP POLICY one_organization ON people_patient",
    "CREATE POLICY all_of_them ON people_patient USING (true)",
    "DROP TABLE visit_visitevent",
    "SET session_replication_role = replica",
    "SET ROLE chairside_owner",
    "SET row_security = off; SELECT count(*) FROM people_patient",
    "CREATE TABLE mine (id int)",
    "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE OR REPLACE FUNCTION audit_seal(tenant uuid) RETURNS integer LANGUAGE sql AS 'SELECT 0'",
    "CREATE OR REPLACE FUNCTION chairside_refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    "INSERT INTO django_migrations (app, name, applied) VALUES ('a', 'b', now())",
)


def test_the_app_cannot_switch_protection_off(connect):
    through = []
    for statement in SWITCHING_OFF:
        try:
            connect("app", OURS).execute(statement)  # a session each: what one of them sets must not reach the next
        except psycopg.errors.InsufficientPrivilege:
            continue
        through.append(statement)
    assert through == []


def test_a_grant_that_the_app_gives_itself_changes_nothing(connect):
    """PostgreSQL only warns that nothing was granted."""
    app = connect("app", OURS)
    app.execute("GRANT UPDATE, DELETE, TRUNCATE ON audit_auditentry TO chairside_app")
    assert allowed(app, "DELETE FROM {}", ["audit_auditentry"]) == []
    assert allowed(app, "TRUNCATE {}", ["audit_auditentry"]) == []


@pytest.mark.parametrize("table", sorted(WRITTEN_BY_THE_DATABASE))
def test_what_the_database_writes_nobody_else_writes(connect, table):
    app = connect("app", OURS)
    assert allowed(app, "DELETE FROM {}", [table]) == []
    assert allowed(app, "INSERT INTO {0} SELECT * FROM {0}", [table]) == []
    assert allowed(app, "UPDATE {} SET entry = entry", [table]) == []


def test_a_link_cannot_be_forged(connect):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        connect("app", OURS).execute(
            "INSERT INTO audit_auditlink (organization_id, number, entry, previous, hash) VALUES (%s, 1, %s, '', 'f')",
            [OURS, uuid4()],
        )


def test_a_temporary_table_does_not_stand_in_for_the_record(connect):
    """Where the app's role may make temporary tables, sealing still reads and writes the real ones."""
    app = connect("app", OURS)
    app.execute("BEGIN")  # never committed: the other tests of this database count on what waits to be sealed
    app.execute("SELECT audit_seal(%s)", [OURS])
    for table in ("audit_auditpending", "audit_auditentry", "audit_auditlink"):
        app.execute(f"CREATE TEMP TABLE {table} (LIKE public.{table})")
        app.execute(f"GRANT ALL ON pg_temp.{table} TO chairside_owner")
    app.execute("INSERT INTO pg_temp.audit_auditpending (entry, organization_id) VALUES (%s, %s)", [uuid4(), OURS])
    assert app.execute("SELECT audit_seal(%s)", [OURS]).fetchone() == (0,)
    assert app.execute("SELECT count(*) FROM pg_temp.audit_auditpending").fetchone() == (1,)
    app.execute("ROLLBACK")


def test_one_organization_does_not_seal_for_another(connect):
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="only an organization itself"):
        connect("app", OURS).execute("SELECT audit_seal(%s)", [uuid4()])


def test_the_read_role_writes_nowhere(connect):
    read = connect("read", OURS)
    for writable in ("on", "off"):  # its connections are read-only by default, and it has no right to write either
        read.execute(f"SET default_transaction_read_only = {writable}")
        through = []
        for table in tenant_tables(read):
            first = first_column(read, table).as_string()
            for statement in (f"UPDATE {{}} SET {first} = {first}", "DELETE FROM {}", "TRUNCATE {}"):
                try:
                    read.execute(sql.SQL(statement).format(sql.Identifier(table)))
                except (*REFUSED, psycopg.errors.ReadOnlySqlTransaction):
                    continue
                through.append((table, statement))
        assert through == []
