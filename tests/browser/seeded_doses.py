"""A visit at which blood is let: no drug, no lot, no second check."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from chairside.apps.intake import services as intake
from chairside.apps.intake.models import OrderVersion
from chairside.apps.plans.models import PlannedDose
from chairside.apps.plans.services import dose_decide
from chairside.apps.visit.services import visit_open
from chairside.core.kernel.fact import FactKind
from chairside.core.visit import events as e
from chairside.core.visit.values import Answer, Identifiers, Said
from tests.cast import FRED, INES, NORA, PIA, THEO, TUESDAY, Center, moment, must
from tests.journeys import office
from tests.journeys.chairside import Bedside, vitals


def blood_to_let(center: Center) -> Bedside:
    """500 mL ordered, by the referral of a patient with too much iron."""
    referral = office.take_in(center, "s31", moment("09:00"))
    draft = must(intake.order_draft_from_referral(referral=referral, actor=center.actor(INES), at=moment("09:05")))
    stated = intake.OrderChange(dose_amount=Decimal(500), dose_unit="mL")
    draft = must(intake.order_revise(order=draft.order, change=stated, actor=center.actor(PIA), at=moment("09:08")))
    dose = _decided(center, must(office.signed(center, draft, moment("09:10"))))
    office.recorded(center, referral.patient, FactKind.CONSENT, "treatment", "given", moment("09:45"))
    office.recorded(center, referral.patient, FactKind.ANSWER, "order_complete", "yes", moment("09:46"))
    today = moment("07:45", TUESDAY)
    office.recorded(center, referral.patient, FactKind.LAB, "hemoglobin", "14.2", today, unit="g/dL")
    office.evaluated(center, dose, TUESDAY, today)
    return _arrived(center, dose)


def _decided(center: Center, version: OrderVersion) -> PlannedDose:
    dose: PlannedDose = office.planned(center, version, TUESDAY, moment("09:20")).doses.get(number=1)
    must(dose_decide(planned_dose=dose, actor=center.actor(THEO), at=moment("09:25")))
    return dose


def _arrived(center: Center, dose: PlannedDose) -> Bedside:
    appointment = office.booked(center, dose, moment("08:30", TUESDAY), moment("10:00"))
    visit = must(visit_open(appointment=appointment, actor=center.actor(FRED), at=moment("08:25", TUESDAY)))
    return Bedside(center, visit, TUESDAY)


def ready_to_draw(center: Center) -> Bedside:
    """Asked, measured, cleared: the needle is next."""
    bedside = blood_to_let(center)
    bedside.say(FRED, "08:30", e.CheckedIn(Identifiers("Ruaidhrí Mac an tSaoir", date(1970, 5, 1)), consent_current=True))
    bedside.say(NORA, "08:34", e.Seated("Chair 1"))
    bedside.say(NORA, "08:38", vitals(sbp="132", dbp="84", weight_kg="88.2"))
    bedside.say(NORA, "08:40", e.AllergiesReviewed((), medicines_reviewed=True))
    answers = (Answer("eaten_and_drunk", Said.YES), Answer("severe_anemia", Said.NO))
    bedside.say(NORA, "08:42", e.QuestionsAnswered(answers))
    bedside.say(NORA, "08:44", e.Cleared())
    return bedside
