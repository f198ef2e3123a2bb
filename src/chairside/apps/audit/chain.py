"""The chain that seals audit entries: made by a function in the database, checked here, link by link."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection

# The text of an entry that is hashed: a JSON array, so that no text can pass for two fields. Written once in SQL; `breaks`
# asks the database for the same text and hashes it in Python.
_ENTRY_TEXT = """jsonb_build_array(e.id, e.organization_id, extract(epoch FROM e.at), e.actor, e.actor_name, e.action,
    e.subject_type, e.subject, e.patient, e.reason, e.detail, e.digest)::text"""
_PAGE = 5000

# pg_temp is named, and last: unnamed it is searched first, and a temporary table of that name would stand in for ours.
SEAL_FUNCTION = f"""
CREATE OR REPLACE FUNCTION audit_seal(tenant uuid) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    before text;
    place bigint;
    made integer := 0;
    entry record;
BEGIN
    IF tenant IS DISTINCT FROM nullif(current_setting('chairside.organization', true), '')::uuid THEN
        RAISE EXCEPTION 'only an organization itself seals its entries' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('audit_seal'), hashtext(tenant::text));
    SELECT number, hash INTO place, before FROM audit_auditlink WHERE organization_id = tenant ORDER BY number DESC LIMIT 1;
    place := coalesce(place, 0);
    before := coalesce(before, '');
    FOR entry IN
        WITH taken AS (DELETE FROM audit_auditpending p WHERE p.organization_id = tenant RETURNING p.entry)
        SELECT e.id, {_ENTRY_TEXT} AS body FROM taken JOIN audit_auditentry e ON e.id = taken.entry ORDER BY e.at, e.id
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

# Each entry waits here until it is sealed, so that sealing looks at what is new and not at all that ever was.
PENDING_TRIGGER = """
CREATE OR REPLACE FUNCTION audit_note_pending() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO audit_auditpending (entry, organization_id) VALUES (NEW.id, NEW.organization_id);
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER audit_note_pending AFTER INSERT ON audit_auditentry
    FOR EACH ROW EXECUTE FUNCTION audit_note_pending();
ALTER TABLE audit_auditentry ENABLE ALWAYS TRIGGER audit_note_pending;
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
    """Every place where the chain of an organization does not hold, in order. Needs the organization's scope.

    What a superuser cut off at the very end leaves no gap: compare `head` with the one that was noted elsewhere.
    """
    before, expected = "", 1
    for number, entry, previous, digest, body, present in _links(organization):
        if number != expected:
            yield Break(expected, "", f"links {expected} to {number - 1} are gone")
        if previous != before:
            yield Break(number, str(entry), "does not follow the link before it")
        if not present:
            yield Break(number, str(entry), "its entry is gone")
        elif hashlib.sha256(f"{previous}\x1e{body}".encode()).hexdigest() != digest:
            yield Break(number, str(entry), "its entry was changed")
        before, expected = digest, number + 1
    yield from _never_sealed(organization)


def head(organization: str) -> tuple[int, str]:
    """Number and hash of the last link; (0, "") before the first. Worth noting outside this database every day."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT number, hash FROM audit_auditlink WHERE organization_id = %s ORDER BY number DESC LIMIT 1", [organization]
        )
        row = cursor.fetchone()
    return (int(row[0]), str(row[1])) if row else (0, "")


def _links(organization: str) -> Iterator[tuple[int, str, str, str, str, bool]]:
    """The links in order, read in pages: a chain may be longer than memory."""
    last = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                f"""SELECT l.number, l.entry, l.previous, l.hash, {_ENTRY_TEXT} AS body, e.id IS NOT NULL
                    FROM audit_auditlink l LEFT JOIN audit_auditentry e ON e.id = l.entry
                    WHERE l.organization_id = %s AND l.number > %s ORDER BY l.number LIMIT {_PAGE}""",
                [organization, last],
            )
            rows = cursor.fetchall()
        yield from rows
        if len(rows) < _PAGE:
            return
        last = rows[-1][0]


def _never_sealed(organization: str) -> Iterator[Break]:
    """Entries that have no link and do not wait for one: somebody took their link away."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT e.id FROM audit_auditentry e WHERE e.organization_id = %s
               AND NOT EXISTS (SELECT 1 FROM audit_auditlink l WHERE l.entry = e.id)
               AND NOT EXISTS (SELECT 1 FROM audit_auditpending p WHERE p.entry = e.id) ORDER BY e.at, e.id""",
            [organization],
        )
        for (entry,) in cursor.fetchall():
            yield Break(0, str(entry), "has no link, and none is pending")
