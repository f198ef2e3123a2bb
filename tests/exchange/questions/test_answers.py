"""Each question on a real protocol: the envelope, and the keys that the contract names."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest

from chairside.core.kernel.quantity import quantity
from chairside.exchange.questions import given, recorded
from chairside.exchange.questions.envelope import in_unit, number
from chairside.exchange.questions.reading import Fields
from chairside.exchange.questions.table import OPS, NotBuilt, ask
from chairside.exchange.questions.text import InputProblem, write
from chairside.formulary.loader import load
from tests.exchange.questions.asking import GONE, GOOD, answered, spoiled

_REASON = {"code", "message", "field", "limit", "source", "override"}


@pytest.mark.parametrize("op", sorted(GOOD))
def test_every_answer_has_the_same_envelope_and_is_plain_json(op):
    answer = answered(op)
    assert list(answer) == ["outcome", "value", "reasons", "working", "protocol"]
    assert all(set(reason) == _REASON for reason in answer["reasons"])
    assert write(answer)
    if op != "charge":
        protocol = load("infliximab_iv")
        assert answer["protocol"] == {
            "id": "infliximab_iv",
            "version": protocol.version,
            "sha256": protocol.sha256,
            "status": "draft",
        }


def test_decimals_are_plain_text():
    assert [number(Decimal(text)) for text in ("4.120E+2", "0.50", "1E-7", "1000")] == ["412", "0.5", "0.0000001", "1000"]
    assert in_unit(quantity("5", "g"), "mg") == "5000"
    assert in_unit(quantity("5", "mL"), "mg") is None


def test_a_dose_with_its_vials_volumes_and_billing():
    value = answered("dose")["value"]
    assert value["dose"] == {"amount": "412", "unit": "mg"}
    expected = {
        "dose_mg": "412",
        "interval_days": "56",
        "vials": {"100": 5},
        "drawn_mg": "500",
        "waste_mg": "88",
        "draw_ml": "41.2",
        "bag_ml": "250",
        "discard_from_bag_ml": "41.2",
        "final_volume_ml": "250",
        "billing": {"code": "Q5103", "units": "42", "waste_units": "8"},
    }
    assert {key: value[key] for key in expected if key != "interval_days"} == {
        key: part for key, part in expected.items() if key != "interval_days"
    }


def test_a_number_may_also_come_as_a_json_number():
    question = spoiled(GOOD["dose"], "patient.weight_kg", Decimal("82.4"))
    assert answered("dose", question)["value"]["dose_mg"] == "412"


def test_a_refusal_is_an_answer_with_its_value():
    answer = answered("dose", spoiled(GOOD["dose"], "order.dose.amount", "1000"))
    assert answer["outcome"] == "refused"
    assert "above_maximum" in [reason["code"] for reason in answer["reasons"]]
    assert answer["value"]["dose_mg"] == "1000"


def test_a_brand_of_another_product_is_a_clinical_refusal():
    answer = answered("dose", spoiled(GOOD["dose"], "brand", "Tysabri"))
    assert (answer["outcome"], answer["reasons"][0]["code"]) == ("refused", "wrong_product")


def test_a_missing_weight_is_unknown_and_not_zero():
    answer = answered("dose", spoiled(GOOD["dose"], "patient.weight_kg", GONE))
    assert answer["outcome"] == "unknown"
    assert "dose_mg" not in answer["value"]


def test_a_null_says_the_same_as_a_field_that_is_left_out():
    assert answered("dose", spoiled(GOOD["dose"], "patient.weight_kg", None))["outcome"] == "unknown"


@pytest.mark.parametrize("number", ["2", 2])
def test_a_vaccine_is_recorded_by_its_number_in_the_series_without_a_unit(number):
    vaccine = {"kind": "vaccine", "code": "menacwy", "value": number, "status": "given", "date": "2026-03-01"}
    told = recorded.facts(Fields({"facts": [vaccine]}), date(2026, 4, 13))
    assert (told[0].value, told[0].unit) == (Decimal(2), "")
    with pytest.raises(InputProblem, match="a unit is missing"):
        recorded.facts(Fields({"facts": [vaccine | {"kind": "lab", "code": "igg"}]}), date(2026, 4, 13))


def test_a_weight_measured_in_pounds_counts_exactly():
    pounds = {"kind": "vital", "code": "weight_kg", "value": "181.66", "unit": "[lb_av]", "date": "2026-04-13"}
    assert answered("dose", spoiled(GOOD["dose"], "facts[0]", pounds))["outcome"] == "allowed"


def test_a_weight_that_jumps_like_pounds_for_kilograms_is_for_review():
    slip = {"kind": "vital", "code": "weight_kg", "value": "181.66", "unit": "kg", "date": "2026-04-13"}
    answer = answered("dose", spoiled(GOOD["dose"], "facts[0]", slip))
    assert (answer["outcome"], answer["reasons"][0]["code"]) == ("review", "weight_changed")


@pytest.mark.parametrize(("grade", "stated", "held"), [(2, None, True), (1, None, False), (2, True, False)])
def test_tolerated_is_no_reaction_of_grade_2_or_more_unless_it_is_stated(grade, stated, held):
    question = spoiled(GOOD["clear"], "history[1].reaction", {"grade": grade, "term": "infusion_related_reaction"})
    question = spoiled(question, "history[1].tolerated", stated)
    doses = given.history(Fields(question), [load("infliximab_iv")], date(2026, 4, 13))
    assert doses[1].tolerated is not held


def test_a_second_course_begins_with_dose_1_and_a_list_may_begin_with_the_newest():
    question = spoiled(GOOD["plan"], "history[1].dose_number", 1)
    assert answered("plan", question)["outcome"]
    newest_first = spoiled(GOOD["plan"], "history", list(reversed(GOOD["plan"]["history"])))
    assert answered("plan", newest_first)["value"]["next"]["dose_number"] == 3


def test_two_items_of_one_plan_may_share_a_number_on_a_day():
    history = [
        {"protocol": "fluorouracil", "dose_number": number, "date": day, "dose": dose, "unit": "mg"}
        for number, day in ((1, "2026-03-02"), (2, "2026-03-16"))
        for dose in ("640", "3840")
    ]
    doses = given.history(Fields({"history": history}), [load("fluorouracil")], date(2026, 3, 30))
    assert [dose.dose_number for dose in doses] == [1, 1, 2, 2]


def test_a_plan_of_several_protocols_gives_each_item_and_what_a_cycle_comes_to():
    question = {
        "protocol": "mfolfox6",
        "indication": "C18.9",
        "dose_number": 1,
        "date": "2026-04-13",
        "patient": {"birth_date": "1976-05-01", "sex": "female", "weight_kg": "57.6", "height_cm": "160"},
        "orders": {"oxaliplatin": {"dose": {"amount": "136", "unit": "mg"}}},
    }
    value = answered("dose", question)["value"]
    doses = {item["key"]: item["value"]["dose_mg"] for item in value["items"]}
    assert doses == {"oxaliplatin": "136", "leucovorin": "640", "fluorouracil_push": "640", "fluorouracil_pump": "3840"}
    assert {"protocol": "fluorouracil", "dose": {"amount": "4480", "unit": "mg"}} in value["per_cycle"]
    with pytest.raises(InputProblem, match=r"^orders\.cisplatin: is not a field"):
        answered("dose", spoiled(question, "orders", {"cisplatin": {}}))


def test_a_plan_names_the_next_dose_and_its_window():
    value = answered("plan")["value"]
    assert value["next"] == {
        "dose_number": 3,
        "phase": "induction",
        "target": "2026-04-13",
        "earliest": "2026-04-10",
        "latest": "2026-04-16",
    }
    assert [item["dose_number"] for item in value["doses"]][:4] == [1, 2, 3, 4]


def test_a_requested_day_is_judged():
    question = spoiled(GOOD["plan"], "request", {"dose_number": 3, "date": "2026-03-20"})
    assert answered("plan", question)["outcome"] in ("refused", "review")


def test_without_a_day_of_asking_a_plan_knows_all_that_is_on_record():
    question = spoiled(GOOD["plan"], "as_of", GONE)
    question["facts"] = [{"kind": "screening", "code": "tb", "value": "negative", "date": "2026-03-25"}]
    assert answered("plan", question)["value"]["next"]["dose_number"] == 3


def test_without_a_day_of_asking_a_plan_is_asked_on_the_last_day_on_record():
    question = spoiled(spoiled(GOOD["plan"], "as_of", GONE), "patient.birth_date", "2026-03-20")
    with pytest.raises(InputProblem, match="lies after 2026-03-16"):
        answered("plan", question)


def test_a_clearance_says_what_holds_what_is_met_and_what_is_due():
    answer = answered("clear")
    assert {"what": "screening", "code": "tb"}.items() <= answer["value"]["met"][0].items()
    assert "answer" in {item["what"] for item in answer["value"]["held_by"]}
    due = next(item for item in answer["value"]["due"] if item["code"] == "alt")
    assert (due["what"], due["before_dose"], due["by"]) == ("lab", 3, "2026-04-13")


def test_a_ladder_gives_steps_in_ml_an_hour_that_add_up_to_the_bag():
    value = answered("ladder")["value"]
    assert value["steps"][0] == {"from_min": "0", "rate_ml_h": value["start_ml_h"]}
    starts = [Decimal(step["from_min"]) for step in value["steps"]] + [Decimal(value["total_min"])]
    volume = sum(
        Decimal(step["rate_ml_h"]) * (after - before) / 60
        for step, before, after in zip(value["steps"], starts, starts[1:], strict=False)
    )
    assert abs(volume - 250) < Decimal("0.001")
    assert value["observe"]["required"] in (True, False)


def test_a_ladder_takes_the_concentration_instead_of_the_volume():
    question = spoiled(GOOD["ladder"], "volume_ml", GONE)
    question["concentration_mg_ml"] = "1.648"
    assert answered("ladder", question)["value"] == answered("ladder")["value"]


def test_an_order_that_is_too_fast_is_not_allowed():
    question = spoiled(GOOD["ladder"], "order", {"minutes": "20"})
    assert answered("ladder", question)["outcome"] in ("refused", "review")


def test_a_bag_has_a_time_until_which_it_may_be_used():
    answer = answered("prepare")
    assert answer["outcome"] == "allowed"
    assert answer["value"]["use_by"] == "2026-04-13T11:30:00-06:00"


def test_a_bag_in_the_wrong_fluid_is_refused():
    answer = answered("prepare", spoiled(GOOD["prepare"], "diluent", "5% dextrose"))
    assert answer["outcome"] == "refused"
    assert "wrong_diluent" in [reason["code"] for reason in answer["reasons"]]


def test_a_restart_gives_rate_and_hold():
    assert answered("restart")["value"] == {"rate_ml_h": "60", "hold_min": "30"}
    again = spoiled(GOOD["restart"], "reaction.count_this_visit", 2)
    assert answered("restart", again)["outcome"] == "refused"


def test_a_reaction_without_a_grade_is_unknown():
    assert answered("restart", spoiled(GOOD["restart"], "reaction.grade", None))["outcome"] == "unknown"


def test_charges_have_lines_drug_lines_and_the_events_that_prove_them():
    value = answered("charge")["value"]
    assert [(line["code"], line["units"], line["events"]) for line in value["lines"]] == [
        ("96413", 1, ["1"]),
        ("96415", 1, ["1"]),
    ]
    assert [(line["code"], line["units"], line["modifiers"]) for line in value["drug_lines"]] == [
        ("Q5103", 42, []),
        ("Q5103", 8, ["JW"]),
    ]


def test_a_diagnosis_that_may_not_be_billed_holds_the_claim_for_a_person():
    answer = answered("charge", spoiled(GOOD["charge"], "diagnosis", ["G35"]))
    assert answer["outcome"] == "review"
    assert "G35" in answer["reasons"][0]["message"]
    assert answer["value"]["claim_hold"][0]["code"] == "G35"


def test_a_question_that_is_not_in_the_contract_is_refused_by_name():
    with pytest.raises(InputProblem, match=re.escape("OP: “dosis” is not a question")):
        ask("dosis", {}, None)


@pytest.mark.parametrize("op", [op for op in OPS if op not in GOOD])
def test_a_question_without_a_rule_says_so_and_is_never_answered(op):
    with pytest.raises(InputProblem) as raised:
        answered(op, {})
    if isinstance(raised.value, NotBuilt):
        assert str(raised.value) == f"OP: {op} is not built yet"
