"""A row cannot point at another organization's row, even when its id is known."""

import psycopg
from psycopg import sql

from chairside.apps.organizations.same_organization import _KEYS
from tests.apps.organizations.rows import OURS, THEIRS


def test_every_foreign_key_between_tenant_tables_carries_the_organization(connect):
    found = connect("owner").execute(_KEYS.replace("%", "%%")).fetchall()
    assert len(found) > 50
    assert [(child, column) for child, _, column, present in found if not present] == []


def test_a_row_cannot_be_pointed_at_another_organizations_row(connect):
    superuser = connect("superuser")
    superuser.autocommit = False
    for child, parent, column, _ in superuser.execute(_KEYS.replace("%", "%%")).fetchall():
        assert _refused(superuser, child, parent, column), f"{child}.{column} may point into another organization"


def _refused(superuser: psycopg.Connection, child: str, parent: str, column: str) -> bool:
    move = sql.SQL(
        "UPDATE {child} SET {column} = (SELECT id FROM {parent} WHERE organization_id = %s LIMIT 1) WHERE organization_id = %s"
    ).format(child=sql.Identifier(child), parent=sql.Identifier(parent), column=sql.Identifier(column))
    try:
        superuser.execute(move, [OURS, THEIRS])
        superuser.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except (psycopg.errors.ForeignKeyViolation, psycopg.errors.RestrictViolation):
        return True  # an append-only row cannot be moved at all
    finally:
        superuser.rollback()
    return False
