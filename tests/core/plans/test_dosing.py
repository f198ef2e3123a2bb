from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given as having
from hypothesis import strategies as st

from chairside.core.kernel.decision import Outcome
from chairside.core.kernel.fact import Patient
from chairside.core.kernel.quantity import quantity
from chairside.core.plans.dosing import OrderedDose, Policy, dose
from chairside.core.plans.limits.rounding import Rounding
from chairside.core.plans.supply.taken import product_of
from tests.core.plans.cast import DAY, INFLIXIMAB, IRON, MARISOL, YARETZI, codes, given, kg, lab, mg, screening, weighed

NO_HEART_FAILURE = screening("nyha_class", "none")
CROHN, UC, RA, SPINE = "K50.80", "K51.90", "M05.79", "M45.9"
MAINTENANCE = [given("infliximab_iv", 1, 98), given("infliximab_iv", 2, 84), given("infliximab_iv", 3, 56)]


def infliximab(indication=CROHN, number=1, patient=MARISOL, **more):
    return dose(INFLIXIMAB, indication=indication, dose_number=number, day=DAY, patient=patient, **more)


def iron(indication="D50.0", number=1, patient=YARETZI, **more):
    return dose(IRON, indication=indication, dose_number=number, day=DAY, patient=patient, **more)


def heart_failure(weight: str, hemoglobin: str, number=1, protocol=IRON, more_facts=(), **more):
    facts = [lab("hemoglobin", hemoglobin, "g/dL", 60), screening("nyha_class", "II"), *more_facts]
    patient = replace(YARETZI, weight=kg(weight))
    return dose(protocol, indication="I50.22", dose_number=number, day=DAY, patient=patient, facts=facts, **more)


# The amount and its working


def test_five_milligrams_a_kilogram_with_its_working():
    decision = infliximab(brand="Inflectra")
    assert decision.outcome is Outcome.ALLOWED
    assert decision.value.amount == mg(357)
    assert "5 mg/kg x 71.4 kg = 357 mg" in decision.working
    assert (decision.value.regimen, decision.value.phase, decision.value.interval_days) == ("cd_uc_psa_pso", "induction", 14)


def test_vials_bag_and_billing_units_of_the_brand():
    taken = infliximab(brand="Inflectra").value.supply
    assert (taken.vials.count, taken.vials.waste) == (4, mg(43))
    assert (taken.draw, taken.bag, taken.discard) == (quantity("35.7", "mL"), quantity(250, "mL"), quantity("35.7", "mL"))
    assert (taken.billing.code, taken.billing.units, taken.billing.waste_units) == ("Q5103", 36, 4)


def test_without_a_brand_nothing_is_billed_and_alike_vials_are_still_chosen():
    taken = infliximab().value.supply
    assert taken.billing is None
    assert taken.vials.count == 4


def test_brands_that_are_billed_alike_leave_nothing_open():
    brands = tuple(replace(INFLIXIMAB.products[0], brand=name) for name in ("One", "Two"))
    product, settled = product_of(replace(INFLIXIMAB, products=brands), "", INFLIXIMAB.regimens[0].key)
    assert product is brands[0]
    assert settled
    assert not product_of(INFLIXIMAB, "", INFLIXIMAB.regimens[0].key)[1]


def test_a_bag_that_would_be_too_strong_makes_way_for_a_larger_one():
    heavy = replace(MARISOL, weight=kg(210))
    assert infliximab(patient=heavy).value.supply.bag == quantity(500, "mL")


def test_a_brand_of_another_therapy_is_refused():
    assert "wrong_product" in codes(infliximab(brand="Injectafer"))


def test_rheumatoid_arthritis_takes_its_own_regimen():
    assert infliximab(RA).value.amount == mg("214.2")


def test_ankylosing_spondylitis_goes_on_every_six_weeks():
    assert infliximab(SPINE, 4, history=MAINTENANCE).value.interval_days == 42


# Who and what for


