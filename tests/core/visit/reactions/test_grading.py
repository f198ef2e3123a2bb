"""Facts make the grade, the record fills in what it knows, and the criteria of anaphylaxis follow the taps."""

from dataclasses import replace
from datetime import date

import pytest

from chairside.core.visit import events as e
from chairside.core.visit.alerts import alerts, score_of
from chairside.core.visit.reactions import ctcae, grading
from chairside.core.visit.reactions.reaction import CRITERIA
from chairside.core.visit.reactions.symptoms import SIGNS, SYMPTOMS, lowest_sbp, suspicion
from chairside.core.visit.values import Answer, Said
from tests.core.visit.walk import DRUG, PLAN, Walk, vitals

IRR = "infusion_related_reaction"


def reacting():
    walk = Walk().running().later(10).do(e.ReactionRecorded())
    return walk, walk.state.open_reaction.key


def answers(**facts):
    return tuple(Answer(fact, Said(said)) for fact, said in facts.items())


def known(walk, term=IRR):
    return {answer.question: answer.said.value for answer in grading.known_facts(walk.state, walk.state.open_reaction, term)}


def test_every_fact_of_every_term_is_asked_in_words():
    assert set(grading.TITLES) == set(ctcae.TERMS)
    for term in grading.TITLES:
        assert grading.facts_asked(term)
        assert set(grading.facts_asked(term)) <= set(grading.ASKS)


def test_the_record_fills_in_what_it_knows_and_takes_nothing_for_a_no():
    walk, key = reacting()
    assert known(walk) == {}
    walk.do(e.Paused())
    assert known(walk) == {"infusion_interrupted": "yes"}
    walk.do(e.SymptomReported("wheeze"))
    assert known(walk, "allergic_reaction") == {"bronchospasm": "yes"}
    walk.do(e.ReactionRecorded(key, DRUG, IRR, facts=answers(prolonged="unknown")))
    assert known(walk)["prolonged"] == "unknown"  # what was answered stands


def test_a_reaction_that_comes_back_after_it_had_settled_says_so():
    walk, key = reacting()
    walk.do(e.ReactionRecorded(key, DRUG, IRR, 2, CRITERIA, resolved=True)).later(5).do(e.ReactionRecorded(key, DRUG, IRR))
    assert known(walk)["recurred_after_improvement"] == "yes"


def test_the_term_changes_the_grade_and_unknown_is_not_no():
    walk, _ = reacting()
    since = walk.state.open_reaction.since
    assert grading.derive(walk.state, since, "allergic_reaction", answers(iv_treatment="yes")).value.grade == 3
    made = grading.derive(walk.state, since, IRR, answers(treated="yes", prolonged="unknown")).value
    assert made.grade == 2
    assert "prolonged" in made.may_rise_by
    assert grading.derive(walk.state, since, IRR, answers(prolonged="unknown")).value is None
    assert grading.derive(walk.state, since, "", ()).reasons[0].field == "reaction.term"


def test_a_fever_is_graded_by_what_was_measured_since_it_began():
    walk, _ = reacting()
    walk.later(5).do(vitals(temp="39.4"))
    made = grading.derive(walk.state, walk.state.open_reaction.since, "fever", ())
    assert made.value.grade == 2
    assert grading.told(made.value)[0] == "what was measured"


def test_another_grade_than_derived_takes_a_reason():
    walk, key = reacting()
    facts = answers(infusion_interrupted="yes", prolonged="no")
    graded = e.ReactionRecorded(key, DRUG, IRR, 2, CRITERIA, facts=facts, derived=2)
    assert walk.ask(graded).allowed
    assert [reason.field for reason in walk.ask(replace(graded, grade=1)).reasons] == ["reaction.other"]
    assert walk.ask(replace(graded, grade=3, other="it lasted all afternoon")).allowed
    assert [reason.field for reason in walk.ask(replace(graded, derived=1)).reasons] == ["reaction.derived"]
    assert [reason.field for reason in walk.ask(replace(graded, facts=answers(rain="yes"))).reasons] == ["reaction.facts"]


def test_an_allergic_reaction_that_the_infusion_caused_is_coded_as_infusion_related():
    walk, key = reacting()
    allergic = e.ReactionRecorded(key, DRUG, "allergic_reaction")
    assert walk.ask(allergic).reasons[0].message == grading.NEVER_BOTH
    assert walk.ask(replace(allergic, other="it was the latex glove")).allowed


def test_grades_are_a_series_and_the_worst_counts():
    walk, key = reacting()
    for grade in (2, 3, 1):
        walk.later(5).do(e.ReactionRecorded(key, DRUG, IRR, grade, CRITERIA))
    item = walk.state.open_reaction
    assert [entry.grade for entry in grading.series(item)] == [None, 2, 3, 1]
    assert item.worst == 3
    assert {entry.criteria for entry in grading.series(item)[1:]} == {"CTCAE 5.0"}


# --- anaphylaxis, from taps and vitals ---


