"""Infusions of other protocols in the history: duplicate therapy, washouts, the same active substance, planned switches."""

from dataclasses import replace

import pytest

from chairside.core.kernel.decision import Outcome
from chairside.core.protocols.schema.regimen import Switch
from chairside.core.protocols.schema.safety import Interaction
from chairside.core.protocols.schema.terms import Layer, Severity
from tests.core.clearance.small import EMPTY, clear, words
from tests.core.plans.cast import codes, given

OTHER = Interaction(
    "other_biologic", words("Another biologic"), ("vedolizumab", "entyvio"), Severity.HOLD, Layer.LABEL, duplicate=True
)


def after(*history, rule=OTHER, protocol=EMPTY, **more):
    return clear(replace(protocol, interactions=(rule,) if rule else ()), history=history, **more)


def vedolizumab(days_ago: int, brand: str = ""):
    return replace(given("vedolizumab_iv", 1, days_ago, 300), brand=brand)


def test_another_therapy_whose_next_dose_is_not_due_yet_is_duplicate_therapy():
    decision = after(vedolizumab(80), vedolizumab(24))
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["duplicate_therapy"])
    assert {item.what for item in decision.value.held_by} == {"duplicate"}


def test_from_the_day_of_its_next_dose_it_holds_nothing():
    assert after(vedolizumab(112), vedolizumab(56)).outcome is Outcome.ALLOWED
    assert after(vedolizumab(111), vedolizumab(55)).outcome is Outcome.REFUSED


def test_an_infusion_of_the_very_day_counts_and_one_of_a_later_day_does_not():
    assert after(vedolizumab(56), vedolizumab(0)).outcome is Outcome.REFUSED
    assert after(vedolizumab(112), vedolizumab(56), vedolizumab(-1)).outcome is Outcome.ALLOWED


def test_a_single_dose_is_looked_at_once():
    assert after(vedolizumab(200)).outcome is Outcome.REVIEW
    assert after(vedolizumab(200), given(EMPTY.id, 1, 14), number=2).outcome is Outcome.ALLOWED


@pytest.mark.parametrize(("days", "outcome"), [(29, Outcome.REFUSED), (30, Outcome.ALLOWED)])
def test_a_washout_counts_from_the_last_infusion(days, outcome):
    assert after(vedolizumab(days), rule=replace(OTHER, washout_days=30)).outcome is outcome


def test_a_brand_names_the_therapy_where_the_protocol_does_not():
    other = replace(given("a_trial_drug", 1, 3, 300), brand="Entyvio")
    assert after(other).outcome is Outcome.REVIEW
    assert after(given("a_trial_drug", 1, 3, 300)).outcome is Outcome.ALLOWED


@pytest.mark.parametrize(("days", "outcome"), [((70, 14), Outcome.REVIEW), ((400, 300), Outcome.ALLOWED)])
def test_the_same_active_substance_under_another_protocol_is_for_review(days, outcome):
    decision = after(*(given("infliximab_sc", 1, ago, 120) for ago in days), rule=None)
    assert decision.outcome is outcome
    assert ("duplicate_therapy" in codes(decision)) is (outcome is Outcome.REVIEW)


def test_the_therapys_own_doses_are_no_duplicate():
    rule = replace(OTHER, agents=("infliximab",))
    assert after(given(EMPTY.id, 1, 14), rule=rule, number=2).outcome is Outcome.ALLOWED


def test_a_planned_switch_is_no_duplicate_but_keeps_its_washout():
    switch = Switch(("vedolizumab_iv",), 14, Layer.LABEL)
    protocol = replace(EMPTY, regimens=tuple(replace(item, switches=(switch,)) for item in EMPTY.regimens))
    assert "duplicate_therapy" not in codes(after(vedolizumab(70), vedolizumab(14), protocol=protocol))
    decision = after(vedolizumab(70), vedolizumab(14), protocol=protocol, rule=replace(OTHER, washout_days=20))
    assert "duplicate_therapy" in codes(decision)
