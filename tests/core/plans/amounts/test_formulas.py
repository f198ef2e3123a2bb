"""Dose rules that are formulas: what they come to, what they ask for, and what they never guess."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given as having
from hypothesis import strategies as st

from chairside.core.kernel.decision import Outcome
from chairside.core.kernel.fact import DoseGiven
from chairside.core.kernel.quantity import quantity
from chairside.core.plans.dosing import OrderedDose
from chairside.core.protocols.schema.dose import (
    Calvert,
    Cap,
    Deficit,
    FromProduct,
    Ordered,
    Per,
    Replacement,
    WantedRise,
    WeightChoice,
)
from chairside.core.protocols.schema.protocol import FactKey
from chairside.core.protocols.schema.terms import Layer, Words
from tests.core.plans.cast import DAY, MARISOL, codes, kg, mg
from tests.core.plans.small import asked, brand, fact, phase, protocol, regimen, ruled, vial

TALL = replace(MARISOL, height=quantity("165.1", "cm"), weight=kg(80))  # 65 inches
CALVERT = ruled(
    Calvert("lab.crcl", quantity(125, "mL/min"), quantity(4, "mg.min/mL"), quantity(6, "mg.min/mL")),
)
RISE = WantedRise(Decimal("0.5"), quantity(20, "[iU]/dL"), quantity(100, "[iU]/dL"), recovery_fact="lab.recovery")
FACTOR = protocol(
    regimen(phase(RISE)),
    products=(brand("Factor", vial("500 [iU]", potency_by_lot=True)),),
    facts=(FactKey("lab.recovery", Words("Own recovery", "Recuperación propia"), "kg/dL"),),
)
IRON = Deficit("lab.hemoglobin", "g/dL", Decimal("14.8"), quantity("2.21", "mg/kg"), quantity(13, "mg/kg"))


def auc(level: str | None, gfr: str | None = "80", **more):
    facts = [fact("lab.crcl", gfr, "mL/min")] if gfr else []
    order = OrderedDose(level=quantity(level, "mg.min/mL")) if level else None
    return asked(CALVERT, facts=facts, order=order, **more)


def rise(level: str = "60", facts=(), **more):
    return asked(FACTOR, order=OrderedDose(level=quantity(level, "[iU]/dL")), facts=facts, **more)


# Calvert


def test_the_area_times_the_clearance_and_twenty_five():
    decision = auc("5")
    assert (decision.outcome, decision.value.amount) == (Outcome.ALLOWED, mg(525))
    assert "AUC 5 x (80 + 25) = 525 mg" in decision.working


@pytest.mark.parametrize(("gfr", "amount", "capped"), [("125", 900, False), ("125.1", 900, True), ("148", 900, True)])
def test_the_clearance_is_capped_in_the_formula_and_the_working_says_so(gfr, amount, capped):
    decision = auc("6", gfr)
    assert decision.value.amount == mg(amount)
    assert any("capped at 125" in line for line in decision.working) is capped


@pytest.mark.parametrize(("level", "code"), [("3.9", "below_minimum"), ("4", None), ("6", None), ("6.1", "above_maximum")])
def test_an_area_outside_its_bounds_is_refused_and_still_computed(level, code):
    decision = auc(level)
    assert codes(decision) == ([code] if code else [])
    assert all((reason.field, reason.limit) == ("order.level", "4 mg.min/mL to 6 mg.min/mL") for reason in decision.reasons)
    assert decision.value.amount == mg(Decimal(level) * 105)


def test_without_an_ordered_area_or_a_clearance_the_dose_is_unknown():
    assert (auc(None).outcome, auc(None).reasons[0].field) == (Outcome.UNKNOWN, "order.level")
    assert (auc("5", None).outcome, auc("5", None).reasons[0].field) == (Outcome.UNKNOWN, "lab.crcl")


def test_milligrams_a_kilogram_are_no_area():
    decision = asked(CALVERT, facts=[fact("lab.crcl", "80", "mL/min")], order=OrderedDose(level=quantity(5, "mg/kg")))
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["mismatch"])
    assert (decision.reasons[0].field, decision.reasons[0].limit) == ("order.level", "mg.min/mL")


def test_a_clearance_that_is_not_final_computes_nothing():
    decision = asked(
        CALVERT,
        facts=[fact("lab.crcl", "80", "mL/min", status="preliminary")],
        order=OrderedDose(level=quantity(5, "mg.min/mL")),
    )
    assert decision.outcome is Outcome.UNKNOWN


# A wanted rise


def test_the_rise_times_the_weight_times_the_factor():
    decision = rise(patient=replace(MARISOL, weight=kg(24)))
    assert decision.value.amount == quantity(720, "[iU]")
    assert decision.value.supply.vials is None, "without the lots nobody knows what a vial holds"


def test_the_own_recovery_takes_the_place_of_the_factor():
    decision = rise(facts=[fact("lab.recovery", "2.4", "kg/dL")], patient=replace(MARISOL, weight=kg(24)))
    assert decision.value.amount == quantity(600, "[iU]")


def test_a_recovery_that_cannot_be_read_is_not_passed_over():
    assert rise(facts=[fact("lab.recovery", "2.4", "mg")]).outcome is Outcome.UNKNOWN
    assert rise(facts=[fact("lab.recovery", "0", "kg/dL")]).outcome is Outcome.REFUSED


def test_whole_vials_of_the_lots_at_hand_are_counted():
    decision = rise(patient=replace(MARISOL, weight=kg(24)), lots=[quantity(517, "[iU]"), quantity(1043, "[iU]")])
    assert (decision.value.supply.vials.count, decision.value.supply.vials.drawn) == (2, quantity(1034, "[iU]"))


@pytest.mark.parametrize(("level", "code"), [("19", "below_minimum"), ("101", "above_maximum")])
def test_a_rise_outside_its_bounds_is_refused(level, code):
    assert codes(rise(level)) == [code]


# A deficit


def deficit(hemoglobin: str = "9", rule=IRON, number=1, patient=TALL, **more):
    return asked(ruled(rule), number, patient, facts=[fact("lab.hemoglobin", hemoglobin, "g/dL")], **more)


def test_the_deficit_counts_by_lean_weight():
    lean = Decimal("45.5") + Decimal("2.3") * 5
    expected = Decimal("2.21") * lean * Decimal("5.8") + 13 * lean
    decision = deficit()
    assert decision.value.amount.amount == expected
    assert decision.value.course_total.amount == expected


def test_the_working_shows_how_the_lean_weight_was_made():
    assert "ideal weight: 45.5 kg + 2.3 kg x (65 - 60) in = 57 kg" in deficit().working


def test_below_sixty_inches_there_is_no_lean_weight():
    decision = deficit(patient=replace(TALL, height=quantity("152.3", "cm")))
    assert (decision.outcome, decision.value) == (Outcome.UNKNOWN, None)
    assert "no stated rule" in decision.reasons[0].message
    assert deficit(patient=replace(TALL, height=quantity("152.4", "cm"))).outcome is Outcome.ALLOWED


@pytest.mark.parametrize("sex", ["", "unknown", "other"])
def test_a_lean_weight_needs_the_sex(sex):
    assert deficit(patient=replace(TALL, sex=sex)).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(("level", "outcome"), [("14.7", Outcome.ALLOWED), ("14.8", Outcome.REFUSED), ("15", Outcome.REFUSED)])
def test_at_the_target_there_is_no_deficit(level, outcome):
    assert deficit(level).outcome is outcome


def test_stores_count_from_their_weight():
    stores = Deficit(
        "lab.hemoglobin",
        "g/dL",
        Decimal(15),
        quantity("2.4", "mg/kg"),
        stores=mg(500),
        stores_from=kg(35),
        weight=WeightChoice.RECORD,
    )
    assert deficit(rule=stores, patient=replace(TALL, weight=kg(70))).value.amount == mg("1508.0")
    assert deficit(rule=stores, patient=replace(TALL, weight=kg(35))).value.amount == mg("1004.0")
    assert deficit(rule=stores, patient=replace(TALL, weight=kg("34.9"))).value.amount == mg("502.56")


def test_what_the_course_has_given_is_taken_off_and_the_end_is_said():
    plain = replace(IRON, weight=WeightChoice.RECORD, per_kg=None)
    start = DAY - timedelta(days=7)
    facts = [fact("lab.hemoglobin", "9.8", "g/dL", start), fact("lab.hemoglobin", "13", "g/dL")]
    patient = replace(TALL, weight=kg(80))  # 2.21 x 80 x 5 = 884 mg
    given = DoseGiven("sample", 1, start, mg(500))
    second = asked(ruled(plain), 2, patient, facts=facts, history=[given])
    assert (second.value.amount, second.value.course_total) == (mg("384.00"), mg("884.00"))
    enough = asked(ruled(plain), 2, patient, facts=facts, history=[replace(given, dose=mg(884))])
    assert codes(enough) == ["course_complete"]


def test_an_earlier_dose_that_is_not_on_record_leaves_the_rest_unknown():
    assert deficit(number=2).outcome is Outcome.UNKNOWN


def test_a_daily_limit_that_is_part_of_the_formula_caps_the_dose_and_not_the_course():
    capped = ruled(IRON, caps=(Cap(mg(100), Per.DOSE, Layer.LABEL, part_of_formula=True),))
    decision = asked(capped, patient=TALL, facts=[fact("lab.hemoglobin", "9", "g/dL")])
    assert decision.value.amount == mg(100)
    assert decision.value.course_total.amount > 1000


def without_amount(decision):
    (reason,) = decision.reasons
    return decision.value is None and (reason.code, reason.outcome, reason.field) == ("not_encoded", Outcome.REFUSED, "dose")


def test_a_level_of_the_file_that_makes_no_amount_is_said_and_left_to_the_pharmacist():
    assert without_amount(deficit(rule=replace(IRON, per_kg_point=quantity("2.21", "mg/m2"))))
    assert without_amount(lost(per="mg/kg"))


# What was lost


def lost(volume: str = "500", share=("20", "%"), per="mg/mL", **more):
    rule = Replacement("answer.blood_lost_ml", "lab.hematocrit", quantity(1, per))
    facts = [fact("answer.blood_lost_ml", volume, "mL"), fact("lab.hematocrit", share[0], share[1])]
    return asked(ruled(rule), facts=facts, **more)


def test_blood_lost_times_its_red_cells():
    assert lost().value.amount == mg(100)


@pytest.mark.parametrize(("volume", "share"), [("0", "20"), ("500", "0"), ("500", "101")])
def test_a_loss_that_cannot_be_is_refused(volume, share):
    assert lost(volume, (share, "%")).outcome is Outcome.REFUSED


# Another product's dose


WEEKLY = ruled(FromProduct(("other_iv",), Decimal("1.37"), 7, 7))


def other(*days_and_doses):
    return [
        DoseGiven("other_iv", i, DAY - timedelta(days=ago), mg(amount)) for i, (ago, amount) in enumerate(days_and_doses, 1)
    ]


def test_a_weekly_dose_from_the_last_two_of_the_other_product():
    assert asked(WEEKLY, history=other((35, 35000), (7, 35000))).value.amount == mg("11987.5")


def test_of_two_doses_of_the_other_product_the_newer_one_counts():
    assert asked(WEEKLY, history=other((35, 17500), (7, 35000))).value.amount == mg("11987.5")


def test_doses_given_elsewhere_are_stated_as_facts():
    facts = [fact("answer.other_dose", "35", "g"), fact("answer.other_interval_weeks", "4", "wk")]
    assert asked(WEEKLY, facts=facts).value.amount.same(mg("11987.5"))


@pytest.mark.parametrize("history", [(), ((7, 35000),), ((8, 17500), (7, 17500))])
def test_one_dose_or_two_of_following_days_make_no_interval(history):
    assert asked(WEEKLY, history=other(*history)).outcome is Outcome.UNKNOWN


# A stated range


@having(level=st.integers(1, 200))
def test_a_level_in_units_a_kilogram_is_given_within_its_range_only(level):
    rule = Ordered(quantity(30, "U/kg"), quantity(60, "U/kg"))
    made = protocol(regimen(phase(rule)), products=(brand("Enzyme", vial("400 U")),))
    decision = asked(made, order=OrderedDose(level=quantity(level, "U/kg")))
    assert decision.value.amount.amount == level * MARISOL.weight.amount
    assert decision.allowed is (30 <= level <= 60)
