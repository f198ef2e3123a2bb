from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given as having
from hypothesis import strategies as st

from chairside.core.clearance.ask import ExtraLimit
from chairside.core.clearance.evaluate import evaluate
from chairside.core.clearance.item import State
from chairside.core.kernel.decision import Outcome
from chairside.core.kernel.fact import Fact, FactKind
from tests.core.plans.cast import DAY, INFLIXIMAB, IRON, MARISOL, YARETZI, answer, codes, given, kg, lab, screening, weighed

CONSENT = Fact(FactKind.CONSENT, "treatment", DAY - timedelta(days=1), status="signed", id="consent")
SCREENED = [screening("tb", "Negative"), screening("hbsag", "negative"), screening("anti_hbc", "negative"), CONSENT]
ANSWERED = [
    answer(code, "no")
    for code in ("active_infection", "heart_failure_signs", "live_vaccine", "reaction_since_last_dose", "pregnancy")
]
IRON_LABS = [lab("hemoglobin", "8.9", "g/dL", 40), lab("ferritin", "7", "ng/mL", 40), lab("tsat", "6", "%", 40), CONSENT]
IRON_ANSWERS = [answer("first_trimester", "no"), answer("reaction_since_last_dose", "no")]


def infliximab(facts=(), number=1, **more):
    asked = {"indication": "K50.80", "dose_number": number, "day": DAY, "patient": MARISOL, **more}
    return evaluate(INFLIXIMAB, facts=facts, **asked)


def iron(facts=(), number=1, **more):
    asked = {"indication": "D50.0", "dose_number": number, "day": DAY, "patient": YARETZI, **more}
    return evaluate(IRON, facts=facts, **asked)


def item(decision, key):
    return next(item for item in decision.value.items if item.key == key)


def held(decision) -> set[str]:
    return {item.key for item in decision.value.held_by}


def test_a_complete_packet_and_answers_clear_the_first_dose():
    decision = infliximab(SCREENED + ANSWERED)
    assert decision.outcome is Outcome.ALLOWED
    assert held(decision) == set()
    assert {"tb_before_start", "active_infection", "interval"} <= {item.key for item in decision.value.met}


def test_each_thing_not_known_on_the_day_holds_as_unknown():
    decision = infliximab()
    assert decision.outcome is Outcome.UNKNOWN
    assert {
        "tb_before_start",
        "hepatitis_b_surface_antigen",
        "hepatitis_b_core_antibody",
        "consent_treatment",
        "active_infection",
    } <= held(decision)
    assert item(decision, "tb_before_start").code == "requires_screening"
    assert item(decision, "active_infection").code == "missing_fact"


def test_a_positive_tuberculosis_test_holds_with_its_evidence():
    decision = infliximab([screening("tb", "Positive", 18), *SCREENED[1:], *ANSWERED])
    assert decision.outcome is Outcome.REFUSED
    found = item(decision, "tb_before_start")
    assert (found.state, found.code, found.evidence, found.release) == (
        State.HELD,
        "requires_screening",
        ("tb-18",),
        ("prescriber",),
    )


@pytest.mark.parametrize(("word", "state"), [("positive", State.REVIEW), ("treated", State.MET), ("negative", State.MET)])
def test_the_newest_result_counts_and_an_earlier_positive_one_is_looked_at(word, state):
    decision = infliximab([screening("tb", word, 400), *SCREENED, *ANSWERED])
    assert item(decision, "tb_before_start").state is state


def test_treatment_after_a_positive_test_settles_it():
    facts = [screening("tb", "positive", 400), screening("tb", "treated", 200), *SCREENED, *ANSWERED]
    assert infliximab(facts).outcome is Outcome.ALLOWED


def test_a_positive_test_of_before_the_last_dose_is_not_told_again():
    facts = [screening("tb", "positive", 400), screening("tb", "negative", 30), *ANSWERED]
    assert infliximab(facts, 2, history=[given("infliximab_iv", 1, 14)]).outcome is Outcome.ALLOWED


def test_a_test_that_turned_positive_between_doses_is_told_although_another_followed():
    facts = [screening("tb", "positive", 10), screening("tb", "negative", 3), *ANSWERED]
    assert infliximab(facts, 2, history=[given("infliximab_iv", 1, 14)]).outcome is Outcome.REVIEW


