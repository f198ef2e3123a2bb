"""H-002 pounds typed as kilograms: a jump by the factor of a pound is asked about, at the order and at the chair."""

from __future__ import annotations

import pytest

from chairside.core.visit import events as e
from chairside.core.visit.values import Reading
from tests.core.visit.walk import DESK, ME, Walk, q, vitals
from tests.exchange.questions.asking import GOOD, answered, spoiled


def test_a_weight_2_2_times_the_one_of_record_holds_the_visit_and_asks_to_weigh_again():
    walk = Walk().do(e.CheckedIn(ME, True), DESK).do(e.Seated("4")).do(vitals(weight="176"))  # 80 kg in pounds
    (reason,) = [reason for reason in walk.ask(e.Cleared()).reasons if reason.code == "weight_changed"]
    assert reason.override == "none", "nobody decides on a number that is first to be taken again"
    assert "Weigh again" in reason.message


def test_a_weight_in_another_unit_than_a_weight_is_never_taken():
    walk = Walk().do(e.CheckedIn(ME, True), DESK)
    for unit in ("mg", "cm", "mm[Hg]"):
        assert not walk.ask(e.VitalsRecorded((Reading("weight_kg", q(80, unit)),))).allowed


@pytest.mark.parametrize(("weight", "outcome"), [("82.4", "allowed"), ("181.7", "review")])
def test_the_dose_asks_when_the_weight_is_to_an_earlier_one_as_pounds_are_to_kilograms(weight, outcome):
    earlier = {"kind": "vital", "code": "weight_kg", "value": "82.4", "unit": "kg", "date": "2026-03-20"}
    question = spoiled(spoiled(GOOD["dose"], "patient.weight_kg", weight), "facts", [*GOOD["dose"]["facts"], earlier])
    question.pop("order")
    made = answered("dose", question)
    assert ("weight_changed" in [reason["code"] for reason in made["reasons"]]) is (outcome == "review")
