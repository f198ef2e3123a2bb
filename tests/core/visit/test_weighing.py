"""Today's weight: weighed again before anybody decides by an unlikely one; then weight and body surface ask the prescriber."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from chairside.core.visit import events as e
from chairside.core.visit.guards.weighing import drift, weight
from chairside.core.visit.next_action import next_action
from chairside.core.visit.plan import Weighing
from chairside.core.visit.policy import PROPOSAL
from tests.core.visit.walk import A_DRUG, DOC, PLAN, Walk, q, vitals

BY_SURFACE = replace(PLAN, drugs=(replace(A_DRUG, dose_per=q(200, "mg/m2")),), height=q(180, "cm"), surface=q(2, "m2"))


def fields(plan, *weights):
    walk = Walk(plan).assessed(weights[0])
    for again in weights[1:]:
        walk.do(vitals(weight=again))
    return [reason.field for reason in weight(walk.state, plan)]


@pytest.mark.parametrize(
    ("weights", "found"),
    [
        (("80",), []),
        (("87.9",), []),
        (("88",), ["weight.change"]),
        (("92",), ["weight.change"]),
        (("92.1",), ["weight.again"]),
        (("67.9",), ["weight.again"]),
        (("36.3",), ["weight.again"]),  # pounds typed for kilograms, the other way round
        (("92.1", "92.5"), ["weight.change"]),
        (("176", "80"), []),
        (("176", "92.1"), ["weight.again"]),
        (("92.1", "80", "92.1"), ["weight.change"]),
    ],
)
def test_an_unlikely_weight_is_measured_twice_before_anybody_decides_by_it(weights, found):
    assert fields(PLAN, *weights) == found


def test_nobody_releases_the_second_weighing_and_a_prescriber_decides_about_the_dose():
    walk = Walk().assessed(95)
    again = weight(walk.state, PLAN)[0]
    assert (again.override, again.outcome.word) == ("none", "refused")
    assert not walk.ask(e.Overridden("weight.again", "it is the scale of the ward"), DOC).allowed
    walk.do(vitals(weight=95))
    assert walk.ask(e.Overridden("weight.change", "the dose stands"), DOC).allowed


def test_a_weight_that_the_person_measured_again_and_confirmed_is_borne_out():
    walk = Walk().assessed(80)
    typed = vitals(weight=95)
    readings = tuple(replace(item, confirmed=True) if item.code == "weight_kg" else item for item in typed.readings)
    walk.do(replace(typed, readings=readings))
    assert [reason.field for reason in weight(walk.state, PLAN)] == ["weight.change"]


@pytest.mark.parametrize(
    ("days", "kilograms", "asks"), [(1, "82", False), (1, "82.1", True), (3, "85.9", False), (0, "82.1", True)]
)
def test_more_than_two_kilograms_a_day_are_weighed_again(days, kilograms, asks):
    plan = replace(PLAN, last_weight=Weighing(PLAN.day - timedelta(days=days), q(80, "kg")))
    assert ("weight.again" in fields(plan, kilograms)) is asks


def test_the_figures_are_the_sites():
    plan = replace(PLAN, policy=replace(PROPOSAL, weight_change_percent=Decimal(5), weight_recheck_percent=Decimal(8)))
    assert fields(plan, "84") == ["weight.change"]
    assert fields(plan, "87") == ["weight.again"]


def test_a_dose_by_body_surface_asks_at_five_percent_of_it():
    assert fields(BY_SURFACE, "87.9") == []  # 180 cm, 87.9 kg: 2.0964 m2, 4.8 %
    assert fields(BY_SURFACE, "88.2") == ["weight.change"]  # the weight tells it already
    calm = replace(BY_SURFACE, policy=replace(PROPOSAL, surface_change_percent=Decimal(4)))
    assert fields(calm, "87.9") == ["weight.surface"]
    assert fields(replace(PLAN, height=q(180, "cm"), surface=q(2, "m2")), "87.9") == []


def test_a_dose_by_body_surface_without_a_height_is_unknown():
    plan = replace(BY_SURFACE, height=None, surface=None)
    walk = Walk(plan).assessed()
    assert [(reason.field, reason.outcome.word) for reason in weight(walk.state, plan)] == [("height", "unknown")]


def test_a_signed_decision_settles_the_weight():
    walk = Walk().assessed(120)
    assert weight(walk.state, replace(PLAN, weight_decided=True)) == ()


def test_the_drift_since_the_first_dose_is_shown_and_holds_nothing():
    plan = replace(PLAN, first_weight=Weighing(PLAN.day.replace(year=2025), q(88, "kg")))
    walk = Walk(plan).assessed(80)
    assert drift(walk.state, plan) == "since the first dose on Nov 23, 2025: 88 kg to 80 kg, 9.1 % less"
    assert drift(walk.state, plan) in next_action(walk.state, plan, walk.at).evidence
    assert weight(walk.state, plan) == ()
    assert drift(Walk().assessed(80).state, PLAN) == ""
