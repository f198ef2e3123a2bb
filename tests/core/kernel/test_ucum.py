"""UCUM read as a whole, for what comes over a wire: is it a unit, and by what exact factor does it become another?"""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chairside.core.kernel.ucum import converted, measure
from chairside.core.kernel.unit import UnitError, unit

READ = [
    *("kg", "[lb_av]", "g/dL", "mg/dl", "10*3/uL", "10^3/uL", "10*-3", "10*6/uL", "mm[Hg]", "/min", "%", "Cel", "[degF]", "1"),
    *("mg.min/mL", "mL/min/{1.73_m2}", "fL", "pg", "m2", "kg/m2", "s-1", "{BethesdaU}/mL", "k[IU]", "m[IU]/L", "u[IU]/mL"),
    *("U/g{Hb}", "(mg/kg)/d", "umol/L", "nmol/L", "meq/L", "{score}", "{T-score}", "[pH]", "ms", "mg/mg{creat}", "24.h"),
]
NOT_READ = [
    "",
    " kg",
    "lbs",
    "mcg",
    "cc",
    "IU",
    "mg per kg",
    "furlong",
    "pH",
    "units",
    "m^2",
    "mmHg",
    "x10E3/uL",
    "mg//kg",
    "mg/",
]


@pytest.mark.parametrize("code", READ)
def test_ucum_is_read(code: str) -> None:
    assert measure(code) is not None


@pytest.mark.parametrize("code", [*NOT_READ, "/", "(mg", ")", "2.5mg", "{", "[", "0", "10*999", "m" * 200, "м", "kg²"])
def test_what_is_not_ucum_is_not_read(code: str) -> None:
    assert measure(code) is None


@pytest.mark.parametrize(
    ("number", "code", "target", "is_"),
    [
        ("180", "[lb_av]", "kg", "81.6466266"),
        ("8", "[oz_av]", "g", "226.796185"),
        ("70", "[in_i]", "cm", "177.8"),
        ("5.1", "10*9/L", "10*3/uL", "5.1"),
        ("7500", "{cells}/uL", "10*3/uL", "7.5"),
        ("0.41", "L/L", "%", "41"),
        ("132", "g/L", "g/dL", "13.2"),
        ("450", "m[IU]/mL", "[iU]/mL", "0.45"),
        ("120", "mm[Hg]", "kPa", "15.99864"),
    ],
)
def test_a_number_is_turned_into_another_unit_exactly(number: str, code: str, target: str, is_: str) -> None:
    found = converted(Decimal(number), code, target)
    assert found is not None
    assert found == Decimal(is_)


@pytest.mark.parametrize(
    ("code", "target"),
    [("umol/L", "mg/dL"), ("meq/L", "mmol/L"), ("U", "[iU]"), ("Cel", "K"), ("[degF]", "Cel"), ("{BethesdaU}/mL", "/mL")],
)
def test_different_measures_never_become_each_other(code: str, target: str) -> None:
    assert converted(Decimal(1), code, target) is None


@given(st.text(max_size=40))
def test_any_text_is_a_unit_or_none(text: str) -> None:
    found = measure(text)
    assert found is None or found.factor > 0


@given(st.decimals(min_value="0.001", max_value="1000", places=4))
def test_there_and_back_is_the_same(number: Decimal) -> None:
    there = converted(number, "[lb_av]", "kg")
    assert there is not None
    back = converted(there, "kg", "[lb_av]")
    assert back is not None
    assert abs(back - number) < Decimal("1e-20")


@pytest.mark.parametrize("code", ["mg", "mg/kg/min", "10*3/uL", "mm[Hg]", "k[iU]", "{vial}", "mL/h"])
def test_every_unit_of_this_record_is_ucum(code: str) -> None:
    assert measure(str(unit(code))) is not None


def test_the_short_list_stays_short() -> None:
    with pytest.raises(UnitError):
        unit("Mg")
