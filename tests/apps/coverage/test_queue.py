"""The coverage queue says what is so: an approval that ends too early is not "none", and a course that is over is no risk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from chairside.apps.coverage import selectors, services
from chairside.apps.coverage.standing import standing
from chairside.apps.intake.models import OrderVersion
from chairside.apps.plans.models import PlannedDose, TreatmentPlan
from chairside.apps.plans.services import plan_stop
from chairside.core.access import Role
from tests.apps.walk import NOW, TODAY, Center, center, must, planned, signed

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Iterator[Center]:
    with center() as made:
        yield made


def answered(place: Center, version: OrderVersion, status: str, first: date, last: date, minutes: int = 0) -> None:
    """The payer's answer, recorded so many minutes after the first."""
    by, at = place.actor(Role.AUTHORIZATION), NOW + timedelta(minutes=minutes)
    insured = version.order.patient.coverages.first()
    told: dict[str, Any] = {"coverage": insured, "order": version.order, "status": status, "note": "by phone"}
    if status == "approved":
        told |= {"reference": "A-1", "units": Decimal(500), "starts_on": first, "ends_on": last}
    must(services.authorization_record(**told, actor=by, at=at))


def word(place: Center, state: str = "") -> str:
    (row,) = selectors.coverage_queue(place.site, today=TODAY, state=state)
    return standing(row)[1]


def given_up_to(plan: TreatmentPlan, number: int) -> PlannedDose:
    """The next dose after this many are given."""
    plan.doses.filter(number__lte=number).update(status="given")
    return plan.doses.get(number=number + 1)


def test_an_approval_that_ends_before_the_next_dose_says_so_and_not_that_there_is_none(place: Center) -> None:
    plan = planned(place)
    ahead = given_up_to(plan, 3)
    last = ahead.target_on - timedelta(days=3)
    answered(place, plan.order_version, "approved", TODAY, last)
    spelled = f"{last:%b} {last.day}" + ("" if last.year == ahead.target_on.year else f", {last.year}")
    assert word(place) == word(place, "at_risk") == f"Approval ends {spelled}, before dose 4"
    page = place.client(Role.AUTHORIZATION).get("/coverage/").content.decode()
    assert f"Approval ends {spelled}, before dose 4" in page
    assert "No authorization" not in page


def test_an_approval_of_the_past_has_ended_and_one_ahead_begins_too_late(place: Center) -> None:
    plan = planned(place)
    first = given_up_to(plan, 0).target_on
    answered(place, plan.order_version, "approved", first + timedelta(days=1), first + timedelta(days=90))
    assert word(place).endswith("after dose 1")
    answered(place, plan.order_version, "approved", TODAY - timedelta(days=90), TODAY - timedelta(days=1), 1)
    assert word(place) == "Approval ended Nov 22, before dose 1"


def test_the_payers_newest_answer_holds(place: Center) -> None:
    plan = planned(place)
    for minutes, status in enumerate(("pending", "denied", "approved")):
        answered(place, plan.order_version, status, TODAY, TODAY + timedelta(days=1), minutes)
    assert word(place) == "Approval ends Nov 24, before dose 1"
    assert not selectors.coverage_queue(place.site, today=TODAY, state="denied")
    answered(place, plan.order_version, "pending", TODAY, TODAY, 9)
    assert word(place, "pending") == "Waiting for the payer"


def test_an_approval_that_holds_names_its_dose_or_that_none_is_planned(place: Center) -> None:
    version = signed(place)
    assert word(place) == "No authorization"
    answered(place, version, "approved", TODAY, TODAY + timedelta(days=300))
    assert word(place, "covered") == "Approved, no dose planned yet"


@pytest.mark.parametrize("over", ["finished", "stopped"])
def test_an_order_whose_course_is_over_is_no_risk_and_is_found_by_its_filter(place: Center, over: str) -> None:
    plan = planned(place)
    assert word(place) == "No authorization"
    if over == "stopped":
        must(plan_stop(plan=plan, reason="moved away", actor=place.actor(Role.PRESCRIBER), at=NOW))
    else:
        plan.doses.update(status="given")
    for state in ("", "at_risk", "unverified"):
        assert not selectors.coverage_queue(place.site, today=TODAY, state=state)
    assert word(place, "finished") == f"Course {over}"
    client = place.client(Role.AUTHORIZATION)
    assert "No signed order has a dose ahead" in client.get("/coverage/").content.decode()
    page = client.get("/coverage/?state=finished").content.decode()
    assert f"Course {over}" in page
    assert "none ahead" in page


def test_a_course_that_is_signed_anew_and_not_planned_yet_is_not_over(place: Center) -> None:
    plan = planned(place)
    plan.doses.update(status="given")
    old = plan.order_version
    OrderVersion.objects.filter(pk=old.pk).update(status="superseded")
    fields = {f.attname: getattr(old, f.attname) for f in OrderVersion._meta.fields if f.name not in ("id", "number")}
    OrderVersion.objects.create(**fields | {"number": 2, "status": "signed"})
    assert word(place) == "No authorization"
