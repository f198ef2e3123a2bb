"""Row-level security, grants and append-only triggers: put on every table after each migration, so that none can be forgotten.

Runs as the owner. The app's role sees a tenant row only while `chairside.organization` names its organization; it may never
change or delete a row of an append-only table, and it may not write the audit chain at all. A test walks every table.
"""

from __future__ import annotations

from django.apps import apps
from django.db import connection
from pghistory.models import Event

APP_ROLE, READ_ROLE = "chairside_app", "chairside_read"

# Tables without an organization: no person's data is in them, or a log-in needs them before the organization is known.
GLOBAL_TABLES = frozenset(
    {
        "formulary_protocolrelease",  # protocols are the same for all
        "django_migrations",
        "django_content_type",
        "auth_permission",
        "auth_group",
        "auth_group_permissions",  # Django's own
        "django_session",  # found by a secret key, before anyone is known
        "axes_accessattempt",
        "axes_accessattemptexpiration",
        "axes_accessfailurelog",
        "axes_accesslog",  # failed log-ins
        "pghistory_context",  # who and why of a change, by id
        "procrastinate_jobs",
        "procrastinate_events",
        "procrastinate_periodic_defers",
        "procrastinate_workers",  # job arguments are ids
    }
)
# Rows of a person's log-in: seen in the person's organization, and while someone signs in.
LOG_IN_TABLES = {
    "account_emailaddress": ("people_user", "user_id"),
    "account_emailconfirmation": ("account_emailaddress", "email_address_id"),
    "mfa_authenticator": ("people_user", "user_id"),
}
APPEND_ONLY = frozenset(
    {
        *("audit_auditentry", "audit_auditlink", "people_fact", "formulary_protocolrelease"),
        *("formulary_layerversion", "formulary_reviewentry", "formulary_approval", "formulary_withdrawal"),
        *("plans_dosedecision", "clearance_evaluation", "clearance_requirementresult", "clearance_holdrelease"),
        *("intake_premedicationordered", "visit_ordersetversion", "visit_ordersetsignature"),
        *("stock_lotentry", "visit_visitevent", "visit_visitpolicy"),
        *("charges_chargeset", "charges_chargeline", "interop_receivedresource"),
    }
)
WRITTEN_BY_THE_DATABASE = frozenset({"audit_auditlink", "audit_auditpending"})

# What may be done with a row whose organization is not known yet, while someone signs in.
SIGNING_IN = {
    "organizations_organization": ("SELECT",),
    "people_user": ("SELECT", "UPDATE"),
    "people_device": ("SELECT",),  # found by the hash of its secret, before anyone is known
}

_ORGANIZATION = "nullif(current_setting('chairside.organization', true), '')::uuid"
_SIGNING_IN = "current_setting('chairside.signing_in', true) = 'on'"

_REFUSE_CHANGE = """
CREATE OR REPLACE FUNCTION chairside_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: a correction is a new row', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
"""


def protect_tables() -> None:
    """Put policies, grants and triggers on every table of the schema. Safe to repeat."""
    append_only = APPEND_ONLY | _history_tables()
    with connection.cursor() as cursor:
        cursor.execute(_REFUSE_CHANGE)
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
        for (table,) in cursor.fetchall():
            condition = _condition(cursor, table)
            if condition:
                cursor.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
                cursor.execute(f'DROP POLICY IF EXISTS one_organization ON "{table}"')
                cursor.execute(f'CREATE POLICY one_organization ON "{table}" USING ({condition}) WITH CHECK ({condition})')
            _let_sign_in(cursor, table)
            if table in append_only:
                _make_append_only(cursor, table)
            cursor.execute(_grants(table, append_only))
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {APP_ROLE}")
        cursor.execute(f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {APP_ROLE}")


def _condition(cursor, table: str) -> str:  # type: ignore[no-untyped-def]
    """What a row must be for the app's role to see and write it; empty for a global table."""
    if table in GLOBAL_TABLES:
        return ""
    if table == "organizations_organization":
        return f"id = {_ORGANIZATION}"
    if table in LOG_IN_TABLES:
        parent, column = LOG_IN_TABLES[table]
        return f"EXISTS (SELECT 1 FROM {parent} p WHERE p.id = {table}.{column})"
    cursor.execute(
        "SELECT 1 FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %s"
        " AND column_name = 'organization_id'",
        [table],
    )
    if cursor.fetchone() is None:
        raise RuntimeError(
            f"{table} has no organization and is not on the short list of global tables (organizations/policies.py)"
        )
    return f"organization_id = {_ORGANIZATION}"


def _let_sign_in(cursor, table: str) -> None:  # type: ignore[no-untyped-def]
    """While someone signs in, log-ins and organizations may be found and a log-in note its last use; no more."""
    for command in SIGNING_IN.get(table, ()):
        name = f"signing_in_{command.lower()}"
        cursor.execute(f'DROP POLICY IF EXISTS {name} ON "{table}"')
        cursor.execute(f'CREATE POLICY {name} ON "{table}" FOR {command} USING ({_SIGNING_IN})')


def _make_append_only(cursor, table: str) -> None:  # type: ignore[no-untyped-def]
    cursor.execute(f"""
        CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE ON "{table}"
            FOR EACH ROW EXECUTE FUNCTION chairside_refuse_change();
        CREATE OR REPLACE TRIGGER append_only_whole BEFORE TRUNCATE ON "{table}"
            FOR EACH STATEMENT EXECUTE FUNCTION chairside_refuse_change();
        ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER append_only;
        ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER append_only_whole;
    """)


def _history_tables() -> frozenset[str]:
    """The row histories that django-pghistory's triggers write."""
    return frozenset(model._meta.db_table for model in apps.get_models() if issubclass(model, Event))


def _grants(table: str, append_only: frozenset[str]) -> str:
    if table in WRITTEN_BY_THE_DATABASE or table == "django_migrations":
        allowed = "SELECT"
    elif table in append_only:
        allowed = "SELECT, INSERT"
    else:
        allowed = "SELECT, INSERT, UPDATE, DELETE"
    return (
        f'REVOKE ALL ON "{table}" FROM {APP_ROLE}; GRANT {allowed} ON "{table}" TO {APP_ROLE}; '
        f'GRANT SELECT ON "{table}" TO {READ_ROLE}'
    )
