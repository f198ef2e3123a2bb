"""From the two protocols to visit plans: ladders, premedications, cadence, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from chairside.core.kernel.decision import Outcome
from chairside.core.visit.from_protocol import OrderedPremedication, visit_plan
from chairside.core.visit.ladder import total_minutes
from chairside.core.visit.plan import OrderOfRecord, Subject
from chairside.core.visit.run.rates import Course, in_ml_per_hour
from chairside.formulary.loader import load
from tests.core.visit.walk import q

INFLIXIMAB, IRON = load("infliximab_iv"), load("ferric_carboxymaltose")


def plan_for(protocol=INFLIXIMAB, number=1, **change):
    usual = {
        "subject": Subject("Ana Ruiz", date(1980, 1, 1)),
        "order": OrderOfRecord("o", date(2026, 1, 1)),
        "indication": "any",
        "brand": protocol.products[0].brand,
        "dose": q(400, "mg"),
        "volume": q(250, "mL"),
        "course": Course(number, number - 1),
        "weight": q(80, "kg"),
        "dose_per": q(5, "mg/kg"),
    }
    return visit_plan(protocol, **{**usual, **change})


def test_a_first_infusion_takes_the_steps_and_a_later_one_the_even_rate():
    first, second = plan_for(number=1).value.drugs[0], plan_for(number=2).value.drugs[0]
    assert [str(step.rate) for step in first.ladder] == ["20 mL/h", "40 mL/h", "80 mL/h", "120 mL/h", "150 mL/h"]
    assert total_minutes(first.ladder, first.volume) == 137
    assert [str(step.rate) for step in second.ladder] == ["125 mL/h"]


def test_a_faster_practice_ladder_is_chosen_by_name_and_only_where_it_is_approved_and_earned():
    fast = {"wanted_ladder": "practice_one_hour"}
    assert plan_for(number=5, **fast).outcome is Outcome.REFUSED
    assert plan_for(number=5, approved=frozenset({"practice_one_hour"}), **fast).allowed
    early = plan_for(number=5, course=Course(5, 3), approved=frozenset({"practice_one_hour"}), **fast)
    assert early.outcome is Outcome.REFUSED


def test_another_bag_than_the_ladder_was_written_for_takes_the_even_rate():
    assert len(plan_for(volume=q(500, "mL")).value.drugs[0].ladder) == 1


def test_an_ordered_premedication_without_an_amount_asks_the_order_for_it():
    asked = plan_for(ordered=(OrderedPremedication("antihistamine_h1"),))
    assert asked.outcome is Outcome.UNKNOWN
    stated = plan_for(ordered=(OrderedPremedication("antihistamine_h1", q(25, "mg"), "oral"),))
    assert stated.allowed
    assert stated.value.sedating
    assert not plan_for().value.sedating


def test_the_orders_own_agent_wait_and_warning_hold_over_the_protocols():
    ordered = OrderedPremedication("antihistamine_h1", q(10, "mg"), "oral", "cetirizine", 60, False)
    item = plan_for(ordered=(ordered,)).value.premedications[0]
    assert (item.title, item.wait_minutes, item.sedating) == ("cetirizine", 60, False)


def test_an_agent_that_the_protocol_does_not_list_is_given_when_the_order_says_everything():
    free = OrderedPremedication("famotidine", q(20, "mg"), "iv", "famotidine", 30, False)
    assert [item.code for item in plan_for(ordered=(free,)).value.premedications] == ["famotidine"]
    assert plan_for(ordered=(replace(free, wait_minutes=None),)).outcome is Outcome.UNKNOWN
    assert plan_for(ordered=(OrderedPremedication("famotidine"),)).outcome is Outcome.UNKNOWN


def test_the_protocols_questions_cadence_and_hash_come_along():
    made = plan_for().value
    assert {question.code for question in made.questions} >= {"active_infection", "live_vaccine"}
    assert (made.cadence.first, made.cadence.then_every, made.cadence.before_rise) == ((15,), 30, True)
    assert made.policy.vitals_valid == timedelta(minutes=10)
    assert made.observation_minutes == 30
    assert made.protocol_sha256 == INFLIXIMAB.sha256
    skipped = plan_for(skip_questions=frozenset({"pregnancy"})).value
    assert "pregnancy" not in {question.code for question in skipped.questions}


def test_iron_runs_over_fifteen_minutes_below_its_cap():
    drug = plan_for(IRON, dose=q(750, "mg"), dose_per=None).value.drugs[0]
    assert [str(step.rate) for step in drug.ladder] == ["1000 mL/h"]
    assert drug.max_rate == q(2000, "mL/h")  # 100 mg/min at 3 mg/mL


def test_a_cap_below_the_ladder_shortens_it_and_never_lengthens():
    slow = replace(IRON, rate_caps=(replace(IRON.rate_caps[0], rate=q(10, "mg/min")),))
    drug = plan_for(slow, dose=q(750, "mg"), dose_per=None).value.drugs[0]
    assert drug.ladder[-1].rate == q(200, "mL/h")


def test_another_brand_is_not_a_product_of_this_protocol():
    assert plan_for(brand="Nothing").outcome is Outcome.REFUSED


@pytest.mark.parametrize(
    ("rate", "expected"),
    [
        (("20", "mL/h"), "20"),
        (("0.5", "mL/kg/h"), "40"),
        (("50", "mg/h"), "31.25"),
        (("1", "mg/kg/min"), "3000"),
        (("0.01", "mL/kg/min"), "48"),
    ],
)
def test_a_rate_in_any_units_of_the_label_becomes_millilitres_an_hour(rate, expected):
    found = in_ml_per_hour(q(*rate), dose=q(400, "mg"), volume=q(250, "mL"), weight=q(80, "kg"))
    assert found is not None
    assert found.amount == Decimal(expected)


def test_a_rate_by_weight_without_a_weight_is_not_computed():
    assert in_ml_per_hour(q("1", "mg/kg/min"), dose=q(400, "mg"), volume=q(250, "mL"), weight=None) is None
