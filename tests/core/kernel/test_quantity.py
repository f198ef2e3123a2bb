from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chairside.core.kernel.quantity import QuantityError, decimal, plain, quantity
from chairside.core.kernel.unit import UnitError

AMOUNTS = st.decimals("-9999", "9999", places=3)


def test_milligrams_a_kilogram_times_kilograms_are_milligrams():
    assert quantity("5", "mg/kg") * quantity("82.4", "kg") == quantity("412.0", "mg")


def test_a_rate_times_minutes_is_a_volume():
    assert (quantity(120, "mL/h") * quantity(30, "min")).same(quantity(60, "mL"))


def test_milligrams_and_millilitres_do_not_add():
    with pytest.raises(UnitError):
        quantity(1, "mg") + quantity(1, "mL")


def test_grams_and_milligrams_do():
    assert quantity(1, "g") + quantity(500, "mg") == quantity("1.500", "g")


def test_international_units_are_neither_units_nor_milligrams():
    for other in ("U", "mg"):
        with pytest.raises(UnitError):
            quantity(1, "[iU]").to(other)


def test_both_spellings_of_international_units_are_one():
    assert quantity(5, "[IU]").same(quantity(5, "[iU]"))
    assert quantity("2.4", "m[IU]/L").same(quantity("2.4", "u[iU]/mL"))
    assert quantity(1, "k[iU]").same(quantity(1_000_000, "m[iU]"))


@pytest.mark.parametrize("value", [1.5, True, None, b"1", [1]])
def test_what_is_not_an_exact_decimal_is_refused_by_name(value):
    with pytest.raises(QuantityError, match=r"order\.dose"):
        decimal(value, "order.dose")


@pytest.mark.parametrize("value", ["1,5", "1,000", "NaN", "Infinity", "-inf", "abc", "", "1 2"])
def test_text_that_is_not_one_finite_number_is_refused(value):
    with pytest.raises(QuantityError):
        decimal(value)


@pytest.mark.parametrize(
    ("number", "text"),
    [("5.0", "5"), (".5", "0.5"), ("1000000", "1,000,000"), ("2.50", "2.5"), ("1E+3", "1,000"), ("0.00", "0"), ("-0.0", "0")],
)
def test_safe_text_has_a_leading_zero_and_no_trailing_one(number, text):
    assert plain(Decimal(number)) == text


@pytest.mark.parametrize(
    ("code", "spelled"),
    [("ug", "100 mcg"), ("[iU]", "100 international units"), ("U", "100 units"), ("ug/kg", "100 mcg/kg"), ("%", "100%")],
)
def test_units_are_spelled_for_reading(code, spelled):
    assert quantity(100, code).spelled() == spelled


@pytest.mark.parametrize(("amount", "rounded"), [("18.75", 25), ("18.74", "12.5"), ("6.25", "12.5"), ("640", "637.5")])
def test_rounding_to_a_multiple_is_half_up(amount, rounded):
    assert quantity(amount, "mg").rounded(Decimal("12.5")) == quantity(rounded, "mg")


@given(AMOUNTS, st.sampled_from([("mg", "g"), ("kg", "[lb_av]"), ("min", "h"), ("mL", "L")]))
def test_there_and_back_is_the_same_quantity(amount, units):
    one, other = units
    back = quantity(amount, one).to(other).to(one)
    assert abs(back.amount - amount) < Decimal("1e-20")


@given(AMOUNTS, AMOUNTS)
def test_adding_and_taking_away_is_exact(one, other):
    assert quantity(one, "mg") + quantity(other, "mg") - quantity(other, "mg") == quantity(one, "mg")
