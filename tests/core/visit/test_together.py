"""Several orders in one visit: what is asked twice is asked once, the stricter holds, and nothing contradictory is joined."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from chairside.core.kernel.decision import refused
from chairside.core.visit import events as e
from chairside.core.visit.guards.arrival import standing_clear
from chairside.core.visit.guards.giving import in_turn, standing_start
from chairside.core.visit.next_action import next_action
from chairside.core.visit.plan import OrderOfRecord, Premedication, Question
from chairside.core.visit.together import together
from tests.core.visit.walk import A_DRUG, NINE, PLAN, Walk, q

OTHER_ORDER = OrderOfRecord("order-2", date(2026, 11, 10), date(2027, 1, 1))
SECOND = replace(
    PLAN,
    order=OTHER_ORDER,
    drugs=(replace(A_DRUG, key="second", title="Secondine", products=("Secra",)),),
    premedications=(),
    questions=(),
    observation_minutes=60,
    observation_source="second protocol",
    protocol_id="second",
    protocol_sha256="b" * 64,
)
BOTH = together(PLAN, SECOND).value
assert BOTH is not None


def test_each_drug_keeps_its_order_its_turn_and_its_protocol():
    first, second = BOTH.drugs
    assert (first.order, second.order) == (PLAN.order, OTHER_ORDER)
    assert (first.sequence, second.sequence) == (1, 2)
    assert second.protocol_sha256 == "b" * 64
    assert (BOTH.observation_minutes, BOTH.observation_source) == (60, "second protocol")


def test_one_medicine_is_given_once_with_the_longer_wait():
    also = replace(PLAN.premedications[0], code="h1", wait_minutes=60, sedating=False)
    made = together(PLAN, replace(SECOND, premedications=(also,)))
    assert made.allowed
    (item,) = made.value.premedications
    assert (item.code, item.wait_minutes, item.sedating) == ("antihistamine", 60, True)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"drugs": PLAN.drugs}, "duplicate_therapy"),
        ({"dosing_weight": q(81, "kg")}, "mismatch"),
        ({"premedications": (Premedication("h1", "Antihistamine", q(50, "mg"), "oral", 30),)}, "duplicate_therapy"),
        ({"premedications": (Premedication("h1", "antihistamine", q(25, "mg"), "iv", 30),)}, "duplicate_therapy"),
    ],
)
def test_a_contradiction_is_told_and_not_joined(changes, code):
    made = together(PLAN, replace(SECOND, **changes))
    assert not made.allowed
    assert [reason.code for reason in made.reasons] == [code]


def test_a_question_of_both_trips_by_what_trips_either():
    softer = replace(PLAN.questions[0], trips_on=("no",), hard=False)
    (asked,) = together(PLAN, replace(SECOND, questions=(softer,))).value.questions
    assert set(asked.trips_on) == {"yes", "no"}
    assert asked.hard
    other = Question("infection", "Another question under the same key")
    assert [item.text for item in together(PLAN, replace(SECOND, questions=(other,))).value.questions] == [
        PLAN.questions[0].text,
        other.text,
    ]


def test_the_stricter_cadence_holds():
    made = together(PLAN, replace(SECOND, cadence=replace(PLAN.cadence, first=(5,), then_every=20, at_end=False))).value
    assert made.cadence.first == (5, *PLAN.cadence.first)
    assert made.cadence.then_every == 20
    assert made.cadence.at_end


def test_what_holds_one_drug_holds_the_go_until_that_drug_is_put_off():
    held = replace(BOTH.drugs[1], clearance=(refused("requires_lab", "A result is missing.", field="second.clearance.x"),))
    plan = replace(BOTH, drugs=(BOTH.drugs[0], held))
    walk = Walk(plan)
    assert any(reason.field == "second.clearance.x" for reason in standing_clear(walk.state, plan, NINE))
    walk.record(e.Deferred("the result is not in", "second"))
    assert not any(reason.field == "second.clearance.x" for reason in standing_clear(walk.state, plan, NINE))
    assert walk.state.infusions["second"].stage == "deferred"


def test_an_order_that_ended_holds_its_own_drug_only():
    late = replace(BOTH.drugs[1], order=OrderOfRecord("order-2", date(2026, 1, 1), date(2026, 2, 1)))
    plan = replace(BOTH, drugs=(BOTH.drugs[0], late))
    walk = Walk(plan)
    assert any(reason.code == "too_late" for reason in standing_clear(walk.state, plan, NINE))
    assert "too_late" not in {reason.code for reason in standing_start(walk.state, plan, plan.drugs[0], NINE)}
    assert "too_late" in {reason.code for reason in standing_start(walk.state, plan, late, NINE)}


def test_the_second_drug_waits_for_the_end_of_the_first_and_for_the_flush():
    walk = Walk(BOTH).ready()
    assert [reason.field for reason in in_turn(walk.state, BOTH, BOTH.drugs[1])] == ["sequence.second"]
    walk.do(walk.start())
    walk.later(150).record(e.Stopped("drug", "complete", q(250, "mL"), q(0, "mL")))
    assert [reason.message for reason in in_turn(walk.state, BOTH, BOTH.drugs[1])] == ["Flush the line after Testumab first."]
    assert next_action(walk.state, BOTH, walk.at).command == "flushed"
    walk.do(e.Flushed("drug", q(20, "mL")))
    assert in_turn(walk.state, BOTH, BOTH.drugs[1]) == ()
    assert next_action(walk.state, BOTH, walk.at).drug == "second"
