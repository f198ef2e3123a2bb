"""Slips that no therapy should let through: ten times the dose, an hour nobody wrote down, a choice taken before its time."""

from __future__ import annotations

from datetime import date

import pytest

from chairside.core.kernel.decision import Outcome
from chairside.core.kernel.fact import DoseGiven, Fact, FactKind, Patient
from chairside.core.kernel.quantity import quantity
from chairside.core.plans.dosing import OrderedDose, dose
from chairside.formulary.loader import load

DAY = date(2026, 4, 13)
ADULT = Patient(born=date(1976, 5, 1), sex="female", weight=quantity(70, "kg"), height=quantity(165, "cm"))


def codes(decision) -> set[tuple[str, Outcome]]:
    return {(reason.code, reason.outcome) for reason in decision.reasons}


@pytest.mark.parametrize(("milligrams", "outcome"), [("6999", Outcome.REVIEW), ("7000", Outcome.REFUSED)])
def test_ten_times_the_dose_is_refused_where_no_cap_stands(milligrams: str, outcome: Outcome) -> None:
    order = OrderedDose(amount=quantity(milligrams, "mg"))
    answer = dose(load("lecanemab"), indication="G30.1", dose_number=1, day=DAY, patient=ADULT, order=order)
    assert answer.outcome is outcome
    assert answer.value is not None, "the ordered amount is still shown"


def given(number: int, on: date, milligrams: int = 1, route: str = "") -> DoseGiven:
    return DoseGiven("dihydroergotamine_iv", number, on, quantity(milligrams, "mg"), route=route)


@pytest.mark.parametrize(
    ("before", "outcome"),
    [
        (date(2026, 4, 11), Outcome.ALLOWED),  # two days before: more than 24 hours whatever the hour
        (date(2026, 4, 12), Outcome.UNKNOWN),  # yesterday: within 24 hours or not
        (date(2026, 4, 13), Outcome.REFUSED),  # today
    ],
)
def test_a_rolling_limit_does_not_guess_the_hour(before: date, outcome: Outcome) -> None:
    history = [given(1, before), given(2, before)]
    answer = dose(load("dihydroergotamine_iv"), indication="G43.709", dose_number=3, day=DAY, patient=ADULT, history=history)
    assert answer.outcome is outcome


def test_a_choice_after_eighteen_months_is_not_taken_at_the_first_dose() -> None:
    protocol = load("lecanemab")
    named = {"indication": "G30.1", "patient": ADULT, "regimen": "maintenance_q4w"}
    assert ("too_early", Outcome.REFUSED) in codes(dose(protocol, dose_number=1, day=DAY, **named))
    history = [DoseGiven("lecanemab", 1, date(2024, 10, 13), quantity(700, "mg"))]
    assert ("too_early", Outcome.REFUSED) not in codes(dose(protocol, dose_number=2, day=DAY, history=history, **named))
    assert ("too_early", Outcome.REFUSED) in codes(
        dose(protocol, dose_number=2, day=date(2026, 4, 12), history=history, **named)
    )


@pytest.mark.parametrize(("now", "held"), [("70.3", False), ("70.4", True), ("57.6", True), ("57.7", False)])
def test_a_frozen_weight_that_the_patient_has_left_behind_is_for_the_prescriber(now: str, held: bool) -> None:
    facts = [
        Fact(FactKind.ANSWER, "kidney_transplant", date(2026, 1, 5), "yes"),
        Fact(FactKind.VITAL, "weight_kg", date(2026, 1, 5), quantity(64, "kg").amount, "kg"),
        Fact(FactKind.VITAL, "weight_kg", DAY, quantity(now, "kg").amount, "kg"),
    ]
    patient = Patient(born=date(1976, 5, 1), sex="female", weight=quantity(now, "kg"))
    days = ["2026-01-05", "2026-01-09", "2026-01-19", "2026-02-02", "2026-03-02", "2026-03-16"]
    history = [
        DoseGiven("belatacept_iv", number, date.fromisoformat(day), quantity("637.5", "mg"))
        for number, day in enumerate(days, 1)
    ]
    answer = dose(
        load("belatacept_iv"), indication="Z94.0", dose_number=7, day=DAY, patient=patient, facts=facts, history=history
    )
    assert (("weight_changed", Outcome.REVIEW) in codes(answer)) is held
    assert answer.value is not None
    assert answer.value.amount == quantity(325, "mg"), "the frozen weight still decides the amount"
