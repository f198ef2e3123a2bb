"""Which doses of a vaccine series count."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from chairside.core.kernel.fact import Fact, FactKind
from chairside.core.protocols.series import series

DAY = date(2026, 11, 23)


def shots(days_ago: list[int]) -> list[Fact]:
    return [Fact(FactKind.VACCINE, "v", DAY - timedelta(days=days), Decimal(n)) for n, days in enumerate(days_ago, start=1)]


@given(st.lists(st.integers(0, 400), max_size=6), st.lists(st.integers(0, 120), max_size=3))
def test_doses_that_count_keep_their_distances_and_no_more_could_count(days_ago, apart):
    found = series(shots(days_ago), DAY, apart)
    gaps = [(later.on - earlier.on).days for earlier, later in zip(found.counted, found.counted[1:], strict=False)]
    assert all(gap >= least for gap, least in zip(gaps, apart, strict=False))
    assert len(found.counted) <= len(found.on_record) == len(set(days_ago))
    if not apart:
        assert found.counted == found.on_record
    if len(found.counted) < len(found.on_record):
        assert found.too_close is not None


@given(st.lists(st.integers(0, 400), max_size=6), st.lists(st.integers(0, 120), max_size=3))
def test_the_order_in_which_doses_were_recorded_does_not_matter(days_ago, apart):
    doses = shots(days_ago)
    counted = [fact.on for fact in series(doses, DAY, apart).counted]
    assert counted == [fact.on for fact in series(reversed(doses), DAY, apart).counted]


def test_a_dose_after_the_day_does_not_count():
    assert series(shots([-1]), DAY).counted == ()
