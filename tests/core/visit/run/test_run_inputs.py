"""Whom a run is for: a weight that looks like pounds goes to a person, and a diagnosis of another therapy has no rate."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from chairside.core.kernel.decision import Decision, Outcome
from chairside.core.kernel.fact import Fact, FactKind, Patient
from chairside.core.kernel.quantity import quantity
from chairside.core.visit.run.planned import Run, planned_run
from chairside.formulary.loader import load

DAY = date(2026, 4, 13)
ADULT = Patient(born=date(1976, 5, 1), sex="female", weight=quantity(80, "kg"))
EARLIER = Fact(FactKind.VITAL, "weight_kg", date(2026, 3, 13), Decimal(80), "kg")


def gamunex(patient: Patient, *facts: Fact, indication: str = "cidp") -> Decision[Run]:
    return planned_run(
        load("ivig_gamunex_c"),
        indication=indication,
        patient=patient,
        dose=quantity(80, "g"),
        volume=quantity(800, "mL"),
        infusion_number=1,
        facts=facts,
        day=DAY,
    )


def test_pounds_typed_as_kilograms_are_for_review_where_rates_go_by_weight() -> None:
    assert gamunex(ADULT, EARLIER).outcome is Outcome.ALLOWED
    heavy = gamunex(replace(ADULT, weight=quantity("176.4", "kg")), EARLIER)
    assert (heavy.outcome, heavy.reasons[0].code) == (Outcome.REVIEW, "weight_changed")


def test_a_weight_that_no_body_has_is_refused() -> None:
    assert gamunex(replace(ADULT, weight=quantity(700, "kg"))).outcome is Outcome.REFUSED


@pytest.mark.parametrize(
    ("indication", "outcome"), [("G61.81", Outcome.ALLOWED), ("Z99.2", Outcome.REFUSED), ("cidpp", Outcome.REFUSED)]
)
def test_a_diagnosis_that_the_therapy_is_not_stated_for_is_refused(indication: str, outcome: Outcome) -> None:
    answer = gamunex(ADULT, indication=indication)
    assert answer.outcome is outcome
    assert outcome is Outcome.ALLOWED or "wrong_indication" in {reason.code for reason in answer.reasons}


@pytest.mark.parametrize("named", ["regimen", "phase"])
def test_a_name_that_the_protocol_does_not_have_is_refused_with_those_that_it_has(named: str) -> None:
    protocol = load("ivig_gamunex_c")
    answer = planned_run(
        protocol,
        indication="cidp",
        patient=ADULT,
        dose=quantity(80, "g"),
        volume=quantity(800, "mL"),
        infusion_number=1,
        day=DAY,
        **{named: "nowhere"},
    )
    reason = next(reason for reason in answer.reasons if reason.field == named)
    assert (reason.code, reason.outcome) == ("not_encoded", Outcome.REFUSED)
    keys = {item.key for item in protocol.regimens} if named == "regimen" else set()
    keys |= {item.key for one in protocol.regimens for item in one.phases} if named == "phase" else set()
    assert set(reason.limit.split(", ")) == keys
    assert reason.limit in reason.message
