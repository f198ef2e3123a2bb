"""Creatinine clearance: the formula, its floor, and refusals instead of guesses."""

from decimal import Decimal

import pytest

from chairside.core.kernel.decision import Outcome
from chairside.core.kernel.kidney import creatinine_clearance
from chairside.core.kernel.quantity import quantity

WOMAN = {"age_years": 68, "weight": quantity(62, "kg"), "creatinine": quantity("0.9", "mg/dL"), "sex": "female"}


def test_the_published_example_comes_out() -> None:
    found = creatinine_clearance(**WOMAN).value
    assert found is not None
    assert found.rounded(Decimal("0.1")) == quantity("58.6", "mL/min")


def test_a_man_has_no_factor() -> None:
    hers, his = creatinine_clearance(**WOMAN).value, creatinine_clearance(**{**WOMAN, "sex": "male"}).value
    assert hers is not None
    assert his is not None
    assert abs(hers.amount - his.amount * Decimal("0.85")) < Decimal("1E-24")


def test_a_floor_is_applied_and_said() -> None:
    floored = creatinine_clearance(**{**WOMAN, "creatinine": quantity("0.5", "mg/dL")}, floor=quantity("0.7", "mg/dL"))
    assert floored.value == creatinine_clearance(**{**WOMAN, "creatinine": quantity("0.7", "mg/dL")}).value
    assert "counts as 0.7 mg/dL" in floored.working[0]


@pytest.mark.parametrize("missing", ["age_years", "weight", "creatinine"])
def test_what_is_missing_is_unknown_and_named(missing: str) -> None:
    answer = creatinine_clearance(**{**WOMAN, missing: None})
    assert answer.outcome is Outcome.UNKNOWN
    assert answer.value is None


@pytest.mark.parametrize("sex", ["", "other", "unknown"])
def test_a_sex_that_the_formula_does_not_know_is_unknown(sex: str) -> None:
    assert creatinine_clearance(**{**WOMAN, "sex": sex}).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("change", [{"age_years": 17}, {"age_years": 140}, {"creatinine": quantity(0, "mg/dL")}])
def test_children_and_impossible_values_are_refused(change: dict[str, object]) -> None:
    assert creatinine_clearance(**{**WOMAN, **change}).outcome is Outcome.REFUSED


@pytest.mark.parametrize(("given", "field"), [("weight", "patient.weight_kg"), ("creatinine", "lab.creatinine")])
def test_a_weight_or_a_creatinine_of_nothing_is_refused_by_its_name(given: str, field: str) -> None:
    unit = {"weight": "kg", "creatinine": "mg/dL"}[given]
    answer = creatinine_clearance(**{**WOMAN, given: quantity(0, unit)})
    assert (answer.value, [(reason.code, reason.field) for reason in answer.reasons]) == (None, [("out_of_range", field)])