def test_without_a_weight_the_dose_is_unknown():
    decision = infliximab(patient=replace(MARISOL, weight=None))
    assert decision.outcome is Outcome.UNKNOWN
    assert codes(decision) == ["missing_fact"]
    assert decision.value is None


def test_without_an_age_nobody_is_taken_for_an_adult():
    decision = infliximab(patient=Patient(sex="female", weight=kg(70)))
    assert decision.outcome is Outcome.UNKNOWN
    assert decision.reasons[0].field == "patient.birth_date"


@pytest.mark.parametrize(
    ("born", "indication"), [(date(2008, 11, 23), "crohns_disease"), (date(2008, 11, 24), "crohns_disease_pediatric")]
)
def test_the_eighteenth_birthday_parts_adult_from_child(born, indication):
    assert infliximab(patient=replace(MARISOL, born=born)).value.indication == indication


@pytest.mark.parametrize(("born", "outcome"), [(date(2020, 11, 23), Outcome.ALLOWED), (date(2020, 11, 24), Outcome.REFUSED)])
def test_six_years_are_the_least_for_a_child(born, outcome):
    assert infliximab(patient=replace(MARISOL, born=born, weight=kg(20))).outcome is outcome


def test_a_diagnosis_that_is_no_indication_is_refused_with_the_way_forward():
    decision = infliximab("G35.A")
    assert codes(decision) == ["wrong_indication"]
    assert decision.reasons[0].override == "prescriber"


def test_a_regimen_named_against_the_diagnosis_is_off_label_for_review():
    decision = infliximab("G35.A", regimen="ra")
    assert decision.outcome is Outcome.REVIEW
    assert codes(decision) == ["off_label"]
    assert decision.value.amount == mg("214.2")


def test_a_supporting_code_alone_establishes_nothing():
    decision = iron("N18.4")
    assert codes(decision) == ["wrong_indication"]
    assert "does not establish" in decision.reasons[0].message


def test_the_non_radiographic_spine_code_is_not_caught_by_its_neighbours():
    assert codes(infliximab("M45.A0")) == ["wrong_indication"]


def test_a_birth_date_after_the_dose_is_refused():
    assert "out_of_range" in codes(infliximab(patient=replace(MARISOL, born=date(2027, 1, 1), age_years=40)))


@pytest.mark.parametrize("number", [0, -1])
def test_doses_are_numbered_from_one(number):
    assert infliximab(number=number).outcome is Outcome.REFUSED


# The order beside the computed dose


def test_an_order_within_the_tolerance_stands_as_ordered():
    decision = infliximab(order=OrderedDose(mg(390)), facts=[NO_HEART_FAILURE])
    assert decision.outcome is Outcome.ALLOWED
    assert (decision.value.amount, decision.value.computed) == (mg(390), mg(357))


@pytest.mark.parametrize(("ordered", "code"), [(400, "above_maximum"), (300, "below_minimum")])
def test_an_order_off_by_more_than_the_tolerance_is_for_review_and_not_changed(ordered, code):
    decision = infliximab(order=OrderedDose(mg(ordered)), facts=[NO_HEART_FAILURE])
    assert decision.outcome is Outcome.REVIEW
    assert codes(decision) == [code]
    assert decision.value.amount == mg(ordered)


def test_an_order_above_ten_milligrams_a_kilogram_is_refused_never_lowered():
    decision = infliximab(order=OrderedDose(mg(715)))
    assert decision.outcome is Outcome.REFUSED
    assert decision.value.amount == mg(715)
    assert next(r for r in decision.reasons if r.outcome is Outcome.REFUSED).limit == "714 mg in one dose"


def test_an_adult_with_lost_response_may_be_ordered_ten_milligrams_a_kilogram():
    decision = infliximab(
        number=4, history=MAINTENANCE, order=OrderedDose(level=quantity(10, "mg/kg")), facts=[NO_HEART_FAILURE]
    )
    assert decision.outcome is Outcome.ALLOWED
    assert decision.value.amount == mg(714)


