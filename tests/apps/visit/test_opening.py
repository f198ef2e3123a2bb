"""Opening a visit: what it needs, what it pins, and that opening it again opens nothing."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from chairside.apps.audit.models import AuditEntry
from chairside.apps.clearance.models import Evaluation
from chairside.apps.intake.models import OrderVersion
from chairside.apps.intake.premedications import premedications_write
from chairside.apps.plans.models import DoseDecision
from chairside.apps.visit import plan_text
from chairside.apps.visit.models import Visit
from chairside.apps.visit.selectors import plan_of, state_of
from chairside.apps.visit.services import visit_open
from chairside.core.intake.premedication import OrderedPremedication
from chairside.core.kernel.quantity import quantity
from chairside.core.visit import events as e
from chairside.core.visit.guards.readiness import standing_premedication
from chairside.core.visit.values import Answer, Said
from tests.apps.visit import cast as story

pytestmark = pytest.mark.django_db


def opened(cast, who="desk", at=story.NINE):
    Visit.objects.all().delete()
    return visit_open(appointment=cast.appointment, actor=cast.actors[who], at=at)


def test_a_visit_pins_its_plan_and_is_evaluated_for_the_day():
    with story.center() as cast:
        decision = opened(cast)
        assert decision.allowed, [reason.message for reason in decision.reasons]
        plan = plan_text.from_text(decision.value.plan_text)
        assert plan_text.to_text(plan) == decision.value.plan_text
        drug = plan.drugs[0]
        assert str(drug.dose) == "412 mg"
        assert str(drug.dose_per) == "5 mg/kg"
        assert str(plan.dosing_weight) == "82.4 kg"
        assert plan.subject.name == "Alba Moreno"
        assert plan.questions
        assert len(drug.ladder) > 1
        assert Evaluation.objects.filter(day=story.TODAY).count() == 2  # the cast's own and the one of today
        assert AuditEntry.objects.filter(action="visit.open").count() == 1


def test_opening_it_again_gives_the_same_visit():
    with story.center() as cast:
        first = opened(cast)
        again = visit_open(appointment=cast.appointment, actor=cast.actors["desk"], at=story.NINE)
        assert first.value == again.value
        assert Visit.objects.count() == 1


def test_without_a_signed_order_there_is_no_visit():
    with story.center() as cast:
        OrderVersion.objects.update(status="superseded")
        assert [reason.code for reason in opened(cast).reasons] == ["not_signed"]
        assert not Visit.objects.exists()


def test_without_a_decided_dose_there_is_no_visit():
    with story.center() as cast:
        DoseDecision.objects.create(
            organization=cast.organization,
            planned_dose=cast.visit.planned_dose,
            decided_at=story.NINE + timedelta(minutes=1),
            decided_by="x",
            outcome="refused",
            protocol_sha256=story.SHA,
        )
        assert opened(cast).reasons[0].field == "dose"


def test_an_appointment_of_another_day_is_not_opened():
    with story.center() as cast:
        assert [reason.code for reason in opened(cast, at=story.NINE - timedelta(days=1)).reasons] == ["too_early"]


def test_a_biller_opens_no_visit():
    with story.center() as cast:
        assert [reason.code for reason in opened(cast, "biller").reasons] == ["not_permitted"]


def test_a_dose_decided_anew_while_the_patient_waits_settles_the_weight_only_if_it_is_the_same():
    with story.center() as cast:
        visit = opened(cast).value
        own = {
            "organization": cast.organization,
            "planned_dose": visit.planned_dose,
            "decided_by": "x",
            "outcome": "allowed",
            "unit": "mg",
            "protocol_sha256": story.SHA,
        }
        DoseDecision.objects.create(**own, decided_at=story.NINE + timedelta(minutes=20), amount=Decimal("412"))
        assert plan_of(visit).weight_decided
        DoseDecision.objects.create(**own, decided_at=story.NINE + timedelta(minutes=30), amount=Decimal("450"))
        assert "dose.decision" in [reason.field for reason in plan_of(visit).clearance]


def test_premedications_of_the_order_are_given_waited_for_and_told_at_the_door(browse):
    with story.center() as cast:
        version = cast.visit.planned_dose.plan.order_version
        OrderVersion.objects.filter(pk=version.pk).update(status="draft", signed_by=None, signed_at=None, signed_digest="")
        item = OrderedPremedication("antihistamine_h1", quantity("25", "mg"), "oral", "diphenhydramine", 30, True)
        premedications_write(version, (item,))
        OrderVersion.objects.filter(pk=version.pk).update(
            status="signed", signed_by=cast.users["prescriber"], signed_at=story.NINE, signed_digest="b" * 64
        )
        decision = opened(cast)
        assert decision.allowed, decision.reasons
        cast.visit = decision.value
        story.all_clear(cast)
        plan = plan_of(cast.visit)
        given = e.PremedicationGiven("antihistamine_h1", quantity("25", "mg"), "oral")
        cast.must(e.CheckedIn(story.SAID, consent_current=True), "desk")
        cast.must(e.Seated("Chair 1"), "desk")
        cast.must(story.vitals(weight_kg="82.9"))
        cast.must(e.AllergiesReviewed((), medicines_reviewed=True))
        cast.must(e.QuestionsAnswered(tuple(Answer(item.code, Said.NO) for item in plan.questions)))
        assert not cast.do(given).allowed
        cast.must(e.Cleared())
        wrong = cast.do(e.PremedicationGiven("antihistamine_h1", quantity("50", "mg"), "oral"))
        assert [reason.code for reason in wrong.reasons] == ["mismatch"]
        cast.must(e.ReleasedToPrepare("infliximab_iv"))
        page = browse(cast, "nurse").get(reverse("visit:page", args=[cast.visit.pk])).content.decode()
        assert "Give diphenhydramine 25 mg oral" in page
        cast.must(given)
        late = standing_premedication(state_of(cast.visit, plan), plan, cast.later(25))
        assert [(reason.field, reason.override) for reason in late] == [("premedication.wait_short", "nurse")]
        record = browse(cast, "nurse").get(reverse("visit:record", args=[cast.visit.pk])).content.decode()
        assert "diphenhydramine 25 mg oral" in record
        door = browse(cast, "nurse").get(reverse("visit:page", args=[cast.visit.pk]) + "?do=discharge").content.decode()
        assert "After diphenhydramine the patient must not drive" in door
