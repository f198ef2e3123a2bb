"""A release is reviewed by one person and approved by another, for a site; services and database both hold to it (H-041)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, transaction

from chairside.apps.formulary import services, standing
from chairside.apps.formulary.models import Approval, ReviewEntry, Withdrawal
from chairside.apps.people.models import Membership
from chairside.core.access import Role
from tests.apps.formulary.story import accepted, approve, approved, codes, new_version
from tests.apps.walk import NOW, Center, center, must

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Iterator[Center]:
    with center(approved=False) as made:
        yield made


def test_a_query_stands_before_the_acceptance_until_it_is_answered(place: Center) -> None:
    release, theo = new_version(), place.actor(Role.PHARMACIST)
    told: dict[str, Any] = {"actor": theo, "at": NOW}
    query = must(services.query_ask(subject=release, place="Rates: label_even", text="Two hours for all?", **told))
    assert codes(services.review_accept(subject=release, note="read", **told)) == ["wrong_state"]
    director = place.actor(Role.MEDICAL_DIRECTOR)
    must(services.query_answer(query=query, text="Yes, label 2.11.", actor=director, at=NOW))
    assert must(services.review_accept(subject=release, note="read", **told)).number == 3


def test_acceptance_and_approval_ask_for_a_note_where_numbers_were_recalled(place: Center) -> None:
    release = new_version()
    assert codes(services.review_accept(subject=release, note="", actor=place.actor(Role.PHARMACIST), at=NOW)) == [
        "missing_fact"
    ]
    accepted(place, release)
    assert codes(approve(place, release, note="")) == ["missing_fact"]


def test_only_a_pharmacist_reviews_and_only_the_director_approves(place: Center) -> None:
    release = new_version()
    for role in (Role.NURSE, Role.PRESCRIBER, Role.MEDICAL_DIRECTOR, Role.MANAGER):
        told: dict[str, Any] = {"subject": release, "actor": place.actor(role), "at": NOW}
        assert codes(services.review_accept(note="read", **told)) == ["not_permitted"]
        assert codes(services.query_ask(place="Rates", text="why", **told)) == ["not_permitted"]
    accepted(place, release)
    assert codes(approve(place, release, actor=place.actor(Role.PHARMACIST))) == ["not_permitted"]


def test_nothing_is_approved_that_nobody_accepted(place: Center) -> None:
    assert codes(approve(place, new_version())) == ["not_signed"]


def test_one_person_with_both_roles_is_still_one_person(place: Center) -> None:
    release, user = new_version(), place.users[Role.PHARMACIST]
    Membership.objects.create(organization=place.organization, user=user, site=place.site, role=Role.MEDICAL_DIRECTOR)
    accepted(place, release)
    assert codes(approve(place, release, actor=place.actor(Role.PHARMACIST))) == ["not_independent"]
    assert must(approve(place, release)).release == release


def test_the_newest_approval_holds_and_nothing_stands_in_for_a_withdrawn_one(place: Center) -> None:
    first, second = new_version(version="8.0.0"), new_version(version="9.0.0")
    approved(place, first)
    newest = approved(place, second)
    assert standing.orderable_release("infliximab_iv", place.site).value == second
    told: dict[str, Any] = {"actor": place.actor(Role.MEDICAL_DIRECTOR), "at": NOW}
    assert codes(services.approval_withdraw(approval=newest, reason=" ", **told)) == ["missing_fact"]
    must(services.approval_withdraw(approval=newest, reason="the ladder is wrong", **told))
    refusal = standing.orderable_release("infliximab_iv", place.site)
    assert refusal.value is None
    assert "the ladder is wrong" in refusal.reasons[0].message
    assert codes(services.approval_withdraw(approval=newest, reason="again", **told)) == ["wrong_state"]
    must(approve(place, first))
    assert standing.orderable_release("infliximab_iv", place.site).value == first


def test_an_approval_is_of_one_site(place: Center) -> None:
    from chairside.apps.organizations.models import Site

    approved(place, new_version())
    fields = {name: getattr(place.site, name) for name in ("time_zone", "opens_at", "closes_at")}
    other = Site.objects.create(organization=place.organization, name="Birch Hill", **fields)
    assert standing.orderable_release("infliximab_iv", other).value is None


def test_the_refusal_says_who_has_to_do_what(place: Center) -> None:
    release = standing.current_release("infliximab_iv")
    assert release is not None

    def said() -> str:
        (reason,) = standing.orderable_release("infliximab_iv", place.site).reasons
        return reason.message

    assert "A pharmacist reviews version" in said()
    query = must(services.query_ask(subject=release, place="Rates", text="why", actor=place.actor(Role.PHARMACIST), at=NOW))
    assert "is to be answered first" in said()
    must(services.query_answer(query=query, text="so", actor=place.actor(Role.PHARMACIST), at=NOW))
    accepted(place, release)
    assert "the medical director approves it" in said()


def test_in_the_demo_the_release_in_use_may_be_ordered_and_the_answer_says_so(place: Center) -> None:
    place.organization.demo = True
    place.organization.save()
    place.site.refresh_from_db()
    found = standing.orderable_release("infliximab_iv", place.site)
    assert found.value == standing.current_release("infliximab_iv")
    assert found.working == (standing.DEMO,)


# ---- the database ----


def row(center_: Center, role: Role, **told: Any) -> dict[str, Any]:
    return {"organization": center_.organization, "by": center_.users[role], "at": NOW, **told}


def refuses(make: Any, **told: Any) -> bool:
    try:
        with transaction.atomic():
            make(**told)
    except DatabaseError:
        return True
    return False


def test_the_database_refuses_an_approval_without_anothers_acceptance(place: Center) -> None:
    release = new_version()
    told = row(place, Role.MEDICAL_DIRECTOR, site=place.site, protocol="infliximab_iv", number=1, release=release)
    assert refuses(Approval.objects.create, **told)
    ReviewEntry.objects.create(**row(place, Role.MEDICAL_DIRECTOR, release=release, number=1, kind="accepted"))
    assert refuses(Approval.objects.create, **told), "by the same person"
    ReviewEntry.objects.create(**row(place, Role.PHARMACIST, release=release, number=2, kind="accepted"))
    assert refuses(Approval.objects.create, **told | {"protocol": "rituximab_iv"}), "under another protocol"
    Approval.objects.create(**told)


def test_the_database_refuses_an_acceptance_beside_an_open_query(place: Center) -> None:
    release = new_version()
    query = ReviewEntry.objects.create(
        **row(place, Role.PHARMACIST, release=release, number=1, kind="query", place="Rates", text="why")
    )
    acceptance = row(place, Role.PHARMACIST, release=release, number=3, kind="accepted")
    assert refuses(ReviewEntry.objects.create, **acceptance)
    answer = row(place, Role.PHARMACIST, number=2, kind="answer", text="so", query=query)
    assert refuses(ReviewEntry.objects.create, **answer, release=new_version(version="8.0.0")), "of another review"
    ReviewEntry.objects.create(**answer, release=release)
    ReviewEntry.objects.create(**acceptance)


def test_the_database_refuses_a_second_entry_or_approval_of_the_same_number(place: Center) -> None:
    release = new_version()
    accepted(place, release)
    assert refuses(ReviewEntry.objects.create, **row(place, Role.NURSE, release=release, number=1, kind="accepted"))
    must(approve(place, release))
    again = row(place, Role.MEDICAL_DIRECTOR, site=place.site, protocol="infliximab_iv", number=1, release=release)
    assert refuses(Approval.objects.create, **again)


def test_no_row_of_the_story_is_ever_changed(place: Center) -> None:
    approval = approved(place, new_version())
    told = {"reason": "wrong", "actor": place.actor(Role.MEDICAL_DIRECTOR), "at": NOW}
    must(services.approval_withdraw(approval=approval, **told))  # type: ignore[arg-type]
    for model, change in ((ReviewEntry, {"text": "x"}), (Approval, {"note": "x"}), (Withdrawal, {"reason": "x"})):
        assert refuses(model.objects.update, **change)


def test_another_organization_sees_nothing_of_it(place: Center) -> None:
    release = new_version()
    approved(place, release)
    with center("other", (Role.PHARMACIST, Role.NURSE)) as other:
        assert not Approval.objects.exists()
        assert not ReviewEntry.objects.exists()
        assert standing.orderable_release("infliximab_iv", other.site).value is None
        must(services.review_accept(subject=release, note="ours", actor=other.actor(Role.PHARMACIST), at=NOW))
        assert ReviewEntry.objects.get().number == 1
    assert UUID(place.actor(Role.PHARMACIST).id) in set(ReviewEntry.objects.values_list("by", flat=True))