def test_the_same_level_in_colitis_is_for_review():
    decision = infliximab(UC, 4, history=MAINTENANCE, order=OrderedDose(level=quantity(10, "mg/kg")), facts=[NO_HEART_FAILURE])
    assert codes(decision) == ["above_maximum"]
    assert decision.outcome is Outcome.REVIEW


def test_the_level_is_not_raised_during_induction():
    decision = infliximab(order=OrderedDose(level=quantity(10, "mg/kg")), facts=[NO_HEART_FAILURE])
    assert decision.outcome is Outcome.REVIEW


def test_an_order_in_another_kind_of_unit_is_a_mismatch():
    assert "mismatch" in codes(infliximab(order=OrderedDose(quantity(35, "mL"))))


def test_an_order_of_nothing_is_refused():
    (reason,) = infliximab(order=OrderedDose(mg(0))).reasons
    assert (reason.code, reason.field, reason.source) == ("out_of_range", "order.dose", INFLIXIMAB.regimens[0].phases[0].source)


def test_an_order_in_grams_is_the_same_order():
    assert infliximab(order=OrderedDose(quantity("0.357", "g"))).value.amount == mg(357)


@pytest.mark.parametrize("amount", ["1000000000", "1E+40", "400000"])
def test_an_order_that_cannot_be_a_dose_is_refused_in_words(amount):
    decision = infliximab(order=OrderedDose(mg(amount)))
    assert decision.outcome is Outcome.REFUSED
    assert "out_of_range" in codes(decision)


def test_more_vials_than_can_be_a_dose_are_refused_in_words():
    small = replace(INFLIXIMAB.products[0].vials[0], strength=mg("0.001"))
    one = replace(INFLIXIMAB, products=(replace(INFLIXIMAB.products[0], vials=(small,)),))
    decision = dose(one, indication=CROHN, dose_number=1, day=DAY, patient=MARISOL)
    assert "out_of_range" in codes(decision)


@pytest.mark.parametrize(("amount", "level", "code"), [(400, 10, "mismatch"), (357, 6, "mismatch")])
def test_an_order_that_contradicts_itself_is_a_mismatch(amount, level, code):
    decision = infliximab(order=OrderedDose(mg(amount), quantity(level, "mg/kg")), facts=[NO_HEART_FAILURE])
    assert (decision.outcome, code in codes(decision)) == (Outcome.REFUSED, True)


@pytest.mark.parametrize("amount", [357, 360])
def test_an_amount_and_its_level_rounded_or_not_are_one_order(amount):
    order = OrderedDose(mg(amount), quantity(5, "mg/kg"))
    assert infliximab(order=order, facts=[NO_HEART_FAILURE]).value.amount == mg(amount)
    assert infliximab(order=order, facts=[NO_HEART_FAILURE]).outcome is Outcome.ALLOWED


def test_a_level_beside_a_flat_amount_is_a_mismatch():
    assert "mismatch" in codes(iron(order=OrderedDose(mg(750), quantity(15, "mg/kg"))))


# Heart failure: a ceiling with a condition


@pytest.mark.parametrize("word", ["3", "class III", "NYHA III", "positive", Decimal(3)])
def test_a_class_in_words_that_were_not_declared_does_not_let_a_high_dose_through(word):
    decision = infliximab(number=4, history=MAINTENANCE, order=OrderedDose(mg(500)), facts=[screening("nyha_class", word)])
    assert decision.outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(("word", "outcome"), [("II", Outcome.ALLOWED), ("III", Outcome.REFUSED), ("IV", Outcome.REFUSED)])
def test_above_five_milligrams_a_kilogram_is_barred_in_moderate_or_severe_heart_failure(word, outcome):
    decision = infliximab(number=4, history=MAINTENANCE, order=OrderedDose(mg(500)), facts=[screening("nyha_class", word)])
    assert decision.outcome is outcome
    assert ("contraindicated" in codes(decision)) is (outcome is Outcome.REFUSED)


