"""Which weight a dose is computed from, and weights that look like pounds for kilograms."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given as having
from hypothesis import strategies as st

from chairside.core.kernel.decision import Outcome
from chairside.core.kernel.fact import DoseGiven
from chairside.core.kernel.quantity import quantity
from chairside.core.plans.amounts.body import ideal
from chairside.core.protocols.schema.dose import PerWeight, WeightChoice
from chairside.core.protocols.schema.regimen import Anchor, Offsets
from tests.core.plans.cast import DAY, MARISOL, codes, kg, mg, weighed
from tests.core.plans.small import asked, fact, phase, protocol, regimen, ruled

ONE = quantity(1, "mg/kg")
INCHES_65 = quantity("165.1", "cm")


def by(choice, **more):
    return asked(ruled(PerWeight(ONE, choice)), **more)


@pytest.mark.parametrize(("sex", "weight"), [("female", "57.0"), ("male", "61.5")])
def test_the_ideal_weight_at_sixty_five_inches(sex, weight):
    assert ideal(INCHES_65, sex).value.amount == Decimal(weight)


@having(st.decimals("152.4", "210", places=1))
def test_the_ideal_weight_never_falls_with_height(height):
    lower, higher = ideal(quantity(height, "cm"), "male").value, ideal(quantity(height + 1, "cm"), "male").value
    assert lower < higher


@pytest.mark.parametrize(
    ("choice", "actual", "amount"),
    [
        (WeightChoice.LEAN, "80", "57.0"),
        (WeightChoice.LEAN, "50", "50"),
        (WeightChoice.ADJUSTED, "80", "66.20"),
        (WeightChoice.ADJUSTED, "50", "50"),
    ],
)
def test_lean_and_adjusted_weight_are_never_above_the_actual_one(choice, actual, amount):
    patient = replace(MARISOL, weight=kg(actual), height=INCHES_65)
    assert by(choice, patient=patient).value.amount == mg(amount)


# Frozen

STARTED = [DoseGiven("sample", 1, DAY - timedelta(days=28), mg(70))]


def frozen(number=2, history=tuple(STARTED), facts=(), **more):
    return by(WeightChoice.FROZEN, number=number, history=history, facts=facts, **more)


def test_a_frozen_weight_is_the_recorded_baseline_first():
    facts = [fact("vital.weight_kg", "62", "kg", DAY - timedelta(days=30), "baseline"), weighed("71", days_ago=28)]
    assert frozen(facts=facts).value.amount == mg(62)


def test_else_the_weight_taken_at_the_first_dose():
    assert frozen(facts=[weighed("66", days_ago=28), weighed("72", days_ago=1)]).value.amount == mg(66)
    assert frozen(facts=[weighed("66", days_ago=59)]).outcome is Outcome.UNKNOWN


def test_the_weight_of_record_counts_at_the_first_dose_only():
    assert frozen(1, ()).value.amount == mg("71.4")
    later = frozen()
    assert (later.outcome, later.value) == (Outcome.UNKNOWN, None)


def test_counted_from_an_event_the_weight_at_the_event_stands():
    timing = Offsets((0, 28), Anchor.EVENT, "answer.kidney_transplant")
    made = protocol(regimen(phase(PerWeight(ONE, WeightChoice.FROZEN), timing)))
    facts = [
        fact("answer.kidney_transplant", "yes", on=DAY - timedelta(days=30)),
        weighed("66", days_ago=30),
        weighed("69", days_ago=28),
    ]
    assert asked(made, 2, history=STARTED, facts=facts).value.amount == mg(66)


# Pounds for kilograms


def flagged(decision) -> bool:
    return any(code == "weight_changed" for code in codes(decision)) and any(
        "pounds" in reason.message for reason in decision.reasons
    )


@pytest.mark.parametrize("earlier", ["32.4", "157.4"])
def test_a_jump_against_any_earlier_weight_is_found_either_way(earlier):
    facts = [weighed(earlier, days_ago=400), weighed("71.4", days_ago=30), weighed("71.4")]
    decision = by(WeightChoice.RECORD, facts=facts)
    assert (decision.outcome, flagged(decision)) == (Outcome.REVIEW, True)


def test_a_weight_of_record_in_pounds_is_found_against_an_earlier_one():
    decision = by(WeightChoice.RECORD, facts=[weighed("71.4", days_ago=200)], patient=replace(MARISOL, weight=kg("157.4")))
    assert flagged(decision)


def test_a_weight_entered_in_error_is_nothing_to_compare_with():
    wrong = replace(weighed("157.4", days_ago=3), status="entered-in-error")
    assert by(WeightChoice.RECORD, facts=[wrong, weighed("71.4")]).outcome is Outcome.ALLOWED


def test_a_child_may_double_its_weight_in_years():
    child = replace(MARISOL, born=date(2016, 5, 1), weight=kg(30))
    assert (
        by(WeightChoice.RECORD, patient=child, facts=[weighed("14", days_ago=1500), weighed("30")]).outcome is Outcome.ALLOWED
    )
    assert flagged(by(WeightChoice.RECORD, patient=child, facts=[weighed("66", days_ago=20), weighed("30")]))
