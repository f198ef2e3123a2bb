"""Edges of conditions: a change in percent beside one in the unit of the result, and results that were taken back."""

from dataclasses import replace
from decimal import Decimal

import pytest

from chairside.core.protocols.schema.condition import Change, Op, Test
from chairside.core.protocols.truth import Known, Truth, check
from tests.core.plans.cast import DAY, MARISOL, lab, screening

RISE = Test("lab.creatinine", Op.GE, Decimal(50), "%", change=Change.RISE_PERCENT)


def known(*facts) -> Known:
    return Known(DAY, MARISOL, facts)


def creatinine(*pairs):
    return known(*(lab("creatinine", value, "mg/dL", days_ago) for value, days_ago in pairs))


@pytest.mark.parametrize(("newest", "truth"), [("1.49", Truth.FALSE), ("1.5", Truth.TRUE)])
def test_a_rise_in_percent_stated_with_its_sign_is_told_from_results_in_any_unit(newest, truth):
    assert check(RISE, creatinine(("1.0", 9), (newest, 2))).truth is truth


@pytest.mark.parametrize(("newest", "truth"), [("1.29", Truth.FALSE), ("1.3", Truth.TRUE)])
def test_a_rise_in_the_unit_of_the_result_counts_from_the_lowest_earlier_one(newest, truth):
    rise = replace(RISE, change=Change.RISE, value=Decimal("0.3"), unit="mg/dL", over_days=30)
    assert check(rise, creatinine(("1.2", 20), ("1.0", 9), (newest, 2))).truth is truth


def test_a_word_that_was_taken_back_is_not_among_the_words_and_not_outside_them_either():
    back = screening("tb", "negative", status="entered_in_error")
    among = Test("screening.tb", Op.IN, words=("negative",))
    assert check(among, known(back)).truth is not Truth.TRUE
    assert check(replace(among, op=Op.NOT_IN), known(back)).truth is Truth.UNKNOWN
