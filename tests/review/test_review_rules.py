"""Defects that a review found in dosing and clearance. Each fails until it is mended; the number is that of the review."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from chairside.core.clearance.evaluate import evaluate
from chairside.core.kernel.decision import Decision
from chairside.core.kernel.fact import DoseGiven, Fact, FactKind, Patient
from chairside.core.kernel.quantity import quantity
from chairside.core.plans.dosing import OrderedDose, dose
from chairside.formulary.loader import load_all

DAY = date(2026, 11, 20)
PROTOCOLS = {item.id: item for item in load_all()}
INFLIXIMAB, IRON = PROTOCOLS["infliximab_iv"], PROTOCOLS["ferric_carboxymaltose"]
LAB, SCREENING, ANSWER = FactKind.LAB, FactKind.SCREENING, FactKind.ANSWER
SIGNED = Fact(FactKind.CONSENT, "treatment", DAY - timedelta(20), status="signed")


def ago(days: int) -> date:
    return DAY - timedelta(days=days)


def patient(weight: str = "80") -> Patient:
    return Patient(born=date(1980, 1, 1), sex="male", weight=quantity(weight, "kg"))


READY_INFLIXIMAB = (
    *(Fact(SCREENING, code, ago(20), "negative") for code in ("tb", "hbsag", "anti_hbc")),
    *(Fact(ANSWER, code, DAY, "no") for code in ("active_infection", "heart_failure_signs", "live_vaccine")),
)
READY_IRON = (
    Fact(LAB, "hemoglobin", ago(20), Decimal(9), "g/dL"),
    Fact(LAB, "ferritin", ago(20), Decimal(9), "ng/mL"),
    Fact(LAB, "tsat", ago(20), Decimal(9), "%"),
    Fact(LAB, "phosphate", ago(3), Decimal(3), "mg/dL", lower=Decimal("2.5"), upper=Decimal("4.5")),
)


def infliximab(*more: Fact, consent: Fact = SIGNED) -> Decision[Any]:
    return evaluate(
        INFLIXIMAB,
        indication="K50.90",
        dose_number=1,
        day=DAY,
        patient=patient(),
        facts=(*READY_INFLIXIMAB, consent, *more),
    )


def iron(*more: Fact, history: tuple[DoseGiven, ...] = ()) -> Decision[Any]:
    facts = (*READY_IRON, SIGNED, *more)
    return evaluate(IRON, indication="D50.9", dose_number=1, day=DAY, patient=patient(), facts=facts, history=history)


def given(number: int, days: int) -> DoseGiven:
    return DoseGiven(IRON.id, number, ago(days), quantity("750", "mg"))


def test_the_base_of_these_cases_is_clear():
    assert infliximab().allowed
    assert iron().allowed


@pytest.mark.parametrize("word", ["3", "class III", "NYHA III", "positive"])
def test_a_class_of_heart_failure_that_is_not_understood_does_not_allow_a_high_dose(word: str):
    fact = Fact(SCREENING, "nyha_class", ago(5), word)
    order = OrderedDose(level=quantity("10", "mg/kg"))
    decided = dose(INFLIXIMAB, indication="K50.90", dose_number=4, day=DAY, patient=patient(), facts=[fact], order=order)
    assert not decided.allowed


@pytest.mark.parametrize("word", ["refused", "no"])
def test_a_refused_consent_does_not_clear(word: str):
    assert not infliximab(consent=Fact(FactKind.CONSENT, "treatment", ago(1), word)).allowed


def test_a_consent_that_was_taken_back_does_not_clear():
    assert not infliximab(Fact(FactKind.CONSENT, "treatment", ago(1), status="refused")).allowed


def test_a_newer_preliminary_positive_result_is_not_overlooked():
    assert not infliximab(Fact(SCREENING, "tb", ago(2), "positive", status="preliminary")).allowed


def test_results_of_one_day_that_contradict_each_other_do_not_clear():
    twice = (Fact(SCREENING, "tb", ago(2), "positive"), Fact(SCREENING, "tb", ago(2), "negative"))
    assert not infliximab(*twice).allowed


@pytest.mark.parametrize(("name", "status"), [("Humira", "active"), ("adalimumab", "unknown"), ("adalimumab", "on-hold")])
def test_another_biologic_is_seen_by_its_brand_and_whatever_its_status(name: str, status: str):
    assert not infliximab(Fact(FactKind.MEDICATION, name, ago(30), status=status)).allowed


@pytest.mark.parametrize("name", ["iron", "iv iron", "Ferinject"])
def test_an_allergy_to_iron_in_plain_words_is_seen(name: str):
    assert not iron(Fact(FactKind.ALLERGY, name, ago(300), status="active")).allowed


@pytest.mark.parametrize("status", ["recurrence", "relapse", "unknown"])
def test_a_condition_without_a_plain_status_is_still_there(status: str):
    assert not iron(Fact(FactKind.CONDITION, "E83.110", ago(300), status=status)).allowed


def test_a_new_course_two_days_after_the_last_one_is_not_clear():
    assert not iron(history=(given(1, 9), given(2, 2))).allowed


def test_a_repeat_course_asks_for_a_reaction_since_the_last_dose():
    decided = iron(history=(given(1, 79), given(2, 72)))
    assert decided.value is not None
    assert any(item.key == "reaction_since_last_dose" for item in decided.value.items)


def test_the_maximum_of_a_course_is_not_walked_around_by_numbers():
    history = (given(1, 14), given(1, 7))
    decided = dose(IRON, indication="D50.9", dose_number=2, day=DAY, patient=patient("70"), history=history)
    assert not decided.allowed


@pytest.mark.parametrize(("record", "today"), [("49", "53.5"), ("50", "45.5"), ("50", "30")])
def test_a_weight_that_crosses_the_border_of_a_regimen_is_for_a_person(record: str, today: str):
    weighed = Fact(FactKind.VITAL, "weight_kg", DAY, Decimal(today), "kg")
    decided = dose(IRON, indication="D50.9", dose_number=1, day=DAY, patient=patient(record), facts=[weighed])
    assert not decided.allowed


def test_an_order_that_contradicts_itself_is_not_allowed():
    order = OrderedDose(amount=quantity("400", "mg"), level=quantity("10", "mg/kg"))
    assert not dose(INFLIXIMAB, indication="K50.90", dose_number=1, day=DAY, patient=patient(), order=order).allowed


def test_an_absurd_order_is_refused_in_words():
    order = OrderedDose(amount=quantity("1000000000", "mg"))
    assert not dose(INFLIXIMAB, indication="K50.90", dose_number=1, day=DAY, patient=patient(), order=order).allowed
