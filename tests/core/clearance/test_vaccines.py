"""Vaccine series: numbers, days between, days before the first dose, boosters, and an urgent start."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chairside.core.clearance.item import State
from chairside.core.kernel.decision import Outcome
from chairside.core.protocols.schema.terms import Occasion, Severity
from tests.core.clearance.small import EMPTY, among, clear, fact, holding, requirement
from tests.core.plans.cast import DAY, given

MENB = requirement(
    "vaccine.menb", when=Occasion.FIRST_DOSE, series=3, apart_days=(28, 112), lead_days=14, booster_days=365, ask_days=90
)
URGENT = holding(among("answer.urgent_start", "yes"), among("answer.antibacterial_prophylaxis", "yes"))


def shot(number: int | None, days_ago: int, status: str = "given"):
    return fact("vaccine.menb", number, days_ago, status)


def judged(*facts, rule=MENB, **more):
    decision = clear(replace(EMPTY, requirements=(rule,)), facts, **more)
    return decision, next((item for item in decision.value.items if item.key == "menb"), None)


COMPLETE = (shot(1, 220), shot(2, 190), shot(3, 14))


def test_a_complete_series_two_weeks_old_is_met():
    decision, found = judged(*COMPLETE)
    assert (found.state, decision.outcome) == (State.MET, Outcome.ALLOWED)


@pytest.mark.parametrize("left_out", [0, 1, 2])
def test_each_dose_of_the_series_is_needed(left_out):
    _, found = judged(*(dose for place, dose in enumerate(COMPLETE) if place != left_out))
    assert (found.state, found.code) == (State.UNKNOWN, "requires_vaccine")
    assert "2 of 3" in found.message


@pytest.mark.parametrize("twice", [shot(3, 17), shot(2, 189), shot(1, 220)])
def test_one_number_recorded_twice_is_one_dose(twice):
    _, found = judged(shot(1, 220), shot(2, 190), twice)
    assert (found.state is State.MET) is (twice.value == 3)


def test_doses_without_a_number_count_by_their_days():
    assert judged(shot(None, 220), shot(None, 190), shot(None, 20))[1].state is State.MET
    assert judged(shot(None, 220), shot(None, 220), shot(None, 20))[1].state is State.UNKNOWN


@pytest.mark.parametrize("status", ["refused", "planned", "entered-in-error", "not-done"])
def test_a_dose_that_was_not_given_does_not_count(status):
    assert judged(*COMPLETE[:2], shot(3, 20, status))[1].state is State.UNKNOWN


@pytest.mark.parametrize(
    ("second", "third", "state"), [(28, 112, State.MET), (27, 112, State.UNKNOWN), (28, 111, State.UNKNOWN)]
)
def test_a_dose_that_came_too_soon_does_not_count(second, third, state):
    _, found = judged(shot(1, 20 + third + second), shot(2, 20 + third), shot(3, 20))
    assert found.state is state
    assert ("too soon" in found.message) is (state is State.UNKNOWN)


def test_a_dose_given_again_after_one_too_soon_completes_the_series():
    assert judged(shot(1, 300), shot(2, 290), shot(3, 260), shot(4, 20))[1].state is State.MET


@pytest.mark.parametrize(("days", "state"), [(14, State.MET), (13, State.HELD), (0, State.HELD)])
def test_the_first_dose_waits_until_the_series_is_two_weeks_old(days, state):
    _, found = judged(*COMPLETE[:2], shot(3, days))
    assert (found.state, found.code) == (state, "" if state is State.MET else "requires_vaccine")


def test_a_booster_just_given_does_not_undo_a_series_that_was_complete():
    assert judged(*(replace(dose, on=dose.on - timedelta(days=60)) for dose in COMPLETE), shot(4, 2))[1].state is State.MET


def test_what_was_judged_at_the_first_dose_stays_met_later():
    history = [given("infliximab_iv", 1, 10)]
    every = replace(MENB, when=Occasion.EVERY_DOSE)
    assert judged(*COMPLETE[:2], shot(3, 12), rule=every, number=2, history=history)[1].state is State.MET


@pytest.mark.parametrize(("days", "state"), [(364, State.MET), (365, State.UNKNOWN)])
def test_an_old_series_asks_for_a_booster(days, state):
    doses = [replace(dose, on=dose.on - timedelta(days=days - 14)) for dose in COMPLETE]
    _, found = judged(*doses)
    assert (found.state, found.code) == (state, "" if state is State.MET else "requires_vaccine")
    assert judged(*doses, shot(4, 20))[1].state is State.MET


def test_a_booster_alone_may_be_asked_for_without_a_series():
    rule = replace(MENB, series=None, apart_days=(), lead_days=None, when=Occasion.EVERY_DOSE, missing=Severity.REVIEW)
    assert judged(shot(3, 364), rule=rule)[1].state is State.MET
    assert judged(shot(3, 365), rule=rule)[1].state is State.REVIEW


def test_ahead_of_time_the_series_is_due_two_weeks_before_the_dose():
    _, found = judged(*COMPLETE[:2], as_of=DAY - timedelta(days=30))
    assert (found.state, found.by, found.before_dose) == (State.DUE, DAY - timedelta(days=14), 1)


def test_once_the_two_weeks_have_begun_a_missing_dose_holds_ahead_of_time():
    assert judged(*COMPLETE[:2], as_of=DAY - timedelta(days=13))[1].state is State.UNKNOWN


@pytest.mark.parametrize("facts", [(), COMPLETE[:2], (*COMPLETE[:2], shot(3, 3))])
def test_an_urgent_start_with_antibacterial_cover_is_for_review(facts):
    rule = replace(MENB, unless=URGENT)
    urgent, cover = fact("answer.urgent_start", "yes"), fact("answer.antibacterial_prophylaxis", "yes")
    decision, found = judged(*facts, urgent, cover, rule=rule)
    assert (found.state, decision.outcome, found.release) == (State.REVIEW, Outcome.REVIEW, ("prescriber",))
    assert {"urgent_start-0", "antibacterial_prophylaxis-0"} <= set(found.evidence)
    for half in ((urgent,), (cover,), (urgent, fact("answer.antibacterial_prophylaxis", "unknown"))):
        assert judged(*facts, *half, rule=rule)[0].outcome > Outcome.REVIEW


def test_an_urgent_start_does_not_change_what_is_met():
    facts = (*COMPLETE, fact("answer.urgent_start", "yes"), fact("answer.antibacterial_prophylaxis", "yes"))
    assert judged(*facts, rule=replace(MENB, unless=URGENT))[1].state is State.MET
