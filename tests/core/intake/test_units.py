"""Spellings of units that can mean one thing only, and substances between moles and grams."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chairside.core.intake.codes import FactKey
from chairside.core.intake.results import Result, as_asked, contradicts
from chairside.core.intake.units import _PARTS, as_ucum, converted
from chairside.core.kernel.fact import FactKind
from chairside.core.kernel.ucum import measure

WEIGHT = FactKey(FactKind.VITAL, "weight_kg", "kg")


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        *[
            ("lbs", "[lb_av]"),
            ("Pounds", "[lb_av]"),
            ("mmHg", "mm[Hg]"),
            ("IU/mL", "[IU]/mL"),
            ("K/uL", "10*3/uL"),
            ("KG", "kg"),
        ],
        *[("x10E3/uL", "10*3/uL"), ("mg/dl", "mg/dl"), ("mcg/mL", "ug/mL"), ("mEq/L", "meq/L"), ("beats/min", "/min")],
        *[("mL/min/1.73m2", "mL/min/{1.73_m2}"), ("10^3/mcL", "10^3/uL"), ("inches", "[in_i]"), ("°F", "[degF]")],
    ],
)
def test_a_spelling_that_can_mean_one_unit_is_read(sent: str, read: str) -> None:
    assert as_ucum(sent) == read


@pytest.mark.parametrize("sent", ["", "units", "M/uL", "degrees", "lb/", "/", "drops", "see note"])
def test_a_spelling_that_could_be_two_is_not(sent: str) -> None:
    assert as_ucum(sent) == ""


def test_every_spelling_of_the_table_is_ucum() -> None:
    assert [said for said, code in _PARTS.items() if measure(code) is None] == []


@given(st.text(max_size=30))
def test_whatever_was_sent_is_ucum_or_nothing(text: str) -> None:
    found = as_ucum(text)
    assert found == "" or measure(found) is not None


@pytest.mark.parametrize(
    ("fact", "number", "code", "target", "is_"),
    [
        ("lab.creatinine", "88.4", "umol/L", "mg/dL", "0.9999808"),
        ("lab.glucose", "5.5", "mmol/L", "mg/dL", "99.088"),
        ("lab.potassium", "4.0", "meq/L", "mmol/L", "4.0"),
        ("lab.magnesium", "2", "meq/L", "mg/dL", "2.4305"),
        ("lab.calcium", "2.4", "mmol/L", "mg/dL", "9.61872"),
    ],
)
def test_moles_become_grams_only_for_a_substance_of_the_table(fact: str, number: str, code: str, target: str, is_: str) -> None:
    assert converted(Decimal(number), code, target, fact) == Decimal(is_)
    assert converted(Decimal(number), code, target, "lab.ferritin") is None


def test_pounds_that_say_so_become_kilograms_and_the_note_says_so() -> None:
    for said in ("[lb_av]", "lbs", "lb", "pounds"):
        result, notes = as_asked(Result(Decimal(180), said, "180"), WEIGHT)
        assert (result.value, result.unit, notes) == (Decimal("81.6466266"), "kg", (f"received as 180 {said}",))


def test_the_range_goes_with_the_value() -> None:
    key = FactKey(FactKind.LAB, "hemoglobin", "g/dL")
    result, _ = as_asked(Result(Decimal(132), "g/L", "132", Decimal(120), Decimal(160)), key)
    assert (result.value, result.lower, result.upper) == (Decimal("13.2"), Decimal(12), Decimal(16))


def test_a_unit_nobody_can_read_stays_as_it_was_sent() -> None:
    result, notes = as_asked(Result(Decimal(12), "flurbs", "12"), WEIGHT)
    assert (result.value, result.unit, notes) == (Decimal(12), "flurbs", ())


def test_words_and_code_of_a_unit_must_agree() -> None:
    assert contradicts("kg", "[lb_av]")
    assert contradicts("mg/dL", "mmol/L")
    for words, code in (("lbs", "[lb_av]"), ("kg", "kg"), ("", "kg"), ("flurbs", "kg"), ("IU/mL", "[iU]/mL")):
        assert contradicts(words, code) == ""
