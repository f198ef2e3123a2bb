"""A diagnosis that the order states is a condition of the patient, and a brand may name the regimen."""

from dataclasses import replace
from datetime import date

from chairside.core.clearance.evaluate import evaluate
from chairside.core.kernel.decision import Outcome
from chairside.core.kernel.fact import Fact, FactKind, Patient
from chairside.core.kernel.quantity import quantity
from chairside.core.plans.course_plan import plan_course
from chairside.core.plans.dosing import dose
from chairside.core.plans.stated import regimens_by_brand, with_diagnosis
from chairside.core.protocols.schema.condition import Condition, Op, Test
from chairside.core.protocols.schema.dose import Flat, PerWeight
from chairside.core.protocols.schema.terms import Kind, Layer
from chairside.core.protocols.truth import Known, Truth
from chairside.core.protocols.truth import evaluate as holds
from chairside.formulary.loader import load
from tests.core.plans.cast import DAY, codes, mg, weighed
from tests.core.plans.small import asked, brand, phase, protocol, regimen
from tests.core.visit.therapies import even, run, therapy

FOOT = Condition(all=(Test("condition.E11.621", Op.PRESENT),))
NO_FOOT = Condition(all=(Test("condition.E11.621", Op.ABSENT),))
ADULT = Patient(born=date(1980, 1, 1), sex="female", weight=quantity("70", "kg"), height=quantity("170", "cm"))
FOR_NAMED = {"named_only": True}


def given(regimen_key: str, milligrams: int, **more):
    return regimen(phase(Flat(mg(milligrams))), key=regimen_key, **more)


def sold(**brands: tuple[str, ...]):
    return tuple(brand(name.capitalize(), regimens=keys) for name, keys in brands.items())


def test_the_code_of_the_order_is_a_condition_of_that_day():
    known = with_diagnosis(Known(DAY), protocol(given("usual", 100)), "E11.621")
    assert holds(FOOT, known).truth is Truth.TRUE
    assert holds(NO_FOOT, known).truth is Truth.FALSE
    assert holds(FOOT, with_diagnosis(Known(DAY), protocol(), "E11.9")).truth is Truth.FALSE


def test_a_key_of_the_file_or_a_word_is_no_condition():
    known = Known(DAY)
    assert with_diagnosis(known, protocol(), "use") is known
    assert with_diagnosis(known, protocol(), "eczema") is known


def test_a_diagnosis_that_was_over_counts_again_when_the_order_states_it():
    over = Fact(FactKind.CONDITION, "E11.621", date(2020, 1, 1), "yes", status="resolved")
    assert holds(FOOT, with_diagnosis(Known(DAY, facts=(over,)), protocol(), "E11.621")).truth is Truth.TRUE


def test_iron_for_dialysis_needs_no_second_word_that_there_is_kidney_failure():
    iron = load("iron_sucrose")
    by_code = dose(iron, indication="N18.6", dose_number=1, day=DAY, patient=ADULT)
    stage_three = dose(iron, indication="N18.30", dose_number=1, day=DAY, patient=ADULT)
    assert (by_code.value.regimen, by_code.value.amount) == ("hemodialysis", mg(100))
    assert stage_three.value.amount == mg(200)


def test_a_brand_chooses_among_its_own_regimens():
    made = protocol(given("usual", 100), given("other", 200), products=sold(first=("usual",), second=("other",)))
    assert asked(made).value.amount == mg(100)
    assert asked(made, brand="Second").value.amount == mg(200)
    assert asked(made, brand="Second").allowed


def test_a_brand_with_one_regimen_names_it_though_it_is_for_named_orders():
    made = protocol(given("usual", 100), given("own", 300, **FOR_NAMED), products=sold(first=("usual",), second=("own",)))
    assert (asked(made, brand="Second").value.amount, asked(made, brand="Second").outcome) == (mg(300), Outcome.ALLOWED)
    practice = replace(made, regimens=(made.regimens[0], replace(made.regimens[1], layer=Layer.PRACTICE)))
    assert codes(asked(practice, brand="Second")) == ["off_label"]  # as when the regimen itself is named


