"""The formulas give the levels that another implementation gave for the same parameters and doses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from chairside.core.kernel.quantity import Quantity
from chairside.core.kinetics.curve import curve
from chairside.core.kinetics.disposition import disposition, inputs
from chairside.core.kinetics.measures import peak
from chairside.core.kinetics.schema import Doses
from chairside.formulary.kinetic_records import record
from chairside.formulary.reading import read_file

CASES: list[dict[str, Any]] = read_file(Path(__file__).parent / "reference_levels.yaml")
WITHIN = 0.005


@pytest.mark.parametrize("case", CASES, ids=[f"{case['record']}-{case['id']}" for case in CASES])
def test_the_formulas_give_the_reference_levels(case: dict[str, Any]) -> None:
    body = disposition(record(case["record"]).set(case.get("parameters", "")))
    doses = TypeAdapter(list[Doses]).validate_python(case["doses"])
    begin, end = (float(time.to("d").amount) for time in case["window"])
    course = curve(body, inputs(doses), end)
    got = {"peak": peak(course, begin, end)[1], "trough": course.before(end), "area": course.area(begin, end)}
    for name, wanted in case["expect"].items():
        assert got[name] == pytest.approx(number(wanted, "mg.d/L" if name == "area" else "mg/L"), rel=WITHIN), name


def number(wanted: Quantity, code: str) -> float:
    return float(wanted.to(code).amount)