def test_each_sign_is_among_the_taps():
    assert {name for names in SIGNS.values() for name in names} <= set(SYMPTOMS)


@pytest.mark.parametrize(
    ("taps", "criteria"),
    [
        (("hives",), ()),
        (("hives", "nausea"), ()),
        (("hives", "short of breath"), (1,)),
        (("flushing", "repeated vomiting"), (1,)),
        (("itching", "fainting"), (1,)),
        (("hives", "wheeze"), (1, 2)),
        (("throat tightness",), (2,)),
        (("repeated vomiting",), ()),
    ],
)
def test_the_criteria_follow_the_taps(taps, criteria):
    walk = Walk().running().later(10)
    for tap in taps:
        walk.do(e.SymptomReported(tap))
    met = suspicion(walk.state, PLAN)
    assert (met.criteria if met else ()) == criteria
    said = [alert for alert in alerts(walk.state, PLAN) if alert.about == "anaphylaxis"]
    assert [alert.level for alert in said] == (["act"] if criteria else [])


def test_a_symptom_that_has_gone_ends_it_and_nothing_given_is_no_likely_trigger():
    walk = Walk().running().later(10).do(e.SymptomReported("throat tightness"))
    assert suspicion(walk.state, PLAN) is not None
    walk.do(e.SymptomReported("throat tightness", present=False))
    assert suspicion(walk.state, PLAN) is None
    before = Walk().assessed().do(e.SymptomReported("throat tightness"))
    assert suspicion(before.state, PLAN) is None


@pytest.mark.parametrize(("base", "sbp", "met"), [(140, 98, False), (140, 97, True), (120, 90, False), (120, 89, True)])
def test_low_is_a_fall_of_more_than_thirty_percent_or_below_ninety(base, sbp, met):
    walk = Walk().ready().do(vitals(sbp=base, site_ok=True))
    walk.do(walk.start()).later(10).do(vitals(sbp=sbp))
    assert (suspicion(walk.state, PLAN) is not None) == met


def test_a_child_s_pressure_is_low_below_another_number():
    assert [int(lowest_sbp(age)) for age in (0, 5, 10, 11, None)] == [70, 80, 90, 90, 90]


def test_low_pressure_alone_after_the_drug_is_criterion_two_and_says_the_baseline():
    walk = Walk().running().later(10).do(vitals(sbp=88))
    met = suspicion(walk.state, PLAN)
    assert met.criteria == (2,)
    assert "systolic 88, baseline 124" in met.words


# --- NEWS2 ---


def scored(plan, **taken):
    walk = Walk(plan).running().later(10).do(vitals(**taken))
    return score_of(walk.state.vitals[-1], plan, walk.state), walk


@pytest.mark.parametrize("born", [date(2011, 11, 24), None])
def test_news2_has_no_total_under_sixteen_or_at_an_unknown_age_and_a_red_value_still_alerts(born):
    plan = replace(PLAN, subject=replace(PLAN.subject, born=born))
    walk = Walk().running().later(10).do(vitals(pulse=135))
    score = score_of(walk.state.vitals[-1], plan, walk.state)
    assert (score.total, score.band) == (None, None)
    assert score.single_red == ("pulse",)
    assert "news2" in [alert.about for alert in alerts(walk.state, plan)]
    grown = replace(PLAN, subject=replace(PLAN.subject, born=date(2010, 11, 23)))
    assert score_of(walk.state.vitals[-1], grown, walk.state).total == 3


def test_news2_has_no_total_in_pregnancy_on_record_or_said_today():
    score, walk = scored(replace(PLAN, pregnant=True), pulse=120)
    assert score.total is None
    said = replace(walk.state, answers={"pregnancy": Said.YES})
    assert score_of(walk.state.vitals[-1], PLAN, said).total is None
    assert score_of(walk.state.vitals[-1], PLAN, walk.state).total == 2


def test_the_second_oxygen_scale_only_where_a_clinician_set_it():
    score, _ = scored(PLAN, spo2=90)
    assert score.parts["spo2"] == 3
    score, walk = scored(replace(PLAN, spo2_scale=2), spo2=90)
    assert score.parts["spo2"] == 0
    assert "spo2" not in [alert.about for alert in alerts(walk.state, walk.plan) if alert.level == "act"]


def test_a_temperature_is_rounded_before_it_is_scored_and_a_missing_value_gives_no_total():
    score, walk = scored(PLAN, temp="38.04")
    assert score.parts["temp"] == 0
    part = replace(walk.state.vitals[-1], recorded=replace(walk.state.vitals[-1].recorded, on_oxygen=None))
    assert score_of(part, PLAN, walk.state).total is None


def test_a_vital_that_a_later_set_leaves_out_goes_on_alerting():
    walk = Walk().running().later(10).do(vitals(pulse=135))
    sbp_only = e.VitalsRecorded(tuple(item for item in vitals().readings if item.code in ("sbp", "dbp")))
    walk.later(5).record(sbp_only)
    assert any(alert.about == "news2" for alert in alerts(walk.state, PLAN))
