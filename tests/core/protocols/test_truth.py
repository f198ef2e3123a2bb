from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given as having
from hypothesis import strategies as st

from chairside.core.kernel.fact import DoseGiven, Fact, FactKind, Patient, Reaction
from chairside.core.kernel.quantity import quantity
from chairside.core.protocols.schema.condition import Change, Condition, Limit, Op, Test
from chairside.core.protocols.schema.protocol import FactKey
from chairside.core.protocols.schema.terms import Words
from chairside.core.protocols.truth import Known, Truth, check, evaluate
from tests.core.plans.cast import DAY, MARISOL, lab, screening

FERRITIN = Test("lab.ferritin", Op.LT, Decimal(100), "ng/mL")
TSAT = Test("lab.tsat", Op.LT, Decimal(20), "%")


def known(*facts, patient=MARISOL) -> Known:
    return Known(DAY, patient, facts)


def test_a_missing_fact_is_unknown_and_named():
    finding = check(FERRITIN, known())
    assert (finding.truth, finding.missing) == (Truth.UNKNOWN, ("lab.ferritin",))


@pytest.mark.parametrize(("op", "truths"), [(Op.LT, "TFF"), (Op.LE, "TTF"), (Op.GE, "FTT"), (Op.GT, "FFT")])
def test_each_comparison_at_below_and_above_its_limit(op, truths):
    found = "".join(
        check(replace(FERRITIN, op=op), known(lab("ferritin", value, "ng/mL"))).truth.name[0] for value in ("99", "100", "101")
    )
    assert found == truths


def test_a_result_in_another_unit_is_converted():
    assert check(FERRITIN, known(lab("ferritin", "0.099", "ug/mL"))).truth is Truth.TRUE


def test_a_unit_that_measures_something_else_is_unknown_not_false():
    assert check(FERRITIN, known(lab("ferritin", "50", "U/L"))).truth is Truth.UNKNOWN


def test_a_multiple_of_the_laboratorys_limit_needs_that_limit():
    test = Test("lab.alt", Op.LT, Decimal(5), times=Limit.UPPER)
    assert check(test, known(lab("alt", "150", "U/L", upper=Decimal(40)))).truth is Truth.TRUE
    assert check(test, known(lab("alt", "150", "U/L"))).truth is Truth.UNKNOWN


def test_words_compare_without_regard_to_case():
    test = Test("screening.tb", Op.IN, words=("negative",))
    assert check(test, known(screening("tb", "NEGATIVE"))).truth is Truth.TRUE
    assert check(test, known(screening("tb", "positive"))).truth is Truth.FALSE


@pytest.mark.parametrize("op", [Op.IN, Op.NOT_IN])
def test_the_word_unknown_is_unknown(op):
    assert check(Test("screening.tb", op, words=("negative",)), known(screening("tb", "unknown"))).truth is Truth.UNKNOWN


def test_a_word_is_not_compared_as_a_number():
    assert (
        check(FERRITIN, known(screening("x", "y"), replace(lab("ferritin", "1", "ng/mL"), value="pending"))).truth
        is Truth.UNKNOWN
    )


def test_a_fact_older_than_the_test_allows_is_unknown():
    test = replace(FERRITIN, within_days=30)
    assert check(test, known(lab("ferritin", "50", "ng/mL", 30))).truth is Truth.TRUE
    assert check(test, known(lab("ferritin", "50", "ng/mL", 31))).truth is Truth.UNKNOWN


def test_a_fact_of_a_later_day_is_not_known():
    assert check(FERRITIN, known(lab("ferritin", "50", "ng/mL", -1))).truth is Truth.UNKNOWN


def test_two_results_of_one_day_on_either_side_of_a_limit_are_unknown():
    facts = (lab("ferritin", "150", "ng/mL"), lab("ferritin", "50", "ng/mL"))
    assert check(FERRITIN, known(*facts)).truth is Truth.UNKNOWN
    assert check(FERRITIN, known(facts[0], replace(facts[1], status="corrected"))).truth is Truth.TRUE
    assert check(FERRITIN, known(lab("ferritin", "51", "ng/mL"), facts[1])).truth is Truth.TRUE


def test_a_number_without_a_unit_is_not_compared_with_one_that_has_a_unit():
    assert check(FERRITIN, known(lab("ferritin", "50", ""))).truth is Truth.UNKNOWN


NYHA = Test("screening.nyha_class", Op.IN, words=("III", "IV"))
CLASSES = (FactKey("screening.nyha_class", Words("", ""), words=("I", "II", "III", "IV", "none", "unknown")),)