def test_above_five_milligrams_a_kilogram_asks_for_the_class_when_it_is_not_known():
    decision = infliximab(number=4, history=MAINTENANCE, order=OrderedDose(mg(500)))
    assert decision.outcome is Outcome.UNKNOWN
    assert decision.reasons[0].field == "screening.nyha_class"


def test_exactly_five_milligrams_a_kilogram_is_not_above():
    assert infliximab(facts=[screening("nyha_class", "IV")]).outcome is Outcome.ALLOWED


# Rounding


def test_nothing_is_rounded_unless_the_policy_says_so():
    assert infliximab().value.amount == mg(357)


def test_rounding_to_a_vial_says_so_in_the_working():
    decision = infliximab(
        patient=replace(MARISOL, weight=kg(78)), policy=Policy(Rounding.NEAREST_VIAL), facts=[NO_HEART_FAILURE]
    )
    assert decision.value.amount == mg(400)
    assert any("390 mg to 400 mg (2.56 %" in line for line in decision.working)


def test_a_change_of_more_than_the_policy_is_not_made():
    decision = infliximab(policy=Policy(Rounding.PERCENT, Decimal(5)))
    assert decision.value.amount == mg(357)
    assert any(line.startswith("not rounded") for line in decision.working)


def test_rounding_never_crosses_the_heart_failure_ceiling():
    decision = infliximab(
        patient=replace(MARISOL, weight=kg(78)), policy=Policy(Rounding.NEAREST_VIAL), facts=[screening("nyha_class", "III")]
    )
    assert decision.outcome is Outcome.ALLOWED
    assert decision.value.amount <= mg(390)


# Weight of the day


def test_a_weight_ten_percent_off_asks_and_keeps_the_weight_of_record():
    decision = infliximab(facts=[weighed("79")])
    assert codes(decision) == ["weight_changed"]
    assert decision.value.amount == mg(357)


# Iron: courses, tables, alternatives


@pytest.mark.parametrize(("weight", "regimen", "amount"), [("50", "ida_ge_50kg", 750), ("49.9", "ida_lt_50kg", "748.5")])
def test_fifty_kilograms_part_the_two_iron_regimens(weight, regimen, amount):
    value = iron(patient=replace(YARETZI, weight=kg(weight))).value
    assert (value.regimen, value.amount) == (regimen, mg(amount))


def test_without_a_weight_no_iron_regimen_is_chosen():
    assert iron(patient=replace(YARETZI, weight=None)).outcome is Outcome.UNKNOWN


def test_the_adult_alternative_is_capped_as_its_formula_says():
    decision = iron(patient=replace(YARETZI, weight=kg(80)), regimen="ida_adult_alternative")
    assert decision.outcome is Outcome.ALLOWED
    assert decision.value.amount == mg(1000)
    assert any(line.startswith("capped at 1,000 mg") for line in decision.working)


def test_the_adult_alternative_is_not_for_a_child():
    decision = iron(patient=replace(YARETZI, born=date(2012, 1, 1)), regimen="ida_adult_alternative")
    assert "wrong_population" in codes(decision)


def test_the_course_is_complete_after_two_doses():
    history = [given("ferric_carboxymaltose", 1, 14, 750), given("ferric_carboxymaltose", 2, 7, 750)]
    assert codes(iron(number=3, history=history)) == ["course_complete"]


def test_a_second_dose_needs_the_first_on_record():
    decision = iron(number=2)
    assert decision.outcome is Outcome.UNKNOWN
    assert decision.reasons[0].field == "history"


def test_what_was_given_counts_against_the_course():
    decision = iron(number=2, history=[given("ferric_carboxymaltose", 1, 7, 1000)])
    assert decision.outcome is Outcome.REFUSED
    assert "500 mg is left" in decision.reasons[0].message
    used_up = iron(number=2, history=[given("ferric_carboxymaltose", 1, 7, 1700)])
    assert "1,700 mg was given already; nothing is left" in used_up.reasons[0].message


