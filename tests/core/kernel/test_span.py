from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from chairside.core.kernel.span import DayWindow, Span, age_on, in_force

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def hours(start: float, end: float) -> Span:
    return Span(NOON + timedelta(hours=start), NOON + timedelta(hours=end))


def test_both_ends_of_a_window_of_days_belong_to_it():
    window = DayWindow(date(2026, 11, 20), date(2026, 11, 23))
    assert date(2026, 11, 20) in window
    assert date(2026, 11, 23) in window
    assert date(2026, 11, 24) not in window


def test_spans_that_touch_do_not_overlap():
    assert not hours(0, 1).overlaps(hours(1, 2))
    assert hours(0, 1.01).overlaps(hours(1, 2))


def test_an_empty_span_overlaps_nothing_at_its_ends():
    assert not hours(1, 1).overlaps(hours(1, 2))


def test_a_span_needs_zones_and_order():
    with pytest.raises(ValueError, match="zone"):
        Span(datetime(2026, 1, 1), NOON)  # noqa: DTZ001 - the fault under test
    with pytest.raises(ValueError, match="before it starts"):
        hours(1, 0)


def test_elapsed_time_is_true_across_a_change_of_clocks():
    zone = ZoneInfo("America/Chicago")
    night = Span(datetime(2026, 11, 1, 0, tzinfo=zone).astimezone(UTC), datetime(2026, 11, 1, 4, tzinfo=zone).astimezone(UTC))
    assert night.length == timedelta(hours=5)


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        ("2008-11-23", "2026-11-22", 17),
        ("2008-11-23", "2026-11-23", 18),
        ("2008-02-29", "2026-02-28", 17),
        ("2008-02-29", "2026-03-01", 18),
    ],
)
def test_birthdays_and_leap_days(born, day, age):
    assert age_on(date.fromisoformat(born), date.fromisoformat(day)) == age


def test_nobody_has_an_age_before_birth():
    with pytest.raises(ValueError, match="before the birth"):
        age_on(date(2026, 1, 2), date(2026, 1, 1))


@dataclass(frozen=True)
class Code:
    valid_from: date | None = None
    valid_until: date | None = None


@pytest.mark.parametrize(
    ("code", "days"),
    [
        (Code(), "yes yes yes yes"),
        (Code(valid_from=date(2026, 11, 21)), "no yes yes yes"),
        (Code(valid_until=date(2026, 11, 22)), "yes yes yes no"),
        (Code(date(2026, 11, 21), date(2026, 11, 22)), "no yes yes no"),
    ],
)
def test_what_is_dated_is_in_force_on_both_of_its_ends_and_between(code, days):
    assert " ".join("yes" if in_force(code, date(2026, 11, day)) else "no" for day in (20, 21, 22, 23)) == days
