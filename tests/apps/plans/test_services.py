"""A plan comes from a signed order only; a dose is decided with its working, and its newest decision holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from chairside.apps.intake import services as intake
from chairside.apps.intake.services import OrderChange
from chairside.apps.people.services import fact_record
from chairside.apps.plans import selectors, services, texts
from chairside.apps.plans.models import DoseDecision, PlannedDose, TreatmentPlan
from chairside.core.access import Role
from chairside.core.kernel.decision import Outcome
from chairside.core.kernel.fact import Fact, FactKind
from tests.apps.walk import NOW, TODAY, Center, center, complete, must, planned, sign, signed, take_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Iterator[Center]:
    with center() as made:
        yield made


def weigh(place: Center, plan: TreatmentPlan, kilograms: str) -> None:
    fact = Fact(FactKind.VITAL, "weight_kg", TODAY, Decimal(kilograms), "kg")
    must(fact_record(patient=plan.patient, fact=fact, today=TODAY, actor=place.actor(Role.NURSE), at=NOW))


def test_an_unsigned_order_makes_no_plan(place: Center) -> None:
    referral = take_in(place, "s01")
    complete(place, referral)
    draft = must(intake.order_draft_from_referral(referral=referral, actor=place.actor(Role.INTAKE), at=NOW))
    decision = services.plan_make(order_version=draft, start_on=TODAY, actor=place.actor(Role.PHARMACIST), at=NOW)
    assert decision.outcome is Outcome.REFUSED
    assert "not_signed" in [reason.code for reason in decision.reasons]
    assert not TreatmentPlan.objects.exists()


def test_a_signed_infliximab_order_makes_numbered_doses_with_windows(place: Center) -> None:
    plan = planned(place)
    doses = list(plan.doses.order_by("number"))
    days = [(dose.target_on - plan.started_on).days for dose in doses[:4]]
    assert days == [0, 14, 42, 98]
    assert [dose.number for dose in doses] == list(range(1, len(doses) + 1))
    assert all(dose.earliest_on <= dose.target_on <= dose.latest_on for dose in doses)


def test_the_same_version_gives_the_same_plan(place: Center) -> None:
    plan = planned(place)
    again = services.plan_make(order_version=plan.order_version, start_on=TODAY, actor=place.actor(Role.NURSE), at=NOW)
    assert again.value == plan


def test_a_dose_is_decided_with_its_working_vials_and_inputs(place: Center) -> None:
    plan = planned(place)
    dose = plan.doses.get(number=1)
    row = must(services.dose_decide(planned_dose=dose, actor=place.actor(Role.PRESCRIBER), at=NOW, reason="weight is right"))
    weight = plan.order_version.dosing_weight_kg
    assert weight is not None
    assert row.amount == 5 * weight
    assert any("5 mg/kg" in line and "=" in line for line in row.working.splitlines())
    assert row.vials.startswith("100 mg x ")
    assert row.volume_ml == 250
    assert row.protocol_sha256 == plan.order_version.release_id
    assert '"dose_number": 1' in row.inputs


def test_a_nurse_does_not_decide_a_dose(place: Center) -> None:
    dose = planned(place).doses.get(number=1)
    decision = services.dose_decide(planned_dose=dose, actor=place.actor(Role.NURSE), at=NOW)
    assert [reason.code for reason in decision.reasons] == ["not_permitted"]
    assert not DoseDecision.objects.exists()


def test_a_weight_that_changed_by_ten_percent_asks_a_prescriber_for_a_reason(place: Center) -> None:
    plan = planned(place)
    dose = plan.doses.get(number=1)
    weight = plan.order_version.dosing_weight_kg
    assert weight is not None
    weigh(place, plan, str((weight * Decimal("1.12")).quantize(Decimal("0.1"))))
    assert "weight_changed" in [reason.code for reason in selectors.weight_judgement(plan).reasons]  # type: ignore[union-attr]
    by_pharmacist = services.dose_decide(planned_dose=dose, actor=place.actor(Role.PHARMACIST), at=NOW, reason="fine")
    assert by_pharmacist.value is None
    assert "not_permitted" in [reason.code for reason in by_pharmacist.reasons]
    without_reason = services.dose_decide(planned_dose=dose, actor=place.actor(Role.PRESCRIBER), at=NOW)
    assert without_reason.value is None
    assert "weight_changed" in [reason.code for reason in without_reason.reasons]
    row = must(
        services.dose_decide(planned_dose=dose, actor=place.actor(Role.PRESCRIBER), at=NOW, reason="edema, keep the dose")
    )
    assert (row.outcome, row.reason) == ("review", "edema, keep the dose")
    assert [reason.code for reason in texts.reasons_from(row.reasons)] == ["weight_changed"]


def test_a_new_signed_version_stops_the_plan_before_and_its_doses_can_no_longer_be_decided(place: Center) -> None:
    plan = planned(place)
    old = plan.doses.get(number=1)
    change = OrderChange(dosing_weight_kg=Decimal("75"), dosing_weight_on=TODAY)
    revised = must(
        intake.order_revise(order=plan.order_version.order, change=change, actor=place.actor(Role.PRESCRIBER), at=NOW)
    )
    sign(place, revised)
    refused = services.dose_decide(planned_dose=old, actor=place.actor(Role.PRESCRIBER), at=NOW)
    assert [reason.code for reason in refused.reasons] == ["not_signed"]
    fresh = must(
        services.plan_make(order_version=revised, start_on=plan.started_on, actor=place.actor(Role.PHARMACIST), at=NOW)
    )
    plan.refresh_from_db()
    assert (plan.status, fresh.status) == ("stopped", "active")
    assert set(plan.doses.values_list("status", flat=True)) == {"cancelled"}


def test_a_booked_dose_keeps_its_plan_until_the_appointment_is_cancelled(place: Center) -> None:
    plan = planned(place)
    plan.doses.filter(number=1).update(status=PlannedDose.Status.BOOKED)
    change = OrderChange(dosing_weight_kg=Decimal("75"))
    revised = must(
        intake.order_revise(order=plan.order_version.order, change=change, actor=place.actor(Role.PRESCRIBER), at=NOW)
    )
    sign(place, revised)
    decision = services.plan_make(order_version=revised, start_on=plan.started_on, actor=place.actor(Role.PHARMACIST), at=NOW)
    assert decision.value is None
    assert "Cancel the appointment" in decision.reasons[0].message


def test_a_start_before_the_orders_own_is_refused(place: Center) -> None:
    version = signed(place)
    type(version).objects.filter(id=version.id).update(start_on=TODAY + timedelta(days=5))
    decision = services.plan_make(order_version=version, start_on=TODAY, actor=place.actor(Role.PHARMACIST), at=NOW)
    assert [reason.code for reason in decision.reasons] == ["too_early"]


def test_an_actor_of_another_role_may_not_plan(place: Center) -> None:
    version = signed(place)
    stranger = replace(place.actor(Role.BILLER))
    decision = services.plan_make(order_version=version, start_on=TODAY, actor=stranger, at=NOW)
    assert [reason.code for reason in decision.reasons] == ["not_permitted"]


def test_ferric_carboxymaltose_is_planned_and_decided_too(place: Center) -> None:
    plan = planned(place, "s28")
    assert plan.doses.count() >= 2
    row = must(
        services.dose_decide(planned_dose=plan.doses.get(number=1), actor=place.actor(Role.PRESCRIBER), at=NOW, reason="ok")
    )
    assert row.amount in (Decimal(750), Decimal(1000)) or row.amount > 0
