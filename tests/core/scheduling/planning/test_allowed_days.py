from datetime import date, timedelta

from chairside.core.kernel.span import DayWindow
from chairside.core.scheduling.planning.allowed_days import Interval, Renewal, Wish, allowed_days

MONDAY = date(2026, 3, 2)
HORIZON = DayWindow(MONDAY, MONDAY + timedelta(days=27))
ANY_DAY = frozenset(range(7))


def day(number: int) -> date:
    return MONDAY + timedelta(days=number)


def window(first: int, last: int) -> DayWindow:
    return DayWindow(day(first), day(last))


def asked(first=7, last=13, *, interval=None, authorizations=None, renewals=(), weekdays=ANY_DAY, closed=()):
    wish = Wish(window(first, last), interval, authorizations, renewals, weekdays)
    found = allowed_days(wish, HORIZON, frozenset(map(day, closed)))
    return found.value, [(reason.code, reason.message) for reason in found.reasons]


def test_every_day_of_the_window_within_the_horizon_is_allowed():
    assert asked() == ((7, 8, 9, 10, 11, 12, 13), [])
    assert asked(-3, 1) == ((0, 1), [])
    assert asked(26, 40) == ((26, 27), [])


def test_a_window_outside_the_horizon_has_no_day():
    assert asked(28, 30) == (
        (),
        [
            (
                "out_of_range",
                "The window of the dose, Mar 30, 2026 to Apr 1, 2026, has no day in Mar 2, 2026 to Mar 29, 2026.",
            )
        ],
    )


def test_closed_days_and_other_weekdays_than_the_patients_are_left_out():
    assert asked(closed=(12, 13), weekdays=frozenset((0, 4, 5))) == ((7, 11), [])


def test_the_interval_counts_from_the_day_of_the_dose_before():
    assert asked(interval=Interval(day(-19), 28, 31, "label")) == ((9, 10, 11, 12), [])


def test_a_day_needs_an_authorization_when_one_is_needed():
    assert asked(authorizations=(window(0, 8), window(13, 90))) == ((7, 8, 13), [])
    assert asked(authorizations=()) == (
        (),
        [("not_available", "On every day of the window no authorization covers it: approved days: none.")],
    )


def test_a_result_holds_for_its_days_and_a_new_one_needs_time_to_come_back():
    old = Renewal("liver panel", valid=10, turnaround=3, latest=day(-1), source="label")
    assert asked(renewals=(old,))[0] == (7, 8, 9, 10, 11, 12, 13)  # a new one may be taken today
    assert asked(0, 13, renewals=(Renewal("liver panel", 10, 3, None, source="label"),))[0] == tuple(range(3, 14))
    only_mondays = asked(0, 13, renewals=(Renewal("liver panel", 4, 3, day(-4), source="label"),), weekdays=frozenset((0, 3)))
    assert only_mondays == ((0, 3, 7, 10), [])


def test_a_new_result_is_taken_on_a_day_on_which_the_patient_can_come():
    need = Renewal("liver panel", valid=4, turnaround=2, latest=None, source="label")
    assert asked(7, 13, renewals=(need,), weekdays=frozenset((0,))) == (
        (),
        [
            ("not_available", "On 6 of 7 days of the window the patient cannot come: comes on Monday."),
            (
                "stale_fact",
                "On 4 of 7 days of the window no liver panel can be back and still hold (none is on record): "
                "holds 4 days, back after 2.",
            ),
        ],
    )


def test_a_result_from_after_the_dose_day_says_nothing_about_it():
    later = Renewal("liver panel", valid=30, turnaround=40, latest=day(9), source="label")
    assert asked(renewals=(later,))[0] == (9, 10, 11, 12, 13)


def test_a_dose_without_a_day_says_every_reason_what_takes_most_first():
    days, reasons = asked(interval=Interval(day(5), 28, 31, "label"), closed=(7, 8), weekdays=frozenset())
    assert days == ()
    assert reasons == [
        ("not_available", "On every day of the window the patient cannot come: no weekday is named."),
        ("too_early", "On every day of the window it is too soon after the dose of Mar 7, 2026: 28 to 31 days."),
        ("not_available", "On 2 of 7 days of the window the center is closed."),
    ]
