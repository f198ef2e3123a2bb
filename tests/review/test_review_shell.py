"""Defects that a review found in clearance as the services keep it, in stock, in what comes in and in the pages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from chairside.apps.clearance.services import clearance_evaluate, hold_release
from chairside.apps.intake.models import Finding, Referral
from chairside.apps.intake.services import order_draft_from_referral
from chairside.apps.interop.services import bundle_import
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
from chairside.exchange.fhir.text import parse
from tests.apps.visit import cast as story
from tests.apps.visit.test_preparing import prepare, ready, shelf
from tests.apps.walk import NOW, REFERRALS, TODAY, Center, another_patient, center, complete, must, planned

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


def test_what_a_person_sees_who_is_logged_in_is_not_kept_by_the_browser(place: Center) -> None:
    client = place.client(Role.NURSE)
    for path in ("/patients/", "/clearance/", f"/patients/{another_patient(place, 1).pk}/"):
        assert "no-store" in client.get(path).get("Cache-Control", "")


def _sent_with_weight(place: Center, kilograms: str) -> Referral:
    text = next(REFERRALS.glob("s01-*.json")).read_text(encoding="utf-8")
    bundle = json.loads(text)
    for entry in bundle["entry"]:
        resource = entry["resource"]
        if resource["resourceType"] == "Observation" and any(code["code"] == "29463-7" for code in resource["code"]["coding"]):
            resource["valueQuantity"]["value"] = "@weight@"
    document = parse(json.dumps(bundle).replace('"@weight@"', kilograms).encode())
    must(bundle_import(bundle=document, name="s01.json", site=place.site, actor=place.actor(Role.INTAKE), at=NOW, as_of=TODAY))
    return Referral.objects.latest("received_at", "id")


def test_a_weight_that_cannot_be_is_kept_as_it_came_and_doses_nothing(place: Center) -> None:
    referral = _sent_with_weight(place, "712")
    row = FactRow.objects.filter(patient=referral.patient, code="weight_kg").latest("on")
    assert (row.exact, row.status) == ("712", "implausible")
    assert Finding.objects.filter(referral=referral, code="weight_implausible", severity="hold").exists()
    assert referral.status == Referral.Status.INCOMPLETE
    complete(place, referral)
    drafted = order_draft_from_referral(referral=referral, actor=place.actor(Role.INTAKE), at=NOW)
    assert drafted.value is None or drafted.value.dosing_weight_kg != 712


@pytest.mark.parametrize(
    ("kind", "code", "value", "unit"),
    [
        (FactKind.LAB, "hemoglobin", Decimal(95), "mg/dL"),
        (FactKind.LAB, "hemoglobin", Decimal(95), "g/dL"),
        (FactKind.LAB, "hemoglobin", Decimal(95), "1"),
        (FactKind.LAB, "hemoglobin", "low", ""),
        (FactKind.LAB, "creatine", Decimal("1E+30"), "mg/dL"),
        (FactKind.SCREENING, "nyha_class", "negative", ""),
        (FactKind.SCREENING, "nyha_class", Decimal(3), "1"),
        (FactKind.CONSENT, "treatment", "maybe", ""),
    ],
)
def test_a_word_a_unit_or_a_number_that_the_fact_cannot_have_is_not_recorded(
    place: Center, kind: FactKind, code: str, value: Decimal | str, unit: str
) -> None:
    told = {"patient": another_patient(place, 3), "today": TODAY, "actor": place.actor(Role.NURSE), "at": NOW}
    decided = fact_record(fact=Fact(kind, code, TODAY, value, unit), **told)
    assert [reason.code for reason in decided.reasons] == ["out_of_range"]


@pytest.mark.parametrize(("value", "unit"), [("9.5", "g/dL"), ("95", "g/L")])
def test_a_unit_that_converts_exactly_is_taken(place: Center, value: str, unit: str) -> None:
    fact = Fact(FactKind.LAB, "hemoglobin", TODAY, Decimal(value), unit)
    told = {"patient": another_patient(place, 3), "today": TODAY, "actor": place.actor(Role.NURSE), "at": NOW}
    assert must(fact_record(fact=fact, **told)).unit == unit


@pytest.mark.parametrize("path", ["/patients/", "/visits/", "/plans/", "/clearance/", "/intake/"])
def test_a_zero_character_in_the_address_is_refused_and_no_crash(place: Center, path: str) -> None:
    client = place.client(Role.NURSE)
    client.raise_request_exception = False
    assert client.get(f"{path}?q=%00").status_code == 400
