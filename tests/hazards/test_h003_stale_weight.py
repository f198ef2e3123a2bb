"""H-003 stale weight: measured today, and from a change of a tenth on a prescriber decides."""

from __future__ import annotations

import pytest

from chairside.core.visit import events as e
from chairside.core.visit.values import Answer, Said
from tests.core.visit.walk import DESK, ME, Walk, vitals


def assessed_at(weight: object | None) -> Walk:
    walk = Walk().do(e.CheckedIn(ME, True), DESK).do(e.Seated("4")).do(vitals(weight=weight))
    return walk.do(e.AllergiesReviewed((), True)).do(e.QuestionsAnswered((Answer("infection", Said.NO),)))


@pytest.mark.parametrize(("weight", "goes"), [("80", True), ("87.9", True), ("88", False), ("72.1", True), ("72", False)])
def test_a_change_of_a_tenth_either_way_holds(weight, goes):
    assert assessed_at(weight).ask(e.Cleared()).allowed is goes


def test_no_weight_of_today_holds_and_nothing_is_carried_over():
    reasons = assessed_at(None).ask(e.Cleared()).reasons
    assert ("missing_fact", "vitals.weight_kg") in [(reason.code, reason.field) for reason in reasons]
