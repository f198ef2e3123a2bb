"""Which drugs are double checked, in which stages, by whom, from where; each person from the raw inputs."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from chairside.core.access import Role
from chairside.core.visit import events as e
from chairside.core.visit.check_need import need_of, stages_of
from chairside.core.visit.double_check import due, open_stage
from chairside.core.visit.drug_classes import classes_for, classes_of
from chairside.core.visit.encoding import from_text, to_text
from chairside.core.visit.next_action import next_action
from chairside.core.visit.plan import LadderStep, Manner, ml_per_hour
from chairside.core.visit.policy import ADMINISTRATION, PROPOSAL, CheckStage, DrugClass, Moment
from chairside.core.visit.recomputing import asked
from chairside.formulary import loader
from tests.core.visit.walk import A_DRUG, AMY, BEN, DRUG, PAT, PLAN, Walk, bag, check, draws, q

EARLY = CheckStage("early", "Before preparation", Moment.BEFORE_PREPARATION, asks=("weight", "dose"))
ALONE = CheckStage("alone", "On preparation", Moment.ON_PREPARATION, asks=("product", "lots", "volume"), people=1)
BEDSIDE = CheckStage("bedside", "At the bedside", asks=("patient", "pump_rate"), presence=True)
FOUR = (EARLY, ALONE, ADMINISTRATION, BEDSIDE)


def with_policy(plan=PLAN, **changes):
    return replace(plan, policy=replace(PROPOSAL, **changes))


def rules(*classes, **changes):
    """The proposal with the rules of some classes changed, all of them when none is named."""
    return tuple(
        replace(item, **changes) if not classes or item.drug_class in classes else item for item in PROPOSAL.double_checks
    )


def codes(decision):
    return [(reason.code, reason.message) for reason in decision.reasons]


def at(stage, walk, **changes):
    """A right entry of what one stage asks."""
    whole = check(walk.at + timedelta(hours=6), **changes)
    names = {"patient": "identifiers"}
    kept = {names.get(name, name) for name in asked(walk.plan, walk.plan.drugs[0], stage)} | {"drug"} | set(changes)
    left_out = {
        item: None for item in whole.__dataclass_fields__ if item not in kept and item not in ("stage", "remote", "kind")
    }
    return replace(whole, **left_out, stage=stage.key)


def prepared(walk):
    return walk.do(bag(walk.at), PAT)


# --- classes ---


@pytest.mark.parametrize(
    ("protocol", "indication", "found"),
    [
        ("vincristine", "", {"antineoplastic", "hazardous", "vesicant"}),
        ("pembrolizumab", "melanoma", {"antineoplastic"}),
        ("infliximab_iv", "crohns", set()),
        ("ivig_privigen", "", {"immune_globulin"}),
        ("sodium_chloride_09", "", set()),
    ],
)
def test_the_classes_of_a_drug_come_from_its_protocols_data(protocol, indication, found):
    record = loader.load(protocol)
    key = next((item.key for item in record.indications if item.key.startswith(indication)), "") if indication else ""
    assert set(classes_of(record, key, PROPOSAL)) == found


def test_which_therapy_classes_are_high_alert_is_policy():
    record = loader.load("vancomycin")
    assert "high_alert" in classes_of(record, "", replace(PROPOSAL, high_alert=frozenset({record.therapy_class})))


def test_an_unknown_age_is_not_an_adults():
    grown = classes_for(PLAN, A_DRUG)
    assert grown == {DrugClass.LADDER}
    for born in (None, PLAN.day.replace(year=PLAN.day.year - 18) + timedelta(days=1)):
        assert DrugClass.CHILD in classes_for(replace(PLAN, subject=replace(PLAN.subject, born=born)), A_DRUG)
    birthday = PLAN.day.replace(year=PLAN.day.year - 18)
    assert DrugClass.CHILD not in classes_for(replace(PLAN, subject=replace(PLAN.subject, born=birthday)), A_DRUG)


def test_immune_globulin_counts_above_the_rate_that_policy_sets():
    drug = replace(A_DRUG, classes=("immune_globulin",), ladder=(LadderStep(ml_per_hour("80")),))  # 1 mL/kg/h at 80 kg
    for above, counts in ((None, True), (Decimal("0.99"), True), (Decimal(1), False)):
        plan = with_policy(double_checks=rules(DrugClass.IMMUNE_GLOBULIN, above=above))
        assert (DrugClass.IMMUNE_GLOBULIN in classes_for(plan, drug)) is counts
    assert DrugClass.IMMUNE_GLOBULIN in classes_for(replace(plan, dosing_weight=None), drug)


def test_of_several_classes_the_strictest_holds():
    drug = replace(A_DRUG, vesicant=True)
    plan = with_policy(
        double_checks=tuple(
            replace(item, needed=item.drug_class is DrugClass.VESICANT, second=frozenset({Role.PHARMACIST}))
            if item.drug_class in (DrugClass.VESICANT, DrugClass.LADDER)
            else item
            for item in rules(remote=True)
        )
    )
    assert need_of(plan, drug).second == {Role.PHARMACIST}
    assert need_of(plan, drug).needed
    assert not need_of(plan, A_DRUG).needed
    everywhere = rules(remote=True)
    assert need_of(with_policy(double_checks=everywhere), drug).remote
    here = tuple(replace(item, remote=item.drug_class is not DrugClass.VESICANT) for item in everywhere)
    assert not need_of(with_policy(double_checks=here), drug).remote
    assert need_of(with_policy(double_checks=here), A_DRUG).remote


def test_a_drug_that_needs_no_check_starts_without_one():
    walk = Walk(with_policy(double_checks=rules(DrugClass.LADDER, needed=False))).cleared()
    prepared(walk)
    assert next_action(walk.state, walk.plan, walk.at).command != "check_entered"
    assert not [reason for reason in walk.ask(walk.start()).reasons if reason.field == "check"]
    assert "not asked of this drug" in codes(walk.ask(check(walk.at + timedelta(hours=6))))[0][1]


# --- stages ---


def test_stages_come_one_after_the_other_and_all_before_the_start():
    walk = Walk(with_policy(stages=FOUR)).cleared()
    drug = walk.plan.drugs[0]
    assert [reason.message for reason in walk.ask(bag(walk.at), PAT).reasons] == [
        "Before preparation: The independent double check is not complete: two people must enter it."
    ]
    assert due(walk.plan, drug, walk.state.infusions[DRUG]) is EARLY
    walk.do(at(EARLY, walk), AMY).do(at(EARLY, walk), BEN)
    prepared(walk)
    assert "“On preparation” comes first." in [message for _, message in codes(walk.ask(at(ADMINISTRATION, walk), AMY))]
    walk.do(at(ALONE, walk), PAT)
    for stage in (ADMINISTRATION, BEDSIDE):
        waiting = [reason.message for reason in walk.ask(walk.start()).reasons if reason.field == "check"]
        assert waiting[0].startswith(stage.title)
        assert not walk.state.infusions[DRUG].checked
        assert walk.state.infusions[DRUG].stage == "prepared"
        walk.do(at(stage, walk), AMY).do(at(stage, walk), BEN)
    assert walk.state.infusions[DRUG].stage == "verified"
    assert open_stage(walk.plan, drug, walk.state.infusions[DRUG]) is None
    assert not [reason for reason in walk.ask(walk.start()).reasons if reason.field == "check"]


def test_a_new_bag_voids_the_stages_from_the_preparation_on():
    walk = Walk(with_policy(stages=FOUR)).cleared()
    walk.do(at(EARLY, walk), AMY).do(at(EARLY, walk), BEN)
    prepared(walk).do(at(ALONE, walk), PAT).do(at(ADMINISTRATION, walk), AMY).do(at(ADMINISTRATION, walk), BEN)
    prepared(walk)
    assert [item.stage for item in walk.state.infusions[DRUG].agreed] == ["early"]
    assert open_stage(walk.plan, walk.plan.drugs[0], walk.state.infusions[DRUG]) is ALONE


def test_a_stage_entered_anew_must_agree_anew():
    walk = prepared(Walk().cleared())
    walk.do(at(ADMINISTRATION, walk), AMY).do(at(ADMINISTRATION, walk), BEN).do(at(ADMINISTRATION, walk), AMY)
    assert not walk.state.infusions[DRUG].checked


def test_one_person_alone_is_held_against_what_the_system_computes():
    walk = Walk(with_policy(stages=(ALONE, ADMINISTRATION))).cleared()
    prepared(walk).do(at(ALONE, walk, lots=("L9",)), PAT)
    compared = walk.state.infusions[DRUG].compared
    assert (compared.agrees, compared.differs, compared.second) == (False, ("lots",), "")
    assert walk.state.incidents[-1][0] == "second_check_mismatch"
    walk.do(at(ALONE, walk), PAT)
    assert [item.stage for item in walk.state.infusions[DRUG].agreed] == ["alone"]


def test_what_a_stage_asks_is_entered_and_nothing_else_is_judged():
    walk = prepared(Walk().cleared())
    missing = walk.ask(replace(check(walk.at + timedelta(hours=6)), pump_rate=None, lots=None), AMY)
    assert [reason.field for reason in missing.reasons] == ["check.lots", "check.pump_rate"]
    assert {reason.outcome.word for reason in missing.reasons} == {"unknown"}


def test_who_enters_a_stage_is_policy():
    stage = replace(ADMINISTRATION, who=frozenset({Role.PHARMACIST, Role.CHARGE_NURSE}))
    walk = prepared(Walk(with_policy(stages=(stage,))).cleared())
    assert codes(walk.ask(at(stage, walk), AMY)) == [
        ("not_permitted", "At this site this check takes: charge nurse, pharmacist.")
    ]
    assert walk.ask(at(stage, walk), PAT).allowed


def test_the_second_role_may_come_first_or_second():
    plan = with_policy(double_checks=rules(second=frozenset({Role.PHARMACIST})))
    for order in ((PAT, AMY), (AMY, PAT)):
        walk = prepared(Walk(plan).cleared())
        for person in order:
            walk.do(at(ADMINISTRATION, walk), person)
        assert walk.state.infusions[DRUG].checked


def test_nobody_who_may_be_second_is_a_refusal_and_the_card_says_what_is_left():
    plan = with_policy(second_verifiers=frozenset())
    walk = prepared(Walk(plan).cleared())
    assert ("not_available", "none") in [
        (reason.code, reason.override) for reason in walk.ask(at(ADMINISTRATION, walk), AMY).reasons
    ]
    walk = Walk().cleared().do(e.PremedicationGiven("antihistamine", q(25, "mg"), "oral"))
    walk.do(e.AccessPlaced("forearm", "left", "catheter", "22 G", 1, True))
    card = next_action(prepared(walk).state, PLAN, walk.at)
    assert card.command == "check_entered"
    assert card.evidence == (
        "one of the two: charge nurse, nurse or pharmacist",
        "nobody free: wait, or ask the prescriber; without it the drug is not given",
    )


# --- from another place ---


def test_one_of_the_two_may_be_at_another_place_where_every_class_allows_it():
    remote = with_policy(double_checks=rules(remote=True))
    walk = prepared(Walk(remote).cleared())
    walk.do(at(ADMINISTRATION, walk), AMY).do(at(ADMINISTRATION, walk, remote=True), BEN)
    assert walk.state.infusions[DRUG].checked
    here = prepared(Walk().cleared())
    assert "nobody checks this drug from another place" in str(codes(here.ask(at(ADMINISTRATION, here, remote=True), AMY)))


def test_two_from_elsewhere_or_one_alone_from_elsewhere_see_no_patient():
    remote = with_policy(double_checks=rules(remote=True), stages=(ALONE, ADMINISTRATION))
    walk = prepared(Walk(remote).cleared())
    assert "where the patient is" in str(codes(walk.ask(at(ALONE, walk, remote=True), PAT)))
    walk.do(at(ALONE, walk), PAT).do(at(ADMINISTRATION, walk, remote=True), AMY)
    assert "where the patient is" in str(codes(walk.ask(at(ADMINISTRATION, walk, remote=True), BEN)))


# --- recomputed by each ---


def test_concentration_time_and_body_surface_are_asked_where_they_apply():
    one_rate = replace(A_DRUG, ladder=(LadderStep(ml_per_hour("125")),))
    by_surface = replace(A_DRUG, dose_per=q(200, "mg/m2"))
    assert not {"bsa", "minutes"} & set(asked(PLAN, A_DRUG, ADMINISTRATION))
    assert "minutes" in asked(PLAN, one_rate, ADMINISTRATION)
    assert "bsa" in asked(PLAN, by_surface, ADMINISTRATION)
    push = asked(PLAN, replace(A_DRUG, manner=Manner.PUSH), ADMINISTRATION)
    assert not {"rate", "pump_rate", "pump_volume"} & set(push)
    early = replace(EARLY, asks=ADMINISTRATION.asks)
    assert not {"lots", "use_by", "pump_rate"} & set(asked(PLAN, A_DRUG, early))


@pytest.mark.parametrize(
    ("changes", "differs"),
    [
        ({"concentration": q("1.63", "mg/mL")}, ()),
        ({"concentration": q("1.64", "mg/mL")}, ("concentration",)),
        ({"concentration": q(1600, "ug/mL")}, ()),
        ({"concentration": q(16, "mg/mL")}, ("concentration",)),
        ({"minutes": q(121, "min")}, ()),
        ({"minutes": q(2, "h")}, ()),
        ({"minutes": q(125, "min")}, ("minutes",)),
        ({"bsa": q("1.96", "m2")}, ()),
        ({"bsa": q("1.6", "m2")}, ("bsa", "dose")),
        ({"bsa": q("2.05", "m2")}, ("bsa",)),
        ({"dose": q(80, "mg")}, ("dose",)),
    ],
)
def test_each_sum_is_held_against_the_systems_own(changes, differs):
    drug = replace(A_DRUG, dose_per=q(200, "mg/m2"), ladder=(LadderStep(ml_per_hour("125")),))
    plan = replace(PLAN, drugs=(drug,), height=q(180, "cm"), surface=q(2, "m2"))
    walk = prepared(Walk(plan).cleared())
    right = {"bsa": q(2, "m2"), "minutes": q(120, "min"), "rate": q(125, "mL/h"), "pump_rate": q(125, "mL/h")}
    whole = check(walk.at + timedelta(hours=6), **{**right, **changes})
    walk.do(whole, AMY).do(check(walk.at + timedelta(hours=6), **right), BEN)
    assert walk.state.infusions[DRUG].compared.differs == differs


def test_a_dose_held_at_its_maximum_has_no_sum_to_follow_from():
    capped = replace(A_DRUG, dose=q(300, "mg"))  # 5 mg/kg x 80 kg would be 400 mg
    walk = Walk(replace(PLAN, drugs=(capped,))).cleared()
    made = replace(bag(walk.at), draws=tuple(replace(draw, drawn=q(300, "mg"), vials=3) for draw in draws()))
    walk.do(made, PAT)
    entry = check(walk.at + timedelta(hours=6), dose=q(300, "mg"), concentration=q("1.2", "mg/mL"))
    walk.do(entry, AMY).do(entry, BEN)
    assert walk.state.infusions[DRUG].checked


# --- old logs ---


def test_a_check_that_was_written_before_there_were_stages_is_read_as_the_one_stage_of_then():
    walk = prepared(Walk().cleared())
    text = to_text(check(walk.at + timedelta(hours=6)))
    old = text.replace('"stage":"administration",', "").replace('"remote":false,', "")
    for name in ("bsa", "minutes"):
        old = old.replace(f'"{name}":null,', "")
    assert "stage" not in old
    assert from_text("check_entered", old) == check(walk.at + timedelta(hours=6))
    compared = from_text("check_compared", '{"agrees":true,"differs":[],"drug":"drug","first":"a","second":"b"}')
    assert compared.stage == ADMINISTRATION.key


def test_the_stages_of_a_drug_are_those_of_the_policy():
    assert stages_of(with_policy(stages=FOUR), A_DRUG) == FOUR
    assert stages_of(PLAN, replace(A_DRUG, needs_check=False)) == ()
