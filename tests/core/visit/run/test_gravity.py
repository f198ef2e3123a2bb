"""Drops a minute."""

from decimal import Decimal

import pytest

from chairside.core.kernel.decision import Outcome
from chairside.core.kernel.quantity import quantity
from chairside.core.visit.run.gravity import drops


def test_a_litre_in_eight_hours_by_a_15_drop_set() -> None:
    found = drops(quantity(1000, "mL"), Decimal(480), Decimal(15)).value
    assert found is not None
    assert (found.exact, found.whole, found.rate) == (Decimal("31.25"), 31, quantity(125, "mL/h"))


@pytest.mark.parametrize(("volume", "minutes", "factor"), [(0, 1, 15), (1, 0, 15), (1, 1, 0), (1, -1, 15)])
def test_nothing_and_less_than_nothing_are_refused(volume: int, minutes: int, factor: int) -> None:
    assert drops(quantity(volume, "mL"), Decimal(minutes), Decimal(factor)).outcome is Outcome.REFUSED


def test_a_time_far_too_short_is_still_counted_and_never_breaks() -> None:
    decided = drops(quantity("999999999999", "mL"), Decimal("0.000000000001"), Decimal(60))
    assert decided.value is not None
    assert decided.value.whole == 59999999999940000000000000
