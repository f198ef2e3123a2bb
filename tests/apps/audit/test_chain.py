"""The audit chain on real commits: sealed after them, unbroken under concurrent writers, telling when it was tampered with."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import transaction

from chairside.apps.audit import chain
from chairside.apps.audit.models import AuditEntry, AuditLink, AuditPending
from chairside.apps.audit.services import entry_record
from chairside.apps.organizations.context import organization_scope
from chairside.apps.organizations.models import Organization
from chairside.core.access import Actor
from tests.locking.racing import race

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 11, 23, 16, 42, tzinfo=UTC)


@pytest.fixture
def organization():
    key = uuid4()
    with organization_scope(key):
        yield Organization.objects.create(id=key, name="North", slug=key.hex[:8])


def write(organization: UUID, **changes) -> AuditEntry:
    actor = Actor("u1", "Ana", str(organization))
    given = {"action": "test.done", "subject_type": "thing", "subject": uuid4(), "at": NOW, **changes}
    return entry_record(actor=actor, **given)


def found(organization) -> list[str]:
    return [broken.problem for broken in chain.breaks(str(organization.pk))]


def test_entries_are_sealed_right_after_the_commit(organization):
    with transaction.atomic():
        write(organization.pk)
        write(organization.pk, detail="Straße “ß” 5 µg")
        assert not AuditLink.objects.exists()
        assert AuditPending.objects.count() == 2
    assert list(AuditLink.objects.order_by("number").values_list("number", flat=True)) == [1, 2]
    assert not AuditPending.objects.exists()
    assert found(organization) == []


def test_what_was_rolled_back_leaves_nothing(organization):
    def write_and_fail():
        with transaction.atomic():
            write(organization.pk)
            raise ZeroDivisionError

    write(organization.pk)
    with pytest.raises(ZeroDivisionError):
        write_and_fail()
    with transaction.atomic():
        with pytest.raises(ZeroDivisionError):
            write_and_fail()  # a savepoint
        write(organization.pk)
    assert AuditEntry.objects.count() == AuditLink.objects.count() == 2
    assert not AuditPending.objects.exists()
    assert found(organization) == []


def test_four_writers_at_once_make_one_unbroken_chain(organization):
    def writer():
        for _ in range(25):
            with transaction.atomic():
                write(organization.pk)
        return True

    assert race(organization.pk, [writer] * 4) == [True] * 4
    assert AuditLink.objects.count() == AuditEntry.objects.count() == 100
    assert list(AuditLink.objects.order_by("number").values_list("number", flat=True)) == list(range(1, 101))
    assert found(organization) == []


def test_a_sealing_that_failed_is_made_good_by_the_next_one(organization, monkeypatch):
    def fails(_organization):
        raise RuntimeError("the server went away")

    with monkeypatch.context() as patch:
        patch.setattr(chain, "seal", fails)
        write(organization.pk)
    assert (AuditPending.objects.count(), AuditLink.objects.count()) == (1, 0)
    assert found(organization) == []
    write(organization.pk)
    assert AuditLink.objects.count() == 2
    assert found(organization) == []


def test_the_chains_of_two_organizations_are_apart(organization):
    write(organization.pk)
    other = uuid4()
    with organization_scope(other):
        Organization.objects.create(id=other, name="South", slug=other.hex[:8])
        write(other)
        assert AuditLink.objects.get().number == 1
        assert chain.head(str(organization.pk)) == (0, "")


@pytest.fixture
def sealed(organization):
    return [write(organization.pk, detail=f"step {n}") for n in range(5)]


TAMPERING = [
    ("UPDATE audit_auditentry SET detail = 'nothing happened' WHERE id = %(entry)s", ["its entry was changed"]),
    ("UPDATE audit_auditentry SET at = at + interval '1 second' WHERE id = %(entry)s", ["its entry was changed"]),
    ("UPDATE audit_auditentry SET reason = detail, detail = '' WHERE id = %(entry)s", ["its entry was changed"]),
    ("DELETE FROM audit_auditentry WHERE id = %(entry)s", ["its entry is gone"]),
    (
        "DELETE FROM audit_auditlink WHERE entry = %(entry)s",
        ["links 3 to 3 are gone", "does not follow the link before it", "has no link, and none is pending"],
    ),
    (
        "WITH gone AS (DELETE FROM audit_auditlink WHERE entry = %(entry)s) DELETE FROM audit_auditentry WHERE id = %(entry)s",
        ["links 3 to 3 are gone", "does not follow the link before it"],
    ),
    ("UPDATE audit_auditlink SET hash = repeat('0', 64) WHERE entry = %(entry)s",
     ["its entry was changed", "does not follow the link before it"]),
    ("UPDATE audit_auditlink SET entry = gen_random_uuid() WHERE entry = %(entry)s",
     ["its entry is gone", "has no link, and none is pending"]),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "problems"), TAMPERING)
def test_what_a_superuser_does_to_the_record_is_found(organization, sealed, database_url, statement, problems):
    with psycopg.connect(database_url("superuser")) as superuser:
        for table in ("audit_auditentry", "audit_auditlink"):
            superuser.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        superuser.execute(statement, {"entry": sealed[2].pk})
    assert found(organization) == problems


def test_a_page_of_links_ends_where_the_next_begins(organization, sealed, monkeypatch):
    monkeypatch.setattr(chain, "_PAGE", 2)
    assert found(organization) == []
    assert chain.head(str(organization.pk))[0] == 5


def test_sealing_reads_only_what_is_pending(organization, sealed, database_url):
    """Its cost must not grow with the years: an entry that does not wait is not looked at, sealed or not."""
    with psycopg.connect(database_url("superuser")) as superuser:
        superuser.execute("ALTER TABLE audit_auditlink DISABLE TRIGGER ALL")
        superuser.execute("DELETE FROM audit_auditlink WHERE number = 5")
    assert chain.seal(str(organization.pk)) == 0
    assert found(organization) == ["has no link, and none is pending"]
