"""H-007 a percentage read the wrong way: a reduction is stored as `reduce_by_percent`; a bare percentage has no place."""

from __future__ import annotations

import dataclasses

from chairside.core.protocols.schema import dose
from tests.exchange.questions.asking import answered


def test_no_rule_of_a_dose_holds_a_bare_percentage():
    shapes = [thing for thing in vars(dose).values() if dataclasses.is_dataclass(thing)]
    names = {field.name for shape in shapes for field in dataclasses.fields(shape) if "percent" in field.name}
    assert names == {"reduce_by_percent"}


def test_the_label_column_of_75_percent_leaves_a_quarter():
    question = {
        "protocol": "doxorubicin",
        "indication": "C50.911",
        "regimen": "single",
        "dose_number": 1,
        "date": "2026-04-13",
        "patient": {"birth_date": "1976-05-01", "sex": "female", "weight_kg": "70", "height_cm": "170"},
    }
    for bilirubin, left in (("1.0", 1), ("2.0", 2), ("4.0", 4)):
        facts = [{"kind": "lab", "code": "bilirubin", "value": bilirubin, "unit": "mg/dL", "date": "2026-04-10"}]
        amount = answered("dose", {**question, "facts": facts})["value"]["dose"]["amount"]
        whole = answered("dose", {**question, "facts": [{**facts[0], "value": "1.0"}]})["value"]["dose"]["amount"]
        assert abs(float(whole) / float(amount) - left) < 0.05, (bilirubin, whole, amount)
