"""Which day the demo was filled for: a new day starts anew, somebody's own data never does."""

from datetime import date
from pathlib import Path

import pytest

from chairside.cli.demo_day import DayFilled

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)


def test_the_same_day_again_keeps_the_database_and_a_new_day_does_not(tmp_path: Path):
    with DayFilled(tmp_path).filling(MONDAY):
        pass
    assert not DayFilled(tmp_path).stale(MONDAY)
    assert DayFilled(tmp_path).stale(TUESDAY)
    assert "2026-11-23" in DayFilled(tmp_path).told()


def test_a_filling_that_broke_off_is_begun_again(tmp_path: Path):
    with pytest.raises(KeyboardInterrupt), DayFilled(tmp_path).filling(MONDAY):
        raise KeyboardInterrupt
    assert DayFilled(tmp_path).stale(MONDAY)
    assert "half" in DayFilled(tmp_path).told()


def test_a_database_that_no_demo_filled_is_never_thrown_away(tmp_path: Path):
    assert not DayFilled(tmp_path).stale(MONDAY)
