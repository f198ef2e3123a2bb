from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chairside.core.kernel.decision import Outcome
from chairside.core.scheduling.day_book import Clinic
from chairside.core.scheduling.openings import GRID
from chairside.core.scheduling.promise import Promise, around, free_to_move, half_day, keeps
from tests.core.scheduling.days import CHICAGO, CLINIC, MONDAY, at

DAWN = at("06:00")
HOUR = timedelta(hours=1)
TUESDAY = MONDAY + timedelta(days=1)

starts = st.integers(0, 9 * 12 - 1).map(lambda n: at("08:00") + n * GRID)
reaches = st.integers(0, 24).map(lambda n: n * GRID)
moments = st.integers(-6 * 60, 30 * 60).map(lambda n: at("08:00") + timedelta(minutes=n))
promises = st.one_of(
    starts.map(lambda start: half_day(CLINIC, start).value),
    st.builds(lambda start, reach: around(CLINIC, start, reach).value, starts, reaches),
)


def clock(promise: Promise) -> tuple[str, str]:
    return CLINIC.clock(promise.first), CLINIC.clock(promise.last)


@pytest.mark.parametrize(
    ("booked", "first", "last", "told"),
    [
        ("09:30", "08:00", "11:55", "Mon Nov 23 in the morning, 08:00 to 12:00"),
        ("11:55", "08:00", "11:55", "Mon Nov 23 in the morning, 08:00 to 12:00"),
        ("12:00", "12:00", "16:55", "Mon Nov 23 in the afternoon, 12:00 to 17:00"),
        ("11:58", "08:00", "11:58", "Mon Nov 23 in the morning, 08:00 to 12:00"),
    ],
)
def test_a_half_day_goes_from_opening_to_noon_or_from_noon_to_closing(booked, first, last, told):
    promise = half_day(CLINIC, at(booked)).value
    assert (*clock(promise), promise.told) == (first, last, told)


def test_an_hour_either_way():
    decision = around(CLINIC, at("10:00"), HOUR)
    assert (clock(decision.value), decision.value.told) == (("09:00", "11:00"), "Mon Nov 23 between 09:00 and 11:00")
    assert decision.working == ("60 min either way of 10:00",)


def test_nobody_is_told_a_time_at_which_the_site_is_closed():
    decision = around(CLINIC, at("08:30"), HOUR)
    assert clock(decision.value) == ("08:00", "09:30")
    assert "only while the site is open: 08:00 to 17:00" in decision.working


def test_an_exact_time_moves_nowhere_without_asking():
    promise = around(CLINIC, at("10:00"), timedelta()).value
    assert promise.told == "Mon Nov 23 at 10:00"
    assert keeps(CLINIC, promise, at("10:00"), not_before=DAWN).allowed
    assert not keeps(CLINIC, promise, at("10:05"), not_before=DAWN).allowed


@pytest.mark.parametrize(
    ("start", "code", "words"),
    [
        (at("08:40"), "too_early", "Mon Nov 23, 08:40 is 20 min before the first start that keeps it."),
        (at("12:30"), "too_late", "Mon Nov 23, 12:30 is 1 h 30 min after the last start that keeps it."),
        (at("10:00", TUESDAY), "too_late", "Tue Nov 24, 10:00 is on another day."),
    ],
)
def test_a_start_that_breaks_the_promise_says_what_was_told_and_to_ask(start, code, words):
    (reason,) = keeps(CLINIC, around(CLINIC, at("10:00"), HOUR).value, start, not_before=DAWN).reasons
    assert (reason.code, reason.outcome) == (code, Outcome.REFUSED)
    assert reason.message == (
        f"The patient was told Mon Nov 23 between 09:00 and 11:00. {words} Ask the patient before the visit moves there."
    )


