"""The chain that seals audit entries: made by a function in the database, checked here, link by link."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection

# The text of an entry that is hashed. Written once, in SQL; `breaks` asks the database for it and hashes it in Python.
_ENTRY_TEXT = """concat_ws(chr(31), e.id, e.organization_id, extract(epoch FROM e.at), e.actor, e.actor_name, e.action,
    e.subject_type, e.subject, coalesce(e.patient::text, ''), e.reason, e.detail, e.digest)"""

SEAL_FUNCTION = f"""
CREATE OR REPLACE FUNCTION audit_seal(tenant uuid) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
    before text;
    place bigint;
    made integer := 0;
    entry record;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('audit_seal'), hashtext(tenant::text));
    SELECT number, hash INTO place, before FROM audit_auditlink WHERE organization_id = tenant ORDER BY number DESC LIMIT 1;
    place := coalesce(place, 0);
    before := coalesce(before, '');
    FOR entry IN
        SELECT e.id, {_ENTRY_TEXT} AS body FROM audit_auditentry e
        WHERE e.organization_id = tenant AND NOT EXISTS (SELECT 1 FROM audit_auditlink l WHERE l.entry = e.id)
        ORDER BY e.at, e.id
    LOOP
        place := place + 1;
        INSERT INTO audit_auditlink (organization_id, number, entry, previous, hash)
            VALUES (tenant, place, entry.id, before, encode(sha256(convert_to(before || chr(30) || entry.body, 'UTF8')), 'hex'))
            RETURNING hash INTO before;
        made := made + 1;
    END LOOP;
    RETURN made;
END $$;
"""


@dataclass(frozen=True, slots=True)
class Break:
    """Where the chain does not hold: the link, and what is wrong with it."""

    number: int
    entry: str
    problem: str


def seal(organization: str) -> int:
    """Seal what is not sealed yet; returns how many entries. Cheap when there is nothing to do."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_seal(%s::uuid)", [organization])
        return int(cursor.fetchone()[0])


def breaks(organization: str) -> Iterator[Break]:
    """Every place where the chain of an organization does not hold, in order. Needs the organization's scope."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT l.number, l.entry, l.previous, l.hash, {_ENTRY_TEXT} AS body, e.id IS NOT NULL
                FROM audit_auditlink l LEFT JOIN audit_auditentry e ON e.id = l.entry
                WHERE l.organization_id = %s ORDER BY l.number""",
            [organization],
        )
        before, expected = "", 1
        for number, entry, previous, digest, body, present in cursor.fetchall():
            if number != expected:
                yield Break(expected, "", f"links {expected} to {number - 1} are gone")
            if previous != before:
                yield Break(number, str(entry), "does not follow the link before it")
            if not present:
                yield Break(number, str(entry), "its entry is gone")
            elif hashlib.sha256(f"{previous}\x1e{body}".encode()).hexdigest() != digest:
                yield Break(number, str(entry), "its entry was changed")
            before, expected = digest, number + 1
