"""A dose may be booked without an approval or under a hold; whoever books is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest

from chairside.apps.clearance.models import Evaluation, RequirementResult
from chairside.apps.coverage.models import Authorization, Coverage
from chairside.apps.plans.models import PlannedDose
from chairside.apps.scheduling import services
from chairside.core.kernel.decision import Outcome
from tests.apps.scheduling.center import DAY, NOW, Center, moment, open_center

pytestmark = pytest.mark.django_db


@pytest.fixture
def center() -> Iterator[Center]:
    with open_center() as made:
        yield made


def booked(center: Center, dose: PlannedDose) -> services.BookingDecision:
    answer = services.appointment_book(
        planned_dose=dose, chair=center.chairs[0], nurse=center.nurses[0], start=moment("09:00"), key=uuid4().hex,
        actor=center.actor(), at=NOW,
    )  # fmt: skip
    assert answer.allowed
    assert all(reason.outcome is Outcome.REVIEW for reason in answer.warnings)
    return answer


def approve(dose: PlannedDose, last_day: object) -> None:
    order = dose.plan.order_version.order
    cover = Coverage.objects.create(
        organization_id=dose.organization_id, patient=order.patient, payer="Alder Health", line="commercial"
    )
    Authorization.objects.create(
        organization_id=dose.organization_id, order=order, coverage=cover, status="approved", reference="PA-1", units=900,
        starts_on=DAY - timedelta(days=30), ends_on=last_day, recorded_at=NOW,
    )  # fmt: skip


def test_a_day_that_no_approval_covers_is_booked_with_a_warning(center: Center) -> None:
    dose = center.dose()
    approve(dose, DAY - timedelta(days=1))
    (warning,) = booked(center, dose).warnings
    assert "No approval covers dose 1 on Dec 1, 2026" in warning.message


def test_a_patient_who_pays_alone_needs_no_approval(center: Center) -> None:
    dose = center.dose()
    patient = dose.plan.patient
    Coverage.objects.create(organization_id=dose.organization_id, patient=patient, payer="Self", line="self_pay")
    assert booked(center, dose).warnings == ()


def test_a_dose_whose_clearance_is_held_is_booked_with_a_warning(center: Center) -> None:
    dose = center.dose()
    Coverage.objects.create(organization_id=dose.organization_id, patient=dose.plan.patient, payer="Self", line="self_pay")
    evaluation = Evaluation.objects.create(
        organization_id=dose.organization_id, planned_dose=dose, day=DAY, evaluated_at=NOW, outcome="held"
    )
    RequirementResult.objects.create(
        organization_id=dose.organization_id, evaluation=evaluation, requirement="tb", what="screening", code="out_of_range",
        state="held", message="Tuberculosis test: positive.",
    )  # fmt: skip
    (warning,) = booked(center, dose).warnings
    assert "The clearance of dose 1 is held: Tuberculosis test: positive." in warning.message
