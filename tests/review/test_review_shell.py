"""Defects that a review found in clearance as the services keep it, in stock, in what comes in and in the pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest

from chairside.apps.clearance.services import clearance_evaluate, hold_release
from chairside.apps.people.models import Fact as FactRow
from chairside.apps.people.services import fact_record
from chairside.apps.plans.models import PlannedDose
from chairside.apps.stock.models import Lot
from chairside.apps.stock.services import lot_quarantine, vials_draw
from chairside.apps.visit.clearing import open_reasons
from chairside.apps.visit.models import VisitEvent
from chairside.apps.visit.screen import screen_of
from chairside.core.access import Role
from chairside.core.kernel.fact import Fact, FactKind
from chairside.core.kernel.quantity import quantity
from chairside.core.visit import events as e
from chairside.core.visit.values import Answer, Said
from tests.apps.visit import cast as story
from tests.apps.visit.test_preparing import prepare, ready, shelf
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
        with pytest.raises(AssertionError, match=r"uberculosis|TB"):
            story.start(cast)


def _quarantine(cast: story.Cast, lot: Lot) -> None:
    must(lot_quarantine(lot=lot, reason="recalled", actor=cast.actors["pharmacist"], at=cast.later(1)))


def test_vials_of_a_lot_that_was_recalled_after_they_were_drawn_are_not_prepared() -> None:
    with story.center() as cast:
        lot = shelf(cast)
        ready(cast)
        dose = cast.visit.planned_dose
        assert dose is not None
        must(vials_draw(planned_dose=dose, lot=lot, vials=5, actor=cast.actors["pharmacist"], at=cast.at))
        _quarantine(cast, lot)
        decided = prepare(cast, lot, uuid4())
        assert [reason.code for reason in decided.reasons] == ["not_available"]
        assert not VisitEvent.objects.filter(visit=cast.visit, kind="preparation_recorded").exists()


@pytest.mark.parametrize("what", ["recalled", "expired"])
def test_a_bag_of_a_lot_that_was_recalled_or_expired_meanwhile_is_not_started(what: str) -> None:
    with story.center() as cast:
        lot = shelf(cast)
        story.arrive(cast)
        story.verify(cast)
        if what == "recalled":
            _quarantine(cast, lot)
        else:
            Lot.objects.filter(pk=lot.pk).update(expires_on=story.TODAY - timedelta(days=1))
        cast.must(story.vitals(site_ok=True), minutes=12)
        start = e.InfusionStarted(story.DRUG, story.SAID, quantity("60", "mL/h"), line_traced=True, emergency_ready=True)
        decided = cast.do(start)
        assert "LOT7" in decided.reasons[0].message
        screen = screen_of(cast.visit, cast.actors["nurse"], cast.at)
        assert any("LOT7" in reason.message for reason in screen.plan.clearance or ())
