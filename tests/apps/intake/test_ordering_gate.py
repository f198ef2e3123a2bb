"""Outside the demo an order is signed by an approved version of the protocol only; a signed one keeps its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from chairside.apps.formulary import services as formulary
from chairside.apps.formulary.standing import approval_in_force, current_release
from chairside.apps.intake import services as intake
from chairside.apps.intake.models import OrderVersion
from chairside.apps.intake.services import OrderChange
from chairside.apps.plans import services as plans
from chairside.core.access import Role
from tests.apps.formulary.story import DRUG, accepted, approve, approved, new_version
from tests.apps.walk import NOW, TODAY, Center, center, complete, must, sign, take_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Iterator[Center]:
    with center(approved=False) as made:
        yield made


def draft(place: Center) -> OrderVersion:
    referral = take_in(place, "s01")
    complete(place, referral)
    made: OrderVersion = must(intake.order_draft_from_referral(referral=referral, actor=place.actor(Role.INTAKE), at=NOW))
    return made


def try_to_sign(place: Center, version: OrderVersion) -> Any:
    seen = intake.signing_judgement(version).value or ""
    actor = place.actor(Role.PRESCRIBER)
    return intake.order_sign(version=version, seen_digest=seen, actor=actor, at=NOW, reason="read and judged")


def test_a_draft_is_written_and_not_signed_until_its_protocol_is_approved(place: Center) -> None:
    version = draft(place)
    assert version.release == current_release(DRUG)
    refusal = try_to_sign(place, version)
    assert [reason.code for reason in refusal.reasons if reason.field == "order.protocol"] == ["not_signed"]
    assert refusal.value is None
    accepted(place, version.release)
    assert try_to_sign(place, version).value is None
    must(approve(place, version.release))
    assert try_to_sign(place, version).value.status == "signed"


def test_in_the_demo_it_is_signed_and_the_page_says_that_it_is_not_approved(place: Center) -> None:
    place.organization.demo = True
    place.organization.save()
    version = draft(place)
    page = place.client(Role.PRESCRIBER).get(f"/intake/orders/{version.order_id}/").content.decode()
    assert "Demo: not approved" in page
    assert try_to_sign(place, version).value is not None


def test_a_draft_by_a_version_that_was_replaced_takes_over_the_new_one_first(place: Center) -> None:
    version = draft(place)
    approved(place, version.release)
    newer = new_version()
    approved(place, newer)
    refusal = try_to_sign(place, version)
    assert [(reason.code, reason.limit) for reason in refusal.reasons if reason.field == "order.protocol"] == [
        ("wrong_state", str(newer))
    ]
    client = place.client(Role.PRESCRIBER)
    assert "Take over the new version" in client.get(f"/intake/orders/{version.order_id}/").content.decode()
    assert client.post(f"/intake/orders/{version.order_id}/take-over/").status_code == 302
    second = OrderVersion.objects.get(order=version.order_id, number=2)
    assert second.release == newer
    assert sign(place, second).signed_digest


def test_a_signed_order_keeps_its_version_and_a_revision_takes_the_new_one(place: Center) -> None:
    version = draft(place)
    approved(place, version.release)
    sign(place, version)
    plan = must(
        plans.plan_make(order_version=version, start_on=TODAY + timedelta(days=10), actor=place.actor(Role.PHARMACIST), at=NOW)
    )
    newer = new_version()
    approved(place, newer)
    dose = plan.doses.order_by("number").first()
    decided = must(plans.dose_decide(planned_dose=dose, actor=place.actor(Role.PHARMACIST), at=NOW))
    assert decided.protocol_sha256 == version.release_id != newer.sha256
    change = OrderChange(instructions="by mouth nothing")
    revised = must(intake.order_revise(order=version.order, change=change, actor=place.actor(Role.PRESCRIBER), at=NOW))
    assert revised.release == newer
    version.refresh_from_db()
    assert (version.status, version.release_id != newer.sha256) == ("signed", True)


def test_nothing_more_is_planned_or_decided_by_a_version_that_was_withdrawn(place: Center) -> None:
    version = draft(place)
    approved(place, version.release)
    sign(place, version)
    pharmacist, start = place.actor(Role.PHARMACIST), TODAY + timedelta(days=10)
    plan = must(plans.plan_make(order_version=version, start_on=start, actor=pharmacist, at=NOW))
    approval = approval_in_force(place.site, DRUG)
    assert approval is not None
    director = place.actor(Role.MEDICAL_DIRECTOR)
    must(formulary.approval_withdraw(approval=approval, reason="vials mixed up", actor=director, at=NOW))
    decided = plans.dose_decide(planned_dose=plan.doses.order_by("number").first(), actor=pharmacist, at=NOW)
    assert decided.value is None
    assert "vials mixed up" in decided.reasons[0].message
    plan.doses.all().delete()
    plan.delete()
    again = plans.plan_make(order_version=version, start_on=start, actor=pharmacist, at=NOW)
    assert again.value is None
    assert [reason.field for reason in again.reasons] == ["order.protocol"]
