"""Defects that a review found in clearance as the services keep it, in stock, in what comes in and in the pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from chairside.apps.clearance.services import clearance_evaluate, hold_release
from chairside.apps.people.models import Fact as FactRow
from chairside.apps.people.services import fact_record
from chairside.apps.plans.models import PlannedDose
from chairside.apps.visit.clearing import open_reasons
from chairside.core.access import Role
from chairside.core.kernel.fact import Fact, FactKind
from chairside.core.visit import events as e
from chairside.core.visit.values import Answer, Said
from tests.apps.visit import cast as story
from tests.apps.walk import NOW, TODAY, Center, center, must, planned

pytestmark = pytest.mark.django_db
POSITIVE = Fact(FactKind.SCREENING, "tb", TODAY, "positive")
TB = "clearance.tb_before_start"


@pytest.fixture
def place() -> Iterator[Center]:
    with center() as made:
        yield made


def evaluate(place: Center, dose: PlannedDose, minutes: int = 0) -> None:
    at = NOW + timedelta(minutes=minutes)
    must(clearance_evaluate(planned_dose=dose, day=dose.target_on, actor=place.actor(Role.NURSE), at=at))


def record(place: Center, dose: PlannedDose, fact: Fact, minutes: int = 0) -> FactRow:
    at = NOW + timedelta(minutes=minutes)
    told = {"patient": dose.plan.patient, "fact": fact, "today": TODAY, "actor": place.actor(Role.NURSE), "at": at}
    row: FactRow = must(fact_record(**told))
    return row


def fields(dose: PlannedDose, day: date) -> list[str]:
    return [reason.field for reason in open_reasons(dose.pk, day) or ()]


def test_a_release_does_not_outlive_the_fact_that_it_was_given_for(place: Center) -> None:
    dose = planned(place).doses.get(number=1)
    record(place, dose, POSITIVE)
    evaluate(place, dose)
    told = {
        "planned_dose": dose,
        "requirement": "tb_before_start",
        "day": dose.target_on,
        "actor": place.actor(Role.PRESCRIBER),
    }
    assert TB in fields(dose, dose.target_on)
    must(hold_release(**told, reason="treated in 2019", at=NOW))
    evaluate(place, dose, 1)
    assert TB not in fields(dose, dose.target_on)
    record(place, dose, POSITIVE, 2)
    evaluate(place, dose, 3)
    assert TB in fields(dose, dose.target_on)
    must(hold_release(**told, reason="the same, read again", at=NOW + timedelta(minutes=4)))
    assert TB not in fields(dose, dose.target_on)


def _recorded(cast: story.Cast, fact: Fact) -> None:
    must(fact_record(patient=cast.patient, fact=fact, today=story.TODAY, actor=cast.actors["nurse"], at=cast.later(1)))


def test_a_result_that_comes_in_after_the_visit_was_opened_holds_the_go_decision() -> None:
    with story.center() as cast:
        cast.must(e.CheckedIn(story.SAID, consent_current=True), "desk")
        cast.must(story.vitals(weight_kg="82.9"), minutes=5)
        cast.must(e.AllergiesReviewed(("penicillin",), medicines_reviewed=True))
        cast.must(e.QuestionsAnswered((Answer("infection", Said.NO),)))
        _recorded(cast, replace(POSITIVE, on=story.TODAY))
        decided = cast.do(e.Cleared())
        assert any(reason.field.startswith("clearance.tb") for reason in decided.reasons), decided.reasons


def test_a_result_that_comes_in_after_the_go_decision_holds_the_start() -> None:
    with story.center() as cast:
        story.arrive(cast)
        story.verify(cast)
        _recorded(cast, replace(POSITIVE, on=story.TODAY))
        with pytest.raises(AssertionError, match="uberculosis|TB"):
            story.start(cast)
