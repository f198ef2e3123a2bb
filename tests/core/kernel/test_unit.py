import pytest

from chairside.core.kernel.unit import UnitError, unit


@pytest.mark.parametrize(
    "code", ["mg", "mg/kg", "mL/h", "mg/kg/min", "10*3/uL", "mm[Hg]", "/min", "%", "Cel", "mg.min/mL", "pg/mL", "{unit}"]
)
def test_the_units_of_infusion_are_read(code):
    assert str(unit(code)) == code or code.startswith("/")


@pytest.mark.parametrize("code", ["", " ", "MG", "mcg", "cc", "IU", "mg per kg", "furlong"])
def test_others_are_refused_with_their_name(code):
    with pytest.raises(UnitError):
        unit(code)


def test_an_annotation_carries_no_meaning():
    assert unit("mg{elemental}").comparable(unit("mg"))


def test_a_unit_over_itself_is_plain_one():
    assert unit("mg").times(unit("mg"), -1).powers == ()


def test_a_rate_is_not_an_amount():
    assert not unit("mL/h").comparable(unit("mL"))