def test_a_preliminary_result_answers_nothing():
    decision = infliximab([screening("tb", "negative", 3, status="preliminary"), *SCREENED[1:], *ANSWERED])
    assert item(decision, "tb_before_start").state is State.UNKNOWN


def test_a_result_from_after_the_day_of_asking_is_not_known_yet():
    decision = infliximab(SCREENED, as_of=DAY - timedelta(days=31))
    assert item(decision, "tb_before_start").state is State.DUE


def test_a_core_antibody_is_for_review():
    decision = infliximab([*SCREENED[:2], screening("anti_hbc", "positive"), CONSENT, *ANSWERED])
    assert decision.outcome is Outcome.REVIEW
    assert held(decision) == {"hepatitis_b_core_antibody"}


def test_screening_before_the_start_is_not_asked_again_for_dose_two():
    decision = infliximab([screening("tb", "negative"), *ANSWERED], 2, history=[given("infliximab_iv", 1, 14)])
    assert decision.outcome is Outcome.ALLOWED


def test_a_result_that_has_turned_bad_since_the_start_still_holds():
    facts = [screening("tb", "negative"), screening("hbsag", "positive", 2), *ANSWERED]
    decision = infliximab(facts, 2, history=[given("infliximab_iv", 1, 14)])
    assert held(decision) == {"hepatitis_b_surface_antigen"}


def test_the_yearly_tuberculosis_check_is_for_review_when_it_has_run_out():
    history = [given("infliximab_iv", 1, 98), given("infliximab_iv", 2, 84), given("infliximab_iv", 3, 56)]
    decision = infliximab([screening("tb", "negative", 366), *ANSWERED], 4, history=history)
    assert decision.outcome is Outcome.REVIEW
    assert item(decision, "tb_yearly").code == "stale_fact"
    assert infliximab([screening("tb", "negative", 365), *ANSWERED], 4, history=history).outcome is Outcome.ALLOWED


@pytest.mark.parametrize(("alt", "outcome"), [("199", Outcome.ALLOWED), ("200", Outcome.REFUSED)])
def test_liver_enzymes_of_five_times_the_limit_hold(alt, outcome):
    decision = infliximab([*SCREENED, *ANSWERED, lab("alt", alt, "U/L", upper=Decimal(40))])
    assert decision.outcome is outcome


def test_liver_enzymes_that_are_not_there_are_only_advice():
    found = item(infliximab(SCREENED + ANSWERED), "liver_alt")
    assert found.advice
    assert found.reason() is None


def test_the_heart_failure_class_is_asked_when_heart_failure_is_on_record():
    failing = Fact(FactKind.CONDITION, "I50.22", DAY - timedelta(days=300), status="active", id="hf")
    assert held(infliximab([*SCREENED, *ANSWERED, failing])) == {"heart_failure_class"}


@pytest.mark.parametrize("word", ["yes", "unknown", "perhaps"])
def test_yes_unknown_and_a_word_not_offered_all_trip_a_hard_question(word):
    facts = [*SCREENED, *ANSWERED[1:], answer("active_infection", word)]
    decision = infliximab(facts)
    assert decision.outcome is Outcome.REFUSED
    assert item(decision, "active_infection").code == "risk_alert"


def test_an_answer_of_another_day_is_no_answer():
    decision = infliximab([*SCREENED, *ANSWERED[1:], answer("active_infection", "no", 1)])
    assert item(decision, "active_infection").state is State.UNKNOWN


def test_nobody_asks_a_man_whether_he_is_pregnant_but_asks_where_the_sex_is_not_known():
    man, not_said = replace(MARISOL, sex="male"), replace(MARISOL, sex="")
    assert "pregnancy" not in {item.key for item in infliximab(patient=man).value.items}
    assert "pregnancy" in {item.key for item in infliximab(patient=not_said).value.items}


# Allergies, reactions, other medicines


def allergy(code: str, value=None, status: str = "active") -> Fact:
    return Fact(FactKind.ALLERGY, code, DAY - timedelta(days=900), value, status=status, id="allergy")


