"""Edges of dose and weight rules: at a bound, just beyond it, and the figures that a sentence gives."""

from decimal import Decimal

import pytest

from chairside.core.kernel.decision import Outcome
from chairside.core.kernel.kidney import creatinine_clearance
from chairside.core.kernel.quantity import quantity
from chairside.core.plans.told import told
from chairside.core.plans.weights.weight import judge
from tests.core.plans.cast import codes, kg

TEN = Decimal(10)


@pytest.mark.parametrize(("today", "suspected"), [("133", True), ("132.9", False), ("175", True), ("175.1", False)])
def test_pounds_are_suspected_from_one_point_nine_to_two_and_a_half_times_both_included(today, suspected):
    message = judge(kg(today), kg(70), TEN).reasons[0].message
    assert ("pounds" in message) is suspected


@pytest.mark.parametrize(("today", "again"), [("80.5", False), ("80.6", True), ("59.5", False), ("59.4", True)])
def test_more_than_fifteen_percent_is_weighed_again_first_and_exactly_fifteen_is_not(today, again):
    decision = judge(kg(today), kg(70), TEN)
    assert codes(decision) == ["weight_changed"]
    assert ("weigh again first" in decision.reasons[0].message) is again
    assert (decision.reasons[0].field, decision.reasons[0].override) == ("vital.weight_kg", "prescriber")


def test_creatinine_clearance_is_for_people_from_their_eighteenth_birthday():
    person = {"weight": kg(60), "creatinine": quantity("0.8", "mg/dL"), "sex": "female"}
    assert creatinine_clearance(age_years=18, **person).allowed
    child = creatinine_clearance(age_years=17, **person)
    assert (child.outcome, codes(child)) == (Outcome.REFUSED, ["wrong_population"])
    assert [reason.field for reason in creatinine_clearance(age_years=None, **person).reasons] == ["patient.birth_date"]


def test_the_working_of_a_clearance_names_the_factor_for_women_only():
    numbers = {"age_years": 40, "weight": kg(60), "creatinine": quantity("0.8", "mg/dL")}
    assert "(140 - 40) x 60 kg / (72 x 0.8 mg/dL) x 0.85 = " in creatinine_clearance(sex="female", **numbers).working[-1]
    assert "(140 - 40) x 60 kg / (72 x 0.8 mg/dL) = " in creatinine_clearance(sex="male", **numbers).working[-1]


@pytest.mark.parametrize(
    ("amount", "said"), [("1.2345", "1.2345 mg"), ("1.23456", "1.2346 mg"), ("1.23455", "1.2346 mg"), ("400", "400 mg")]
)
def test_an_amount_is_told_with_four_places_rounded_half_up(amount, said):
    assert told(quantity(amount, "mg")) == said
