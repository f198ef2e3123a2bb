"""A visit at home: the kit item by item, nothing without what is critical, a signature from elsewhere after the assessment."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from chairside.core.access import Role
from chairside.core.visit import events as e
from chairside.core.visit.guards.home import standing_home
from chairside.core.visit.home import Carried, HomePlan, kit_for
from chairside.core.visit.next_action import next_action
from chairside.core.visit.values import Answer, Said
from tests.core.visit.walk import AMY, BEN, DESK, ME, NINE, PAT, PLAN, Walk, person, vitals

KIT = kit_for(
    (Carried("drug", "Testumab", "100 mg x 4", "0.9% sodium chloride"),), ("antihistamine 25 mg",), ("epinephrine",), ("pulse",)
)
HOME = HomePlan(NINE - timedelta(minutes=30), NINE + timedelta(minutes=30), "4 Elm Street", kit=KIT)
AT_HOME = replace(PLAN, home=HOME)
ALL = tuple(item.key for item in KIT)


def with_kit(*missing: str) -> e.KitChecked:
    return e.KitChecked(tuple(key for key in ALL if key not in missing), missing)


def assessed(walk: Walk) -> Walk:
    walk.do(with_kit()).do(e.SetOut(HOME.latest)).do(e.CheckedIn(ME, True))
    walk.do(vitals(weight=80)).do(e.AllergiesReviewed((), True))
    return walk.do(e.QuestionsAnswered((Answer("infection", Said.NO),)))


def test_the_cards_lead_from_the_kit_over_the_way_to_the_signature_without_a_chair():
    walk, seen = Walk(AT_HOME), []
    for command, actor in (
        (with_kit(), AMY),
        (e.SetOut(HOME.latest), AMY),
        (e.CheckedIn(ME, True), AMY),
        (vitals(weight=80), AMY),
        (e.AllergiesReviewed((), True), AMY),
        (e.QuestionsAnswered((Answer("infection", Said.NO),)), AMY),
        (e.RemotelySigned("Vitals and answers of today"), PAT),
        (e.Cleared(), AMY),
    ):
        seen.append(next_action(walk.state, AT_HOME, walk.at).command)
        walk.do(command, actor)
    assert seen == [
        "kit_checked",
        "set_out",
        "checked_in",
        "vitals_recorded",
        "allergies_reviewed",
        "questions_answered",
        "remotely_signed",
        "cleared",
    ]


def test_every_item_is_answered():
    decision = Walk(AT_HOME).ask(e.KitChecked(ALL[1:]))
    assert [reason.code for reason in decision.reasons] == ["missing_fact"]
    assert KIT[0].title in decision.reasons[0].message
    assert not Walk(AT_HOME).ask(e.KitChecked(ALL, ALL[:1])).allowed


@pytest.mark.parametrize("key", ["emergency_1", "drug_drug", "vitals", "sharps"])
def test_without_what_is_critical_nobody_sets_out_and_nothing_is_given(key):
    walk = Walk(AT_HOME).do(with_kit(key))
    assert not walk.ask(e.SetOut(HOME.latest)).allowed
    assert "home.kit" in [reason.field for reason in standing_home(walk.state, AT_HOME)]
    walk.do(with_kit()).do(e.SetOut(HOME.latest))


def test_what_is_not_critical_is_named_and_does_not_hold():
    walk = Walk(AT_HOME).do(with_kit("paper", "premedication_1"))
    assert walk.ask(e.SetOut(HOME.latest)).allowed


def test_nothing_is_given_before_somebody_elsewhere_signed_after_the_last_answer():
    walk = assessed(Walk(AT_HOME))
    assert [reason.field for reason in standing_home(walk.state, AT_HOME)] == ["home.sign_off"]
    walk.do(e.RemotelySigned("Vitals and answers of today"), PAT)
    assert standing_home(walk.state, AT_HOME) == ()
    walk.do(e.QuestionsAnswered((Answer("infection", Said.UNKNOWN),)))
    assert [reason.field for reason in standing_home(walk.state, AT_HOME)] == ["home.sign_off"]


def test_the_signature_is_another_persons_by_another_log_in_after_the_assessment():
    walk = Walk(AT_HOME).do(with_kit()).do(e.SetOut(HOME.latest)).do(e.CheckedIn(ME, True))
    assert not walk.ask(e.RemotelySigned("early"), PAT).allowed
    walk = assessed(Walk(AT_HOME))
    same_login = person("pat", Role.PHARMACIST, session=AMY.session)
    both = person("amy", Role.NURSE, Role.PHARMACIST, session="another session")
    for actor in (same_login, both):
        assert "not_independent" in [reason.code for reason in walk.ask(e.RemotelySigned("I look"), actor).reasons]
    assert "not_permitted" in [reason.code for reason in walk.ask(e.RemotelySigned("I look"), BEN).reasons]
    assert not walk.ask(e.RemotelySigned(" "), PAT).allowed


def test_the_start_waits_for_the_home_rules():
    walk = Walk(AT_HOME)
    fields = {reason.field for reason in walk.ask(walk.start()).reasons}
    assert {"home.kit", "home.sign_off"} <= fields
    fields = {reason.field for reason in Walk(PLAN).ask(walk.start()).reasons}
    assert not {"home.kit", "home.sign_off"} & fields


def test_at_a_center_there_is_no_kit():
    for command, actor in ((with_kit(), AMY), (e.SetOut(), AMY), (e.RemotelySigned("x"), PAT)):
        assert "wrong_state" in [
            reason.code for reason in Walk(PLAN).do(e.CheckedIn(ME, True), DESK).ask(command, actor).reasons
        ]
