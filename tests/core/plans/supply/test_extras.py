"""Beside the amount: a part given first, the pump, the whole course, bags by dose, products by regimen, caps by route."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given as having
from hypothesis import strategies as st

from chairside.core.kernel.decision import Outcome
from chairside.core.kernel.fact import DoseGiven, Reaction
from chairside.core.kernel.quantity import quantity
from chairside.core.plans.dosing import OrderedDose, Policy
from chairside.core.plans.limits.rounding import Rounding as RoundingPolicy
from chairside.core.protocols.schema.condition import Condition, Op, Test
from chairside.core.protocols.schema.dose import Adjustment, Axis, Cap, Cell, Flat, Per, PerWeight, Rounding, Step, Table
from chairside.core.protocols.schema.product import BagFor, Dilution, Preparation
from chairside.core.protocols.schema.regimen import Cycles, Every, Offsets, Part, Pump
from chairside.core.protocols.schema.safety import Contraindication
from chairside.core.protocols.schema.terms import Infusions, Layer, Route
from tests.core.plans.cast import DAY, MARISOL, codes, kg, lab, mg
from tests.core.plans.small import NAMES, asked, brand, fact, phase, protocol, regimen, ruled, vial

FIFTY = quantity(50, "mg/mL")


def given(*days_ago: int, amount: object = 100, **more):
    return [
        DoseGiven("sample", number, DAY - timedelta(days=ago), mg(amount), **more) for number, ago in enumerate(days_ago, 1)
    ]


# Parts

TEST_DOSE = Part("test_dose", mg(25), 30, 60, Layer.LABEL, Infusions(1, 1))


def parted(amount=100, number=1, part=TEST_DOSE, **more):
    return asked(protocol(regimen(phase(Flat(mg(amount)), Every(7), parts=(part,)))), number, **more)


def test_the_test_dose_comes_first_and_is_part_of_the_dose():
    made = parted().value
    assert ([part.wait_minutes for part in made.parts], made.rest, made.amount) == ([60], mg(75), mg(100))


def test_a_part_of_the_first_infusion_is_not_given_again():
    made = parted(number=2, history=given(7)).value
    assert (made.parts, made.rest) == ((), None)


def test_a_part_that_is_more_than_the_dose_is_refused():
    assert codes(parted(20)) == ["below_minimum"]


def test_a_part_stays_until_enough_infusions_were_tolerated():
    part = replace(TEST_DOSE, infusions=Infusions(1, after_reaction=True))
    assert parted(number=2, history=given(7), part=part).value.parts == ()
    reacted = given(7, reaction=Reaction(2, "flushing"), tolerated=False)
    assert parted(number=2, history=reacted, part=part).value.parts == (part,)


# Pump and course


def test_the_pump_says_its_hours_and_its_rate_where_the_volume_is_known():
    pumped = phase(Flat(mg(2300)), Cycles((1,), 14), pump=Pump(46, 12))
    assert asked(protocol(regimen(pumped), products=(brand(concentration=FIFTY),))).value.pump.rate == quantity(1, "mL/h")
    assert asked(protocol(regimen(pumped))).value.pump.rate is None


def test_the_whole_course_of_a_fixed_number_of_doses_and_its_volume():
    five = protocol(
        regimen(phase(PerWeight(quantity(400, "mg/kg")), Offsets((0, 1, 2, 3, 4)), doses=5)),
        products=(brand(concentration=FIFTY),),
    )
    made = asked(five, patient=replace(MARISOL, weight=kg(70))).value
    assert (made.amount, made.course_total, made.course_volume) == (mg(28000), mg(140000), quantity(2800, "mL"))


def test_the_doses_of_other_phases_count_with_the_cap_of_the_formula():
    first = phase(PerWeight(quantity(1, "mg/kg")), Offsets((0,)), "first", doses=1)
    then = phase(PerWeight(quantity(10, "mg/kg")), Every(7), "then", doses=2)
    capped = protocol(regimen(first, then, caps=(Cap(mg(500), Per.DOSE, Layer.LABEL, part_of_formula=True),)))
    assert asked(capped, patient=replace(MARISOL, weight=kg(80))).value.course_total == mg(1080)


def test_a_limit_that_is_no_part_of_the_formula_lowers_no_dose_of_the_course():
    first = phase(Flat(mg(80)), Offsets((0,)), "first", doses=1)
    then = phase(Flat(mg(800)), Every(7), "then", doses=2)
    made = protocol(regimen(first, then, caps=(Cap(mg(500), Per.DOSE, Layer.LABEL),)))
    assert asked(made).value.course_total == mg(1680)


def test_a_course_adds_up_over_its_phases_and_the_cells_of_its_table():
    table = Table((Axis("lab.hemoglobin", "g/dL", frozen=True),), (Cell((Step(),), (mg(1000), mg(500), mg(0))),))
    both = protocol(
        regimen(
            phase(table, Offsets((0, 7, 14)), "table", doses=3),
            phase(Flat(mg(100)), Every(28), "fixed", doses=2),
        )
    )
    assert asked(both, facts=[lab("hemoglobin", "9", "g/dL")]).value.course_total == mg(1700)


@pytest.mark.parametrize(
    "open_ended",
    [
        phase(Flat(mg(100)), Every(28)),
        phase(Flat(mg(100)), Every(28), doses=3, when=Condition(all=(Test("lab.ferritin", Op.LT, Decimal(100), "ng/mL"),))),
    ],
)
def test_a_course_without_an_end_or_with_doses_that_depend_on_results_has_no_total(open_ended):
    facts = [lab("ferritin", "20", "ng/mL")]
    assert asked(protocol(regimen(open_ended)), facts=facts).value.course_total is None


# Bags


def bagged(amount, when=None, **more):
    bags = (
        BagFor(quantity(50, "mL"), when=when) if when else BagFor(quantity(50, "mL"), dose_to=mg(100)),
        BagFor(quantity(250, "mL"), dose_from=mg(100)),
    )
    dilution = Dilution(("0.9% sodium chloride",), bag_volumes=(quantity(500, "mL"),), bags_for=bags)
    product = brand(concentration=FIFTY, preparation=Preparation(dilution))
    return asked(protocol(regimen(phase(Flat(mg(amount)))), products=(product,)), **more).value.supply.bag


def test_the_bag_of_a_dose_comes_before_the_usual_ones():
    assert bagged(100) == quantity(50, "mL")
    assert bagged("100.1") == quantity(250, "mL")


def test_the_bag_of_a_patient_is_taken_only_when_it_is_known_to_fit():
    light = Condition(all=(Test("patient.weight_kg", Op.LT, Decimal(30), "kg"),))
    assert bagged(200, light, patient=replace(MARISOL, weight=kg(29))) == quantity(50, "mL")
    assert bagged(200, light, patient=replace(MARISOL, weight=kg(30))) == quantity(250, "mL")
    assert bagged(200, light, patient=replace(MARISOL, weight=None)) == quantity(500, "mL")


# Products


def test_each_regimen_of_a_menu_has_its_own_product():
    menu = protocol(
        regimen(phase(Flat(mg(10))), key="one"),
        regimen(phase(Flat(mg(500))), key="two", named_only=True),
        products=(brand("One", vial("10 mg"), regimens=("one",)), brand("Two", vial("500 mg"), regimens=("two",))),
    )
    assert asked(menu).value.supply.vials.counts == ((mg(10), 1),)
    assert asked(menu, regimen="two").value.supply.vials.counts == ((mg(500), 1),)
    assert codes(asked(menu, regimen="two", brand="One")) == ["wrong_product"]


def test_a_brand_whose_label_does_not_hold_the_indication_is_off_label():
    narrow = protocol(regimen(phase(Flat(mg(10)))), products=(brand("Narrow", indications=("another",)),))
    assert codes(asked(narrow, brand="Narrow")) == ["off_label"]


# Limits


def test_a_limit_of_a_route_counts_the_doses_of_that_route():
    caps = (
        Cap(mg(2), Per.ROLLING, Layer.LABEL, 24, routes=(Route.IV,)),
        Cap(mg(2), Per.ROLLING, Layer.LABEL, 24, routes=(Route.SC,)),
    )
    by_vein = regimen(phase(Flat(mg(1))), caps=caps)
    under_skin = regimen(phase(Flat(mg(1)), route=Route.SC), key="sc", caps=caps, named_only=True)
    made = protocol(by_vein, under_skin)
    earlier = [*given(0, 0, amount=1, route="iv")]
    assert codes(asked(made, 3, history=earlier)) == ["above_maximum"]
    assert codes(asked(made, 3, history=earlier, regimen="sc")) == []
    assert codes(asked(made, 2, history=given(0, amount=1), regimen="sc")) == []
    assert "above_maximum" in codes(asked(made, 3, history=given(0, 0, amount=1), regimen="sc")), "an unknown route counts"


def test_a_contraindication_of_another_regimen_sets_no_limit_here():
    above = Contraindication("limit", NAMES, Condition(), Layer.LABEL, above=quantity(1, "mg/kg"), regimens=("high",))
    made = protocol(
        regimen(phase(Flat(mg(100)))), regimen(phase(Flat(mg(100))), key="high", named_only=True), contraindications=(above,)
    )
    assert asked(made).outcome is Outcome.ALLOWED
    assert codes(asked(made, regimen="high")) == ["contraindicated"]


# Reductions

LOW = Condition(all=(Test("lab.anc", Op.LT, Decimal("1.5"), "10*3/uL"),))
COUNTED = [lab("anc", "1.2", "10*3/uL")]


def adjusted(number=1, history=(), order=None, timing=None, **more):
    made = protocol(
        regimen(phase(Flat(mg(100)), timing or Cycles((1, 8), 21)), adjustments=(Adjustment("low", LOW, Decimal(50), **more),))
    )
    return asked(made, number, history=history, facts=COUNTED, order=order)


def test_a_reduction_of_day_eight_is_for_day_eight_of_each_cycle():
    assert adjusted(1, positions=(2,)).value.amount == mg(100)
    assert adjusted(2, given(7), positions=(2,)).value.amount == mg(50)
    assert adjusted(4, given(28, 21, 7), positions=(2,)).value.amount == mg(50)
    assert adjusted(2, given(7), timing=Every(7), positions=(1,)).value.amount == mg(100)


def test_a_reduction_of_another_phase_is_passed_over():
    assert adjusted(phases=("other",)).value.amount == mg(100)
    assert adjusted(phases=("main",)).value.amount == mg(50)


def test_by_half_or_more_leaves_the_dose_to_the_prescriber_and_half_is_the_most():
    decision = adjusted(at_least=True)
    assert (decision.outcome, codes(decision), decision.value.amount) == (Outcome.REVIEW, ["risk_alert"], mg(50))
    over = adjusted(at_least=True, order=OrderedDose(mg(51)))
    assert (over.outcome, "above_maximum" in codes(over)) == (Outcome.REFUSED, True)
    assert adjusted(at_least=True, order=OrderedDose(mg(50))).outcome is Outcome.REVIEW


# Rounding

STEP = Rounding(mg("12.5"), Layer.LABEL)


@having(weight=st.decimals("2", "200", places=1), tight=st.booleans())
def test_rounding_to_a_multiple_never_crosses_a_limit(weight, tight):
    caps = (Cap(quantity(10 if tight else 12, "mg/kg"), Per.DOSE, Layer.LABEL),)
    made = ruled(PerWeight(quantity(10, "mg/kg")), caps=caps, rounding=STEP)
    decision = asked(made, patient=replace(MARISOL, weight=kg(weight)))
    amount = decision.value.amount.amount
    assert amount % Decimal("12.5") == 0
    assert abs(amount - weight * 10) < Decimal("12.5")
    assert amount <= weight * (10 if tight else 12)
    assert "above_maximum" not in codes(decision)


def test_a_dose_is_never_rounded_down_to_nothing():
    small = asked(ruled(Flat(mg(5)), rounding=STEP))
    assert (codes(small), small.value.amount) == (["below_minimum"], mg(5))


def test_an_order_that_is_no_multiple_is_for_the_prescriber():
    made = ruled(Flat(mg(500)), rounding=STEP)
    assert codes(asked(made, order=OrderedDose(mg(500)))) == []
    assert "mismatch" in codes(asked(ruled(PerWeight(quantity(7, "mg/kg")), rounding=STEP), order=OrderedDose(mg(499))))


@having(weight=st.decimals("30", "150", places=1), policy=st.sampled_from(list(RoundingPolicy)))
def test_a_site_s_rounding_never_crosses_a_limit_either(weight, policy):
    made = ruled(PerWeight(quantity(5, "mg/kg")), caps=(Cap(mg(500), Per.DOSE, Layer.LABEL, part_of_formula=True),))
    decision = asked(made, patient=replace(MARISOL, weight=kg(weight)), policy=Policy(policy, Decimal(20)))
    assert decision.value.amount.amount <= 500
    assert decision.outcome is Outcome.ALLOWED


def test_there_is_no_rounding_to_vials_whose_content_is_not_known():
    made = protocol(regimen(phase(Flat(mg(630)))), products=(brand("Lot", vial("500 mg", potency_by_lot=True)),))
    assert asked(made, policy=Policy(RoundingPolicy.PERCENT, Decimal(50))).value.amount == mg(630)


# Frozen tables


def test_a_frozen_value_is_the_recorded_baseline_of_this_course():
    table = Table(
        (Axis("lab.ige", "[iU]/mL", frozen=True),),
        (Cell((Step(high=Decimal(100)),), (mg(150),)), Cell((Step(low=Decimal(100)),), (mg(300),))),
    )
    facts = [
        fact("lab.ige", "90", "[iU]/mL", DAY - timedelta(days=100), "baseline"),
        fact("lab.ige", "400", "[iU]/mL", DAY - timedelta(days=29)),
        fact("lab.ige", "500", "[iU]/mL"),
    ]
    made = protocol(regimen(phase(table)))
    assert asked(made, 2, facts=facts, history=given(28)).value.amount == mg(150)
    assert asked(made, 2, facts=facts[1:], history=given(28)).value.amount == mg(300)


def test_a_baseline_of_an_earlier_course_is_not_this_one_s():
    table = Table(
        (Axis("lab.ige", "[iU]/mL", frozen=True),),
        (Cell((Step(high=Decimal(100)),), (mg(150),)), Cell((Step(low=Decimal(100)),), (mg(300),))),
    )
    facts = [
        fact("lab.ige", "90", "[iU]/mL", DAY - timedelta(days=400), "baseline"),
        fact("lab.ige", "400", "[iU]/mL", DAY - timedelta(days=29)),
    ]
    history = [DoseGiven("sample", 1, DAY - timedelta(days=300), mg(150)), *given(28)]
    assert asked(protocol(regimen(phase(table))), 2, facts=facts, history=history).value.amount == mg(300)
