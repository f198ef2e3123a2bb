"""Coverage: what payers say is recorded whole, and the queue puts first what puts a dose at risk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chairside.apps.coverage import selectors, services
from chairside.apps.coverage.models import Authorization, Coverage
from chairside.apps.intake.models import OrderVersion
from chairside.apps.plans.services import dose_decide, plan_make
from chairside.core.access import Role
from tests.apps.walk import NOW, TODAY, Center, another_order, another_patient, center, must, planned, signed

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Iterator[Center]:
    with center() as made:
        yield made


def insured(place: Center, version: OrderVersion) -> Coverage:
    found = Coverage.objects.filter(patient=version.order.patient).first()
    return found or must(
        services.coverage_record(
            patient=version.order.patient, payer="A Plan", line="commercial", actor=place.actor(Role.AUTHORIZATION), at=NOW
        )
    )


def approve(place: Center, version: OrderVersion, units: str, days: int = 365) -> Authorization:
    return must(
        services.authorization_record(
            coverage=insured(place, version), order=version.order, status="approved", reference="A-1", units=Decimal(units),
            starts_on=TODAY, ends_on=TODAY + timedelta(days=days), actor=place.actor(Role.AUTHORIZATION), at=NOW,
        )
    )  # fmt: skip


def test_an_approval_without_units_dates_or_number_is_not_one(place: Center) -> None:
    version = signed(place)
    decision = services.authorization_record(
        coverage=insured(place, version), order=version.order, status="approved", actor=place.actor(Role.AUTHORIZATION), at=NOW
    )
    assert {reason.field for reason in decision.reasons} == {"units", "starts_on", "ends_on", "reference"}
    assert not Authorization.objects.exists()


def test_another_patients_insurance_is_refused(place: Center) -> None:
    version = signed(place)
    stranger = must(
        services.coverage_record(
            patient=another_patient(place, 1), payer="B", line="commercial", actor=place.actor(Role.INTAKE), at=NOW
        )
    )
    decision = services.authorization_record(
        coverage=stranger, order=version.order, status="pending", actor=place.actor(Role.AUTHORIZATION), at=NOW
    )
    assert [reason.code for reason in decision.reasons] == ["wrong_person"]


def test_a_code_of_another_drug_is_refused_with_the_right_ones(place: Center) -> None:
    version = signed(place)
    decision = services.authorization_record(
        coverage=insured(place, version), order=version.order, status="pending", product_code="J9999",
        actor=place.actor(Role.AUTHORIZATION), at=NOW,
    )  # fmt: skip
    assert decision.reasons[0].code == "wrong_product"
    assert "J1745" in decision.reasons[0].limit or "Q51" in decision.reasons[0].limit


def test_approved_units_run_out_on_the_dose_that_needs_more_than_is_left(place: Center) -> None:
    plan = planned(place)
    for dose in plan.doses.filter(number__lte=3):
        must(dose_decide(planned_dose=dose, actor=place.actor(Role.PRESCRIBER), at=NOW, reason="right"))
    version = plan.order_version
    first = selectors.covers_of(version.order)[0]
    assert first.need.units is not None
    approve(place, version, str(first.need.units * 2))
    covers = selectors.covers_of(version.order)
    assert [bool(cover.reasons) for cover in covers[:3]] == [False, False, True]
    assert "run out on dose 3" in covers[2].reasons[0].message


def test_the_approval_that_covers_a_day_is_found(place: Center) -> None:
    version = signed(place)
    row = approve(place, version, "100", days=30)
    assert selectors.authorization_for(version.order, TODAY) == row
    assert selectors.authorization_for(version.order, TODAY + timedelta(days=31)) is None


def test_benefits_are_not_checked_in_the_future_or_without_a_word(place: Center) -> None:
    coverage = insured(place, signed(place))
    decision = services.benefits_verify(
        coverage=coverage, on=TODAY + timedelta(days=1), note="", today=TODAY, actor=place.actor(Role.AUTHORIZATION), at=NOW
    )
    assert {reason.field for reason in decision.reasons} == {"on", "note"}


def test_the_queue_puts_the_dose_that_is_not_covered_first(place: Center) -> None:
    plan = planned(place)
    version = another_order(place, plan.order_version, 1)
    must(plan_make(order_version=version, start_on=plan.started_on, actor=place.actor(Role.PHARMACIST), at=NOW))
    approve(place, plan.order_version, "1000")
    rows = list(selectors.coverage_queue(place.site, today=TODAY))
    assert [row.patient.family for row in rows] == ["Copy 001", plan.patient.family]
    assert [row.safe for row in rows] == [False, True]


def test_the_page_records_an_approval_and_says_what_lacks(place: Center) -> None:
    version = signed(place)
    coverage = insured(place, version)
    client = place.client(Role.AUTHORIZATION)
    told = {"coverage": str(coverage.id), "status": "approved", "reference": "A-77", "units": "40"}
    half = client.post(f"/coverage/{version.order_id}/authorization/", told)
    assert half.status_code == 409
    assert "From which day" in half.content.decode()
    told |= {"starts_on": TODAY.isoformat(), "ends_on": (TODAY + timedelta(days=90)).isoformat()}
    assert client.post(f"/coverage/{version.order_id}/authorization/", told).status_code == 302
    page = client.get(f"/coverage/{version.order_id}/").content.decode()
    assert "A-77" in page


def test_a_nurse_reads_coverage_and_may_not_record_it(place: Center) -> None:
    version = signed(place)
    client = place.client(Role.NURSE)
    assert client.get("/coverage/").status_code == 200
    assert client.post(f"/coverage/{version.order_id}/insurance/", {}).status_code == 403


def test_the_queues_queries_do_not_grow_with_its_rows(place: Center) -> None:
    version = signed(place)
    client = place.client(Role.AUTHORIZATION)
    client.get("/coverage/")
    with CaptureQueriesContext(connection) as few:
        client.get("/coverage/")
    for count in range(12):
        approve(place, another_order(place, version, count), "10")
    with CaptureQueriesContext(connection) as many:
        client.get("/coverage/")
    assert len(many) == len(few) <= 20
