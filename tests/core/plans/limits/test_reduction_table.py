"""A table of reductions: what it takes off, and that nothing falls through it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from chairside.core.kernel.decision import Outcome
from chairside.core.kernel.quantity import quantity
from chairside.core.plans.limits.reduction_table import Reduction, reduced_by
from chairside.core.protocols.schema.dose import Step

HALF = Reduction(Step(Decimal("1.2"), Decimal(3), high_included=True), Decimal(50))
QUARTER = Reduction(Step(Decimal("3.1"), Decimal(5), high_included=True), Decimal(75))
NOT_GIVEN = Reduction(Step(low=Decimal(5), low_included=False), None)
FROM_THREE = Reduction(Step(Decimal(3), Decimal(5), high_included=True), Decimal(75))


def asked(level: str, *rows: Reduction):
    return reduced_by(rows, quantity(105, "mg"), quantity(level, "mg/dL"), "bilirubin")


@pytest.mark.parametrize(
    ("level", "amount"), [("1.19", "105"), ("1.2", "52.5"), ("3", "52.5"), ("3.1", "26.25"), ("5", "26.25")]
)
def test_the_row_of_the_level_says_what_is_taken_off(level, amount):
    assert asked(level, HALF, QUARTER, NOT_GIVEN).value == quantity(amount, "mg")


@pytest.mark.parametrize(
    ("level", "rows", "code"),
    [
        ("5.01", (HALF, QUARTER, NOT_GIVEN), "contraindicated"),
        ("5.01", (NOT_GIVEN, QUARTER), "contraindicated"),
        ("5.01", (HALF, QUARTER), "out_of_range"),  # above the highest row the full dose would be the worst answer
        ("3.05", (HALF, QUARTER, NOT_GIVEN), "out_of_range"),
        ("3", (HALF, FROM_THREE), "out_of_range"),
    ],
)
def test_a_level_that_no_one_row_holds_has_no_dose(level, rows, code):
    decision = asked(level, *rows)
    assert (decision.value, decision.outcome) == (None, Outcome.REFUSED)
    assert [reason.code for reason in decision.reasons] == [code]


def test_without_rows_nothing_can_be_told():
    assert asked("1").outcome is Outcome.UNKNOWN
