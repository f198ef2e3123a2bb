"""From a referral to a signed order: nothing is signed that is incomplete, changed or held; a change needs a new signature."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from chairside.apps.audit.models import AuditEntry
from chairside.apps.intake.models import Finding, MissingItem, OrderVersion, Referral
from chairside.apps.intake.services import (
    OrderChange,
    missing_item_close,
    missing_item_request,
    order_draft_from_referral,
    order_revise,
    order_sign,
    signing_judgement,
)
from chairside.apps.intake.services.missing import finding_settle
from chairside.core.kernel.decision import Outcome
from tests.apps.intake.cast import NOW, Center, center, take_in
from tests.cast import NO_PROTOCOL

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Iterator[Center]:
    with center() as made:
        yield made


def _referral(place: Center, start: str) -> Referral:
    done = take_in(place, start)
    assert done.referral is not None
    assert done.referral.referral is not None
    return done.referral.referral


def _draft(place: Center, referral: Referral) -> OrderVersion:
    decision = order_draft_from_referral(referral=referral, actor=place.intake, at=NOW)
    assert decision.value is not None, decision.reasons
    return decision.value


def _seen(version: OrderVersion) -> str:
    digest = signing_judgement(version).value
    assert digest is not None
    return digest


def test_the_draft_says_what_was_sent_with_the_newest_weight_as_dosing_weight(place: Center) -> None:
    version = _draft(place, _referral(place, "s01"))
    assert (version.number, version.status, version.brand, version.indication) == (1, "draft", "Inflectra", "K50.80")
    assert (version.dose_amount, version.dose_unit) == (Decimal(5), "mg/kg")
    assert version.dosing_weight_kg == Decimal("71.4")
    assert "weeks 0, 2 and 6" in version.instructions
    assert version.release.protocol == "infliximab_iv"


def test_drafting_twice_gives_the_same_order(place: Center) -> None:
    referral = _referral(place, "s01")
    assert _draft(place, referral).id == _draft(place, referral).id


def test_a_therapy_without_a_protocol_gives_no_order(place: Center) -> None:
    decision = order_draft_from_referral(referral=_referral(place, NO_PROTOCOL), actor=place.intake, at=NOW)
    assert decision.value is None
    assert [reason.code for reason in decision.reasons] == ["not_encoded"]


def test_several_orders_have_no_one_dose_and_cannot_be_signed_as_one(place: Center) -> None:
    version = _draft(place, _referral(place, "s32"))
    assert (version.release.protocol, version.dose_amount, version.dose_unit) == ("mfolfox6", None, "")
    for text in ("oxaliplatin", "leucovorin", "fluorouracil", "46 hours"):
        assert text in version.instructions
    decision = order_sign(version=version, seen_digest=_seen(version), actor=place.prescriber, at=NOW)
    assert decision.value is None
    assert "order.dose" in {reason.field for reason in decision.reasons}


def test_a_prescriber_signs_what_was_shown(place: Center) -> None:
    referral = _referral(place, "s01")
    version = _draft(place, referral)
    decision = order_sign(version=version, seen_digest=_seen(version), actor=place.prescriber, at=NOW)
    assert decision.value is not None, decision.reasons
    signed = OrderVersion.objects.get(id=version.id)
    assert signed.status == "signed"
    assert signed.signed_by == place.user(place.prescriber)
    assert len(signed.signed_digest) == 64
    referral.refresh_from_db()
    assert referral.status == Referral.Status.ORDERED
    assert AuditEntry.objects.get(action="order.sign").digest == signed.signed_digest


def test_only_a_prescriber_signs(place: Center) -> None:
    version = _draft(place, _referral(place, "s01"))
    for actor in (place.intake, place.nurse, place.front_desk):
        decision = order_sign(version=version, seen_digest=_seen(version), actor=actor, at=NOW)
        assert decision.value is None
        assert decision.reasons[0].code == "not_permitted"


def test_an_order_that_changed_since_it_was_shown_is_not_signed(place: Center) -> None:
    version = _draft(place, _referral(place, "s01"))
    seen = _seen(version)
    OrderVersion.objects.filter(id=version.id).update(dose_amount=Decimal(10))
    decision = order_sign(version=version, seen_digest=seen, actor=place.prescriber, at=NOW)
    assert decision.value is None
    assert [reason.code for reason in decision.reasons] == ["mismatch"]


def test_stale_labs_hold_the_signature_until_new_ones_are_here_and_the_reaction_needs_a_reason(place: Center) -> None:
    referral = _referral(place, "s28")
    version = _draft(place, referral)
    held = order_sign(version=version, seen_digest=_seen(version), actor=place.prescriber, at=NOW, reason="known")
    assert held.value is None
    assert held.outcome is Outcome.REFUSED
    assert {reason.code for reason in held.reasons} == {"stale_fact", "missing_fact", "risk_alert"}
    item = MissingItem.objects.get(referral=referral)
    assert item.what == "CBC, ferritin and transferrin saturation within 60 days"
    missing_item_request(item=item, owner=place.user(place.intake), actor=place.intake, at=NOW)
    closed = missing_item_close(item=item, note="drawn 2026-11-23, filed", actor=place.intake, at=NOW + timedelta(hours=2))
    assert closed.value is not None
    assert Finding.objects.get(referral=referral, code="stale_lab").solved_at is not None
    referral.refresh_from_db()
    assert referral.status == Referral.Status.COMPLETE
    bare = order_sign(version=version, seen_digest=_seen(version), actor=place.prescriber, at=NOW)
    assert bare.value is None
    assert bare.outcome is Outcome.REVIEW
    signed = order_sign(
        version=version, seen_digest=_seen(version), actor=place.prescriber, at=NOW, reason="hives were mild; slow first dose"
    )
    assert signed.value is not None
    assert AuditEntry.objects.get(action="order.sign").reason == "hives were mild; slow first dose"


def test_a_change_makes_a_new_version_that_needs_a_new_signature(place: Center) -> None:
    version = _draft(place, _referral(place, "s01"))
    order_sign(version=version, seen_digest=_seen(version), actor=place.prescriber, at=NOW)
    change = OrderChange(dose_amount=Decimal("7.5"))
    revised = order_revise(order=version.order, change=change, actor=place.prescriber, at=NOW).value
    assert revised is not None
    assert (revised.number, revised.status, revised.dose_amount) == (2, "draft", Decimal("7.5"))
    assert OrderVersion.objects.get(id=version.id).status == "signed"
    assert order_sign(version=revised, seen_digest=_seen(revised), actor=place.prescriber, at=NOW).value is not None
    assert OrderVersion.objects.get(id=version.id).status == "superseded"
    late = order_sign(version=version, seen_digest=_seen(version), actor=place.prescriber, at=NOW)
    assert [reason.code for reason in late.reasons] == ["wrong_state"]


def test_a_revision_that_changes_nothing_is_no_revision(place: Center) -> None:
    version = _draft(place, _referral(place, "s01"))
    decision = order_revise(order=version.order, change=OrderChange(dose_unit="mg/kg"), actor=place.prescriber, at=NOW)
    assert decision.value is None


def test_the_database_refuses_a_second_signed_version(place: Center) -> None:
    version = _draft(place, _referral(place, "s01"))
    order_sign(version=version, seen_digest=_seen(version), actor=place.prescriber, at=NOW)
    revised = order_revise(
        order=version.order, change=OrderChange(dose_amount=Decimal(6)), actor=place.prescriber, at=NOW
    ).value
    assert revised is not None
    with pytest.raises(IntegrityError), transaction.atomic():
        OrderVersion.objects.filter(id=revised.id).update(
            status="signed", signed_by=place.prescriber.id, signed_at=NOW, signed_digest="x" * 64
        )


def test_a_hold_is_settled_only_by_one_who_may_release_it_and_with_a_reason(place: Center) -> None:
    finding = Finding.objects.get(referral=_referral(place, "s33"), severity="hold")
    assert finding_settle(finding=finding, reason="typed in pounds", actor=place.intake, at=NOW).value is None
    assert finding_settle(finding=finding, reason=" ", actor=place.prescriber, at=NOW).value is None
    assert finding_settle(finding=finding, reason="weighed again: 85.1 kg", actor=place.prescriber, at=NOW).value is not None


def test_an_item_is_closed_once_and_with_words(place: Center) -> None:
    item = MissingItem.objects.get(referral=_referral(place, "s25"))
    assert missing_item_close(item=item, note="", actor=place.intake, at=NOW).value is None
    assert missing_item_close(item=item, note="weighed: 80 kg", actor=place.intake, at=NOW).value is not None
    again = missing_item_close(item=item, note="again", actor=place.intake, at=NOW)
    assert [reason.code for reason in again.reasons] == ["wrong_state"]
