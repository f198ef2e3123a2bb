"""The demo's clock."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from chairside.cli.demo_time import center_day, clock_offset

NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize("day", [date(2026, 3, 8), date(2026, 7, 1), date(2026, 11, 1), date(2030, 1, 15)])
def test_it_is_mid_morning_of_the_asked_day_also_on_days_when_clocks_change(day: date):
    now = datetime(2026, 11, 21, 3, 4, 5, tzinfo=UTC)
    seen = (now + timedelta(seconds=clock_offset(day, NEW_YORK, now))).astimezone(NEW_YORK)
    assert (seen.date(), seen.hour, seen.minute) == (day, 10, 10)


def test_without_a_day_it_is_today_where_the_center_is():
    late_evening_there = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
    assert center_day(None, NEW_YORK, late_evening_there) == date(2026, 11, 20)
