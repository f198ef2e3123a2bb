"""Dose or order changed while the patient waits: the same visit goes on by the new plan, and what that undoes is done again."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse

from chairside.apps.audit.services import digest
from chairside.apps.intake.models import OrderVersion
from chairside.apps.plans.models import DoseDecision
from chairside.apps.visit import plan_text
from chairside.apps.visit.models import Visit, VisitEvent
from chairside.apps.visit.selectors import altered_events, plan_of, state_of
from chairside.apps.visit.services import projections_rebuild, visit_open, visit_replan
from chairside.core.kernel.quantity import quantity
from chairside.core.visit import events as e
from chairside.core.visit.values import Answer, LotDraw, Mode, Said
from tests.apps.visit import cast as story

pytestmark = pytest.mark.django_db
KEY = "infliximab_iv"


def waiting(cast) -> Visit:
    """A visit by the protocol, cleared, with access, prepared, and one check entered."""
    Visit.objects.all().delete()
    made = visit_open(appointment=cast.appointment, actor=cast.actors["desk"], at=story.NINE)
    assert made.value is not None, made.reasons
    cast.visit = made.value
    story.all_clear(cast)
    plan = plan_of(cast.visit)
    cast.must(e.CheckedIn(story.SAID, consent_current=True), "desk")
    cast.must(e.Seated("Chair 1"), "desk")
    cast.must(story.vitals(weight_kg="82.9"))
    cast.must(e.AllergiesReviewed((), medicines_reviewed=True))
    cast.must(e.QuestionsAnswered(tuple(Answer(item.code, Said.NO) for item in plan.questions)))
    cast.must(e.Cleared())
    cast.must(e.ReleasedToPrepare(KEY))
    cast.must(e.AccessPlaced("forearm", "left", "peripheral catheter", "22 G", 1, True))
    cast.must(bag("412", cast.at), "pharmacist")
    check = story.check(cast.at + timedelta(hours=3), drug=KEY)
    cast.must(check, "nurse")
    return cast.visit


def bag(drawn, at):
    draws = (LotDraw("Remicade", "LOT7", quantity("100", "mg"), 5, quantity(drawn, "mg")),)
    return e.PreparationRecorded(KEY, draws, quantity("250", "mL"), "0.9% sodium chloride", at, at + timedelta(hours=3))


def decide(cast, amount="450", outcome="allowed"):
    DoseDecision.objects.create(
        organization=cast.organization,
        planned_dose=cast.visit.planned_dose,
        decided_at=cast.later(5),
        decided_by="x",
        outcome=outcome,
        amount=Decimal(amount),
        unit="mg",
        volume_ml=Decimal("250"),
        protocol_sha256=cast.visit.protocol_sha256,
    )


def replan(cast, who="nurse", **changes):
    cast.visit.refresh_from_db()
    values = {"event_id": uuid4(), "why": "weight up", "expected_sequence": cast.visit.sequence, **changes}
    return visit_replan(visit=cast.visit, actor=cast.actors[who], at=cast.later(1), **values)


def state(cast):
    cast.visit = Visit.objects.get(pk=cast.visit.pk)
    plan = plan_of(cast.visit)
    return state_of(cast.visit, plan), plan


def test_another_dose_holds_the_visit_until_it_is_taken_over():
    with story.center() as cast:
        waiting(cast)
        before = cast.visit.plan_text
        decide(cast)
        found, plan = state(cast)
        assert [reason.field for reason in plan.clearance] == ["dose.decision"]
        done = replan(cast)
        assert done.allowed, done.reasons
        found, plan = state(cast)
        assert plan.clearance == ()
        assert str(plan.drugs[0].dose) == "450 mg"
        region = found.infusions[KEY]
        assert (region.preparations, region.checks, region.compared) == ((), (), None)
        assert found.cleared_at is None
        assert found.access_site is not None
        event = found.log[-1].payload
        assert event.before == before
        assert (event.before_sha256, event.after_sha256) == (digest(before), digest(cast.visit.plan_text))
        assert any("412 mg becomes 450 mg" in change for change in event.changes)
        cast.must(e.Cleared())
        assert [reason.code for reason in cast.do(bag("412", cast.at), "pharmacist").reasons] == ["mismatch"]
        cast.must(bag("450", cast.at), "pharmacist")
        assert not list(altered_events())
        projections_rebuild(cast.visit)


def test_the_same_dose_changes_nothing_and_a_started_drug_keeps_its_plan():
    with story.center() as cast:
        waiting(cast)
        assert [reason.code for reason in replan(cast).reasons] == ["wrong_state"]
        cast.must(story.check(cast.at + timedelta(hours=3), drug=KEY), "second")
        started = e.InfusionStarted(KEY, story.SAID, quantity("10", "mL/h"), True, True)
        cast.must(started, "nurse", claimed_at=cast.at, mode=Mode.REPORTED)
        decide(cast)
        text = cast.visit.plan_text
        assert "infusion" in [reason.field for reason in replan(cast).reasons]
        assert state(cast)[1].drugs == plan_text.from_text(text).drugs


def test_only_a_nurse_or_prescriber_takes_it_over_with_a_reason_from_the_page_as_it_stands():
    with story.center() as cast:
        waiting(cast)
        decide(cast)
        assert replan(cast, "desk").reasons[0].code == "not_permitted"
        assert [reason.field for reason in replan(cast, why=" ").reasons] == ["replan.why"]
        assert [reason.code for reason in replan(cast, expected_sequence=1).reasons] == ["sequence_conflict"]
        number = uuid4()
        first, again = replan(cast, event_id=number), replan(cast, event_id=number)
        assert first.value == again.value
        assert VisitEvent.objects.filter(kind="replanned").count() == 1


def test_nobody_writes_the_event_by_hand_or_takes_it_back():
    with story.center() as cast:
        waiting(cast)
        by_hand = e.Replanned("x", (), "", "", "")
        for mode in Mode:
            assert cast.do(by_hand, "prescriber", mode=mode).reasons[0].code == "not_permitted"
        decide(cast)
        event = replan(cast).value
        assert cast.do(e.Corrected(str(event.pk), "no")).reasons[0].field == "correction.event"


def test_a_dose_that_was_refused_anew_is_not_given_by_the_older_decision():
    with story.center() as cast:
        waiting(cast)
        decide(cast, "412", outcome="refused")
        plan = state(cast)[1]
        assert [reason.field for reason in plan.clearance] == ["dose.decision"]
        assert not plan.weight_decided
        assert "dose" in [reason.field for reason in replan(cast).reasons]


def test_an_order_signed_anew_holds_until_the_dose_is_decided_by_it_and_taken_over():
    with story.center() as cast:
        waiting(cast)
        dose = cast.visit.planned_dose
        dose.status = "booked"
        dose.save()
        first = dose.plan.order_version
        OrderVersion.objects.filter(pk=first.pk).update(status="superseded")
        names = ("organization", "order", "release", "brand", "indication", "dosing_weight_kg", "signed_by")
        second = OrderVersion.objects.create(
            **{name: getattr(first, name) for name in names},
            number=2,
            status="signed",
            signed_at=cast.later(5),
            signed_digest="c" * 64,
        )
        found, plan = state(cast)
        assert [reason.field for reason in plan.clearance] == ["order.version"]
        assert [reason.code for reason in replan(cast).reasons] == ["stale_fact"]
        decide(cast, "412")
        assert replan(cast).allowed
        found, plan = state(cast)
        assert (plan.order.version, plan.clearance) == (str(second.pk), ())
        assert found.infusions[KEY].preparations  # the same dose in the same bag: only go is asked for again
        assert found.infusions[KEY].checks
        assert found.cleared_at is None


def test_the_page_says_what_differs_and_takes_it_over(browse):
    with story.center() as cast:
        waiting(cast)
        decide(cast)
        client, address = browse(cast, "nurse"), reverse("visit:page", args=[cast.visit.pk])
        page = client.get(address).content.decode()
        assert "?do=replan" in page
        assert "412 mg becomes 450 mg" in client.get(address + "?do=replan").content.decode()
        sent = {"key": uuid4(), "sequence": state(cast)[0].sequence, "why": "she gained weight"}
        assert client.post(reverse("visit:event", args=[cast.visit.pk, "replan"]), sent).status_code == 302
        assert "Planned again" in client.get(reverse("visit:record", args=[cast.visit.pk])).content.decode()
