"""Results that are not final, not understood, or do not agree; consents taken back; courses; weights."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from chairside.core.clearance.evaluate import evaluate
from chairside.core.clearance.item import State
from chairside.core.kernel.decision import Outcome
from chairside.core.kernel.fact import Fact, FactKind
from tests.core.clearance.test_evaluate import (
    ANSWERED,
    CONSENT,
    IRON_ANSWERS,
    IRON_LABS,
    SCREENED,
    held,
    infliximab,
    iron,
    item,
)
from tests.core.plans.cast import DAY, INFLIXIMAB, IRON, MARISOL, YARETZI, answer, codes, given, kg, lab, screening, weighed

READY = [*SCREENED, *ANSWERED]
IRON_READY = [*IRON_LABS, *IRON_ANSWERS]


@pytest.mark.parametrize(("word", "state"), [("positive", State.HELD), ("negative", State.UNKNOWN)])
def test_a_newer_result_that_is_not_final_holds_when_bad_and_is_unknown_when_good(word, state):
    decision = infliximab([*READY, screening("tb", word, 2, status="preliminary")])
    assert item(decision, "tb_before_start").state is state


def test_a_liver_test_that_is_not_final_is_not_passed_over():
    decision = infliximab([*READY, lab("alt", "900", "U/L", 1, status="preliminary", upper=Decimal(40))])
    assert item(decision, "liver_alt").state is State.HELD
    assert held(infliximab([*READY, lab("alt", "30", "U/L", 1, status="preliminary", upper=Decimal(40))])) == {"liver_alt"}


def test_a_liver_test_that_cannot_be_judged_is_read_by_a_person():
    assert item(infliximab([*READY, lab("alt", "900", "U/L")]), "liver_alt").state is State.REVIEW


def test_results_of_one_day_that_do_not_agree_are_unknown():
    decision = infliximab([screening("tb", "positive", 30), *READY])
    assert item(decision, "tb_before_start").state is State.UNKNOWN
    assert "do not agree" in item(decision, "tb_before_start").message


def test_two_words_of_one_day_that_are_both_acceptable_agree():
    assert infliximab([screening("tb", "treated", 30), *READY]).outcome is Outcome.ALLOWED


@pytest.mark.parametrize(
    "fact", [Fact(FactKind.LAB, "hemoglobin", DAY, "pending"), lab("hemoglobin", "9", "", 1), lab("hemoglobin", "9", "U/L", 1)]
)
def test_what_is_no_result_in_the_unit_of_the_fact_does_not_stand_as_one(fact):
    assert held(iron([*IRON_READY, fact])) == {"hemoglobin"}


@pytest.mark.parametrize("word", ["refused", "no", "withdrawn"])
def test_a_refused_consent_is_held_and_nobody_releases_it(word):
    found = item(infliximab([*READY, replace(CONSENT, on=DAY, value=word, status="final")]), "consent_treatment")
    assert (found.state, found.release) == (State.HELD, ())


@pytest.mark.parametrize("word", ["refused", "no", "withdrawn"])
def test_a_release_that_accepts_any_consent_on_record_does_not_accept_a_refused_one(word):
    plain = tuple(replace(rule, accept=None) if rule.key == "consent_treatment" else rule for rule in INFLIXIMAB.requirements)
    refused = replace(CONSENT, on=DAY, value=word, status="final")
    decision = evaluate(
        replace(INFLIXIMAB, requirements=plain),
        indication="K50.80",
        dose_number=1,
        day=DAY,
        patient=MARISOL,
        facts=[*READY, refused],
    )
    assert held(decision) == {"consent_treatment"}


@pytest.mark.parametrize("status", ["refused", "withdrawn", "revoked"])
def test_a_consent_taken_back_later_holds_a_later_dose_too(status):
    taken_back = replace(CONSENT, on=DAY - timedelta(days=1), status=status)
    decision = infliximab(
        [screening("tb", "negative"), *ANSWERED, CONSENT, taken_back], 2, history=[given("infliximab_iv", 1, 14)]
    )
    assert held(decision) == {"consent_treatment"}


def test_a_heart_failure_class_in_other_words_is_asked_again():
    failing = Fact(FactKind.CONDITION, "I5022", DAY - timedelta(days=300), status="relapse")
    assert held(infliximab([*READY, failing, screening("nyha_class", "class III")])) == {"heart_failure_class"}
    assert held(infliximab([*READY, failing, screening("nyha_class", "III")])) == set()
    assert item(infliximab([*READY, failing, screening("nyha_class", "II", 366)]), "heart_failure_class").code == "stale_fact"


@pytest.mark.parametrize("words", [("yes", "no"), ("no", "yes")])
def test_of_two_answers_of_one_day_the_one_that_trips_is_not_overruled(words):
    decision = infliximab([*SCREENED, *ANSWERED[1:], *(answer("active_infection", word) for word in words)])
    assert item(decision, "active_infection").state is State.HELD


# Courses (H-005: a new dose 1 must not step around the limit of a course)


def test_a_course_soon_after_another_is_for_review_at_each_of_its_doses():
    phosphate = lab("phosphate", "3", "mg/dL", lower=Decimal("2.5"))
    history = [given(IRON.id, 1, 34, 750), given(IRON.id, 2, 27, 750)]
    first = iron([*IRON_READY, phosphate], history=history)
    assert (first.outcome, codes(first)) == (Outcome.REVIEW, ["interval"])
    assert [found.what for found in first.value.items if found.state is State.REVIEW] == ["course"]
    second = iron([*IRON_READY, phosphate], 2, history=[*history, given(IRON.id, 1, 7, 750)])
    assert (second.outcome, codes(second)) == (Outcome.REVIEW, ["interval"])


def test_a_new_course_is_not_closer_than_two_doses_of_one_course_may_be():
    phosphate = lab("phosphate", "3", "mg/dL", lower=Decimal("2.5"))
    decision = iron([*IRON_READY, phosphate], history=[given(IRON.id, 1, 9, 750), given(IRON.id, 2, 2, 750)])
    assert (decision.outcome, set(codes(decision))) == (Outcome.REFUSED, {"interval", "too_early"})


def test_a_repeat_course_asks_for_a_reaction_since_the_last_dose():
    decision = iron(IRON_LABS, history=[given(IRON.id, 1, 400, 750), given(IRON.id, 2, 390, 750)])
    assert "reaction_since_last_dose" in held(decision)


# Weights


@pytest.mark.parametrize(("record", "today"), [("49", "50.5"), ("50", "49.5")])
def test_a_weight_that_crosses_the_border_of_a_regimen_is_for_review(record, today):
    decision = iron([*IRON_READY, weighed(today)], patient=replace(YARETZI, weight=kg(record)))
    assert (decision.outcome, codes(decision)) == (Outcome.REVIEW, ["weight_changed"])


@pytest.mark.parametrize("record", ["712", "0.1"])
def test_a_weight_of_record_that_cannot_be_right_holds(record):
    assert iron(IRON_READY, patient=replace(YARETZI, weight=kg(record))).outcome is Outcome.REFUSED


def test_a_weight_without_a_unit_is_not_taken_for_kilograms():
    decision = infliximab([*READY, weighed("157.4", "")])
    assert decision.outcome is Outcome.UNKNOWN
