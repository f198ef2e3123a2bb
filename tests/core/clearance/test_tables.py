"""Decision tables: the verdict of each row, findings that cannot be read, and treatment that was suspended."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given as having
from hypothesis import strategies as st

from chairside.core.clearance.item import State
from chairside.core.kernel.decision import Outcome
from chairside.core.protocols.schema.dose import Step
from chairside.core.protocols.schema.protocol import FactKey
from chairside.core.protocols.schema.safety import DecisionTable, Grade, Row, Scale, Verdict
from chairside.core.protocols.schema.terms import Layer, Severity
from tests.core.clearance.small import EMPTY, among, clear, fact, holding, words
from tests.core.plans.cast import DAY, given

SWELLING, SYMPTOMS, SPOTS, STABLE = "imaging.swelling", "answer.symptoms", "imaging.spots", "imaging.spots_stable"
GRADES = ("none", "mild", "moderate", "severe")
FACTS = (
    FactKey(SWELLING, words("Swelling"), words=(*GRADES, "unknown")),
    FactKey(SYMPTOMS, words("Symptoms"), words=(*GRADES, "unknown")),
    FactKey(SPOTS, words("New spots"), unit="{count}"),
    FactKey(STABLE, words("Spots stable"), words=("yes", "no")),
)
RESUME = holding(among(SWELLING, "none"), among(SYMPTOMS, "none"))


def rows(*said: tuple[str, str, Verdict]) -> tuple[Row, ...]:
    return tuple(Row((finding, symptom), verdict) for finding, symptom, verdict in said)


TABLE = DecisionTable(
    "swelling",
    words("Swelling and symptoms"),
    (SWELLING, SYMPTOMS),
    rows(
        ("none", "*", Verdict.CONTINUE),
        ("mild", "none", Verdict.CONTINUE),
        ("mild", "mild", Verdict.JUDGE),
        ("mild", "*", Verdict.SUSPEND),
        ("moderate", "*", Verdict.SUSPEND),
        ("severe", "*", Verdict.STOP),
    ),
    Layer.LABEL,
    resume=RESUME,
    source="label",
)
SPOTTED = DecisionTable(
    "spots",
    words("New spots and symptoms"),
    (SPOTS, SYMPTOMS),
    rows(("none", "*", Verdict.CONTINUE), ("mild", "none", Verdict.CONTINUE), ("*", "*", Verdict.SUSPEND)),
    Layer.LABEL,
    scales=(
        Scale(
            SPOTS,
            "{count}",
            tuple(
                Grade(word, Step(low, high))
                for word, low, high in (("none", 0, 1), ("mild", 1, 5), ("moderate", 5, 10), ("severe", 10, None))
            ),
        ),
    ),
    resume=holding(among(STABLE, "yes"), among(SYMPTOMS, "none")),
    source="label",
)


def judged(*facts, table=TABLE, **more):
    protocol = replace(EMPTY, tables=(table,), facts=FACTS)
    decision = clear(protocol, facts, **more)
    found = next((item for item in decision.value.items if item.key == table.key), None)
    return decision, found


def swelling(word: str, days_ago: int, status: str = "final"):
    return fact(SWELLING, word, days_ago, status)


def symptoms(word: str, days_ago: int = 0):
    return fact(SYMPTOMS, word, days_ago)


@pytest.mark.parametrize(
    ("finding", "symptom", "state", "outcome"),
    [
        ("none", "none", State.MET, Outcome.ALLOWED),
        ("mild", "none", State.MET, Outcome.ALLOWED),
        ("mild", "mild", State.REVIEW, Outcome.REVIEW),
        ("mild", "moderate", State.HELD, Outcome.REFUSED),
        ("moderate", "none", State.HELD, Outcome.REFUSED),
        ("severe", "none", State.HELD, Outcome.REFUSED),
        ("Mild", "None", State.MET, Outcome.ALLOWED),
    ],
)
def test_the_first_row_that_matches_decides(finding, symptom, state, outcome):
    decision, found = judged(swelling(finding, 3), symptoms(symptom))
    assert (found.state, decision.outcome, found.what) == (state, outcome, "imaging")
    assert found.evidence == ("swelling-3", "symptoms-0")


@pytest.mark.parametrize(
    ("count", "state"), [(0, State.MET), (1, State.MET), (4, State.MET), (5, State.HELD), (9, State.HELD), (10, State.HELD)]
)
def test_a_scale_turns_a_number_into_a_word_at_both_sides_of_each_edge(count, state):
    _, found = judged(fact(SPOTS, count, 3, unit="{count}"), symptoms("none"), table=SPOTTED)
    assert found.state is state


@pytest.mark.parametrize(
    "bad",
    [
        fact(SPOTS, 0, 3),
        fact(SPOTS, 0, 3, unit="mm"),
        fact(SPOTS, "a few", 3),
        fact(SPOTS, -1, 3, unit="{count}"),
        fact(SPOTS, "unknown", 3),
    ],
)
def test_a_finding_that_cannot_be_read_always_holds_whatever_missing_says(bad):
    for missing in Severity:
        decision, found = judged(bad, symptoms("none"), table=replace(SPOTTED, missing=missing))
        assert (found.state, decision.outcome) == (State.UNKNOWN, Outcome.UNKNOWN)


def test_a_finding_that_is_not_final_holds_and_a_bad_one_holds_as_bad():
    assert judged(swelling("none", 3, "preliminary"), symptoms("none"))[1].state is State.UNKNOWN
    assert judged(swelling("moderate", 3, "preliminary"), symptoms("none"))[1].state is State.HELD


def test_two_findings_of_one_day_that_differ_hold():
    assert judged(swelling("none", 3), swelling("mild", 3), symptoms("none"))[1].state is State.UNKNOWN


def test_of_each_finding_the_newest_counts():
    assert judged(swelling("mild", 30), swelling("none", 3), symptoms("none"))[1].state is State.MET


@pytest.mark.parametrize(
    ("missing", "state"), [(Severity.HOLD, State.UNKNOWN), (Severity.REVIEW, State.REVIEW), (Severity.ADVISE, None)]
)
def test_a_finding_that_was_never_recorded_does_what_missing_says(missing, state):
    decision, found = judged(symptoms("none"), table=replace(TABLE, missing=missing))
    assert (found and found.state) is state
    assert decision.outcome is {State.UNKNOWN: Outcome.UNKNOWN, State.REVIEW: Outcome.REVIEW, None: Outcome.ALLOWED}[state]


def test_beside_a_finding_the_answer_of_the_day_is_needed_even_where_missing_only_advises():
    decision, found = judged(swelling("mild", 3), symptoms("none", 14), table=replace(TABLE, missing=Severity.ADVISE))
    assert (found.state, found.what, found.code, decision.outcome) == (State.UNKNOWN, "answer", "missing_fact", Outcome.UNKNOWN)
    ahead, found = judged(swelling("mild", 3), as_of=DAY - timedelta(days=2))
    assert (found.state, found.on_the_day, ahead.value.ready_ahead) == (State.DUE, True, True)


def test_what_is_missing_and_cannot_change_the_verdict_is_not_asked_for():
    assert judged(swelling("none", 3))[1].state is State.MET
    assert judged(swelling("moderate", 3))[1].state is State.HELD


def test_new_symptoms_do_not_go_on_by_imaging_of_before_them():
    _, found = judged(swelling("none", 30), symptoms("severe"))
    assert (found.state, found.code, found.release) == (State.HELD, "requires_imaging", ("prescriber",))
    assert judged(swelling("none", 3), symptoms("severe", 5), symptoms("severe"))[1].state is State.MET


def test_a_finding_that_no_row_names_is_held_for_a_person():
    short = replace(TABLE, rows=TABLE.rows[:1])
    _, found = judged(swelling("mild", 3), symptoms("none"), table=short)
    assert (found.state, found.code) == (State.HELD, "not_encoded")


# Suspended


def test_a_milder_finding_does_not_lift_a_suspension():
    _, found = judged(swelling("moderate", 40), swelling("mild", 3), symptoms("none"))
    assert found.state is State.HELD
    assert "suspended since" in found.message


def test_when_resume_holds_a_person_decides():
    decision, found = judged(swelling("moderate", 40), swelling("none", 3), symptoms("none"))
    assert (found.state, decision.outcome, found.release) == (State.REVIEW, Outcome.REVIEW, ("prescriber",))


def test_without_the_answer_of_the_day_a_suspension_stands():
    assert judged(swelling("moderate", 40), swelling("none", 3))[1].state is State.HELD


def test_without_a_rule_to_resume_a_suspension_stands_until_it_is_released():
    _, found = judged(swelling("moderate", 40), swelling("none", 3), symptoms("none"), table=replace(TABLE, resume=None))
    assert (found.state, found.release) == (State.HELD, ("prescriber",))


def test_symptoms_at_an_earlier_visit_that_suspended_count_although_nobody_has_them_today():
    _, found = judged(swelling("mild", 10), symptoms("moderate", 7), symptoms("none"))
    assert found.state is State.HELD


def test_a_dose_given_since_ends_the_suspension():
    history = [given("infliximab_iv", 1, 14)]
    _, found = judged(swelling("moderate", 40), swelling("mild", 3), symptoms("none"), number=2, history=history)
    assert found.state is State.MET


def test_what_stopped_treatment_is_not_lifted_by_newer_findings_nor_by_a_dose():
    for history in ([], [given("infliximab_iv", 1, 14)]):
        _, found = judged(
            swelling("severe", 40), swelling("none", 3), symptoms("none"), number=len(history) + 1, history=history
        )
        assert (found.state, found.code) == (State.HELD, "contraindicated")


def spots(count: int, days_ago: int):
    return fact(SPOTS, count, days_ago, unit="{count}")


def test_a_finding_that_stays_is_resumed_only_by_a_later_image_that_says_it_is_stable():
    first = judged(spots(6, 3), fact(STABLE, "yes", 3), symptoms("none"), table=SPOTTED)[1]
    assert first.state is State.HELD
    later = judged(spots(6, 60), spots(6, 3), fact(STABLE, "yes", 3), symptoms("none"), table=SPOTTED)[1]
    assert later.state is State.REVIEW
    old_word = judged(spots(6, 60), fact(STABLE, "yes", 30), spots(8, 3), symptoms("none"), table=SPOTTED)[1]
    assert old_word.state is State.HELD


def test_after_a_resumed_dose_a_finding_that_stays_stable_goes_on_and_a_new_one_does_not():
    history = [given("infliximab_iv", 1, 90), given("infliximab_iv", 2, 14)]
    before = [spots(6, 60), spots(6, 30), fact(STABLE, "yes", 30), symptoms("none")]
    assert judged(*before, table=SPOTTED, number=3, history=history)[1].state is State.MET
    assert judged(*before, spots(9, 3), table=SPOTTED, number=3, history=history)[1].state is State.HELD


def test_a_finding_of_the_day_of_the_last_dose_was_not_yet_seen_when_it_was_given():
    history = [given("infliximab_iv", 1, 14)]
    facts = [spots(6, 60), spots(6, 14), fact(STABLE, "yes", 14), symptoms("none")]
    assert judged(*facts, table=SPOTTED, number=2, history=history)[1].state is State.REVIEW


def test_a_suspension_stands_while_an_answer_that_would_decide_is_missing():
    table = replace(SPOTTED, resume=holding(among(STABLE, "yes")))
    facts = [spots(6, 60), spots(2, 3), fact(STABLE, "yes", 3)]
    assert judged(*facts, table=table)[1].state is State.HELD
    assert judged(*facts, symptoms("none"), table=table)[1].state is State.REVIEW


def test_a_finding_that_no_row_names_is_held_although_something_else_is_missing():
    short = replace(TABLE, rows=TABLE.rows[:1])
    _, found = judged(swelling("mild", 3), table=short)
    assert (found.state, found.code) == (State.HELD, "not_encoded")


words_of_both = st.tuples(st.sampled_from(GRADES), st.sampled_from(GRADES))


@having(words_of_both, words_of_both)
def test_an_earlier_finding_never_makes_the_answer_milder(newest, before):
    rank = {State.MET: 0, State.REVIEW: 1, State.UNKNOWN: 2, State.HELD: 3}
    alone = judged(swelling(newest[0], 3), symptoms(newest[1], 3), symptoms(newest[1]))[1]
    after = judged(
        swelling(before[0], 9), symptoms(before[1], 9), swelling(newest[0], 3), symptoms(newest[1], 3), symptoms(newest[1])
    )[1]
    assert rank[after.state] >= rank[alone.state]