@pytest.mark.parametrize(
    ("value", "outcome"), [(Decimal(3), Outcome.REFUSED), (Decimal(2), Outcome.REVIEW), (None, Outcome.UNKNOWN)]
)
def test_an_allergy_to_the_drug_holds_by_its_severity(value, outcome):
    assert infliximab([*SCREENED, *ANSWERED, allergy("Remicade", value)]).outcome is outcome


def test_an_allergy_to_mouse_protein_counts():
    assert infliximab([*SCREENED, *ANSWERED, allergy("Murine protein", Decimal(4))]).outcome is Outcome.REFUSED


@pytest.mark.parametrize("fact", [allergy("penicillin", Decimal(4)), allergy("infliximab", Decimal(4), "refuted")])
def test_other_allergies_and_refuted_ones_do_not(fact):
    assert infliximab([*SCREENED, *ANSWERED, fact]).outcome is Outcome.ALLOWED


def test_a_reaction_to_another_iron_is_for_review():
    reaction = Fact(FactKind.REACTION, "iron sucrose", DAY - timedelta(days=150), "hives", id="r")
    decision = iron([*IRON_LABS, *IRON_ANSWERS, reaction])
    assert decision.outcome is Outcome.REVIEW
    assert item(decision, "any_iv_iron").evidence == ("r",)


@pytest.mark.parametrize(
    ("grade", "tolerated", "outcome"), [(3, False, Outcome.REFUSED), (2, False, Outcome.REVIEW), (1, True, Outcome.ALLOWED)]
)
def test_an_earlier_reaction_to_this_drug_counts_by_its_grade(grade, tolerated, outcome):
    history = [given("infliximab_iv", 1, 14, grade=grade, tolerated=tolerated)]
    assert infliximab([screening("tb", "negative"), *ANSWERED], 2, history=history).outcome is outcome


@pytest.mark.parametrize(
    ("status", "outcome"), [("active", Outcome.REFUSED), ("stopped", Outcome.ALLOWED), ("taken", Outcome.ALLOWED)]
)
def test_another_biologic_that_is_active_is_duplicate_therapy(status, outcome):
    other = Fact(FactKind.MEDICATION, "adalimumab", DAY - timedelta(days=20), status=status, id="m")
    decision = infliximab([*SCREENED, *ANSWERED, other])
    assert decision.outcome is outcome
    assert ("duplicate_therapy" in codes(decision)) is (outcome is Outcome.REFUSED)


@pytest.mark.parametrize(("days_ago", "outcome"), [(13, Outcome.REFUSED), (14, Outcome.ALLOWED)])
def test_a_medicine_taken_within_the_washout_counts(days_ago, outcome):
    rule = replace(INFLIXIMAB.interactions[0], washout_days=14)
    other = Fact(FactKind.MEDICATION, "adalimumab", DAY - timedelta(days=days_ago), status="taken", id="m")
    decision = evaluate(
        replace(INFLIXIMAB, interactions=(rule,)),
        indication="K50.80",
        dose_number=1,
        day=DAY,
        patient=MARISOL,
        facts=[*SCREENED, *ANSWERED, other],
    )
    assert decision.outcome is outcome


def test_iron_overload_on_record_holds_iron():
    overload = Fact(FactKind.CONDITION, "E83.110", DAY - timedelta(days=900), status="active", id="c")
    assert "contraindicated" in codes(iron([*IRON_LABS, *IRON_ANSWERS, overload]))


# Labs with an age


def test_iron_studies_of_ninety_days_will_do_and_of_ninety_one_will_not():
    fresh = [replace(fact, on=DAY - timedelta(days=90)) for fact in IRON_LABS[:3]]
    stale = [replace(fact, on=DAY - timedelta(days=91)) for fact in IRON_LABS[:3]]
    assert iron([*fresh, CONSENT, *IRON_ANSWERS]).outcome is Outcome.ALLOWED
    decision = iron([*stale, CONSENT, *IRON_ANSWERS])
    assert decision.outcome is Outcome.UNKNOWN
    assert set(codes(decision)) == {"stale_fact"}


def test_a_payers_stricter_limit_wins_and_is_named():
    old = [replace(fact, on=DAY - timedelta(days=61)) for fact in IRON_LABS[:3]]
    decision = iron([*old, CONSENT, *IRON_ANSWERS], extra_limits=[ExtraLimit("lab.ferritin", 60, "payer policy")])
    assert held(decision) == {"ferritin"}
    assert item(decision, "ferritin").source == "payer policy"


