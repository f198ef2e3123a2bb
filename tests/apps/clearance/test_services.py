"""A dose is evaluated with evidence; a hold is released by a named person for one day; what is not known is never released."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chairside.apps.clearance import services
from chairside.apps.clearance.models import Evaluation, HoldRelease, RequirementResult
from chairside.apps.people.models import Fact as FactRow
from chairside.apps.people.services import fact_record
from chairside.apps.plans.models import PlannedDose, TreatmentPlan
from chairside.apps.plans.services import plan_make
from chairside.core.access import Role
from chairside.core.kernel.fact import Fact, FactKind
from tests.apps.walk import NOW, PASSWORD, TODAY, Center, another_order, center, give_password, must, planned

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Iterator[Center]:
    with center() as made:
        yield made


def evaluate(place: Center, dose: PlannedDose, at: object = NOW) -> Evaluation:
    return must(services.clearance_evaluate(planned_dose=dose, day=dose.target_on, actor=place.actor(Role.NURSE), at=NOW))


def record(place: Center, plan: TreatmentPlan, code: str, word: str, kind: FactKind = FactKind.SCREENING) -> None:
    fact = Fact(kind, code, TODAY, word)
    must(fact_record(patient=plan.patient, fact=fact, today=TODAY, actor=place.actor(Role.NURSE), at=NOW))


def result(evaluation: Evaluation, requirement: str) -> RequirementResult:
    return evaluation.results.get(requirement=requirement)


def test_a_negative_tb_test_on_record_is_met_with_its_evidence(place: Center) -> None:
    plan = planned(place)
    found = result(evaluate(place, plan.doses.get(number=1)), "tb_before_start")
    assert found.state == "met"
    fact = FactRow.objects.get(id=found.evidence.splitlines()[0])
    assert (fact.code, fact.word) == ("tb", "negative")


def test_a_positive_tb_test_holds_the_dose_until_it_is_corrected(place: Center) -> None:
    plan = planned(place)
    record(place, plan, "tb", "positive")
    evaluation = evaluate(place, plan.doses.get(number=1))
    assert (evaluation.outcome, result(evaluation, "tb_before_start").state) == ("held", "held")


def test_what_a_later_dose_needs_is_due_ahead_of_time_and_earlier_doses_are_taken_as_given(place: Center) -> None:
    plan = planned(place)
    evaluation = evaluate(place, plan.doses.get(number=3))
    assert result(evaluation, "interval").state == "met"


def test_on_the_day_itself_a_dose_that_was_not_given_is_not_assumed(place: Center) -> None:
    plan = planned(place)
    third = plan.doses.get(number=3)
    PlannedDose.objects.filter(id=third.id).update(target_on=TODAY, earliest_on=TODAY, latest_on=TODAY)
    third.refresh_from_db()
    assert result(evaluate(place, third), "interval").state != "met"


def test_a_hold_is_released_for_one_day_by_a_prescriber_with_a_reason(place: Center) -> None:
    plan = planned(place)
    record(place, plan, "tb", "positive")
    dose = plan.doses.get(number=1)
    evaluation = evaluate(place, dose)
    told = {"planned_dose": dose, "requirement": "tb_before_start", "day": evaluation.day, "at": NOW}
    by_nurse = services.hold_release(**told, reason="x", actor=place.actor(Role.NURSE))
    assert [reason.code for reason in by_nurse.reasons] == ["not_permitted"]
    without = services.hold_release(**told, reason=" ", actor=place.actor(Role.PRESCRIBER))
    assert [reason.field for reason in without.reasons] == ["reason"]
    released = must(services.hold_release(**told, reason="treated in 2019, see note", actor=place.actor(Role.PRESCRIBER)))
    assert (released.day, released.role) == (evaluation.day, "prescriber")
    again = services.hold_release(**told, reason="again", actor=place.actor(Role.PRESCRIBER))
    assert [reason.code for reason in again.reasons] == ["wrong_state"]


def test_nobody_releases_what_is_not_known(place: Center) -> None:
    plan = planned(place)
    dose = plan.doses.get(number=1)
    evaluation = evaluate(place, dose)
    unknown = evaluation.results.filter(state__in=["unknown", "due"]).first()
    assert unknown is not None
    decision = services.hold_release(
        planned_dose=dose, requirement=unknown.requirement, day=evaluation.day, reason="I know her",
        actor=place.actor(Role.PRESCRIBER), at=NOW,
    )  # fmt: skip
    assert "Nobody can release what is not known" in decision.reasons[0].message
    assert not HoldRelease.objects.exists()


def test_every_requirement_has_a_key_of_its_own(place: Center) -> None:
    evaluation = evaluate(place, planned(place).doses.get(number=1))
    keys = list(evaluation.results.values_list("requirement", flat=True))
    assert len(keys) == len(set(keys)) > 5


def test_the_page_records_the_missing_result_and_evaluates_again(place: Center) -> None:
    plan = planned(place)
    dose = plan.doses.get(number=1)
    evaluation = evaluate(place, dose)
    missing = evaluation.results.filter(state__in=["unknown", "due"], on_the_day=False).exclude(fact="").first()
    assert missing is not None
    client = place.client(Role.NURSE)
    page = client.get(f"/clearance/{dose.id}/")
    assert "Record the result" in page.content.decode()
    line = next(item for item in page.context["open"] if item.result.requirement == missing.requirement)
    told = {"requirement": missing.requirement, "on": TODAY.isoformat(), "word": (line.wanted.words or ("negative",))[0]}
    if line.wanted.unit:
        told = {"requirement": missing.requirement, "on": TODAY.isoformat(), "amount": "5.1", "unit": line.wanted.unit}
    answer = client.post(f"/clearance/{dose.id}/record/", told)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    assert FactRow.objects.filter(patient=plan.patient, code=line.wanted.code, source__startswith="person:").exists()
    newest = Evaluation.objects.filter(planned_dose=dose).latest("evaluated_at", "id")
    assert newest.results.get(requirement=missing.requirement).state != missing.state


def test_a_result_of_tomorrow_is_refused_on_the_page_with_its_reason(place: Center) -> None:
    plan = planned(place)
    dose = plan.doses.get(number=1)
    evaluate(place, dose)
    told = {"requirement": "tb_before_start", "on": (TODAY + timedelta(days=4000)).isoformat(), "word": "negative"}
    answer = place.client(Role.NURSE).post(f"/clearance/{dose.id}/record/", told)
    assert answer.status_code == 409
    assert "lies ahead" in answer.content.decode()


def test_releasing_on_the_page_takes_the_password_again(place: Center) -> None:
    plan = planned(place)
    record(place, plan, "tb", "positive")
    dose = plan.doses.get(number=1)
    evaluate(place, dose)
    give_password(place.users[Role.PRESCRIBER])
    client = place.client(Role.PRESCRIBER)
    told = {"requirement": "tb_before_start", "reason": "treated in 2019"}
    assert client.post(f"/clearance/{dose.id}/release/", {**told, "password": "no"}).status_code == 409
    assert client.post(f"/clearance/{dose.id}/release/", {**told, "password": PASSWORD}).status_code == 302
    assert "Released" in client.get(f"/clearance/{dose.id}/").content.decode()


def test_the_queues_queries_do_not_grow_with_its_rows(place: Center, settings: object) -> None:
    plan = planned(place)
    evaluate(place, plan.doses.get(number=1))
    client = place.client(Role.NURSE)
    client.get("/clearance/")
    with CaptureQueriesContext(connection) as few:
        client.get("/clearance/")
    for count in range(6):
        version = another_order(place, plan.order_version, count)
        other = must(plan_make(order_version=version, start_on=plan.started_on, actor=place.actor(Role.PHARMACIST), at=NOW))
        evaluate(place, other.doses.get(number=1))
    with CaptureQueriesContext(connection) as many:
        page = client.get("/clearance/")
    assert "Copy 005" in page.content.decode()
    assert len(many) == len(few) <= 20
