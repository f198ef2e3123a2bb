"""Protocols given together: cycle, day, items and amounts of every day of a plan, from its text and the items' own."""

from fractions import Fraction
from typing import Any

import pytest

from chairside.exchange.questions.table import ask
from tests.second.asking import RULEBOOK
from tests.second.dose import dose
from tests.second.numbers import same
from tests.second.raw import amount, named, protocols

PLANS = sorted(key for key, data in protocols().items() if data["kind"] == "plan")
PATIENT = {"birth_date": "1970-05-01", "sex": "female", "height_cm": "167", "weight_kg": "73.4"}
DAY = "2026-04-13"


def indication_of(plan: dict[str, Any], own: dict[str, Any]) -> str:
    """The plan's first diagnosis as the item's protocol knows it: the same key, else the code that establishes it."""
    first = plan["indications"][0]
    codes = [code["prefix"] for code in first["codes"] if code.get("supporting") != "true"]
    return first["key"] if named(own["indications"], first["key"]) else codes[0]


def days_of(item: dict[str, Any]) -> list[str]:
    """The days on which an item is begun: a pump runs on for days after its one."""
    regimen = named(protocols()[item["protocol"]]["regimens"], item["regimen"])
    assert regimen is not None
    return item["days"][:1] if any("pump" in phase for phase in regimen["phases"]) else item["days"]


def given(plan: dict[str, Any]) -> list[tuple[int, int, list[tuple[dict[str, Any], int]]]]:
    """Cycle, day and items of each day on which something is given, each item with the number of its own dose."""
    found = []
    for cycle in range(int(plan["plan"]["cycles"])):
        for day in sorted({int(day) for item in plan["plan"]["items"] for day in days_of(item)}):
            of_day = [item for item in plan["plan"]["items"] if str(day) in days_of(item)]
            of_day.sort(key=lambda item: int(item["sequence"]))
            numbers = [cycle * len(days_of(item)) + days_of(item).index(str(day)) + 1 for item in of_day]
            found.append((cycle + 1, day, list(zip(of_day, numbers, strict=True))))
    return found


@pytest.mark.parametrize("name", PLANS)
def test_each_day_of_a_plan_gives_what_its_items_give(name: str) -> None:
    plan, compared = protocols()[name], 0
    for number, (cycle, day, items) in enumerate(given(plan)[:24], 1):
        question = {"protocol": name, "indication": plan["indications"][0]["key"], "dose_number": number, "date": DAY}
        value = ask("dose", {**question, "patient": PATIENT}, RULEBOOK)["value"]
        assert (value["cycle"], value["day"]) == (cycle, day), number
        assert [item["key"] for item in value["items"]] == [item["key"] for item, _ in items], number
        for (item, own_number), answer in zip(items, value["items"], strict=True):
            own = {**question, "protocol": item["protocol"], "regimen": item["regimen"], "dose_number": own_number}
            own["indication"] = indication_of(plan, protocols()[item["protocol"]])
            opinion = dose({**own, "patient": PATIENT})
            if opinion.silent & {"value", "indication", "freshness"} or not opinion.amounts:
                continue
            got = amount(answer["value"]["dose"]["amount"], answer["value"]["dose"]["unit"])
            assert same(got.value, Fraction(opinion.amounts[0])), (number, item["key"])
            compared += 1
    assert compared