@pytest.mark.parametrize(
    ("word", "truth"),
    [
        ("III", Truth.TRUE),
        (" iv ", Truth.TRUE),
        ("II", Truth.FALSE),
        ("none", Truth.FALSE),
        *((word, Truth.UNKNOWN) for word in ("3", "class III", "NYHA III", "positive", "unknown", "", Decimal(3))),
    ],
)
@pytest.mark.parametrize("op", [Op.IN, Op.NOT_IN])
def test_a_word_that_was_not_declared_is_unknown(op, word, truth):
    turned = {Truth.TRUE: Truth.FALSE, Truth.FALSE: Truth.TRUE, Truth.UNKNOWN: Truth.UNKNOWN}
    stated = Known(DAY, MARISOL, (screening("nyha_class", word),), declared=CLASSES)
    assert check(replace(NYHA, op=op), stated).truth is (truth if op is Op.IN else turned[truth])


def test_a_word_of_a_fact_that_declares_none_is_unknown_unless_the_test_names_it():
    test = Test("test.g6pd", Op.IN, words=("normal",))
    for word, truth in (("normal", Truth.TRUE), ("deficient", Truth.UNKNOWN)):
        assert check(test, known(replace(screening("g6pd", word), kind=FactKind.TEST))).truth is truth


@pytest.mark.parametrize("status", ["preliminary", "unknown", "partial", "whatever"])
def test_a_newer_result_that_is_not_final_leaves_it_unknown(status):
    newer = lab("ferritin", "50", "ng/mL", 1, status=status)
    assert check(FERRITIN, known(lab("ferritin", "50", "ng/mL"), newer)).truth is Truth.UNKNOWN
    assert check(FERRITIN, known(newer, lab("ferritin", "50", "ng/mL", 0))).truth is Truth.TRUE


@pytest.mark.parametrize("status", ["planned", "registered", "entered_in_error", "cancelled", "refused"])
def test_what_was_only_planned_taken_back_or_refused_leaves_the_result_before_it(status):
    newer = lab("ferritin", "500", "ng/mL", 1, status=status)
    assert check(FERRITIN, known(lab("ferritin", "50", "ng/mL"), newer)).truth is Truth.TRUE


def _failing(status: str, code: str = "I50.22") -> Fact:
    return Fact(FactKind.CONDITION, code, DAY - timedelta(days=300), status=status)


@pytest.mark.parametrize("status", ["active", "recurrence", "relapse", "unknown", "unconfirmed", ""])
def test_a_diagnosis_is_there_until_it_is_said_to_be_over(status):
    assert check(Test("condition.I50", Op.PRESENT), known(_failing(status))).truth is Truth.TRUE


@pytest.mark.parametrize("status", ["inactive", "resolved", "remission", "refuted", "entered-in-error", "entered_in_error"])
def test_a_diagnosis_that_is_over_is_not_there(status):
    assert check(Test("condition.I50", Op.PRESENT), known(_failing(status))).truth is Truth.FALSE


@pytest.mark.parametrize("code", ["E83.110", "E83110", "e83.110"])
def test_a_diagnosis_code_is_found_with_and_without_its_dot(code):
    assert check(Test("condition.E83.11", Op.PRESENT), known(_failing("active", code))).truth is Truth.TRUE


CONSENTED = Test("consent.treatment", Op.IN, words=("given", "signed", "yes"))


@pytest.mark.parametrize(
    ("told", "truth"),
    [
        ([("", "signed")], Truth.TRUE),
        ([("given", "final")], Truth.TRUE),
        ([("refused", "final")], Truth.FALSE),
        ([("given", "withdrawn")], Truth.FALSE),
        ([("", "signed"), ("", "refused")], Truth.FALSE),
        ([("", "refused"), ("", "signed")], Truth.TRUE),
        ([("", "signed"), ("", "proposed")], Truth.UNKNOWN),
        ([("verbal", "final")], Truth.UNKNOWN),
    ],
)
def test_of_consents_the_newest_of_any_status_decides(told, truth):
    facts = [
        Fact(FactKind.CONSENT, "treatment", DAY - timedelta(days=9 - place), word or None, status=status)
        for place, (word, status) in enumerate(told)
    ]
    assert check(CONSENTED, known(*facts)).truth is truth


