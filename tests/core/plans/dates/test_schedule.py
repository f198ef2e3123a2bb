from datetime import timedelta

import pytest
from hypothesis import given as having
from hypothesis import strategies as st

from chairside.core.kernel.decision import Outcome
from chairside.core.plans.dates.schedule import judge_date, judge_interval, next_dose, planned
from tests.core.plans.cast import DAY, INFLIXIMAB, IRON, codes, given

CROHN = "cd_uc_psa_pso"


def days(doses) -> list[int]:
    return [(dose.target - DAY).days for dose in doses]


def on(number: int, day: int):
    return given("infliximab_iv", number, -day)


def test_loading_at_weeks_0_2_6_then_every_eight_weeks():
    doses = planned(INFLIXIMAB, regimen=CROHN, start=DAY, count=6)
    assert days(doses) == [0, 14, 42, 98, 154, 210]
    assert [dose.phase for dose in doses][2:4] == ["induction", "maintenance"]


def test_ankylosing_spondylitis_goes_on_every_six_weeks_from_week_twelve():
    assert days(planned(INFLIXIMAB, regimen="as", start=DAY, count=5)) == [0, 14, 42, 84, 126]


def test_windows_are_three_days_for_loading_and_seven_after():
    doses = planned(INFLIXIMAB, regimen=CROHN, start=DAY, count=4)
    assert (doses[1].window.first, doses[1].window.last) == (DAY + timedelta(days=11), DAY + timedelta(days=17))
    assert (doses[3].window.first, doses[3].window.last) == (DAY + timedelta(days=91), DAY + timedelta(days=105))


def test_a_maintenance_dose_counts_from_the_one_given_before():
    history = [on(1, 0), on(2, 14), on(3, 42), on(4, 103)]
    assert days([next_dose(planned(INFLIXIMAB, regimen=CROHN, start=DAY, history=history, count=6))]) == [159]


def test_a_loading_dose_far_outside_its_window_moves_the_first_maintenance_dose():
    history = [on(1, 0), on(2, 14), on(3, 50)]
    assert days([next_dose(planned(INFLIXIMAB, regimen=CROHN, start=DAY, history=history, count=6))]) == [106]


def test_a_loading_dose_inside_its_window_does_not():
    history = [on(1, 0), on(2, 14), on(3, 45)]
    assert days([next_dose(planned(INFLIXIMAB, regimen=CROHN, start=DAY, history=history, count=6))]) == [98]


def test_a_course_of_iron_ends():
    doses = planned(IRON, regimen="ida_ge_50kg", start=DAY)
    assert days(doses) == [0, 7]
    history = [given(IRON.id, 1, 0), given(IRON.id, 2, -7)]
    assert next_dose(planned(IRON, regimen="ida_ge_50kg", start=DAY, history=history)) is None


def test_a_plan_without_an_end_stops_after_a_year():
    assert max(days(planned(INFLIXIMAB, regimen=CROHN, start=DAY))) <= 365


def test_iron_on_the_sixth_day_is_too_early_and_on_the_seventh_is_not():
    history = [given(IRON.id, 1, 0, 750)]
    early = judge_date(IRON, regimen="ida_ge_50kg", dose_number=2, day=DAY + timedelta(days=6), start=DAY, history=history)
    assert early.outcome is Outcome.REFUSED
    assert "too_early" in codes(early)
    on_time = judge_date(IRON, regimen="ida_ge_50kg", dose_number=2, day=DAY + timedelta(days=7), start=DAY, history=history)
    assert on_time.outcome is Outcome.ALLOWED


@pytest.mark.parametrize(("day", "expected"), [(90, ["too_early"]), (91, []), (105, []), (106, ["too_late"])])
def test_both_edges_of_a_practice_window_ask_for_review(day, expected):
    history = [on(1, 0), on(2, 14), on(3, 42)]
    decision = judge_date(INFLIXIMAB, regimen=CROHN, dose_number=4, day=DAY + timedelta(days=day), start=DAY, history=history)
    assert codes(decision) == expected
    assert decision.outcome is (Outcome.REVIEW if expected else Outcome.ALLOWED)


def test_the_gap_to_a_dose_that_is_not_on_record_is_unknown():
    decision = judge_date(IRON, regimen="ida_ge_50kg", dose_number=2, day=DAY + timedelta(days=7), start=DAY)
    assert decision.outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(
    ("every", "outcome"), [(56, Outcome.ALLOWED), (28, Outcome.ALLOWED), (27, Outcome.REFUSED), (70, Outcome.REVIEW)]
)
def test_an_ordered_interval_stays_within_what_is_stated(every, outcome):
    phase = INFLIXIMAB.regimen("ra").phases[1]
    assert judge_interval(phase, every).outcome is outcome


def test_an_ordered_interval_moves_the_doses_after_the_first_of_the_phase():
    assert days(planned(INFLIXIMAB, regimen="ra", start=DAY, count=6, interval_days=28))[3:] == [98, 126, 154]


@having(st.lists(st.integers(-3, 20), min_size=1, max_size=6))
def test_doses_stay_in_order_however_late_they_are_given(slips):
    history, planned_before = [], planned(INFLIXIMAB, regimen=CROHN, start=DAY, count=1)
    for number, slip in enumerate(slips, start=1):
        target = planned_before[number - 1].target
        latest = history[-1].on if history else DAY
        history.append(
            given("infliximab_iv", number, (DAY - max(target + timedelta(days=slip), latest + timedelta(days=1))).days)
        )
        planned_before = planned(INFLIXIMAB, regimen=CROHN, start=DAY, history=history, count=number + 1)
    numbers = [dose.number for dose in planned_before]
    assert numbers == list(range(1, len(slips) + 2))
    assert next_dose(planned_before).target > history[-1].on
