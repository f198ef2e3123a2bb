"""Bounds by hand: no schedule is below them, and where the day is simple enough they are met."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from chairside.core.scheduling.day.alone import alone
from chairside.core.scheduling.day.hand_bounds import HandBounds, of_figures, of_objective
from chairside.core.scheduling.day.objective import metrics
from chairside.exchange.schedules.day import day_of, schedule_of
from tests.core.scheduling.day import brute, day_files, small_days
from tests.core.scheduling.day.faults import A, C, all_of, drug, of_day, patient


@pytest.mark.parametrize(("name", "price"), day_files.BEST.items())
def test_no_known_schedule_is_below_the_bound(name, price):
    assert 0 < of_objective(day_files.day(name)) <= price


@settings(max_examples=60, deadline=None)
@given(small_days.days(visits=3, nurses=2, chairs=2, slack=3, breaks=False, least=1))
def test_the_best_of_all_schedules_is_not_below_the_bound(day):
    assert of_objective(day_of(day)) <= brute.best(day)


@settings(max_examples=100, deadline=None)
@given(small_days.days(visits=1, breaks=False, least=1))
def test_one_visit_alone_costs_what_its_bound_says(day):
    assert of_objective(day_of(day)) == pytest.approx(brute.best(day))


@settings(max_examples=60, deadline=None)
@given(small_days.days(visits=3, breaks=False, least=1))
def test_who_has_no_place_alone_is_known(day):
    usable = day_of(day)
    assert [alone(usable, visit) is not None for visit in usable.patients] == brute.servable(day)


@pytest.mark.parametrize(
    ("place", "fault"),
    {
        "no hood": (A, of_day(pharmacy={"hoods": 0, "open": [0, 180]})),
        "the pharmacy closes too early": (A, of_day(pharmacy={"hoods": 1, "open": [0, 19]})),
        "the pharmacy opens too late": (A, of_day(pharmacy={"hoods": 1, "open": [60, 180]})),
        "it is released too late": (A, drug(A, release=56)),
        "it does not keep until the infusion ends": (A, drug(A, stability=44)),
        "nobody has the skill": (A, patient(A, skill="surgery")),
        "too much for any nurse": (A, patient(A, acuity=5)),
        "longer than any shift": (C, patient(C, duration=181)),
        "no such chair": (C, patient(C, chair_types=["isolation"])),
        "no chair type": (C, patient(C, chair_types=[])),
        "arrives after the latest start": (C, patient(C, release=151)),
        "the day opens after the latest start": (C, of_day(open=151, close=160)),
        "ends too late": (C, patient(C, release=151, latest_start=170)),
    }.values(),
)
def test_what_leaves_no_place(place, fault):
    values, good = day_files.values("tiny"), day_files.day("tiny")
    assert alone(good, good.patients[place])
    fault(values, {})
    day = day_of(values)
    assert alone(day, day.patients[place]) is None


@pytest.mark.parametrize(
    ("fault", "starts"),
    [
        (of_day(pharmacy={"hoods": 1, "open": [0, 20]}), (5, 60)),
        (
            of_day(pharmacy={"hoods": 1, "open": [0, 20]}, fixed=[{"patient": "A", "start": 7, "chair": "C1", "nurse": "N1"}]),
            (7, 7),
        ),
        (drug(A, stability=45), (5, 60)),
        (drug(A, release=55), (60, 60)),
        (patient(A, acuity=4, latest_start=999, duration=180), (5, 0)),
        (patient(A, latest_start=999), (5, 90)),
        (all_of(drug(A, stability=45), of_day(pharmacy={"hoods": 1, "open": [0, 40]})), (5, 25)),
    ],
)
def test_the_first_and_the_last_start(fault, starts):
    values = day_files.values("tiny")
    fault(values, {})
    day = day_of(values)
    found = alone(day, day.patients[A])
    assert (found and (found.first, found.last)) == (starts if starts[0] <= starts[1] else None)


def test_the_figures_of_the_worked_example():
    assert of_figures(day_files.day("tiny")) == HandBounds(
        unserved=0, peak_chairs=1, overtime=0, hands_on=33, wait=0, off_wish=0
    )


@pytest.mark.parametrize("name", ["T3", "S1"])
def test_a_schedule_that_serves_everybody_keeps_the_figures(name):
    day, schedule = day_files.day(name), schedule_of(day_files.values(f"schedules/{name}"))
    found, bound = metrics(day, schedule), of_figures(day)
    assert found.unserved == bound.unserved == 0
    assert bound.peak_chairs <= found.peak_chairs
    assert bound.overtime <= found.overtime
    assert bound.hands_on <= found.hands_on_max
    assert bound.off_wish <= found.minutes_off_wish


def _same(number, **changes):
    """The tiny day with so many visits like its last: half an hour at 0 for which one nurse has 15 minutes."""
    day = day_files.values("tiny")
    visit = {**day["patients"][2], "latest_start": 0, "pref": [0, 0], **changes}
    return day_of({**day, "nurses": day["nurses"][1:], "patients": [{**visit, "id": f"P{n}"} for n in range(number)]})


def test_more_visits_at_once_than_chairs_leave_some_out():
    assert of_figures(_same(5)).peak_chairs == 5
    # One chair fits two of the five: 3 x 600, two chairs, and 30 hands-on minutes of the one nurse.
    assert of_objective(_same(5)) == 3 * 600 + 2 * 20 + 2 * 15


def test_who_arrives_too_late_for_the_chairs_stays_longer():
    day = _same(4, release=60, latest_start=999, pref=[60, 999], duration=60, tasks=[])
    assert of_figures(day).overtime == 4 * 60 - 2 * 60


def test_overtime_that_nobody_can_avoid_is_in_the_price():
    day = _same(4, release=60, latest_start=999, pref=[60, 999], duration=60, tasks=[])
    day = replace(day, nurses=(replace(day.nurses[0], shift=(0, 180)),))
    # Two chairs, and half of the four hours are after the closing; to leave one out would cost 600.
    assert of_objective(day) == 2 * 20 + 3 * 120


def test_a_visit_that_is_cheaper_left_out_costs_its_price():
    assert of_objective(_same(1, weight=0.01)) == pytest.approx(6)


def test_nobody_can_be_served_where_nobody_works():
    day = {**day_files.values("tiny"), "nurses": []}
    assert of_objective(day_of(day)) == 1800
    assert of_figures(day_of(day)).unserved == 3
    assert of_objective(day_of({**day, "patients": [], "chairs": []})) == 0


def test_a_fixed_visit_costs_what_it_costs_where_it_is():
    day = day_files.values("tiny")
    late = {"patient": "C", "start": 150, "chair": "C1", "nurse": "N1"}
    free, fixed = alone(day_of(day), day_of(day).patients[2]), day_of({**day, "fixed": [late]})
    assert (free.off_wish, free.overtime) == (0, 0)
    assert alone(fixed, fixed.patients[2]).cost == 30 + 3 * 60
