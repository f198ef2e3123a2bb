"""One weight for the regimen and the amount; a border that is crossed is for a person; weights that cannot be right."""

from dataclasses import replace
from decimal import Decimal

import pytest

from chairside.core.kernel.decision import Outcome
from chairside.core.protocols.schema.dose import Axis, Cell, Step, Table
from tests.core.plans.cast import IRON, YARETZI, codes, given, kg, mg, weighed
from tests.core.plans.small import asked, ruled
from tests.core.plans.test_dosing import heart_failure, infliximab, iron


def weighing(record: str, today: str, days_ago: int = 0, **more):
    return iron(patient=replace(YARETZI, weight=kg(record)), facts=[weighed(today, days_ago=days_ago)], **more)


@pytest.mark.parametrize(
    ("record", "today", "regimen", "amount"),
    [
        ("49", "53.5", "ida_ge_50kg", 750),
        ("49", "50", "ida_ge_50kg", 750),
        ("50", "49.9", "ida_lt_50kg", "748.5"),
        ("50", "30", "ida_lt_50kg", 450),
    ],
)
def test_across_the_border_regimen_and_amount_come_from_the_same_weight_and_a_person_decides(record, today, regimen, amount):
    decision = weighing(record, today)
    assert (decision.outcome, set(codes(decision))) == (Outcome.REVIEW, {"weight_changed"})
    assert (decision.value.regimen, decision.value.amount) == (regimen, mg(amount))
    assert {reason.override for reason in decision.reasons} == {"prescriber"}


def test_a_weight_of_an_earlier_day_across_the_border_asks_and_keeps_the_weight_of_record():
    decision = weighing("50", "48", days_ago=3)
    assert (decision.outcome, decision.value.amount) == (Outcome.REVIEW, mg(750))


@pytest.mark.parametrize(("record", "today"), [("58.9", "51"), ("49", "45.5")])
def test_on_one_side_of_the_border_no_border_is_told(record, today):
    assert all("by the newest weight" not in reason.message for reason in weighing(record, today).reasons)


def test_the_border_counts_for_a_regimen_that_the_order_names_too():
    assert "weight_changed" in codes(weighing("52", "49", regimen="ida_ge_50kg"))


@pytest.mark.parametrize("record", ["712", "0.1"])
def test_a_weight_of_record_that_cannot_be_right_is_refused_for_a_flat_dose_too(record):
    decision = iron(patient=replace(YARETZI, weight=kg(record)))
    assert (decision.outcome, "out_of_range" in codes(decision)) == (Outcome.REFUSED, True)


@pytest.mark.parametrize("today", ["0", "-3", "700"])
def test_a_weight_of_today_that_cannot_be_right_is_refused_and_makes_no_amount(today):
    decision = weighing("49", today)
    assert decision.outcome is Outcome.REFUSED
    assert decision.value is None


def test_a_weight_of_today_without_a_unit_is_unknown():
    decision = infliximab(facts=[weighed("157", "")])
    assert decision.outcome is Outcome.UNKNOWN


def test_a_tier_of_a_table_that_today_s_weight_would_change_is_for_review():
    fact = weighed("70.5")
    at_first = heart_failure("69", "9", 2, more_facts=[weighed("69", days_ago=42)], history=[given(IRON.id, 1, 42, 1000)])
    assert at_first.value.amount == mg(500)
    asked = heart_failure("69", "12", more_facts=[fact])
    assert asked.outcome is Outcome.ALLOWED  # the first dose is the same on both sides
    assert heart_failure("69", "14.5", more_facts=[fact]).outcome is Outcome.ALLOWED


@pytest.mark.parametrize(
    ("today", "said"),
    [("72", "72 kg as last weighed gives 900 mg, 68 kg of record gives 500 mg."), ("75", "gives no dose, 68 kg of record")],
)
def test_the_amount_of_either_weight_is_told_and_that_one_of_them_has_none(today, said):
    table = Table(
        (Axis("patient.weight_kg", "kg"),),
        (Cell((Step(high=Decimal(70)),), (mg(500),)), Cell((Step(low=Decimal(70), high=Decimal(74)),), (mg(900),))),
    )
    decision = asked(ruled(table), patient=replace(YARETZI, weight=kg(68)), facts=[weighed(today)])
    (message,) = (reason.message for reason in decision.reasons if "as last weighed gives" in reason.message)
    assert said in message


def test_a_tier_that_changes_the_amount_is_for_review_until_the_course_has_frozen_the_weight():
    table = IRON.regimen("heart_failure").phases[0].dose
    lighter = replace(
        table, cells=tuple(replace(cell, amounts=(mg(500),)) if cell.at[0].high else cell for cell in table.cells)
    )
    regimens = tuple(
        replace(item, phases=(replace(item.phases[0], dose=lighter), *item.phases[1:])) if item.key == "heart_failure" else item
        for item in IRON.regimens
    )
    changed = replace(IRON, regimens=regimens)
    first = heart_failure("69", "9", more_facts=[weighed("70.5")], protocol=changed)
    assert (first.outcome, codes(first)) == (Outcome.REVIEW, ["weight_changed"])
    history = [given(IRON.id, 1, 42, 500)]
    weights = [weighed("69", days_ago=42), weighed("70.5")]
    second = heart_failure("69", "9", 2, more_facts=weights, protocol=changed, history=history)
    assert second.outcome is Outcome.ALLOWED
