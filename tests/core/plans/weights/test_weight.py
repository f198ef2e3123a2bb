from decimal import Decimal

import pytest

from chairside.core.kernel.decision import Outcome
from chairside.core.kernel.quantity import quantity
from chairside.core.plans.weights.weight import judge, plausible
from tests.core.plans.cast import codes, kg

TEN = Decimal(10)


@pytest.mark.parametrize("today", ["64.3", "78.5"])
def test_a_change_below_ten_percent_leaves_the_dosing_weight(today):
    decision = judge(kg(today), kg("71.4"), TEN)
    assert decision.outcome is Outcome.ALLOWED
    assert decision.value == kg("71.4")


@pytest.mark.parametrize("today", ["63", "77"])
def test_a_change_of_exactly_ten_percent_either_way_asks_the_prescriber(today):
    decision = judge(kg(today), kg(70), TEN)
    assert decision.outcome is Outcome.REVIEW
    assert codes(decision) == ["weight_changed"]
    assert decision.value == kg(70)


def test_pounds_typed_as_kilograms_are_suspected():
    decision = judge(kg(154), kg(70), TEN)
    assert "pounds" in decision.reasons[0].message


def test_kilograms_where_pounds_were_of_record_are_suspected():
    assert "pounds" in judge(kg(70), kg(154), TEN).reasons[0].message


def test_an_earlier_measurement_shows_a_slip_that_the_weight_of_record_does_not():
    assert "pounds" in judge(kg(150), kg(145), TEN, earlier=kg(70)).reasons[0].message


def test_a_large_change_asks_to_weigh_again_first():
    assert "weigh again first" in judge(kg(84), kg(70), TEN).reasons[0].message


def test_pounds_with_their_unit_are_no_slip():
    assert judge(quantity("154.3", "[lb_av]"), kg(70), TEN).outcome is Outcome.ALLOWED


def test_no_weight_of_record_is_unknown_not_zero():
    assert judge(kg(70), None, TEN).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(
    ("weight", "outcome"),
    [
        ("0", Outcome.REFUSED),
        ("-5", Outcome.REFUSED),
        ("700", Outcome.REFUSED),
        ("260", Outcome.REVIEW),
        ("1.9", Outcome.REVIEW),
        ("2", Outcome.ALLOWED),
    ],
)
def test_a_weight_no_human_has_is_refused_and_an_unusual_one_asked_about(weight, outcome):
    assert plausible(kg(weight)).outcome is outcome
