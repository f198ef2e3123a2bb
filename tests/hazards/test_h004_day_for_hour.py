"""H-004 a dose for days run in hours (a four-day fluorouracil run given in four hours killed a patient)."""

from __future__ import annotations

import pytest

from chairside.core.kernel.quantity import QuantityError
from chairside.core.kernel.unit import UnitError
from chairside.core.visit import events as e
from tests.core.visit.plans_of_ways import FOUR_DAYS, plan
from tests.core.visit.robot import Robot
from tests.core.visit.walk import DRUG, q
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


def test_a_pump_meant_for_four_days_is_not_connected_at_the_rate_of_four_hours():
    walk = Robot(plan(FOUR_DAYS)).play(until="pump_connected")
    said = e.PumpConnected(DRUG, walk.me, q("24", "mL/h"), "P-17", True, True, True, True, q("96", "mL"))
    (reason,) = walk.ask(said).reasons
    assert (reason.code, reason.override, reason.limit) == ("rate_limit", "none", "1 mL/h")
