"""Foreign keys stay inside an organization: the database checks id and organization together.

Row-level security does not hold for the checks of foreign keys, so a row could else point at another organization's row
whose id was guessed or leaked. Put on after each migration, like the policies.
"""

from __future__ import annotations

from django.db import connection

# Every single-column foreign key between tenant tables, and whether its wider twin exists yet.
_KEYS = """
SELECT child.relname, parent.relname, key.attname,
       EXISTS (SELECT 1 FROM pg_constraint twin WHERE twin.conrelid = c.conrelid AND twin.conname = 'same_org_' || key.attname)
FROM pg_constraint c
JOIN pg_class child ON child.oid = c.conrelid
JOIN pg_class parent ON parent.oid = c.confrelid
JOIN pg_attribute key ON key.attrelid = c.conrelid AND key.attnum = c.conkey[1]
WHERE c.contype = 'f' AND cardinality(c.conkey) = 1 AND child.relnamespace = 'public'::regnamespace
  AND EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.conrelid AND a.attname = 'organization_id')
  AND EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.confrelid AND a.attname = 'organization_id')
ORDER BY 1, 3
"""


def keep_keys_inside() -> None:
    """Give every foreign key between tenant tables a twin that carries the organization. Safe to repeat."""
    with connection.cursor() as cursor:
        cursor.execute(_KEYS)
        missing = [(child, parent, column) for child, parent, column, present in cursor.fetchall() if not present]
        for parent in sorted({parent for _, parent, _ in missing}):
            cursor.execute(f'CREATE UNIQUE INDEX IF NOT EXISTS "{parent}_id_organization" ON "{parent}" (id, organization_id)')
        for child, parent, column in missing:
            cursor.execute(
                f'ALTER TABLE "{child}" ADD CONSTRAINT "same_org_{column}" FOREIGN KEY ("{column}", organization_id)'
                f' REFERENCES "{parent}" (id, organization_id) DEFERRABLE INITIALLY DEFERRED'
            )