def test_a_limit_of_age_of_the_protocol_holds_where_the_test_states_none():
    old = Known(DAY, MARISOL, (lab("ferritin", "50", "ng/mL", 91),), fresh={"lab.ferritin": 90})
    assert check(FERRITIN, old).truth is Truth.UNKNOWN
    assert check(replace(FERRITIN, within_days=91), old).truth is Truth.TRUE


def test_the_patients_age_and_weight_are_facts():
    assert check(Test("patient.age_years", Op.GE, Decimal(18)), known()).truth is Truth.TRUE
    assert check(Test("patient.weight_kg", Op.LT, Decimal(72), "kg"), known()).truth is Truth.TRUE
    assert check(Test("patient.age_years", Op.GE, Decimal(18)), known(patient=Patient())).truth is Truth.UNKNOWN


def test_a_birth_date_after_the_day_gives_no_age():
    unborn = Patient(born=DAY + timedelta(days=1))
    assert check(Test("patient.age_years", Op.GE, Decimal(0)), known(patient=unborn)).truth is Truth.UNKNOWN


def test_stores_are_low_by_ferritin_or_by_saturation():
    low = Condition(all=(Test("lab.ferritin", Op.LE, Decimal(300), "ng/mL"),), any=(FERRITIN, TSAT))
    assert evaluate(low, known(lab("ferritin", "200", "ng/mL"), lab("tsat", "19", "%"))).truth is Truth.TRUE
    assert evaluate(low, known(lab("ferritin", "200", "ng/mL"), lab("tsat", "20", "%"))).truth is Truth.FALSE
    assert evaluate(low, known(lab("ferritin", "200", "ng/mL"))).truth is Truth.UNKNOWN
    assert evaluate(low, known(lab("ferritin", "50", "ng/mL"))).truth is Truth.TRUE  # the other one cannot change it
    assert evaluate(low, known(lab("ferritin", "301", "ng/mL"))).truth is Truth.FALSE


@having(
    st.sets(st.sampled_from(["ferritin", "tsat", "hemoglobin"])), st.sets(st.sampled_from(["ferritin", "tsat", "hemoglobin"]))
)
def test_learning_more_never_turns_true_into_false(first, more):
    condition = Condition(all=(Test("lab.hemoglobin", Op.LT, Decimal(15), "g/dL"),), any=(FERRITIN, TSAT))
    facts = {
        "ferritin": lab("ferritin", "50", "ng/mL"),
        "tsat": lab("tsat", "25", "%"),
        "hemoglobin": lab("hemoglobin", "9", "g/dL"),
    }
    before = evaluate(condition, known(*(facts[name] for name in sorted(first)))).truth
    after = evaluate(condition, known(*(facts[name] for name in sorted(first | more)))).truth
    assert before in (Truth.UNKNOWN, after)


# How a result changed


def change(how: Change, limit: str, *facts: Fact, unit: str = "g/dL", **more) -> Truth:
    test = Test("lab.hemoglobin", Op.GT, Decimal(limit), unit, change=how, **more)
    return check(test, known(*facts)).truth


def hb(value: str, days_ago: int, unit: str = "g/dL", **more) -> Fact:
    return lab("hemoglobin", value, unit, days_ago, **more)


@pytest.mark.parametrize(("now", "truth"), [("11.0", Truth.FALSE), ("11.1", Truth.TRUE), ("9", Truth.FALSE)])
def test_a_rise_is_counted_from_the_lowest_of_its_span(now, truth):
    assert change(Change.RISE, "1", hb("10.8", 13), hb("10", 10), hb("10.5", 5), hb(now, 0), over_days=14) is truth


def test_a_result_older_than_the_span_is_not_compared():
    assert change(Change.RISE, "1", hb("8", 15), hb("10.5", 14), hb("11", 0), over_days=14) is Truth.FALSE
    assert change(Change.RISE, "1", hb("8", 15), hb("11", 0), over_days=14) is Truth.UNKNOWN


def test_without_a_span_the_one_just_before_counts():
    assert change(Change.FALL, "1", hb("14", 30), hb("11", 20), hb("10.5", 0)) is Truth.FALSE
    assert change(Change.FALL, "1", hb("14", 30), hb("10.5", 0)) is Truth.TRUE


def test_without_an_earlier_result_a_change_is_unknown_and_named():
    finding = check(Test("lab.hemoglobin", Op.GT, Decimal(1), "g/dL", change=Change.RISE), known(hb("11", 0)))
    assert (finding.truth, finding.missing) == (Truth.UNKNOWN, ("lab.hemoglobin",))


