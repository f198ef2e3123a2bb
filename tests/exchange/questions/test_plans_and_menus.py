"""Plans of several protocols, menus, and two ways of giving one drug: real protocols, asked as the contract asks."""

from __future__ import annotations

from typing import Any

from tests.exchange.questions.asking import answered

PATIENT = {"birth_date": "1966-05-01", "sex": "male", "weight_kg": "80", "height_cm": "178"}
LABS = [
    {"kind": "lab", "code": "anc", "value": "3.1", "unit": "10*3/uL", "date": "2026-04-12"},
    {"kind": "lab", "code": "platelets", "value": "210", "unit": "10*3/uL", "date": "2026-04-12"},
]
PUSH = {"protocol": "fluorouracil", "dose_number": 1, "date": "2026-04-13", "dose": "790", "unit": "mg", "route": "iv_push"}


def plan(op: str, **more: Any) -> dict[str, Any]:
    question = {"protocol": "mfolfox6", "indication": "C18.9", "dose_number": 1, "date": "2026-04-13", "patient": PATIENT}
    return answered(op, {**question, "facts": LABS, **more})


def test_the_clearance_of_a_plan_is_that_of_every_item_and_says_which() -> None:
    answer = plan("clear")
    items = {entry["item"] for entry in (*answer["value"]["held_by"], *answer["value"]["met"], *answer["value"]["due"])}
    assert {"oxaliplatin", "leucovorin"} <= items
    assert len(items) == 4
    assert answer["outcome"] != "allowed", "DPYD, neuropathy and the questions of the day were not told"
    assert any(entry["code"] == "dpyd" for entry in answer["value"]["held_by"])
    assert all(reason["field"].startswith("items.") for reason in answer["reasons"])


def test_a_low_count_holds_each_drug_of_the_plan_that_asks_for_it() -> None:
    low = [{**LABS[0], "value": "0.9"}, LABS[1]]
    held = {entry["item"] for entry in plan("clear", facts=low)["value"]["held_by"] if entry["code"] == "anc"}
    assert len(held) >= 3


def test_a_dose_beyond_the_cycles_of_a_plan_is_refused_by_both_questions() -> None:
    for op in ("dose", "clear"):
        answer = plan(op, dose_number=13)
        assert (answer["outcome"], answer["reasons"][0]["code"]) == ("refused", "course_complete")


def test_a_plan_has_dates_of_its_own() -> None:
    answer = answered("plan", {"protocol": "mfolfox6", "indication": "C18.9", "start": "2026-04-13", "patient": PATIENT})
    assert [item["target"] for item in answer["value"]["doses"]][:3] == ["2026-04-13", "2026-04-27", "2026-05-11"]


def test_of_a_menu_nothing_is_chosen_by_itself() -> None:
    question = {"indication": "G43.909", "dose_number": 1, "date": "2026-04-13", "patient": PATIENT}
    answer = answered("dose", {"protocol": "migraine_rescue_infusions", **question})
    assert (answer["outcome"], answer["value"]) == ("unknown", {})
    assert any("the order names what is given" in reason["message"] for reason in answer["reasons"])
    chosen = answered("dose", {"protocol": "migraine_rescue_infusions", "regimen": "metoclopramide", **question})
    assert chosen["value"]["dose_mg"] == "10"


def test_a_push_and_a_pump_of_one_day_are_numbered_apart_where_the_route_is_told() -> None:
    question = {"protocol": "fluorouracil", "indication": "C18.9", "dose_number": 1, "date": "2026-04-13", "patient": PATIENT}
    again = answered("dose", {**question, "regimen": "bolus", "history": [PUSH]})
    assert "mismatch" in [reason["code"] for reason in again["reasons"]]
    pump = answered("dose", {**question, "regimen": "pump", "history": [PUSH]})
    assert "mismatch" not in [reason["code"] for reason in pump["reasons"]]


def test_of_a_later_cycle_too_each_way_counts_its_own_doses() -> None:
    history = [
        {**PUSH, "date": day, "dose_number": number, "route": route, "dose": dose}
        for number, day in enumerate(("2026-03-16", "2026-03-30"), 1)
        for route, dose in (("iv_push", "790"), ("iv_pump", "4740"))
    ]
    question = {"protocol": "fluorouracil", "indication": "C18.9", "dose_number": 3, "date": "2026-04-13", "patient": PATIENT}
    for regimen in ("bolus", "pump"):
        answer = answered("clear", {**question, "regimen": regimen, "history": history, "facts": LABS})
        assert [entry for entry in answer["value"]["held_by"] if entry["what"] in ("interval", "course")] == []
