"""Held first, given later: stale iron studies and an earlier reaction in the class are settled before a flat dose is given."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from chairside.apps.clearance.services import hold_release
from chairside.apps.guide.selectors import guide_page
from chairside.apps.intake import services as intake
from chairside.apps.intake.models import OrderVersion, Referral
from chairside.apps.people.models import Patient
from chairside.apps.plans.models import PlannedDose
from chairside.apps.plans.services import dose_decide
from chairside.apps.stock.models import Lot
from chairside.apps.stock.selectors import on_hand
from chairside.apps.stock.services import lot_receive
from chairside.apps.visit.models import Administration, DoseGivenRecord, Visit
from chairside.apps.visit.selectors import plan_of
from chairside.apps.visit.services import visit_open
from chairside.core.kernel.fact import FactKind
from chairside.core.kernel.quantity import quantity
from chairside.core.visit import events as e
from chairside.core.visit.values import Answer, Identifiers, LotDraw, Said
from tests.cast import FRED, INES, NORA, OMAR, PIA, THEO, TUESDAY, Center, codes, moment, must, northlight
from tests.journeys import office
from tests.journeys.chairside import Bedside, check_of, ml, vitals

pytestmark = pytest.mark.django_db
DRUG, LOT = "ferric_carboxymaltose", "FCM118"
SAID = Identifiers("Yaretzi Blomqvist", date(1989, 9, 9))
LABS = (("hemoglobin", "9.1", "g/dL"), ("ferritin", "8", "ng/mL"), ("tsat", "7", "%"))


def test_a_referral_that_is_held_is_settled_given_and_coded() -> None:
    with northlight() as center:
        referral = _held(center)
        _completed(center, referral)
        version = _signed(center, referral)
        dose = _planned_and_decided(center, version)
        _cleared(center, dose)
        appointment = office.booked(center, dose, moment("08:30", TUESDAY), moment("11:00"))
        lot = _received(center)
        visit = must(visit_open(appointment=appointment, actor=center.actor(FRED), at=moment("08:25", TUESDAY)))
        bedside = Bedside(center, visit, TUESDAY)
        _arrives(bedside)
        _made_ready_and_checked(bedside, lot)
        _given(bedside)
        _goes_home(bedside)
        _documented_and_charged(bedside, lot)
        assert guide_page(DRUG, "en") is not None
        assert guide_page(DRUG, "es") is not None


def _held(center: Center) -> Referral:
    """Iron studies of July and hives from another iron: nothing is signed like that."""
    referral = office.take_in(center, "s28", moment("09:00"))
    assert (referral.status, referral.brand) == ("incomplete", "Injectafer")
    assert list(referral.missing.values_list("what", flat=True)) == ["CBC, ferritin and transferrin saturation within 60 days"]
    found = dict(referral.findings.values_list("code", "severity"))
    assert found == {"stale_lab": "hold", "prior_reaction_same_class": "review"}
    draft = must(intake.order_draft_from_referral(referral=referral, actor=center.actor(INES), at=moment("09:05")))
    assert "stale_fact" in codes(office.signed(center, draft, moment("09:10"), "she needs it")), "no reason opens a hold"
    return referral


def _completed(center: Center, referral: Referral) -> None:
    for code, value, unit in LABS:
        office.recorded(center, referral.patient, FactKind.LAB, code, value, moment("10:00"), unit=unit)
    office.recorded(center, referral.patient, FactKind.CONSENT, "treatment", "given", moment("10:05"))
    item = referral.missing.get()
    must(intake.missing_item_request(item=item, owner=center.users[INES.name], actor=center.actor(INES), at=moment("09:20")))
    assert codes(intake.missing_item_close(item=item, note=" ", actor=center.actor(INES), at=moment("10:10"))) == {
        "missing_fact"
    }
    must(intake.missing_item_close(item=item, note="labs of today, by fax", actor=center.actor(INES), at=moment("10:10")))
    referral.refresh_from_db()
    assert referral.status == "complete"
    assert list(referral.findings.filter(solved_at=None).values_list("code", flat=True)) == ["prior_reaction_same_class"]


def _signed(center: Center, referral: Referral) -> OrderVersion:
    """What is for review takes the prescriber's own words."""
    version = OrderVersion.objects.get(order__referral=referral)
    assert not office.signed(center, version, moment("10:20")).allowed
    signed: OrderVersion = must(office.signed(center, version, moment("10:21"), "hives once, another iron; watched for 30 min"))
    assert signed.status == "signed"
    return signed


def _planned_and_decided(center: Center, version: OrderVersion) -> PlannedDose:
    plan = office.planned(center, version, TUESDAY, moment("10:30"))
    assert [dose.target_on for dose in plan.doses.order_by("number")] == [TUESDAY, TUESDAY + timedelta(days=7)]
    dose: PlannedDose = plan.doses.get(number=1)
    decided = must(dose_decide(planned_dose=dose, actor=center.actor(PIA), at=moment("10:35")))
    assert (decided.outcome, decided.amount, decided.unit) == ("allowed", 750, "mg")
    assert decided.vials.splitlines()[0] == "750 mg x 1"
    return dose