@pytest.mark.parametrize(("now", "truth"), [("12", Truth.FALSE), ("11.9", Truth.TRUE)])
def test_a_fall_in_percent_is_of_the_highest_earlier_result(now, truth):
    facts = (hb("14", 20), hb("15", 10), hb("13", 5), hb(now, 0))
    assert change(Change.FALL_PERCENT, "20", *facts, unit="", over_days=30) is truth


def test_a_percentage_of_nothing_is_unknown():
    assert change(Change.RISE_PERCENT, "20", hb("0", 5), hb("1", 0), unit="") is Truth.UNKNOWN


def test_results_in_other_units_are_compared_and_words_are_not():
    assert change(Change.RISE, "1", hb("100", 5, "g/L"), hb("11.1", 0)) is Truth.TRUE
    assert change(Change.RISE, "1", hb("100", 5, "mmol/L"), hb("11.1", 0)) is Truth.UNKNOWN
    low = Fact(FactKind.LAB, "hemoglobin", DAY - timedelta(days=5), "low")
    assert change(Change.RISE, "1", low, hb("11.1", 0)) is Truth.UNKNOWN


def test_an_earlier_result_entered_in_error_is_none_and_a_corrected_one_counts():
    wrong = hb("8", 5, status="entered-in-error")
    assert change(Change.RISE, "1", wrong, hb("11", 0)) is Truth.UNKNOWN
    assert change(Change.RISE, "1", hb("8", 5), hb("10.5", 5, status="corrected"), hb("11", 0)) is Truth.FALSE


def test_a_newest_result_that_is_not_final_leaves_the_change_unknown():
    assert change(Change.RISE, "1", hb("9", 5), hb("11", 0, status="preliminary")) is Truth.UNKNOWN


# The doses given


def dosed(*days_ago: int, **more):
    return tuple(
        DoseGiven("sample", n, DAY - timedelta(days=ago), quantity(100 * n, "mg"), **more) for n, ago in enumerate(days_ago, 1)
    )


def told(fact: str, op: Op, value: str, history, unit: str = "") -> Truth:
    return check(Test(fact, op, Decimal(value), unit), replace(known(), history=history)).truth


def test_the_last_amount_and_the_days_since_it():
    history = dosed(40, 12)
    assert told("history.last_amount", Op.GE, "200", history, "mg") is Truth.TRUE
    assert told("history.last_amount", Op.LT, "0.2", history, "g") is Truth.FALSE
    assert told("history.days_since_last", Op.LE, "12", history) is Truth.TRUE
    assert told("history.days_since_last", Op.LT, "12", history) is Truth.FALSE


def test_before_any_dose_there_is_no_last_one():
    assert told("history.last_amount", Op.GE, "0", (), "mg") is Truth.UNKNOWN
    assert told("history.days_since_last", Op.GE, "0", ()) is Truth.UNKNOWN
    assert told("history.doses", Op.LT, "1", ()) is Truth.TRUE


def test_an_extra_dose_is_not_the_last_amount_and_still_the_last_day():
    history = (*dosed(40, 12), DoseGiven("sample", 2, DAY - timedelta(days=2), quantity(50, "mg"), extra=True))
    assert told("history.last_amount", Op.GE, "200", history, "mg") is Truth.TRUE
    assert told("history.days_since_last", Op.LE, "2", history) is Truth.TRUE
    assert told("history.doses", Op.GE, "3", history) is Truth.TRUE


def test_the_worst_reaction_is_none_known_or_unknown():
    reacted = (*dosed(40), *dosed(12, reaction=Reaction(3, "fever"), tolerated=False))
    assert told("history.worst_grade", Op.LT, "1", dosed(40, 12)) is Truth.TRUE
    assert told("history.worst_grade", Op.GE, "3", reacted) is Truth.TRUE
    assert told("history.worst_grade", Op.GE, "1", dosed(12, tolerated=False)) is Truth.UNKNOWN


def test_a_child_s_age_in_months():
    baby = replace(MARISOL, born=DAY - timedelta(days=200))
    assert check(Test("patient.age_months", Op.GE, Decimal(6)), known(patient=baby)).truth is Truth.TRUE
    assert check(Test("patient.age_months", Op.GE, Decimal(7)), known(patient=baby)).truth is Truth.FALSE
    nobody = replace(MARISOL, born=None, age_years=1)
    assert check(Test("patient.age_months", Op.GE, Decimal(6)), known(patient=nobody)).truth is Truth.UNKNOWN
