import pytest

from chairside.core.kernel.decision import Outcome
from chairside.core.kernel.guardrail import Guardrail
from chairside.core.kernel.quantity import quantity


def kg(amount):
    return quantity(amount, "kg")


RAIL = Guardrail("Weight", (kg(1), kg(300)), (kg(30), kg(200)), "policy")


@pytest.mark.parametrize(
    ("amount", "outcome"),
    [
        ("0.9", "REFUSED"),
        (1, "REVIEW"),
        ("29.9", "REVIEW"),
        (30, "ALLOWED"),
        (200, "ALLOWED"),
        ("200.1", "REVIEW"),
        (300, "REVIEW"),
        ("300.1", "REFUSED"),
    ],
)
def test_each_edge_from_both_sides_and_the_value_unchanged(amount, outcome):
    decision = RAIL.judge(kg(amount), "patient.weight_kg")
    assert decision.outcome is Outcome[outcome]
    assert decision.value == kg(amount)


def test_pounds_are_judged_as_kilograms():
    assert RAIL.judge(quantity(100, "[lb_av]"), "w").outcome is Outcome.ALLOWED


def test_another_kind_of_unit_is_refused():
    assert RAIL.judge(quantity(100, "cm"), "w").outcome is Outcome.REFUSED


def test_bounds_out_of_order_cannot_be_written():
    with pytest.raises(ValueError, match="out of order"):
        Guardrail("Weight", (kg(1), kg(300)), (kg(0), kg(200)), "policy")
