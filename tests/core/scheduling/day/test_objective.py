"""The price of a schedule and the figures beside it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chairside.core.scheduling.day.objective import Parts, metrics, objective, parts
from chairside.core.scheduling.day.schedule import Schedule
from chairside.exchange.schedules.day import day_of, written_schedule_of
from tests.core.scheduling.day import by_minute, day_files, small_days


@pytest.mark.parametrize(("name", "price"), day_files.BEST.items())
def test_the_supplied_schedules_cost_what_is_known_of_them(name, price):
    assert objective(day_files.day(name), day_files.schedule(name)) == price


def test_the_price_by_its_parts():
    found = parts(day_files.day("tiny"), day_files.schedule("tiny-uncovered"))
    assert found == Parts(unscheduled=0, wait=0, pref=0, overtime=15, peak=40, balance=40)
    assert found.total == 95


def test_nobody_served_costs_only_those_left_out():
    day = day_files.day("tiny")
    nothing = Schedule("tiny", (), ())
    assert objective(day, nothing) == 1800
    found = metrics(day, nothing)
    assert (found.served, found.unserved, found.peak_chairs, found.hands_on_max) == (0, 3, 0, 0)
    assert (found.wait_mean, found.wait_p95, found.last_end) == (None, None, None)


def test_a_day_without_chairs_and_nurses_has_no_use_of_chairs_and_no_hands():
    day = day_of({**day_files.values("tiny"), "chairs": [], "nurses": [], "patients": []})
    found = metrics(day, Schedule("tiny", (), ()))
    assert (found.utilisation, found.hands_on_max, found.hands_on_min) == (None, None, None)


def test_the_use_of_chairs_counts_from_the_opening():
    day = day_of({**day_files.values("tiny"), "open": 5})
    assert metrics(day, day_files.schedule("tiny")).utilisation == (90 + 60 + 30) / (2 * 115)


@pytest.mark.parametrize(("number", "rank"), [(1, 0), (19, 18), (20, 18), (21, 19), (100, 94)])
def test_the_95th_percentile_is_the_wait_of_somebody(number, rank):
    values = day_files.values("tiny")
    linked = {**values["patients"][1], "release": 0, "drug": None}
    values["patients"] = [{**linked, "id": f"P{n}"} for n in range(number)]
    places = [{"patient": f"P{n}", "start": n, "chair": "C1", "nurse": "N1"} for n in range(number)]
    schedule = written_schedule_of({"instance": "tiny", "assignments": places, "breaks": []})
    assert metrics(day_of(values), schedule).wait_p95 == rank


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_second_way_to_add_up_agrees(data):
    day = data.draw(small_days.days())
    schedule = data.draw(small_days.schedules(day))
    schedule["assignments"] = [each for each in schedule["assignments"] if type(each["start"]) is int]
    assert objective(day_of(day), written_schedule_of(schedule)) == by_minute.price(day, schedule)
