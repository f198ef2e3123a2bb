"""A daily level and a total over hours are two orders."""

from decimal import Decimal

from chairside.core.kernel.decision import Outcome
from chairside.core.kernel.quantity import quantity
from chairside.core.plans.amounts.pump_order import read


def test_46_hours_of_a_daily_level_are_two_different_totals_and_a_person_decides() -> None:
    answer = read(quantity(1200, "mg/m2"), quantity("1.82", "m2"), Decimal(46))
    assert answer.outcome is Outcome.UNKNOWN
    assert answer.value is not None
    assert answer.value.a_day == quantity(2184, "mg")
    assert answer.value.by_days == quantity(4368, "mg")
    assert answer.value.by_hours == quantity(4186, "mg")


def test_whole_days_are_one_order() -> None:
    answer = read(quantity(1200, "mg/m2"), quantity("1.82", "m2"), Decimal(48))
    assert answer.allowed
    assert answer.value is not None
    assert not answer.value.conflict