def _cleared(center: Center, dose: PlannedDose) -> None:
    """The labs of Monday serve; the earlier reaction is released for the day by a prescriber, and by nobody else."""
    evaluation = office.evaluated(center, dose, TUESDAY, moment("10:40"))
    states = office.states(evaluation)
    assert {states[key] for key in ("hemoglobin", "ferritin", "transferrin_saturation", "consent_treatment")} == {"met"}
    assert (states["any_iv_iron"], evaluation.outcome) == ("review", "review")
    told = {"planned_dose": dose, "requirement": "any_iv_iron", "day": TUESDAY, "at": moment("10:45")}
    assert codes(hold_release(**told, reason="known", actor=center.actor(NORA))) == {"not_permitted"}
    assert codes(hold_release(**told, reason="", actor=center.actor(PIA))) == {"missing_fact"}
    must(hold_release(**told, reason="mild hives to iron sucrose, settled by one tablet", actor=center.actor(PIA)))


def _received(center: Center) -> Lot:
    told = {"site": center.site, "protocol": DRUG, "brand": "Injectafer", "strength": quantity("750", "mg"), "number": LOT}
    lot: Lot = must(lot_receive(**told, expires_on=date(2027, 3, 31), vials=4, actor=center.actor(THEO), at=moment("11:10")))
    return lot


def _arrives(bedside: Bedside) -> None:
    bedside.say(FRED, "08:30", e.CheckedIn(SAID, consent_current=True))
    bedside.say(NORA, "08:33", e.Seated("Chair 1"))
    bedside.say(NORA, "08:36", vitals(weight_kg="58.2"))
    bedside.say(NORA, "08:38", e.AllergiesReviewed((), medicines_reviewed=True))
    questions = plan_of(bedside.visit).questions
    assert [item.code for item in questions] == ["first_trimester"]
    bedside.say(NORA, "08:40", e.QuestionsAnswered((Answer("first_trimester", Said.NO),)))
    bedside.say(NORA, "08:42", e.Cleared())


def _made_ready_and_checked(bedside: Bedside, lot: Lot) -> None:
    drug = bedside.drug
    assert (drug.dose.spelled(), drug.min_minutes) == ("750 mg", 15)
    bedside.say(NORA, "08:43", e.ReleasedToPrepare(DRUG))
    bedside.say(NORA, "08:48", e.AccessPlaced("forearm", "right", "peripheral catheter", "20 G", 1, True))
    drawn = (LotDraw("Injectafer", LOT, quantity("750", "mg"), 1, quantity("750", "mg"), lot.expires_on),)
    bag = e.PreparationRecorded(DRUG, drawn, drug.volume, "0.9% sodium chloride", bedside.at("08:50"), bedside.at("20:00"))
    bedside.prepare(THEO, "08:52", bag, {(LOT, "750 mg"): lot.pk})
    entries = check_of(drug, SAID, quantity("58.9", "kg"), (LOT,), bedside.at("20:00"))
    bedside.say(OMAR, "08:55", entries())
    bedside.say(THEO, "08:57", entries())


def _given(bedside: Bedside) -> None:
    rate = bedside.drug.ladder[0].rate
    bedside.say(NORA, "08:59", vitals(site_ok=True))
    start = e.InfusionStarted(DRUG, SAID, rate * Decimal(2), line_traced=True, emergency_ready=True)
    assert codes(bedside.try_(NORA, "09:00", start)) == {"rate_limit"}
    bedside.say(NORA, "09:00", e.InfusionStarted(DRUG, SAID, rate, line_traced=True, emergency_ready=True))
    bedside.say(NORA, "09:05", vitals(site_ok=True))
    early = e.Stopped(DRUG, "complete", ml(265), ml(0))
    assert "mismatch" in codes(bedside.try_(NORA, "09:10", early)), "ten minutes cannot have emptied it"
    bedside.say(NORA, "09:16", e.Stopped(DRUG, "complete", ml(265), ml(0)))
    bedside.say(NORA, "09:17", e.Flushed(DRUG, ml(20)))


def _goes_home(bedside: Bedside) -> None:
    home = e.Discharged(advice_given=True, teach_back=True, walking_steady=True)
    bedside.say(NORA, "09:18", e.ObservationStarted())
    bedside.say(NORA, "09:46", vitals())
    bedside.say(NORA, "09:47", e.AccessRemoved(bleeding_stopped=True))
    assert codes(bedside.try_(NORA, "09:47", home)) == {"too_early"}
    bedside.say(NORA, "09:48", home)
    bedside.say(NORA, "09:50", e.Signed())


def _documented_and_charged(bedside: Bedside, lot: Lot) -> None:
    visit = Visit.objects.get(pk=bedside.visit.pk)
    assert visit.planned_dose is not None
    given = DoseGivenRecord.objects.get(visit=visit)
    assert (visit.stage, given.amount, given.unit, given.dose_number) == ("documented", 750, "mg", 1)
    administration = Administration.objects.get(visit=visit)
    assert administration.ended_at is not None
    assert administration.ended_at - administration.started_at == timedelta(minutes=16)
    assert (on_hand(lot), Patient.objects.get().mrn) == (3, "SM100128")
    held = office.charges(bedside, bedside.at("10:50"))["hold"]
    assert "authorization" in held[0], "nobody has recorded the payer's answer"
    office.approved(bedside.center, visit.planned_dose.plan.order_version, "J1439", 1500, bedside.at("10:55"))
    billed = office.charges(bedside, bedside.at("11:00"))
    assert "hold" not in billed
    assert billed["administration"] == [("96365", "", 1)]
    assert [(code, units) for code, _, units in billed["drug"]] == [("J1439", 750)]
    assert "waste" not in billed
