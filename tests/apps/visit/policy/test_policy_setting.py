"""A site's policy: set by who may, with a reason, by version; a visit keeps the one that it was opened with."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from chairside.apps.audit.models import AuditEntry
from chairside.apps.people.models import Membership
from chairside.apps.people.selectors import actor_for
from chairside.apps.visit import plan_text
from chairside.apps.visit.models import VisitPolicy
from chairside.apps.visit.planning import plan_for, replanned
from chairside.apps.visit.policies import policy_in_force
from chairside.apps.visit.services import visit_policy_set
from chairside.core.visit.policy import PROPOSAL, ClassCheck, DrugClass
from tests.apps.visit import cast as story

pytestmark = pytest.mark.django_db
STRICTER = replace(PROPOSAL, weight_change_percent=Decimal(7))


def put(cast, policy=STRICTER, who="pharmacist", reason="Our committee decided on Nov 2.", expected=0):
    return visit_policy_set(site=cast.site, policy=policy, reason=reason, expected=expected, actor=cast.actors[who], at=cast.at)


def test_until_somebody_sets_one_the_proposal_holds():
    with story.center() as cast:
        assert policy_in_force(cast.site) == PROPOSAL
        assert PROPOSAL.version == 0


def test_the_newest_version_holds_and_every_one_is_kept():
    with story.center() as cast:
        assert put(cast).allowed
        again = replace(STRICTER, attempts_each=1)
        assert put(cast, again, expected=1).allowed
        assert policy_in_force(cast.site) == replace(again, version=2)
        assert [row.number for row in VisitPolicy.objects.all()] == [2, 1]
        assert AuditEntry.objects.filter(action="visit_policy.set").count() == 2


@pytest.mark.parametrize("who", ["nurse", "second", "prescriber", "desk", "biller"])
def test_a_pharmacist_or_the_medical_director_sets_it_and_nobody_else(who):
    with story.center() as cast:
        refusal = put(cast, who=who)
        assert [reason.code for reason in refusal.reasons] == ["not_permitted"]
        assert not VisitPolicy.objects.exists()
        Membership.objects.filter(user=cast.users[who]).update(role="medical_director")
        cast.actors[who] = actor_for(cast.users[who], session="s")
        assert put(cast, who=who).allowed


def test_it_takes_a_reason_a_change_and_the_version_that_was_seen():
    with story.center() as cast:
        assert [reason.field for reason in put(cast, reason="  ").reasons] == ["reason"]
        assert put(cast).allowed
        assert [reason.code for reason in put(cast, expected=0).reasons] == ["sequence_conflict", "wrong_state"]
        assert [reason.code for reason in put(cast, expected=1).reasons] == ["wrong_state"]


def test_what_is_never_overridable_is_not_set_away():
    with story.center() as cast:
        off = tuple(replace(item, needed=item.drug_class is not DrugClass.ANTINEOPLASTIC) for item in PROPOSAL.double_checks)
        assert [reason.field for reason in put(cast, replace(PROPOSAL, double_checks=off)).reasons] == ["class.antineoplastic"]
        assert not VisitPolicy.objects.exists()


def test_a_policy_is_read_back_exactly_and_an_older_text_with_what_it_lacked_as_proposed():
    changed = replace(
        STRICTER, double_checks=(ClassCheck(DrugClass.IMMUNE_GLOBULIN, above=Decimal("0.5")), *PROPOSAL.double_checks[1:])
    )
    assert plan_text.policy_from_text(plan_text.policy_to_text(changed)) == changed
    assert plan_text.policy_from_text('{"attempts_each":1}') == replace(PROPOSAL, attempts_each=1)


def test_a_visit_keeps_the_policy_that_it_was_opened_with():
    with story.center() as cast:
        first = plan_for(cast.visit.planned_dose_id, cast.site, cast.at)[1].value
        cast.visit.plan_text = plan_text.to_text(first)
        cast.visit.save()
        assert put(cast).allowed
        assert plan_for(cast.visit.planned_dose_id, cast.site, cast.at)[1].value.policy.weight_change_percent == 7
        again = replanned(cast.visit, cast.at)[1].value.plan
        assert (again.policy.version, again.policy.weight_change_percent) == (0, 10)


def test_a_version_is_never_changed_or_taken_out():
    with story.center() as cast:
        row = put(cast).value
        for change in (lambda: VisitPolicy.objects.update(reason="x"), row.delete):
            with pytest.raises(DatabaseError), transaction.atomic():
                change()


def test_a_policy_of_one_site_says_nothing_of_another():
    with story.center() as cast:
        other = type(cast.site).objects.create(
            organization=cast.organization, name="Uptown", time_zone="America/Chicago",
            opens_at=cast.site.opens_at, closes_at=cast.site.closes_at,
        )  # fmt: skip
        assert put(cast).allowed
        assert policy_in_force(other) == PROPOSAL
