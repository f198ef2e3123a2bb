"""`chairside audit verify` on a real database: quiet when all holds, one line for each place that does not."""

import json
from datetime import UTC, datetime
from uuid import uuid4

import psycopg
import pytest
from click.testing import CliRunner, Result
from django.db import transaction

from chairside.apps.audit.services import entry_record
from chairside.apps.organizations.context import organization_scope
from chairside.apps.organizations.models import Organization
from chairside.cli import audit, database
from chairside.core.access import Actor

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def entries(monkeypatch):
    """Two organizations with three entries each; the verb finds the tests' database already connected."""
    monkeypatch.setattr(database, "connect", lambda: None)
    written = []
    for slug in ("north", "south"):
        key = uuid4()
        with organization_scope(key), transaction.atomic():
            Organization.objects.create(id=key, name=slug.title(), slug=slug)
            for _ in range(3):
                actor, at = Actor("u1", "Ana", str(key)), datetime.now(UTC)
                entry = entry_record(actor=actor, action="test.done", subject_type="thing", subject=uuid4(), at=at)
                written.append(entry.pk)
    return written


def verify(*options: str) -> Result:
    return CliRunner().invoke(audit.command, ["verify", *options])


def test_a_chain_that_holds_is_said_and_answered_with_0(entries):
    result = verify()
    assert (result.exit_code, result.output.splitlines()[-1]) == (0, "2 organizations, every chain holds")
    assert result.output.startswith("north: 3 entries, head ")


def test_an_edit_by_a_superuser_is_found_and_answered_with_1(entries, database_url):
    with psycopg.connect(database_url("superuser")) as superuser:
        superuser.execute("ALTER TABLE audit_auditentry DISABLE TRIGGER ALL")
        superuser.execute("UPDATE audit_auditentry SET actor_name = 'Ben' WHERE id = %s", [entries[4]])
    result = verify()
    assert result.exit_code == 1
    assert f"  link 2, entry {entries[4]}: its entry was changed" in result.output.splitlines()
    assert result.output.splitlines()[-1] == "2 organizations, 1 findings"


def test_a_visit_event_without_its_entry_is_found(entries, database_url):
    with psycopg.connect(database_url("superuser")) as superuser:
        superuser.execute("SET session_replication_role = replica")
        superuser.execute(
            """INSERT INTO visit_visitevent (id, organization_id, visit_id, sequence, kind, mode, received_at, claimed_at,
                 actor, actor_name, actor_roles, session, device, payload, protocol_sha256)
               SELECT gen_random_uuid(), id, gen_random_uuid(), 1, 'note_added', 'live', now(), now(),
                 'x', 'X', '', '', '', '{}', ''
               FROM organizations_organization WHERE slug = 'south'"""
        )
    result = verify("--json")
    assert result.exit_code == 1
    north, south = json.loads(result.output)
    assert north["findings"] == []
    (finding,) = south["findings"]
    assert finding["subject"].startswith("visit event ")
    assert len(south["head"]) == 64