def test_a_dose_already_given_is_not_given_again():
    history = [given("ferric_carboxymaltose", 1, 7, 750), given("ferric_carboxymaltose", 2, 0, 750)]
    (reason,) = (reason for reason in iron(number=2, history=history).reasons if reason.code == "mismatch")
    assert (reason.field, reason.limit, reason.source) == ("dose_number", DAY.isoformat(), "history")


def test_a_new_course_soon_after_another_is_for_review():
    history = [given("ferric_carboxymaltose", 1, 27, 750), given("ferric_carboxymaltose", 2, 20, 750)]
    assert codes(iron(number=1, history=history)) == ["interval"]


def test_a_dose_one_in_between_does_not_clear_the_account_of_the_course():
    history = [given("ferric_carboxymaltose", 1, 14, 750), given("ferric_carboxymaltose", 1, 7, 750)]
    decision = iron(number=2, history=history)
    assert (decision.outcome, codes(decision)) == (Outcome.REVIEW, ["interval"])


@pytest.mark.parametrize(
    "facts",
    [
        [lab("hemoglobin", "9", "g/dL", 91), screening("nyha_class", "II")],
        [lab("hemoglobin", "9", "g/dL", 5), screening("nyha_class", "II", 366)],
        [lab("hemoglobin", "9", "", 5), screening("nyha_class", "II")],
        [lab("hemoglobin", "9", "g/dL", 5), lab("hemoglobin", "14.5", "g/dL", 5), screening("nyha_class", "II")],
        [
            lab("hemoglobin", "9", "g/dL", 5),
            lab("hemoglobin", "14", "g/dL", 1, status="preliminary"),
            screening("nyha_class", "II"),
        ],
    ],
    ids=["old hemoglobin", "old class", "no unit", "two of one day", "newer not final"],
)
def test_the_dose_table_is_not_entered_by_a_result_that_does_not_stand(facts):
    decision = iron("I50.22", patient=replace(YARETZI, weight=kg(70)), facts=facts)
    assert decision.outcome is Outcome.UNKNOWN


def test_iron_stores_that_are_too_old_decide_no_maintenance():
    facts = [
        lab("ferritin", "50", "ng/mL", 91),
        lab("tsat", "10", "%", 91),
        lab("hemoglobin", "13", "g/dL"),
        screening("nyha_class", "II"),
    ]
    assert iron("I50.22", 3, replace(YARETZI, weight=kg(70)), facts=facts).outcome is Outcome.UNKNOWN


def test_a_fixed_dose_leaves_nothing_to_tolerate():
    assert iron(order=OrderedDose(mg(800))).outcome is Outcome.REVIEW


def test_more_than_a_gram_of_iron_is_refused():
    assert iron(order=OrderedDose(mg(1001))).outcome is Outcome.REFUSED


@pytest.mark.parametrize(
    ("weight", "hemoglobin", "first", "second"),
    [
        ("69.9", "9.9", 1000, 500),
        ("69.9", "10", 1000, None),
        ("69.9", "14", 1000, None),
        ("69.9", "14.1", 500, None),
        ("69.9", "14.9", 500, None),
        ("70", "9.9", 1000, 1000),
        ("70", "10", 1000, 500),
        ("70", "14", 1000, 500),
        ("70", "14.1", 500, None),
    ],
)
def test_the_heart_failure_table_on_both_sides_of_each_edge(weight, hemoglobin, first, second):
    assert heart_failure(weight, hemoglobin).value.amount == mg(first)
    start = weighed(weight, days_ago=42)
    after = heart_failure(weight, hemoglobin, 2, more_facts=[start], history=[given("ferric_carboxymaltose", 1, 42, first)])
    if second is None:
        assert codes(after) == ["course_complete"]
    else:
        assert after.value.amount == mg(second)


