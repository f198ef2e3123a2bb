"""Centers taken by the services to the page that a test is about, so that no test walks through pages that are not its own."""

from __future__ import annotations

from datetime import date
from typing import Any

from chairside.apps.intake import services as intake
from chairside.apps.plans.models import PlannedDose
from chairside.apps.plans.services import dose_decide
from chairside.apps.scheduling.models import Appointment
from chairside.apps.stock.services import lot_receive
from chairside.apps.visit.models import Visit
from chairside.apps.visit.services import visit_open
from chairside.core.kernel.fact import FactKind
from chairside.core.kernel.quantity import quantity
from chairside.core.visit import events as e
from chairside.core.visit.values import Answer, Identifiers, LotDraw, Said
from tests.cast import FRED, INES, NORA, THEO, TUESDAY, Center, moment, must
from tests.journeys import office
from tests.journeys.chairside import Bedside, ml, vitals

DRUG, LOT = "infliximab_iv", "INF2207"
BORN = date(1988, 3, 14)
SAID = Identifiers("Marisol Quintero Vega", BORN)


def booked(center: Center) -> Appointment:
    """The infliximab referral, signed, planned, decided, approved, consented, booked for Tuesday at 08:30; its lot received."""
    referral = office.take_in(center, "s01", moment("09:00"))
    draft = must(intake.order_draft_from_referral(referral=referral, actor=center.actor(INES), at=moment("09:05")))
    version = must(office.signed(center, draft, moment("09:10")))
    dose: PlannedDose = office.planned(center, version, TUESDAY, moment("09:20")).doses.get(number=1)
    must(dose_decide(planned_dose=dose, actor=center.actor(THEO), at=moment("09:25")))
    office.approved(center, version, "Q5103", 108, moment("09:30"))
    office.recorded(center, referral.patient, FactKind.CONSENT, "treatment", "given", moment("09:45"))
    office.evaluated(center, dose, TUESDAY, moment("09:46"))
    told: dict[str, Any] = {
        "protocol": DRUG,
        "brand": "Inflectra",
        "strength": quantity("100", "mg"),
        "number": LOT,
        "vials": 10,
    }
    must(lot_receive(site=center.site, **told, expires_on=date(2027, 6, 30), actor=center.actor(THEO), at=moment("11:00")))
    return office.booked(center, dose, moment("08:30", TUESDAY), moment("10:00"))


def opened(center: Center) -> Bedside:
    """She has arrived; nobody has asked her name yet."""
    appointment = booked(center)
    visit: Visit = must(visit_open(appointment=appointment, actor=center.actor(FRED), at=moment("08:25", TUESDAY)))
    return Bedside(center, visit, TUESDAY)


def prepared(center: Center) -> Bedside:
    """Assessed, cleared, access in, the bag on the counter at 09:05: two people are to check it."""
    bedside = opened(center)
    bedside.say(FRED, "08:30", e.CheckedIn(SAID, consent_current=True))
    bedside.say(NORA, "08:34", e.Seated("Chair 1"))
    bedside.say(NORA, "08:40", vitals(weight_kg="71.8"))
    bedside.say(NORA, "08:44", e.AllergiesReviewed((), medicines_reviewed=True))
    answers = tuple(Answer(code, Said.NO) for code in ("active_infection", "heart_failure_signs", "live_vaccine", "pregnancy"))
    bedside.say(NORA, "08:46", e.QuestionsAnswered(answers))
    bedside.say(NORA, "08:50", e.Cleared())
    bedside.say(NORA, "08:51", e.ReleasedToPrepare(DRUG))
    bedside.say(NORA, "08:58", e.AccessPlaced("forearm", "left", "peripheral catheter", "22 G", 1, True))
    drawn = (LotDraw("Inflectra", LOT, quantity("100", "mg"), 4, quantity("357", "mg"), date(2027, 6, 30)),)
    bag = e.PreparationRecorded(DRUG, drawn, ml(250), "0.9% sodium chloride", bedside.at("09:05"), bedside.at("12:00"))
    bedside.say(THEO, "09:05", bag)
    return bedside