def test_a_start_that_has_passed_is_refused_though_it_keeps_the_promise():
    decision = keeps(CLINIC, around(CLINIC, at("10:00"), HOUR).value, at("09:30"), not_before=at("09:45"))
    assert (decision.outcome, decision.reasons[0].message) == (Outcome.REFUSED, "Mon Nov 23, 09:30 has passed.")


@pytest.mark.parametrize(
    ("booked", "words"),
    [("07:55", "the site is open from 08:00 to 17:00."), ("17:00", "the site is open from 08:00 to 17:00.")],
)
def test_a_start_outside_opening_hours_cannot_be_promised(booked, words):
    for decision in (half_day(CLINIC, at(booked)), around(CLINIC, at(booked), HOUR)):
        assert (decision.outcome, decision.value) == (Outcome.REFUSED, None)
        assert words in decision.reasons[0].message


def test_a_closed_day_cannot_be_promised():
    closed = Clinic(CHICAGO, time(8), time(17), closed=frozenset({MONDAY}))
    assert "closed on that day" in half_day(closed, at("10:00")).reasons[0].message


def test_a_promise_that_reaches_less_than_nothing_is_refused():
    with pytest.raises(ValueError, match="not less than 0 min"):
        around(CLINIC, at("10:00"), -HOUR)


def test_a_promise_needs_times_with_a_zone_in_their_order():
    with pytest.raises(ValueError, match="zone"):
        Promise(datetime(2026, 11, 23, 9), datetime(2026, 11, 23, 10), "")  # noqa: DTZ001 - what is refused
    with pytest.raises(ValueError, match="not before"):
        Promise(at("10:00"), at("09:00"), "")


def test_on_the_day_the_clocks_go_back_an_hour_either_way_is_elapsed_time():
    night = Clinic(CHICAGO, time(0), time(6))
    sunday = date(2026, 11, 1)
    first_one_thirty = datetime(2026, 11, 1, 6, 30, tzinfo=UTC)  # 01:30 for the first time
    promise = around(night, first_one_thirty, HOUR).value
    assert (promise.first, promise.last) == (first_one_thirty - HOUR, first_one_thirty + HOUR)
    assert promise.told == "Sun Nov 1 between 00:30 and 01:30"
    assert night.hours(sunday).length == timedelta(hours=7)


def test_what_has_passed_is_not_free_to_move_to():
    promise = around(CLINIC, at("10:00"), HOUR).value
    assert free_to_move(promise, at("09:30")) == (at("09:30"), at("11:00"))
    assert free_to_move(promise, at("11:05")) is None


@given(starts, reaches)
def test_the_booked_start_keeps_every_promise_made_of_it(start, reach):
    for decision in (half_day(CLINIC, start), around(CLINIC, start, reach)):
        assert keeps(CLINIC, decision.value, start, not_before=DAWN).allowed
        hours = CLINIC.hours(MONDAY)
        assert hours.start <= decision.value.first <= decision.value.last <= hours.end


@given(starts, starts)
def test_a_day_has_two_halves_and_each_start_is_in_one(one, other):
    first, second = half_day(CLINIC, one).value, half_day(CLINIC, other).value
    assert (one in second) == (other in first) == (first == second)


@given(starts, reaches, reaches, moments)
def test_a_wider_promise_is_kept_by_all_that_keeps_a_narrower(start, one, other, moment):
    narrow, wide = (around(CLINIC, start, reach).value for reach in sorted((one, other)))
    assert moment not in narrow or moment in wide


@given(promises, moments, moments)
def test_what_is_free_to_move_to_is_what_is_allowed(promise, start, now):
    free = free_to_move(promise, now)
    assert keeps(CLINIC, promise, start, not_before=now).allowed == (free is not None and free[0] <= start <= free[1])


@given(promises, moments)
def test_the_zone_in_which_a_start_is_written_changes_nothing(promise, start):
    utc = keeps(CLINIC, promise, start.astimezone(UTC), not_before=DAWN)
    assert utc.reasons == keeps(CLINIC, promise, start, not_before=DAWN).reasons