def test_of_several_regimens_for_named_orders_none_is_guessed():
    several = (given("usual", 100), given("full", 300, **FOR_NAMED), given("half", 150, **FOR_NAMED))
    decided = asked(protocol(*several, products=sold(first=("usual",), second=("full", "half"))), brand="Second")
    assert (decided.value, decided.outcome, codes(decided)) == (None, Outcome.UNKNOWN, ["missing_fact"])
    assert "full, half" in decided.reasons[0].message


def test_a_brand_without_a_regimen_for_the_diagnosis_leaves_the_usual_ones():
    made = protocol(given("usual", 100), given("own", 300), products=sold(second=("elsewhere",)))
    assert [item.key for item in regimens_by_brand(made, "Second", "use")] == ["usual", "own"]
    assert codes(asked(made, brand="Second")) == ["wrong_product"]


def test_a_brand_of_another_regimen_is_refused_by_the_name_of_the_regimen():
    berinert = dose(load("c1_inhibitor"), indication="D84.1", dose_number=1, day=DAY, patient=ADULT, brand="Berinert")
    wrong = dose(
        load("c1_inhibitor"),
        indication="D84.1",
        dose_number=1,
        day=DAY,
        patient=ADULT,
        brand="Berinert",
        regimen="cinryze_from_12",
    )
    assert (berinert.value.regimen, berinert.allowed) == ("berinert_attack", True)
    assert codes(wrong) == ["wrong_product"]
    assert "cinryze_from_12" not in wrong.reasons[0].message


def test_a_practice_of_a_procedure_is_beside_no_label():
    practice = replace(given("own", 300, **FOR_NAMED), layer=Layer.PRACTICE)
    made = protocol(given("usual", 100), practice)
    assert "beside the label" in asked(made, regimen="own").reasons[0].message
    assert "label" not in asked(replace(made, kind=Kind.PROCEDURE), regimen="own").reasons[0].message


def test_a_brand_keeps_its_regimen_when_the_weight_has_changed():
    by_weight = regimen(phase(PerWeight(quantity(5, "mg/kg"))), key="own", **FOR_NAMED)
    made = protocol(given("usual", 100), by_weight, products=sold(first=("usual",), second=("own",)))
    decided = asked(made, brand="Second", facts=[weighed("72")])
    assert (decided.value.regimen, codes(decided)) == ("own", [])


def test_course_and_clearance_go_by_the_regimen_of_the_brand():
    once = regimen(phase(Flat(mg(300)), doses=1), key="own", **FOR_NAMED)
    made = protocol(given("usual", 100), once, products=sold(first=("usual",), second=("own",)))
    for name, key, complete in (("First", "usual", False), ("Second", "own", True)):
        planned = plan_course(made, indication="use", start=DAY, as_of=DAY, patient=ADULT, brand=name)
        cleared = evaluate(made, indication="use", dose_number=2, day=DAY, patient=ADULT, brand=name)
        assert planned.value.regimen == key
        assert ("course_complete" in {item.code for item in cleared.value.items}) is complete


def test_the_clearance_reads_the_diagnosis():
    def asked_about(code: str) -> set[str]:
        cleared = evaluate(load("anifrolumab_iv"), indication=code, dose_number=1, day=DAY, patient=ADULT)
        return {item.key for item in cleared.value.items}

    assert "nephritis_weighed" in asked_about("M32.14")
    assert "nephritis_weighed" not in asked_about("M32.9")


def test_a_rate_reads_the_diagnosis():
    kidney, others = (Condition(all=(Test("condition.M10.3", op),)) for op in (Op.PRESENT, Op.ABSENT))
    made = therapy(even("usual", 30, when=others), even("kidney", 120, when=kidney))
    assert [run(made, indication=code).value.ladder for code in ("M10.30", "M10.9", "gout")] == ["kidney", "usual", "usual"]
