"""An order that says two things, and a dose that no number of vials could be."""

from dataclasses import replace
from decimal import Decimal

import pytest

from chairside.core.kernel.quantity import quantity
from chairside.core.plans.dosing import OrderedDose, Policy
from chairside.core.plans.limits.rounding import Rounding
from chairside.core.protocols.schema.dose import Flat, PerWeight
from tests.core.plans.cast import MARISOL, kg, mg
from tests.core.plans.small import asked, brand, phase, protocol, regimen, ruled, vial


@pytest.mark.parametrize("rounding", [Rounding.NONE, Rounding.PERCENT])
def test_too_many_vials_are_told_in_sentences_and_with_the_unit_as_it_is_written(rounding):
    made = protocol(regimen(phase(Flat(quantity(200_001, "mL")))), products=(brand("Sample", vial("1 mL")),))
    reasons = asked(made, policy=Policy(rounding, Decimal(10))).reasons
    assert {(reason.code, reason.field) for reason in reasons} == {("out_of_range", "order.dose")}
    told = [f"200,001 mL is too many vials to be a dose. Check the {word}." for word in ("dose", "order")]
    assert [reason.message for reason in reasons] == (told if rounding is Rounding.PERCENT else told[1:])


@pytest.mark.parametrize(("amount", "agrees"), [("440", True), ("440.1", False), ("360", True), ("359.9", False)])
def test_an_amount_and_its_level_may_differ_by_just_the_tolerance_of_ten_percent(amount, agrees):
    order = OrderedDose(mg(amount), quantity(5, "mg/kg"))
    decision = asked(ruled(PerWeight(quantity(5, "mg/kg"))), patient=replace(MARISOL, weight=kg(80)), order=order)
    contradicts = any("not the same dose" in reason.message for reason in decision.reasons)
    assert contradicts is not agrees
