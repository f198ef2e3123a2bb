"""Entries, notifications and idempotency keys."""

from datetime import UTC, datetime
from uuid import uuid4

import psycopg
import pytest
from django.db import transaction

from chairside.apps.audit.models import IdempotencyKey
from chairside.apps.audit.notify import CHANNEL, notify_on_commit
from chairside.apps.audit.services import KeyConflict, key_claim, key_find, key_settle
from chairside.apps.organizations.context import organization_scope
from chairside.apps.organizations.models import Organization
from chairside.core.access import Actor
from tests.locking.racing import race

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 11, 23, 16, 42, tzinfo=UTC)


@pytest.fixture
def actor():
    key = uuid4()
    with organization_scope(key):
        Organization.objects.create(id=key, name="North", slug=key.hex[:8])
        yield Actor("u1", "Ana", str(key))


def claim(actor, key="k1", request="one", action="thing.do"):
    with transaction.atomic():
        return key_claim(actor=actor, key=key, action=action, request=request, at=NOW)


def test_a_new_key_is_claimed_and_a_repeated_request_gets_its_answer(actor):
    assert claim(actor) is None
    key_settle(actor=actor, key="k1", subject="42")
    done = claim(actor)
    assert done is not None
    assert done.subject == "42"


def test_finding_a_key_does_not_claim_it(actor):
    assert key_find(actor=actor, key="k1", action="thing.do", request="one") is None
    assert not IdempotencyKey.objects.exists()
    claim(actor)
    assert key_find(actor=actor, key="k1", action="thing.do", request="one") is not None


@pytest.mark.parametrize("other", [{"request": "two"}, {"action": "thing.undo"}])
def test_the_same_key_with_another_request_is_a_conflict(actor, other):
    claim(actor)
    with pytest.raises(KeyConflict, match="k1"):
        claim(actor, **other)
    with pytest.raises(KeyConflict):
        key_find(actor=actor, key="k1", **{"action": "thing.do", "request": "one", **other})


def test_two_organizations_may_use_the_same_key(actor):
    claim(actor)
    key = uuid4()
    with organization_scope(key):
        Organization.objects.create(id=key, name="South", slug=key.hex[:8])
        assert claim(Actor("u2", "Ben", str(key)), request="another") is None


def test_a_claim_that_is_rolled_back_leaves_the_key_free(actor):
    with transaction.atomic():
        key_claim(actor=actor, key="k1", action="thing.do", request="one", at=NOW)
        transaction.set_rollback(True)
    assert claim(actor) is None


def test_of_eight_equal_claims_at_once_one_goes_on(actor):
    def work():
        with transaction.atomic():
            done = key_claim(actor=actor, key="k1", action="thing.do", request="one", at=NOW)
            if done is None:
                key_settle(actor=actor, key="k1", subject="42")
                return "did it"
            return done.subject

    results = race(actor.organization, [work] * 8)
    assert sorted(map(str, results)) == ["42"] * 7 + ["did it"]


def test_a_notification_carries_an_id_and_comes_only_with_the_commit(actor, database_url):
    with psycopg.connect(database_url("app"), autocommit=True) as listener:
        listener.execute(f"LISTEN {CHANNEL}")
        with transaction.atomic():
            notify_on_commit("site", "rolled-back")
            transaction.set_rollback(True)
        with transaction.atomic():
            notify_on_commit("site", "abc")
            notify_on_commit("site", "abc")
        assert [note.payload for note in listener.notifies(timeout=5, stop_after=1)] == ["site:abc"]
        assert [note.payload for note in listener.notifies(timeout=0)] == []


def test_a_notification_outside_a_transaction_is_a_defect(actor):
    with pytest.raises(RuntimeError, match="transaction"):
        notify_on_commit("site", "abc")
