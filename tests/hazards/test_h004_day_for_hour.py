"""H-004 a dose for days run in hours (a four-day fluorouracil run given in four hours killed a patient)."""

from __future__ import annotations

import pytest

from chairside.core.kernel.quantity import QuantityError
from chairside.core.kernel.unit import UnitError
from chairside.core.visit.plan import Manner
from tests.core.visit.walk import q
from tests.exchange.questions.asking import answered

PUMP = {
    "protocol": "fluorouracil",
    "indication": "C18.9",
    "patient": {"birth_date": "1976-05-01", "sex": "male", "weight_kg": "70", "height_cm": "170"},
    "dose": {"amount": "4368", "unit": "mg"},
    "volume_ml": "230",
    "infusion_number": 1,
    "regimen": "pump",
}


def test_a_pump_of_days_that_is_ordered_over_hours_is_refused():
    made = answered("ladder", {**PUMP, "order": {"minutes": "240"}})
    assert made["outcome"] == "refused", made["reasons"]
    assert {"duration_limit", "rate_limit"} & {reason["code"] for reason in made["reasons"]}


def test_a_rate_a_day_is_not_a_rate_an_hour():
    with pytest.raises((QuantityError, UnitError)):
        q("48", "mL/d") + q("2", "mL")
    assert q("48", "mL/d").to("mL/h").amount == 2


def test_an_ambulatory_pump_is_a_manner_of_its_own():
    assert Manner("pump") is Manner.PUMP
