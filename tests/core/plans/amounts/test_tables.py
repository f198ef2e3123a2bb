"""A dose table says by what it was entered, and who states that it ends."""

from dataclasses import replace
from decimal import Decimal

from chairside.core.kernel.quantity import quantity
from chairside.core.plans.dosing import OrderedDose
from chairside.core.protocols.schema.dose import Axis, Cell, Step, Table
from chairside.core.protocols.schema.regimen import Offsets
from tests.core.plans.cast import MARISOL, codes, kg, mg, weighed
from tests.core.plans.small import asked, phase, protocol, regimen

BY_WEIGHT = Axis("patient.weight_kg", "kg")
BY_AGE = Axis("patient.age_years", "")
TABLE = Table((BY_WEIGHT, BY_AGE), (Cell((Step(high=Decimal(70)), Step()), (mg(500), mg(0))),))


def tabled(number: int = 1, weight: str = "60"):
    made = protocol(regimen(phase(TABLE, Offsets((0, 7)), doses=2, source="table 2")))
    return asked(made, number, replace(MARISOL, weight=kg(weight)))


def test_the_working_names_each_value_that_the_table_was_entered_by_with_its_unit():
    assert any("60 kg" in line and "38" in line and "500 mg" in line for line in tabled().working)


def test_outside_the_table_the_value_that_has_no_dose_is_named_with_its_unit():
    (reason,) = tabled(weight="80").reasons
    assert (reason.code, reason.field, reason.source) == ("out_of_range", "patient.weight_kg", "table 2")
    assert "80 kg" in reason.message


def test_a_table_that_ends_says_whose_table_it_is_and_who_may_go_on():
    reason = next(reason for reason in tabled(2).reasons if reason.code == "course_complete")
    assert (reason.field, reason.source, reason.override) == ("dose_number", "table 2", "prescriber")
    assert "60 kg" in reason.message


def test_the_weight_that_the_table_was_entered_by_is_the_one_held_against_today_s():
    made = protocol(regimen(phase(TABLE, Offsets((0, 7)), doses=2)))
    assert asked(made, patient=replace(MARISOL, weight=kg(60)), facts=[weighed("65.9")]).allowed
    decision = asked(made, patient=replace(MARISOL, weight=kg(60)), facts=[weighed("66.1")])
    assert (codes(decision), decision.value.weight) == (["weight_changed"], kg(60))


def test_an_order_by_weight_is_held_against_the_table_s_amount():
    made = protocol(regimen(phase(TABLE, Offsets((0, 7)), doses=2)))
    ordered = asked(made, patient=replace(MARISOL, weight=kg(50)), order=OrderedDose(level=quantity(10, "mg/kg")))
    assert (codes(ordered), ordered.value.amount) == ([], mg(500))