def test_there_is_no_dose_from_a_hemoglobin_of_fifteen():
    decision = heart_failure("70", "15")
    assert codes(decision) == ["out_of_range"]
    assert decision.outcome is Outcome.REFUSED


def test_the_second_dose_goes_by_the_hemoglobin_of_the_first():
    facts = [lab("hemoglobin", "9.5", "g/dL", 60), lab("hemoglobin", "12", "g/dL", 2), screening("nyha_class", "III", 60)]
    facts.append(weighed("70", days_ago=42))
    decision = iron(
        "I50.22", 2, replace(YARETZI, weight=kg(70)), facts=facts, history=[given("ferric_carboxymaltose", 1, 42, 1000)]
    )
    assert decision.value.amount == mg(1000)


@pytest.mark.parametrize(
    ("ferritin", "tsat", "outcome"),
    [
        ("99", "30", Outcome.ALLOWED),
        ("100", "19", Outcome.ALLOWED),
        ("100", "20", Outcome.REFUSED),
        ("301", "10", Outcome.REFUSED),
    ],
)
def test_maintenance_iron_goes_by_the_stores(ferritin, tsat, outcome):
    facts = [
        lab("ferritin", ferritin, "ng/mL"),
        lab("tsat", tsat, "%"),
        lab("hemoglobin", "13", "g/dL"),
        screening("nyha_class", "II"),
    ]
    assert iron("I50.22", 3, replace(YARETZI, weight=kg(70)), facts=facts).outcome is outcome


def test_heart_failure_iron_needs_the_class():
    decision = iron("I50.22", facts=[lab("hemoglobin", "9", "g/dL")])
    assert decision.outcome is Outcome.UNKNOWN


def test_a_regimen_for_naming_only_is_never_chosen_by_itself():
    alternative_first = replace(IRON, regimens=IRON.regimens[::-1])
    decision = dose(alternative_first, indication="D50.0", dose_number=1, day=DAY, patient=YARETZI)
    assert decision.value.regimen == "ida_ge_50kg"


def test_an_indication_for_children_ends_at_the_eighteenth_birthday():
    decision = infliximab("crohns_disease_pediatric", patient=replace(MARISOL, born=date(2008, 11, 23)))
    assert codes(decision) == ["wrong_population"]


# Properties


@having(st.decimals("2.1", "240", places=1), st.decimals("0.1", "9", places=1))
def test_the_dose_never_falls_as_the_weight_rises(weight, more):
    lighter = infliximab(patient=replace(MARISOL, weight=kg(weight))).value.amount
    heavier = infliximab(patient=replace(MARISOL, weight=kg(weight + more))).value.amount
    assert lighter < heavier


@having(st.decimals("20", "200", places=1), st.integers(50, 3000), st.sampled_from([None, "none", "III"]))
def test_what_is_allowed_is_never_above_a_limit(weight, ordered, heart):
    facts = [screening("nyha_class", heart)] if heart else []
    decision = infliximab(
        number=4, patient=replace(MARISOL, weight=kg(weight)), history=MAINTENANCE, order=OrderedDose(mg(ordered)), facts=facts
    )
    most = weight * (10 if heart == "none" else 5)
    if decision.outcome in (Outcome.ALLOWED, Outcome.REVIEW):
        assert ordered <= most
    assert decision.value.amount == mg(ordered)


@having(st.decimals("20", "200", places=1), st.sampled_from(list(Rounding)), st.sampled_from(["none", "II", "III"]))
def test_rounding_stays_within_ten_percent_and_every_limit(weight, rounding, heart):
    decision = infliximab(
        patient=replace(MARISOL, weight=kg(weight)), policy=Policy(rounding), facts=[screening("nyha_class", heart)]
    )
    amount = decision.value.amount.amount
    assert decision.outcome is Outcome.ALLOWED
    assert abs(amount - weight * 5) <= weight * Decimal("0.5")
    if heart == "III":
        assert amount <= weight * 5