def test_a_payers_looser_limit_changes_nothing():
    old = [replace(fact, on=DAY - timedelta(days=91)) for fact in IRON_LABS[:3]]
    assert "ferritin" in held(
        iron([*old, CONSENT, *IRON_ANSWERS], extra_limits=[ExtraLimit("lab.ferritin", 365, "payer policy")])
    )


def test_phosphate_is_asked_before_a_course_that_follows_soon():
    history = [given(IRON.id, 1, 90, 750), given(IRON.id, 2, 80, 750)]
    assert held(iron([*IRON_LABS, *IRON_ANSWERS], history=history)) == {"phosphate_repeat_soon", "phosphate_repeat_recent"}
    long_ago = [given(IRON.id, 1, 400, 750), given(IRON.id, 2, 390, 750)]
    assert held(iron([*IRON_LABS, *IRON_ANSWERS], history=long_ago)) == set()


@pytest.mark.parametrize(("phosphate", "outcome"), [("2.5", Outcome.ALLOWED), ("2.4", Outcome.REVIEW)])
def test_a_low_phosphate_is_for_review(phosphate, outcome):
    history = [given(IRON.id, 1, 60, 750), given(IRON.id, 2, 50, 750)]
    level = lab("phosphate", phosphate, "mg/dL", lower=Decimal("2.5"))
    assert iron([*IRON_LABS, *IRON_ANSWERS, level], history=history).outcome is outcome


# Dates, people, weight


def test_the_second_iron_too_soon_is_held_by_the_interval():
    decision = iron([*IRON_LABS, *IRON_ANSWERS], 2, history=[given(IRON.id, 1, 6, 750)])
    assert decision.outcome is Outcome.REFUSED
    assert {item.what for item in decision.value.held_by} == {"interval"}


def test_beyond_the_course_is_held_by_the_course():
    history = [given(IRON.id, 1, 20, 750), given(IRON.id, 2, 10, 750)]
    assert "course" in {item.what for item in iron([*IRON_LABS, *IRON_ANSWERS], 3, history=history).value.held_by}


def test_a_child_too_young_is_held_by_population():
    decision = infliximab([*SCREENED, *ANSWERED], patient=replace(MARISOL, born=date(2022, 1, 1), weight=kg(15)))
    assert {item.what for item in decision.value.held_by} == {"population"}


def test_a_weight_ten_percent_off_is_held_as_a_vital():
    decision = infliximab([*SCREENED, *ANSWERED, weighed("80")])
    assert [(item.what, item.code) for item in decision.value.held_by] == [("vital", "weight_changed")]


# Ahead of time


def test_ahead_of_time_what_is_missing_is_due_with_its_day():
    decision = infliximab(as_of=DAY - timedelta(days=20))
    assert decision.outcome is Outcome.UNKNOWN
    assert held(decision) == set()
    due = {item.key: item for item in decision.value.due}
    assert due["tb_before_start"].by == DAY
    assert due["tb_before_start"].ask_from == DAY - timedelta(days=28)
    assert due["active_infection"].on_the_day
    assert not decision.value.ready_ahead


def test_with_only_the_questions_of_the_day_to_come_a_dose_is_ready():
    decision = infliximab(SCREENED, as_of=DAY - timedelta(days=1))
    assert decision.value.ready_ahead


def test_a_bad_result_holds_ahead_of_time_too():
    decision = infliximab([screening("tb", "positive")], as_of=DAY - timedelta(days=10))
    assert decision.outcome is Outcome.REFUSED


def test_no_release_is_offered_for_what_is_unknown():
    assert all(reason.override == "none" for reason in infliximab().reasons if reason.outcome is Outcome.UNKNOWN)


@having(st.sets(st.integers(0, len(SCREENED + ANSWERED) - 1)))
def test_leaving_a_fact_out_never_clears_a_dose(left_out):
    everything = SCREENED + ANSWERED
    facts = [fact for index, fact in enumerate(everything) if index not in left_out]
    needed = {index for index, fact in enumerate(everything) if fact.code != "reaction_since_last_dose"}
    assert (infliximab(facts).outcome is Outcome.ALLOWED) is not bool(left_out & needed)
