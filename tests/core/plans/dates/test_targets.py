"""Target days: cycles, days out of so many, calendars, events, late rules, hand-overs."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given as having
from hypothesis import strategies as st

from chairside.core.kernel.decision import Outcome
from chairside.core.kernel.fact import DoseGiven
from chairside.core.plans.dates.schedule import judge_date, next_dose, planned
from chairside.core.protocols.schema.dose import Flat
from chairside.core.protocols.schema.regimen import (
    Anchor,
    Cycles,
    Every,
    LateAction,
    LateRule,
    Offsets,
    OnDemand,
    Switch,
    Triggered,
    Window,
)
from chairside.core.protocols.schema.terms import Layer
from tests.core.plans.cast import DAY, codes, mg
from tests.core.plans.small import fact, phase, protocol, regimen

DOSE = Flat(mg(100))
EIGHT = Every(56, Anchor.CALENDAR, 14)


def late(more_than: int, action: LateAction, again: str = "") -> LateRule:
    return LateRule(more_than, action, Layer.LABEL, again)


def made(*phases, **more):
    return protocol(regimen(*phases, **more))


def given(*days: int, name: str = "sample", first: int = 1):
    return [DoseGiven(name, number, DAY + timedelta(days=day), mg(100)) for number, day in enumerate(days, first)]


def days(what, history=(), count=6, **more) -> list[int]:
    doses = planned(what, regimen="main", start=DAY, history=history, count=count, **more)
    return [(dose.target - DAY).days for dose in doses]


def judged(what, number: int, day: int, history=(), **more):
    when = DAY + timedelta(days=day)
    return judge_date(what, regimen="main", dose_number=number, day=when, start=DAY, history=history, **more)


# The calendar

LOADED = (phase(DOSE, Offsets((0,)), "loading", doses=1), phase(DOSE, EIGHT))


def test_doses_on_a_calendar_keep_it_however_late_one_is():
    assert days(made(*LOADED), count=4) == [0, 14, 70, 126]
    assert days(made(*LOADED), given(0, 14, 77), 4) == [0, 14, 70, 126]


def test_a_date_of_the_calendar_that_has_passed_is_not_planned_again():
    assert days(made(*LOADED), given(0, 14, 130), 4)[-1] == 182


def test_a_rule_to_keep_the_calendar_holds_for_doses_that_follow_each_other():
    kept = made(phase(DOSE, Every(28), late=(late(0, LateAction.KEEP_CALENDAR),)))
    assert days(kept, given(0, 31), 3) == [0, 28, 56]
    assert days(made(phase(DOSE, Every(28))), given(0, 31), 3) == [0, 28, 59]


@pytest.mark.parametrize("anchor", [Anchor.LAST_DOSE, Anchor.CALENDAR])
@pytest.mark.parametrize(("third", "fourth"), [(42, 70), (52, 70), (56, 70), (57, 85), (58, 86)])
def test_up_to_two_weeks_late_the_calendar_is_kept_and_beyond_it_counts_anew(anchor, third, fourth):
    rules = (late(0, LateAction.KEEP_CALENDAR), late(14, LateAction.COUNT_FROM_GIVEN))
    both = made(phase(DOSE, Offsets((0, 14)), "loading", doses=2), phase(DOSE, Every(28, anchor, 42), late=rules))
    assert days(both, given(0, 14, third), 4)[-1] == fourth


def test_a_late_dose_that_counts_anew_moves_the_fixed_days_after_it():
    rules = (late(3, LateAction.COUNT_FROM_GIVEN),)
    fixed = made(phase(DOSE, Offsets((0, 14, 42)), "loading", doses=3, late=rules), phase(DOSE, Every(56, Anchor.CALENDAR, 98)))
    assert days(fixed, given(0, 17), 4) == [0, 14, 42, 98]
    assert days(fixed, given(0, 18), 4) == [0, 14, 46, 102]


def test_the_order_in_which_late_rules_are_stated_does_not_matter():
    rules = (late(14, LateAction.COUNT_FROM_GIVEN), late(0, LateAction.KEEP_CALENDAR))
    assert days(made(phase(DOSE, Every(28), late=rules)), given(0, 43), 3)[-1] == 71


def test_an_interval_that_is_ordered_is_for_the_phase_without_an_end():
    both = made(phase(DOSE, Every(7), "weekly", doses=3), phase(DOSE, Every(28)))
    assert days(both, interval_days=14) == [0, 7, 14, 28, 42, 56]


# A dose without a window


def test_a_dose_that_the_window_excepts_has_none():
    window = Window(7, 7, Layer.LABEL, except_doses=(1,))
    loaded = made(LOADED[0], phase(DOSE, EIGHT, window=window))
    doses = planned(loaded, regimen="main", start=DAY, count=3)
    assert [(dose.window.last - dose.window.first).days for dose in doses] == [0, 0, 14]
    assert codes(judged(loaded, 2, 15, given(0))) == ["too_late"]
    assert codes(judged(loaded, 3, 63, given(0, 14))) == []
    assert judged(loaded, 3, 62, given(0, 14)).outcome is Outcome.REFUSED


# Cycles


def test_cycles_follow_at_their_length_from_the_start_of_the_one_before():
    weekly = made(phase(DOSE, Cycles((1, 8), 21)))
    assert days(weekly) == [0, 7, 21, 28, 42, 49]
    assert days(weekly, given(0, 9)) == [0, 7, 21, 28, 42, 49], "a late second dose moves nothing"
    assert days(weekly, given(0, 7, 25), 5) == [0, 7, 21, 32, 46], "a cycle begun late moves those after it"


def test_a_cycle_begun_late_keeps_the_calendar_where_the_late_rule_says_so():
    kept = made(phase(DOSE, Cycles((1, 8), 21), late=(late(3, LateAction.KEEP_CALENDAR),)))
    assert days(kept, given(0, 7, 24), 5) == [0, 7, 21, 31, 45], "three days late is not late by the rule"
    assert days(kept, given(0, 7, 25), 5) == [0, 7, 21, 28, 42]


def test_fixed_days_may_be_counted_from_the_last_dose_of_the_phase_before():
    both = made(phase(DOSE, Every(7), "weekly", doses=2), phase(DOSE, Offsets((10, 20), Anchor.LAST_DOSE), "after", doses=2))
    assert days(both, count=4) == [0, 7, 17, 27]
    assert days(both, given(0, 9), 4) == [0, 7, 19, 29]


def test_ten_of_fourteen_days_may_be_any_of_them():
    both = made(
        phase(DOSE, Cycles(tuple(range(1, 15)), 28, cycles=1), "first"),
        phase(DOSE, Cycles(tuple(range(1, 15)), 28, any_days=10), "later"),
    )
    doses = planned(both, regimen="main", start=DAY, count=25)
    assert [(dose.target - DAY).days for dose in doses[13:25]] == [13, *range(28, 38), 56]
    assert (doses[14].window.last - DAY).days == 32, "the first of ten may wait four days"
    history = given(*range(14), 30)
    assert (next_dose(planned(both, regimen="main", start=DAY, history=history, count=25)).target - DAY).days == 31
    assert days(both, history, 25)[-1] == 56, "a cycle whose first dose came later still began on its day"


BY_JUDGEMENT = made(phase(DOSE, Cycles((1, 8, 15, 22), next_cycle="judgement", earliest_days=50)))


def test_a_next_cycle_by_judgement_is_not_planned_and_never_sooner_than_stated():
    cycle = given(0, 7, 14, 21)
    assert days(BY_JUDGEMENT, cycle, 9) == [0, 7, 14, 21]
    assert (judged(BY_JUDGEMENT, 5, 49, cycle).outcome, codes(judged(BY_JUDGEMENT, 5, 49, cycle))) == (
        Outcome.REFUSED,
        ["too_early"],
    )
    assert (judged(BY_JUDGEMENT, 5, 50, cycle).outcome, codes(judged(BY_JUDGEMENT, 5, 50, cycle))) == (
        Outcome.REVIEW,
        ["interval"],
    )


def test_a_next_cycle_that_began_is_planned_from_its_first_dose():
    assert days(BY_JUDGEMENT, given(0, 7, 14, 21, 60), 9) == [0, 7, 14, 21, 60, 67, 74, 81]


# Outside events

BELATED = made(phase(DOSE, Offsets((0, 4, 14), Anchor.EVENT, "answer.kidney_transplant"), doses=3))
TRANSPLANT = fact("answer.kidney_transplant", "yes", on=DAY - timedelta(days=1))


def test_doses_are_counted_from_the_event_and_not_from_the_first_dose():
    assert days(BELATED, given(0), facts=[TRANSPLANT]) == [-1, 3, 13]


@pytest.mark.parametrize("facts", [[], [fact("answer.kidney_transplant", "no")]])
def test_without_the_event_the_day_is_unknown(facts):
    assert days(BELATED, given(0), facts=facts) == [-0]
    decision = judged(BELATED, 2, 4, given(0), facts=facts)
    assert (decision.outcome, decision.reasons[0].field) == (Outcome.UNKNOWN, "answer.kidney_transplant")


def test_the_event_may_state_its_day_itself():
    stated = fact("answer.kidney_transplant", (DAY - timedelta(days=2)).isoformat())
    assert days(BELATED, facts=[stated]) == [-2, 2, 12]


# Late doses

RULES = (late(7, LateAction.GIVE_PHASE, "loading"),)
RELOADING = made(phase(DOSE, Offsets((0,)), "loading", doses=1), phase(DOSE, Every(21), late=RULES))


def test_a_dose_given_again_as_loading_moves_those_after_it():
    doses = planned(RELOADING, regimen="main", start=DAY, history=given(0, 21, 52), count=4)
    assert [dose.phase for dose in doses] == ["loading", "main", "loading", "main"]
    assert (doses[-1].target - DAY).days == 73


def test_a_loading_of_several_doses_begins_anew_with_all_of_them():
    induced = made(
        phase(DOSE, Offsets((0, 14, 42)), "induction", doses=3),
        phase(DOSE, Every(56, first_day=98), late=(late(60, LateAction.GIVE_PHASE, "induction"),)),
    )
    doses = planned(induced, regimen="main", start=DAY, history=given(0, 14, 42, 159), count=8)
    assert [(dose.phase, (dose.target - DAY).days) for dose in doses[3:]] == [
        ("induction", 98),
        ("induction", 173),
        ("induction", 201),
        ("main", 257),
        ("main", 313),
    ]


def test_where_the_prescriber_is_to_be_asked_a_late_dose_is_for_review():
    window = Window(2, 2, Layer.PRACTICE)
    asking = made(phase(DOSE, Every(28), window=window, late=(late(0, LateAction.ASK),)))
    assert judged(asking, 2, 30, given(0)).outcome is Outcome.ALLOWED, "inside its window a dose is on time"
    assert codes(judged(asking, 2, 31, given(0))) == ["too_late", "too_late"]


# Other therapies, extra doses, doses on demand


def test_coming_from_another_therapy_the_first_dose_waits_for_its_day():
    switched = made(*LOADED, switches=(Switch(("other",), 14, Layer.LABEL),))
    before = given(-5, name="other", first=9)
    assert codes(judged(switched, 1, 8, before)) == ["too_early"]
    assert codes(judged(switched, 1, 9, before)) == []
    assert codes(judged(switched, 2, 14, [*before, *given(0)])) == []


def test_an_extra_dose_has_no_number_and_moves_nothing():
    extra = phase(DOSE, Triggered("answer.plasma_exchange", 4), "extra")
    what = made(*LOADED, extra)
    history = [*given(0, 14), replace(given(20)[0], dose_number=2, extra=True)]
    assert days(what, history, 4) == [0, 14, 70, 126]
    assert days(made(extra, *LOADED), count=3) == [0, 14, 70]


def test_a_dose_on_demand_is_not_planned_and_its_repeats_are_counted():
    repeated = made(phase(DOSE, OnDemand(60, most_repeats=2)))
    assert days(repeated) == []
    assert judged(repeated, 3, 0, given(0, 0)).outcome is Outcome.ALLOWED
    assert codes(judged(repeated, 4, 0, given(0, 0, 0))) == ["above_maximum"]


@having(st.lists(st.integers(-5, 90), min_size=1, max_size=8), st.sampled_from(list(Anchor)[:3]), st.booleans())
def test_targets_never_come_before_the_dose_before_them(slips, anchor, reload):
    rules = RULES if reload else (late(3, LateAction.COUNT_FROM_GIVEN),)
    what = made(
        phase(DOSE, Offsets((0, 5)), "loading", doses=2), phase(DOSE, Every(21, anchor, 26), late=rules, least_gap_days=4)
    )
    history: list[DoseGiven] = []
    for number, slip in enumerate(slips, 1):
        target = planned(what, regimen="main", start=DAY, history=history, count=number)[-1].target
        least = history[-1].on + timedelta(days=1) if history else DAY
        history.append(DoseGiven("sample", number, max(target + timedelta(days=slip), least), mg(100)))
    doses = planned(what, regimen="main", start=DAY, history=history, count=len(slips) + 4)
    assert [dose.number for dose in doses] == list(range(1, len(slips) + 5))
    ahead = [history[-1].on, *(dose.target for dose in doses if dose.given_on is None)]
    assert all(after > before for before, after in pairwise(ahead))
    assert all(dose.window.first <= dose.target <= dose.window.last for dose in doses)
