"""H-009 decimal point or trailing zero: one formatter, exact decimals as text, no number that can be read ten times too
large.
"""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chairside.core.kernel.quantity import quantity
from chairside.core.visit.encoding import PayloadError, from_text


@given(st.decimals("0.0001", "999999", places=4))
def test_no_trailing_zero_and_always_a_leading_one(amount: Decimal):
    text = quantity(amount, "mg").spelled()
    number = text.split()[0].replace(",", "")
    assert not number.startswith(".")
    assert not re.search(r"\.\d*0$", number)
    assert Decimal(number) == amount


@pytest.mark.parametrize(
    "text", ['{"drug":"d","volume":{"amount":1.0,"unit":"mL"}}', '{"drug":"d","volume":{"amount":10,"unit":"mL"}}']
)
def test_a_number_that_is_no_exact_text_is_not_read(text):
    with pytest.raises(PayloadError):
        from_text("flushed", text)


def test_abbreviations_that_are_misread_are_spelled():
    assert quantity("5", "[iU]").spelled() == "5 international units"
    assert quantity("5", "ug").spelled() == "5 mcg"
