from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chairside.core.kernel.quantity import quantity
from chairside.core.stock.keeping import (
    contents_reasons,
    drawing_reasons,
    quarantine_reasons,
    receiving_reasons,
    return_reasons,
    waste_reasons,
)
from chairside.formulary import loader

VIAL = quantity("100", "mg")
TODAY = date(2026, 12, 1)
PRODUCT = loader.load("infliximab_iv").product("Remicade")


def codes(reasons) -> list[str]:
    return [reason.code for reason in reasons]


def test_a_known_vial_is_taken():
    assert codes(receiving_reasons(PRODUCT, "Remicade", VIAL, vials=4, expires=TODAY, day=TODAY)) == []


def test_an_unknown_strength_names_the_known_ones():
    (reason,) = receiving_reasons(PRODUCT, "Remicade", quantity("10", "mg"), vials=4, expires=TODAY, day=TODAY)
    assert (reason.code, "100 mg, not 10 mg" in reason.message) == ("wrong_product", True)


def test_an_expired_lot_of_nothing_of_an_unknown_brand_is_refused_for_each():
    reasons = receiving_reasons(None, "Nosuch", VIAL, vials=0, expires=date(2026, 11, 30), day=TODAY)
    assert codes(reasons) == ["wrong_product", "preparation_expired", "out_of_range"]


@given(st.decimals("0", "1000", places=3), st.integers(1, 10))
def test_used_and_thrown_away_are_what_the_vials_held_to_the_last_digit(used, vials):
    inside = 100 * vials
    wasted = Decimal(inside) - used
    expected = ["out_of_range"] if wasted < 0 else []
    assert codes(contents_reasons(VIAL, vials, quantity(used, "mg"), quantity(wasted, "mg"))) == expected
    assert "mismatch" in codes(
        contents_reasons(VIAL, vials, quantity(used, "mg"), quantity(abs(wasted) + Decimal("0.001"), "mg"))
    )


def test_contents_in_another_unit_do_not_pass():
    assert codes(contents_reasons(VIAL, 1, quantity("0.1", "g"), quantity("0", "g"))) == ["mismatch"]


def test_contents_that_are_not_known_yet_are_no_mismatch():
    assert codes(contents_reasons(VIAL, 1, None, quantity("0", "mg"))) == []


@pytest.mark.parametrize(
    ("drawn", "vials", "expected"), [(2, 2, []), (2, 3, ["out_of_range"]), (0, 1, ["out_of_range"]), (2, 0, ["out_of_range"])]
)
def test_only_what_is_out_comes_back(drawn, vials, expected):
    assert codes(return_reasons(drawn, vials)) == expected


def test_waste_has_a_reason_an_amount_and_is_on_hand():
    assert codes(waste_reasons(5, vials=1, amount=None, reason="dropped")) == []
    assert codes(waste_reasons(5, vials=0, amount=quantity("12", "mg"), reason="rest of the vial")) == []
    assert codes(waste_reasons(5, vials=6, amount=None, reason="dropped")) == ["not_available"]
    assert codes(waste_reasons(5, vials=0, amount=None, reason="")) == ["missing_fact", "missing_fact"]
    assert codes(waste_reasons(5, vials=-1, amount=None, reason="x")) == ["out_of_range"]
    assert codes(waste_reasons(5, vials=0, amount=quantity("0", "mg"), reason="x")) == ["out_of_range"]


def test_nothing_is_drawn_for_a_dose_that_was_given():
    assert codes(drawing_reasons("given")) == ["wrong_state"]
    assert codes(drawing_reasons("booked")) == []


def test_quarantine_is_set_once_and_with_a_reason():
    assert codes(quarantine_reasons(False, wanted=True, reason="recall 7")) == []
    assert codes(quarantine_reasons(True, wanted=True, reason="recall 7")) == ["wrong_state"]
    assert codes(quarantine_reasons(False, wanted=False, reason="")) == ["missing_fact", "wrong_state"]
