"""What a site may set, and what it may not: bounds, and a double check without what nobody overrides at the chair."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from chairside.core.access import Role
from chairside.core.visit.policy import (
    ADMINISTRATION,
    PROPOSAL,
    TITLES,
    CheckStage,
    ClassCheck,
    DrugClass,
    Moment,
    SitePolicy,
)
from chairside.core.visit.policy_bounds import ALWAYS_CHECKED, ALWAYS_COMPARED, NUMBERS, problems


def fields(policy):
    return [reason.field for reason in problems(policy)]


def with_class(drug_class, **changes):
    rules = tuple(replace(item, **changes) if item.drug_class is drug_class else item for item in PROPOSAL.double_checks)
    return replace(PROPOSAL, double_checks=rules)


def staged(*stages):
    return replace(PROPOSAL, stages=stages)


def test_the_proposal_may_be_set_and_every_stage_may_ask_everything():
    assert problems(PROPOSAL) == ()
    assert set(ADMINISTRATION.asks) == set(TITLES)


@pytest.mark.parametrize("item", NUMBERS, ids=lambda item: item.name)
def test_a_figure_stands_within_its_bounds_and_is_never_clamped(item):
    made = type(getattr(PROPOSAL, item.name))
    for value, allowed in ((item.low, True), (item.high, True), (item.low - 1, False), (item.high + 1, False)):
        typed = timedelta(minutes=int(value)) if made is timedelta else made(value)
        clocks = {"vitals_amber": timedelta(minutes=1), "vitals_red": timedelta(minutes=30)}
        policy = replace(PROPOSAL, **{**clocks, item.name: typed})
        assert (item.name not in fields(policy)) is allowed, value
        assert item.of(policy) == value


@pytest.mark.parametrize("drug_class", DrugClass)
def test_a_class_may_go_without_a_check_but_never_an_antineoplastic_or_blood(drug_class):
    found = fields(with_class(drug_class, needed=False))
    assert bool(found) is (drug_class in ALWAYS_CHECKED)


def test_only_who_may_verify_may_be_second():
    assert fields(with_class(DrugClass.VESICANT, second=frozenset({Role.FRONT_DESK, Role.NURSE}))) == ["class.vesicant"]
    assert "class.vesicant" in fields(with_class(DrugClass.VESICANT, second=frozenset()))


def test_no_drug_of_two_classes_is_left_without_anybody():
    nurse = with_class(DrugClass.VESICANT, second=frozenset({Role.NURSE}))
    both = replace(
        nurse,
        double_checks=tuple(
            replace(item, second=frozenset({Role.PHARMACIST})) if item.drug_class is DrugClass.ANTINEOPLASTIC else item
            for item in nurse.double_checks
        ),
    )
    assert problems(nurse) == ()
    assert fields(both) == ["double_checks"]


def test_a_rate_is_set_for_immune_globulin_only():
    assert fields(with_class(DrugClass.IMMUNE_GLOBULIN, above=Decimal("0.5"))) == []
    assert fields(with_class(DrugClass.IMMUNE_GLOBULIN, above=Decimal(0))) == ["class.immune_globulin"]
    assert fields(with_class(DrugClass.VESICANT, above=Decimal("0.5"))) == ["class.vesicant"]


def test_every_class_has_its_rule_and_a_class_that_came_later_gets_the_proposal():
    short = replace(PROPOSAL, double_checks=PROPOSAL.double_checks[1:])
    assert "double_checks" in fields(short)
    assert set(short.with_all_classes().double_checks) == set(PROPOSAL.double_checks)


@pytest.mark.parametrize("name", ALWAYS_COMPARED)
def test_two_people_always_compare_what_nobody_overrides(name):
    asks = tuple(item for item in TITLES if item != name)
    without = replace(ADMINISTRATION, asks=asks)
    assert fields(staged(without)) == ["stages"]
    alone = CheckStage("alone", "Alone", Moment.ON_PREPARATION, asks=(name,), people=1)
    assert fields(staged(alone, without)) == ["stages"]
    both = CheckStage("both", "Both", Moment.ON_PREPARATION, asks=(name,))
    assert fields(staged(both, without)) == []


@pytest.mark.parametrize(
    ("stages", "field"),
    [
        ((), "stages"),
        ((ADMINISTRATION, ADMINISTRATION), "stages"),
        ((ADMINISTRATION, CheckStage("late", "Late", Moment.ON_PREPARATION)), "stages"),
        ((replace(ADMINISTRATION, title=" "),), "stage.0"),
        ((replace(ADMINISTRATION, people=3),), "stage.0"),
        ((replace(ADMINISTRATION, who=frozenset({Role.BILLER})),), "stage.0"),
        ((replace(ADMINISTRATION, asks=("dose", "zodiac")),), "stage.0"),
        ((CheckStage("early", "Early", Moment.BEFORE_PREPARATION, asks=("lots",)), ADMINISTRATION), "stage.0"),
    ],
)
def test_a_stage_that_cannot_be_is_refused(stages, field):
    assert field in fields(staged(*stages))


def test_four_stages_can_be_listed():
    early = CheckStage("before_preparation", "Before preparation", Moment.BEFORE_PREPARATION, asks=("weight", "dose"))
    made = CheckStage("on_preparation", "On preparation", Moment.ON_PREPARATION, asks=("product", "lots", "volume", "use_by"))
    bedside = CheckStage("bedside", "At the bedside", asks=("patient", "pump_rate"), presence=True)
    assert problems(staged(early, made, ADMINISTRATION, bedside)) == ()


def test_a_ladder_keeps_a_set_of_vitals_before_each_rise():
    assert fields(replace(PROPOSAL, vitals_profile="A")) == ["vitals_profile"]
    assert fields(replace(PROPOSAL, vitals_profile="C", vitals_profile_one_rate="A")) == []


def test_red_comes_after_amber():
    assert fields(replace(PROPOSAL, vitals_amber=timedelta(minutes=10), vitals_red=timedelta(minutes=10))) == ["vitals_red"]


def test_the_policy_is_a_value():
    assert SitePolicy() == PROPOSAL
    assert ClassCheck(DrugClass.CHILD) in PROPOSAL.double_checks
