"""For whom and when a rule stands: regimen, jurisdiction, days; brands; what is stated as not encoded; changes of results."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from chairside.core.clearance.item import State
from chairside.core.kernel.decision import Outcome
from chairside.core.protocols.schema.condition import Change, Condition, Op, Test
from chairside.core.protocols.schema.requirement import Question
from chairside.core.protocols.schema.safety import Contraindication, Interaction, NotEncoded, Scope
from chairside.core.protocols.schema.terms import Layer, Occasion, Severity
from tests.core.clearance.small import EMPTY, clear, fact, holding, requirement, words
from tests.core.plans.cast import DAY, codes, given

REGIMEN = "cd_uc_psa_pso"
HEART_FAILURE = holding(Test("condition.I50", Op.PRESENT))
HEMOGLOBIN = "lab.hemoglobin"


def asked(decision) -> set[str]:
    return {item.key for item in decision.value.items}


def held(decision) -> set[str]:
    return {item.key for item in decision.value.held_by}


@pytest.mark.parametrize(("regimens", "there"), [((), True), ((REGIMEN,), True), (("ra",), False)])
def test_rules_of_another_regimen_are_not_asked(regimens, there):
    protocol = replace(
        EMPTY,
        requirements=(requirement("lab.alt", regimens=regimens),),
        questions=(Question("well", "answer.well", words("Well?"), ("no",), Severity.HOLD, Layer.LABEL, regimens=regimens),),
        contraindications=(
            Contraindication(
                "heart", words("Heart"), holding(Test("condition.I50", Op.PRESENT)), Layer.LABEL, regimens=regimens
            ),
        ),
        interactions=(Interaction("other", words("Other"), ("adalimumab",), Severity.HOLD, Layer.LABEL, regimens=regimens),),
    )
    facts = [fact("condition.I50.9", status="active"), fact("medication.adalimumab", status="active")]
    keys = {"alt", "well", "heart", "other"}
    assert asked(clear(protocol, facts)) & keys == (keys if there else set())


@pytest.mark.parametrize(("jurisdiction", "there"), [("US", True), ("CA", False)])
def test_only_rules_of_the_protocols_jurisdiction_count(jurisdiction, there):
    protocol = replace(EMPTY, requirements=(requirement("lab.alt", jurisdiction=jurisdiction),))
    assert ("alt" in asked(clear(protocol))) is there


@pytest.mark.parametrize(
    ("first", "last", "there"),
    [(DAY, None, True), (DAY + timedelta(days=1), None, False), (None, DAY, True), (None, DAY - timedelta(days=1), False)],
)
def test_a_rule_stands_on_its_days_by_the_day_of_the_dose(first, last, there):
    protocol = replace(EMPTY, requirements=(requirement("lab.alt", valid_from=first, valid_until=last),))
    assert ("alt" in asked(clear(protocol, as_of=date(2026, 1, 2)))) is there


def test_a_brand_that_the_protocol_does_not_have_is_refused_and_one_it_has_is_not():
    assert codes(clear(EMPTY, brand="Remicade")) == []
    assert codes(clear(EMPTY, brand="Tysabri")) == ["wrong_product"]


def test_a_brand_whose_label_lacks_the_indication_is_for_review():
    narrow = replace(EMPTY.products[0], indications=("rheumatoid_arthritis",))
    protocol = replace(EMPTY, products=(narrow, *EMPTY.products[1:]))
    decision = clear(protocol, brand=narrow.brand.lower())
    assert (decision.outcome, codes(decision)) == (Outcome.REVIEW, ["off_label"])


def test_a_dose_that_is_recorded_already_and_a_number_that_cannot_be_are_refused():
    assert "mismatch" in codes(clear(EMPTY, number=1, history=[given("infliximab_iv", 1, 0)]))
    assert "out_of_range" in codes(clear(EMPTY, number=0))


@pytest.mark.parametrize(
    ("gap", "refused"),
    [
        ({"applies_to": ("alt",)}, True),
        ({"applies_to": (REGIMEN,)}, True),
        ({"applies_to": ("alt",), "when": holding(Test("condition.I50", Op.PRESENT))}, False),
        ({"applies_to": ("ferritin",)}, False),
        ({"when": holding(Test("patient.age_years", Op.GE, Decimal(18)))}, True),
        ({}, False),
    ],
)
def test_a_stated_gap_refuses_where_the_question_meets_it(gap, refused):
    protocol = replace(
        EMPTY,
        requirements=(requirement("lab.alt", missing=Severity.ADVISE),),
        not_encoded=(NotEncoded("gap", Scope.REQUIREMENT, words("Gap"), **gap),),
    )
    assert ("not_encoded" in codes(clear(protocol))) is refused


# Contraindications


def against(*tests: Test):
    return (Contraindication("against", words("Against"), holding(*tests), Layer.LABEL),)


LOW_CALCIUM = Test("lab.calcium", Op.LT, Decimal("8.5"), "mg/dL")


def test_a_diagnosis_that_is_not_on_the_list_is_not_there():
    protocol = replace(EMPTY, contraindications=against(Test("condition.I50", Op.PRESENT)))
    assert clear(protocol).outcome is Outcome.ALLOWED
    assert codes(clear(protocol, [fact("condition.I50.22", status="active")])) == ["contraindicated"]


def test_a_result_that_nobody_asks_for_and_was_never_recorded_is_told_and_holds_nothing():
    protocol = replace(EMPTY, contraindications=against(LOW_CALCIUM))
    decision = clear(protocol)
    assert decision.outcome is Outcome.ALLOWED
    assert [item.key for item in decision.value.due if item.advice] == ["against"]
    assert codes(clear(protocol, [fact("lab.calcium", Decimal("8.4"), unit="mg/dL")])) == ["contraindicated"]


@pytest.mark.parametrize("unread", [fact("lab.calcium", 9), fact("lab.calcium", 9, 1, "preliminary", "mg/dL")])
def test_a_result_that_is_there_and_cannot_be_read_is_unknown(unread):
    assert clear(replace(EMPTY, contraindications=against(LOW_CALCIUM)), [unread]).outcome is Outcome.UNKNOWN


def test_a_result_that_a_requirement_asks_for_is_needed():
    protocol = replace(
        EMPTY, contraindications=against(LOW_CALCIUM), requirements=(requirement("lab.calcium", when=Occasion.FIRST_DOSE),)
    )
    assert {"against", "calcium"} <= held(clear(protocol))


# Changes of results

RISE = requirement(
    HEMOGLOBIN,
    key="rise",
    what=requirement(HEMOGLOBIN).what,
    accept=Condition(all=(Test(HEMOGLOBIN, Op.LE, Decimal(1), "g/dL", change=Change.RISE, over_days=14),)),
    unmet=Severity.REVIEW,
)


def hemoglobin(value: str, days_ago: int):
    return fact(HEMOGLOBIN, Decimal(value), days_ago, unit="g/dL")


@pytest.mark.parametrize(("now", "state"), [("10.4", State.MET), ("10.5", State.REVIEW), ("9.0", State.MET)])
def test_a_rise_is_judged_and_shows_both_results(now, state):
    decision = clear(replace(EMPTY, requirements=(RISE,)), [hemoglobin("9.4", 12), hemoglobin(now, 1)])
    found = next(item for item in decision.value.items if item.key == "rise")
    assert found.state is state
    if state is State.REVIEW:
        assert "10.5 g/dL" in found.message
        assert "after 9.4 g/dL" in found.message
        assert found.evidence == ("hemoglobin-1", "hemoglobin-12")


@pytest.mark.parametrize(("missing", "outcome"), [(Severity.HOLD, Outcome.UNKNOWN), (Severity.ADVISE, Outcome.ALLOWED)])
def test_a_change_without_an_earlier_result_is_unknown_and_says_so(missing, outcome):
    decision = clear(replace(EMPTY, requirements=(replace(RISE, missing=missing),)), [hemoglobin("9.4", 1)])
    assert decision.outcome is outcome
    found = next(item for item in decision.value.items if item.key == "rise")
    assert "no earlier result" in found.message


@pytest.mark.parametrize("days_between", [1, 2])
def test_an_earlier_result_that_cannot_be_read_is_there_all_the_same_even_of_the_day_before(days_between):
    unread = fact(HEMOGLOBIN, Decimal(9), 1 + days_between, unit="U/L")
    decision = clear(replace(EMPTY, requirements=(RISE,)), [unread, hemoglobin("9.4", 1)])
    assert decision.outcome is Outcome.UNKNOWN
    found = next(item for item in decision.value.items if item.key == "rise")
    assert "cannot be judged" in found.message
    assert "no earlier result" not in found.message


def test_advice_that_is_not_met_is_told_and_never_called_met():
    accepted = Condition(all=(Test("lab.alt", Op.LE, Decimal(40), "U/L"),))
    advised = requirement("lab.alt", accept=accepted, unmet=Severity.ADVISE)
    decision = clear(replace(EMPTY, requirements=(advised,)), [fact("lab.alt", 80, unit="U/L")])
    assert decision.outcome is Outcome.ALLOWED
    assert advised.key not in {item.key for item in decision.value.met}
    assert [(item.key, item.advice) for item in decision.value.due] == [(advised.key, True)]
