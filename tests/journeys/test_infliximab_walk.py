"""From a referral to coded lines: a first infliximab infusion up a five-step ladder, with a pause and a wrong second check."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from chairside.apps.audit.chain import breaks, seal
from chairside.apps.coverage.models import Authorization, Coverage
from chairside.apps.coverage.services import authorization_record, benefits_verify
from chairside.apps.guide.selectors import guide_page
from chairside.apps.intake import services as intake
from chairside.apps.intake.models import OrderVersion, Referral
from chairside.apps.plans.models import PlannedDose
from chairside.apps.plans.services import dose_decide
from chairside.apps.scheduling.models import Appointment
from chairside.apps.stock.models import Lot
from chairside.apps.stock.selectors import on_hand, recipients_of
from chairside.apps.stock.services import lot_receive
from chairside.apps.visit.models import Administration, DoseGivenRecord, DoubleCheck, Visit
from chairside.apps.visit.selectors import altered_events, plan_of
from chairside.apps.visit.services import visit_open
from chairside.core.kernel.fact import FactKind
from chairside.core.kernel.quantity import quantity
from chairside.core.visit import events as e
from chairside.core.visit.values import Answer, Identifiers, LotDraw, Said
from tests.cast import AVA, FRED, INES, MONDAY, NORA, OMAR, THEO, TUESDAY, Center, codes, moment, must, northlight
from tests.journeys import office
from tests.journeys.chairside import Bedside, check_of, ml, ml_per_hour, vitals

pytestmark = pytest.mark.django_db
DRUG, LOT = "infliximab_iv", "INF2207"
SAID = Identifiers("Marisol Quintero Vega", date(1988, 3, 14))


def test_a_referral_becomes_a_documented_and_coded_first_infusion() -> None:
    with northlight() as center:
        version = _ordered(center)
        dose = _planned_and_decided(center, version)
        _covered(center, version)
        _cleared(center, dose)
        appointment = office.booked(center, dose, moment("08:30", TUESDAY), moment("10:00"))
        lot = _received(center)
        bedside = _opened(center, appointment)
        _arrives(bedside)
        _made_ready(bedside, lot)
        _checked_by_two(bedside)
        _given(bedside)
        _goes_home(bedside)
        _documented(bedside, lot)
        _charged(bedside)
        _told_to_the_patient()


def _ordered(center: Center) -> OrderVersion:
    referral = office.take_in(center, "s01", moment("09:00"))
    assert (referral.status, referral.brand, referral.patient.name) == ("complete", "Inflectra", "Quintero Vega, Marisol")
    assert not referral.missing.exists()
    assert not referral.findings.exists()
    draft = must(intake.order_draft_from_referral(referral=referral, actor=center.actor(INES), at=moment("09:05")))
    assert (draft.dosing_weight_kg, draft.indication) == (Decimal("71.4"), "K50.80")
    assert codes(office.signed(center, draft, moment("09:08"), by=NORA)) == {"not_permitted"}
    version: OrderVersion = must(office.signed(center, draft, moment("09:10")))
    assert version.status == "signed"
    referral.refresh_from_db()
    assert referral.status == Referral.Status.ORDERED
    return version


def _planned_and_decided(center: Center, version: OrderVersion) -> PlannedDose:
    plan = office.planned(center, version, TUESDAY, moment("09:20"))
    targets = [dose.target_on for dose in plan.doses.order_by("number")[:4]]
    assert targets == [TUESDAY + timedelta(days=days) for days in (0, 14, 42, 98)]
    dose: PlannedDose = plan.doses.get(number=1)
    decided = must(dose_decide(planned_dose=dose, actor=center.actor(THEO), at=moment("09:25")))
    assert (decided.outcome, decided.amount, decided.unit, decided.volume_ml) == ("allowed", 357, "mg", 250)
    assert "5 mg/kg x 71.4 kg = 357 mg" in decided.working
    assert decided.vials.splitlines() == ["100 mg x 4", "left over: 43 mg"]
    return dose


def _covered(center: Center, version: OrderVersion) -> None:
    coverage = Coverage.objects.get(patient=version.order.patient)
    assert (coverage.payer, coverage.line) == ("Fictional Health Plan", "commercial")
    actor, at = center.actor(AVA), moment("09:30")
    must(benefits_verify(coverage=coverage, on=MONDAY, note="covered, ask first", today=MONDAY, actor=actor, at=at))
    told = {"coverage": coverage, "order": version.order, "status": "approved", "units": Decimal(108), "actor": actor, "at": at}
    days = {"starts_on": MONDAY, "ends_on": MONDAY + timedelta(days=180)}
    assert codes(authorization_record(**told, **days, reference="FHP-7731", product_code="J1745X")) == {"wrong_product"}
    row: Authorization = must(authorization_record(**told, **days, reference="FHP-7731", product_code="Q5103"))
    assert (row.status, row.units) == ("approved", 108)


def _cleared(center: Center, dose: PlannedDose) -> None:
    first = office.evaluated(center, dose, TUESDAY, moment("09:40"))
    asked = office.states(first)
    assert (asked["tb_before_start"], asked["hepatitis_b_surface_antigen"], asked["liver_alt"]) == ("met", "met", "met")
    assert (asked["consent_treatment"], first.outcome) == ("due", "due")
    office.recorded(center, dose.plan.patient, FactKind.CONSENT, "treatment", "given", moment("09:45"))
    second = office.evaluated(center, dose, TUESDAY, moment("09:46"))
    assert (office.states(second)["consent_treatment"], second.outcome) == ("met", "cleared")


def _received(center: Center) -> Lot:
    told = {"site": center.site, "protocol": DRUG, "strength": quantity("100", "mg"), "number": LOT, "vials": 10}
    late = {"expires_on": date(2027, 6, 30), "actor": center.actor(THEO), "at": moment("11:00")}
    assert codes(lot_receive(**told, **late, brand="Remikade")) == {"wrong_product"}
    lot: Lot = must(lot_receive(**told, **late, brand="Inflectra"))
    assert on_hand(lot) == 10
    return lot


def _opened(center: Center, appointment: Appointment) -> Bedside:
    early = visit_open(appointment=appointment, actor=center.actor(FRED), at=moment("16:00"))
    assert codes(early) == {"too_early"}
    visit = must(visit_open(appointment=appointment, actor=center.actor(FRED), at=moment("08:25", TUESDAY)))
    assert must(visit_open(appointment=appointment, actor=center.actor(NORA), at=moment("08:26", TUESDAY))) == visit
    return Bedside(center, visit, TUESDAY)


def _arrives(bedside: Bedside) -> None:
    someone_else = Identifiers("Marisol Quintero Vega", date(1988, 3, 15))
    assert "wrong_person" in codes(bedside.try_(FRED, "08:29", e.CheckedIn(someone_else, consent_current=True)))
    bedside.say(FRED, "08:30", e.CheckedIn(SAID, consent_current=True))
    bedside.say(NORA, "08:34", e.Seated("Chair 1"))
    bedside.say(NORA, "08:40", vitals(weight_kg="71.8"))
    bedside.say(NORA, "08:44", e.AllergiesReviewed((), medicines_reviewed=True))
    assert "missing_fact" in codes(bedside.try_(NORA, "08:45", e.Cleared()))
    questions = plan_of(bedside.visit).questions
    assert {item.code for item in questions} == {"active_infection", "heart_failure_signs", "live_vaccine", "pregnancy"}
    bedside.say(NORA, "08:46", e.QuestionsAnswered(tuple(Answer(item.code, Said.NO) for item in questions)))
    assert "wrong_state" in codes(bedside.try_(NORA, "08:47", e.ReleasedToPrepare(DRUG))), "assess before you mix"
    bedside.say(NORA, "08:50", e.Cleared())


def _made_ready(bedside: Bedside, lot: Lot) -> None:
    bedside.say(NORA, "08:51", e.ReleasedToPrepare(DRUG))
    bedside.say(NORA, "08:58", e.AccessPlaced("forearm", "left", "peripheral catheter", "22 G", 1, True))
    drawn = (LotDraw("Inflectra", LOT, quantity("100", "mg"), 4, quantity("357", "mg"), lot.expires_on),)
    bag = e.PreparationRecorded(DRUG, drawn, ml(250), "0.9% sodium chloride", bedside.at("09:00"), bedside.at("12:00"))
    bedside.prepare(THEO, "09:05", bag, {(LOT, "100 mg"): lot.pk})
    assert on_hand(lot) == 6, "sent twice, drawn once"


def _checked_by_two(bedside: Bedside) -> None:
    entries = check_of(bedside.drug, SAID, quantity("71.4", "kg"), (LOT,), bedside.at("12:00"))
    bedside.say(NORA, "09:08", entries())
    assert "not_independent" in codes(bedside.try_(NORA, "09:09", entries()))
    bedside.say(OMAR, "09:10", entries(weight=quantity("71.8", "kg"), dose=quantity("359", "mg")))
    start = e.InfusionStarted(DRUG, SAID, ml_per_hour(20), line_traced=True, emergency_ready=True)
    assert not bedside.try_(NORA, "09:11", start).allowed, "two who do not agree start nothing"
    bedside.say(OMAR, "09:13", entries())
    bedside.say(NORA, "09:15", entries())
    check = DoubleCheck.objects.get(visit=bedside.visit)
    assert {check.first, check.second} == {str(bedside.center.users[who.name].pk) for who in (NORA, OMAR)}


def _given(bedside: Bedside) -> None:
    bedside.say(NORA, "09:20", vitals(site_ok=True))
    too_fast = e.InfusionStarted(DRUG, SAID, ml_per_hour(40), line_traced=True, emergency_ready=True)
    assert codes(bedside.try_(NORA, "09:21", too_fast)) == {"rate_limit"}
    bedside.say(NORA, "09:22", e.InfusionStarted(DRUG, SAID, ml_per_hour(20), line_traced=True, emergency_ready=True))
    bedside.say(NORA, "09:26", vitals(site_ok=True))
    assert "too_early" in codes(bedside.try_(NORA, "09:30", e.StepChanged(DRUG, ml_per_hour(40))))
    for clock, rate in (("09:38", 40), ("09:54", 80), ("10:10", 120)):
        assert not bedside.may_step(clock, rate).allowed, "a rise waits for fresh vitals"
        bedside.say(NORA, clock, vitals(site_ok=True))
        bedside.say(NORA, clock, e.StepChanged(DRUG, ml_per_hour(rate)))
    bedside.say(NORA, "10:20", e.Paused(DRUG, "to the bathroom", ml(57)))
    assert "missing_fact" in codes(bedside.try_(NORA, "10:24", e.Resumed(DRUG, ml_per_hour(120), pump_volume=ml(57))))
    assert "rate_limit" in codes(bedside.try_(NORA, "10:24", e.Resumed(DRUG, ml_per_hour(150), "back", ml(57))))
    bedside.say(NORA, "10:25", e.Resumed(DRUG, ml_per_hour(120), "back in the chair", ml(57)))
    bedside.say(NORA, "10:44", vitals(site_ok=True))
    assert "too_early" in codes(bedside.try_(NORA, "10:44", e.StepChanged(DRUG, ml_per_hour(150)))), "a pause does not count"
    bedside.say(NORA, "10:46", e.StepChanged(DRUG, ml_per_hour(150)))
    bedside.say(OMAR, "11:14", vitals(site_ok=True))
    unread = bedside.try_(NORA, "11:47", e.Stopped(DRUG, "complete", None, None))
    assert codes(unread) == {"missing_fact"}, "no stop without the pump's reading"
    bedside.say(NORA, "11:47", e.Stopped(DRUG, "complete", ml(250), ml(0)))
    bedside.say(NORA, "11:49", e.Flushed(DRUG, ml(20)))


def _goes_home(bedside: Bedside) -> None:
    bedside.say(NORA, "11:50", e.ObservationStarted())
    home = e.Discharged(advice_given=True, teach_back=True, walking_steady=True)
    assert "too_early" in codes(bedside.try_(NORA, "12:00", home))
    bedside.say(NORA, "12:18", vitals())
    bedside.say(NORA, "12:21", e.AccessRemoved(bleeding_stopped=True))
    bedside.say(NORA, "12:22", home)
    bedside.say(NORA, "12:25", e.Signed())


def _documented(bedside: Bedside, lot: Lot) -> None:
    visit = Visit.objects.get(pk=bedside.visit.pk)
    assert (visit.stage, visit.closed, visit.appointment.status) == ("documented", True, "done")
    given = DoseGivenRecord.objects.get(visit=visit)
    assert (given.amount, given.unit, given.dose_number, given.brand, given.tolerated) == (357, "mg", 1, "Inflectra", True)
    administration = Administration.objects.get(visit=visit)
    assert (administration.lots, administration.volume_ml) == (LOT, 250)
    assert administration.ended_at is not None
    assert administration.ended_at - administration.started_at == timedelta(hours=2, minutes=25)
    assert PlannedDose.objects.get(pk=visit.planned_dose_id).status == "given"
    assert [(row.patient.mrn, row.vials) for row in recipients_of(LOT)] == [("SM100101", 4)]
    assert on_hand(lot) == 6
    assert list(altered_events()) == []
    seal(str(visit.organization_id))
    assert list(breaks(str(visit.organization_id))) == []


def _charged(bedside: Bedside) -> None:
    billed = office.charges(bedside, bedside.at("13:00"))
    assert billed["administration"] == [("96413", "", 1), ("96415", "", 1)], "140 minutes: a first hour and one more"
    assert billed["drug"] == [("Q5103", "", 36)], "357 mg in units of 10 mg, rounded up"
    assert "waste" not in billed, "this payer takes no waste line"
    assert "flush included" in billed["not_billed"]
    assert any(line.startswith("waste not billed to this payer") for line in billed["not_billed"])
    assert "hold" not in billed
    Coverage.objects.update(line=Coverage.Line.MEDICARE)  # the same vials for a payer that asks for the modifiers
    billed = office.charges(bedside, bedside.at("13:05"))
    assert (billed["drug"], billed["waste"]) == ([("Q5103", "", 36)], [("Q5103", "JW", 4)])


def _told_to_the_patient() -> None:
    for language in ("en", "es"):
        page = guide_page(DRUG, language)
        assert page is not None
        assert {part.key for part in page.parts} >= {"what_for", "how_long", "prepare", "after"}
